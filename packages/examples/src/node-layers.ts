import { NodeGlobus } from "@effect-globus/node"

// A browser where one can open, the terminal where not; tokens are forgotten when the program ends.
export const Globus = NodeGlobus.layerWith({ login: "automatic", storage: "memory" })
