/** Keeping a state in a file, so that tokens and consents mean something to the next process too. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SimulatorError } from "../SimulatorError.ts"
import { Snapshot } from "../Snapshot.ts"
import * as Snapshots from "./snapshots.ts"
import type { State } from "./State.ts"

const Json = Schema.fromJsonString(Snapshot)
const decode = Schema.decodeEffect(Json)
const encode = Schema.encodeEffect(Json)

/** How often it is looked whether there is something to save. */
const interval = "200 millis"

/** How long it takes until what could not be saved is tried again. */
const pause = "1 second"

/** The state in a file, unless there is none or it is that of another world. */
export const load = Effect.fnUntraced(function* (file: string, seed: string) {
  const fs = yield* FileSystem.FileSystem
  const fail = (detail: string) => new SimulatorError({ kind: "stateFile", location: file, detail })
  const text = yield* fs.readFileString(file).pipe(
    Effect.asSome,
    Effect.catchIf(
      (error) => error.reason._tag === "NotFound",
      () => Effect.succeedNone
    ),
    Effect.mapError((error) => fail(`${error.message}. Check its permissions.`))
  )
  if (Option.isNone(text)) return Option.none<State>()
  const snapshot = yield* Effect.mapError(decode(text.value), () =>
    fail("it does not hold the state of a simulator of this version. Move it away to start anew.")
  )
  return snapshot.seed === seed ? Option.some(Snapshots.restore(snapshot)) : Option.none<State>()
})

/** Writes the state whenever it has changed, and once more at the end. */
export const keep = Effect.fnUntraced(function* (file: string, state: Ref.Ref<State>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const fail = (detail: string) => new SimulatorError({ kind: "stateFile", location: file, detail })

  const write = Effect.fnUntraced(function* (text: string) {
    const folder = path.dirname(file)
    const temporary = `${file}.new`
    yield* fs.makeDirectory(folder, { recursive: true, mode: 0o700 })
    const handle = yield* fs.open(temporary, { flag: "w", mode: 0o600 })
    yield* handle.writeAll(new TextEncoder().encode(text))
    yield* handle.sync
    yield* fs.rename(temporary, file)
  }, Effect.scoped)

  const saved = yield* Ref.make<State | undefined>(undefined)
  const save = Effect.gen(function* () {
    const current = yield* Ref.get(state)
    if (current === (yield* Ref.get(saved))) return
    const text = yield* Effect.mapError(encode(Snapshots.take(current)), () =>
      fail("there is something in the state that it has no place for, which is a mistake of the simulator.")
    )
    yield* Effect.mapError(write(text), ({ message }) =>
      fail(`${message}. Check free space and permissions.`)
    )
    yield* Ref.set(saved, current)
    // The last save must not begin while the file is still being renamed by one before it.
  }).pipe(Effect.uninterruptible)
  const complain = (error: SimulatorError) => Effect.logError(error.message)
  // Fails now rather than later if the file cannot be written.
  yield* save
  yield* Effect.addFinalizer(() => save.pipe(Effect.catch(complain)))
  // What is wrong is said once, not every time that it is found to be so still.
  const saveAgain = Effect.retry(save, Schedule.spaced(pause))
  yield* save.pipe(
    Effect.catch((error) => Effect.andThen(complain(error), saveAgain)),
    Effect.delay(interval),
    Effect.forever,
    Effect.forkScoped
  )
})
