/** Whose name is shown as that of the owner, of an endpoint or a collection. */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Refusal } from "../Refusal.ts"
import { type Collection, identitySet, principal, type State } from "../State.ts"
import { keyOf, type Resource, text } from "./Resource.ts"
import { type Asked, change, put, refusal, success } from "./Server.ts"

/** The user name that is shown: that of the owner, unless another identity of the owner's was chosen. */
export const ownerString = (state: State, { id, owner }: Collection): string | null => {
  const resource = state.gcs.get(keyOf("collection", id)) ?? state.gcs.get(keyOf("endpoint", id))
  const chosen = text(resource?.fields ?? {}, "owner_string")
  // Who owned it before does not matter any more.
  const shown = identitySet(state, owner).find(({ id }) => id === chosen)
  return (shown ?? Option.getOrUndefined(principal(state, owner)))?.username ?? null
}

/** What somebody owns. */
interface Owned {
  readonly resource: Resource
  readonly owner: string
}

/** The operations on the owner string of something that whoever asks may change. */
export const operations = (what: (asked: Asked) => Result.Result<Owned, Refusal>) => ({
  /** Without an identity, it is the caller's. An identity that is not the owner's is refused as one that is not the caller's is elsewhere. */
  set: (identity: string | undefined) =>
    change((asked) =>
      Result.flatMap(what(asked), ({ owner, resource }) => {
        const chosen = (identity ?? asked.identity).toLowerCase()
        if (!identitySet(asked.state, owner).some(({ id }) => id === chosen)) {
          return Result.fail(
            refusal(403, "permission_denied", "The identity is none of the owner's", {
              detail: { DATA_TYPE: "id_not_in_identity_set#1.0.0", id: chosen }
            })
          )
        }
        return Result.succeed([
          success<never>([], "Set the owner string"),
          put(asked.state, { ...resource, fields: { ...resource.fields, owner_string: chosen } })
        ] as const)
      })
    ),

  reset: () =>
    change((asked) =>
      Result.map(what(asked), ({ resource }) => {
        const { owner_string: _, ...fields } = resource.fields
        return [
          success<never>([], "Reset the owner string"),
          put(asked.state, { ...resource, fields })
        ] as const
      })
    )
})
