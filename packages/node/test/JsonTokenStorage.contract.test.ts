/** The token file, by the contract that holds for every storage of tokens. */
import { JsonTokenStorage } from "@effect-globus/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { contract } from "../../sdk/test/app/internal/tokenStorageContract.ts"
import { folder } from "./internal/Workplace.ts"

contract(
  "in a JSON file",
  Layer.unwrap(Effect.map(folder, (directory) => JsonTokenStorage.layerWith({ directory })))
)
