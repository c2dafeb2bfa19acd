/** A simulated Globus on a port, which says where it is and, whenever it is asked, what it has used of its core. */
import { Simulator } from "@effect-globus/simulator"
import { Effect, Layer } from "effect"

const announced = Layer.effectDiscard(
  Effect.map(Simulator, ({ url }) => {
    process.send?.(url)
    process.on("message", () => process.send?.(process.cpuUsage()))
  })
)

process.on("disconnect", () => process.exit(0))
await Effect.runPromise(Layer.launch(announced.pipe(Layer.provide(Simulator.layerServer()))))
