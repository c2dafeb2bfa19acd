/** The collections that Transfer knows, and whether their data may be used. */
import { gcsCollectionScopes, dataAccess, TransferScopes } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Consents from "../Consents.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller } from "../Service.ts"
import type { Collection, State } from "../State.ts"
import { Store } from "../Store.ts"
import { badRequest, refusal } from "./Answer.ts"

export const collectionOf = (state: State, id: string): Result.Result<Collection, Refusals.Refusal> => {
  const collection = state.collections.get(id.toLowerCase())
  return collection === undefined
    ? Result.fail(refusal(404, "EndpointNotFound", `No such endpoint '${id}'`))
    : Result.succeed(collection)
}

export const isMapped = ({ entity_type }: Collection): boolean => entity_type.endsWith("mapped_collection")

export interface Who {
  readonly identity: string
  readonly client: string
}

/** Refuses if the data of a collection need a consent that was not given. */
export const checkConsents = (
  state: State,
  who: Who,
  collections: ReadonlyArray<Collection>
): Result.Result<void, Refusals.Refusal> => {
  const missing = collections.filter(
    ({ data_access, id }) =>
      data_access &&
      !Consents.covers(state.consents, who, [TransferScopes.all, gcsCollectionScopes(id).data_access])
  )
  return missing.length === 0
    ? Result.succeed(undefined)
    : Result.fail(
        refusal(403, "ConsentRequired", "Missing required data_access consent", {
          required_scopes: missing.map(({ id }) => String(dataAccess(id)))
        })
      )
}

/** A collection whose files may be used. */
export const usable = (state: State, who: Who, id: string): Result.Result<Collection, Refusals.Refusal> =>
  Result.flatMap(collectionOf(state, id), (collection) =>
    collection.entity_type === "GCSv5_endpoint"
      ? Result.fail(
          refusal(409, "NotSupported", `'${collection.display_name}' is no collection, so it has no files`)
        )
      : Result.map(checkConsents(state, who, [collection]), () => collection)
  )

export const withCollection = Effect.fnUntraced(function* (id: string) {
  const state = yield* (yield* Store).current
  const who = yield* Caller
  return yield* Effect.fromResult(usable(state, who, id))
})

const isPath = (path: string): boolean => /^(\/|~(\/|$))/.test(path)

/** Refuses paths that begin neither at the root nor at the home directory. */
export const checkPaths = (paths: ReadonlyArray<string>): Result.Result<void, Refusals.Refusal> => {
  const wrong = paths.find((path) => !isPath(path))
  return wrong === undefined
    ? Result.succeed(undefined)
    : Result.fail(badRequest(`A path must begin with "/" or "~/": ${wrong}`))
}
