import { SqliteTokenStorage } from "@effect-globus/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { contract } from "../../sdk/test/app/internal/tokenStorageContract.ts"
import { folder } from "./internal/Workplace.ts"

contract(
  "in a SQLite database",
  Layer.unwrap(Effect.map(folder, (directory) => SqliteTokenStorage.layerWith({ directory })))
)
