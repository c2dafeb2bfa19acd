/** On which day somebody has used a collection last, and guest collections that nobody has used for too long. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { memoize } from "effect/Function"
import { type State, withoutCollection } from "../State.ts"
import { Store } from "../Store.ts"
import { dayOf, flag, keyOf, number, type Resource, type Resources, text } from "./Resource.ts"

const day = 86_400_000

/** A state that knows of a use of a collection; the same, if it knows already. */
export const used = (state: State, { id }: { readonly id: string }, now: number): State => {
  const key = keyOf("collection", id)
  const resource = state.gcs.get(key)
  const last_access = dayOf(now)
  return resource === undefined || resource.fields["last_access"] === last_access
    ? state
    : {
        ...state,
        gcs: new Map(state.gcs).set(key, { ...resource, fields: { ...resource.fields, last_access } })
      }
}

/** Takes note of a use that changes nothing else. */
export const note = Effect.fnUntraced(function* (collection: { readonly id: string }) {
  const { current, modify } = yield* Store
  const state = yield* current
  // Most uses are not the first ones of their day.
  if (used(state, collection, yield* Clock.currentTimeMillis) === state) return
  yield* modify((state, now) => [undefined, used(state, collection, now)])
})

/** When a guest collection is deleted unless somebody uses it: days begin and end in UTC. */
const dueOf = (gcs: Resources, { fields }: Resource): number => {
  const mapped = gcs.get(keyOf("collection", text(fields, "mapped_collection_id") ?? ""))
  const days = number(mapped?.fields ?? {}, "auto_delete_timeout")
  const since = Date.parse(text(fields, "last_access") ?? text(fields, "created_at") ?? "")
  return days === undefined || flag(fields, "skip_auto_delete") === true || Number.isNaN(since)
    ? Infinity
    : since + (days + 1) * day
}

/** When which guest collections are deleted, the next one first. */
const due = memoize((gcs: Resources): ReadonlyArray<{ readonly id: string; readonly at: number }> =>
  [...gcs.values()]
    .flatMap((resource) => {
      const at = resource.kind === "collection" ? dueOf(gcs, resource) : Infinity
      return at === Infinity ? [] : [{ id: resource.id, at }]
    })
    .toSorted((a, b) => a.at - b.at)
)

/** A state without the guest collections that nobody has used for too long. */
export const settle = (state: State, now: number): State =>
  due(state.gcs)
    .filter(({ at }) => at <= now)
    .reduce((state, { id }) => withoutCollection(state, id), state)
