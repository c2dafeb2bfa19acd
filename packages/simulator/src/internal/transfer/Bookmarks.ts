/** Bookmarks. */
import { BookmarkId, EndpointId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { type Bookmark, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { badRequest, refusal, result } from "./Answer.ts"
import { collectionOf, type Who } from "./Collections.ts"

const bookmarkOf = ({ endpoint_id, id, name, path }: Bookmark) => ({
  DATA_TYPE: "bookmark",
  id: BookmarkId.make(id),
  name,
  endpoint_id: EndpointId.make(endpoint_id),
  path
})

/** Keeps a bookmark, if its name is free and its collection exists. */
export const added = (
  state: State,
  bookmark: Bookmark
): readonly [Result.Result<unknown, Refusals.Refusal>, State] => {
  const isTaken = [...state.bookmarks.values()].some(
    ({ name, owner }) => owner === bookmark.owner && name === bookmark.name
  )
  if (isTaken) {
    return [
      Result.fail(refusal(409, "BookmarkExists", `There is a bookmark '${bookmark.name}' already`)),
      state
    ]
  }
  const collection = collectionOf(state, bookmark.endpoint_id)
  return Result.isSuccess(collection)
    ? [collection, { ...state, bookmarks: set(state.bookmarks, bookmark) }]
    : [collection, state]
}

/** A bookmark of whoever asks. */
export const ownBookmark = (
  state: State,
  who: Who,
  id: string
): Result.Result<Bookmark, Refusals.Refusal> => {
  const bookmark = state.bookmarks.get(id.toLowerCase())
  return bookmark?.owner === who.identity
    ? Result.succeed(bookmark)
    : Result.fail(refusal(404, "BookmarkNotFound", `No such bookmark '${id}'`))
}

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const bookmarks: Handlers<(typeof TransferApi)["groups"]["bookmarks"]> = {
  listBookmarks: Effect.fnUntraced(function* () {
    const { bookmarks } = yield* (yield* Store).current
    const { identity } = yield* Caller
    return {
      DATA_TYPE: "bookmark_list",
      DATA: [...bookmarks.values()].filter(({ owner }) => owner === identity).map(bookmarkOf)
    }
  }),

  createBookmark: Effect.fnUntraced(function* ({ payload }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = yield* uuid
    const { endpoint_id, name, path } = payload
    if (name === undefined || endpoint_id === undefined || path === undefined) {
      return yield* badRequest("A bookmark needs a name, an endpoint_id and a path")
    }
    const bookmark: Bookmark = { id, owner: identity, name, endpoint_id, path }
    yield* attempt((state) => added(state, bookmark))
    return bookmarkOf(bookmark)
  }),

  getBookmark: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    return bookmarkOf(yield* Effect.fromResult(ownBookmark(state, yield* Caller, params.bookmark_id)))
  }),

  updateBookmark: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    const bookmark = yield* attempt((state) => {
      const changed = Result.map(ownBookmark(state, who, params.bookmark_id), (bookmark) => ({
        ...bookmark,
        name: payload.name ?? bookmark.name
      }))
      return Result.isSuccess(changed)
        ? [changed, { ...state, bookmarks: set(state.bookmarks, changed.success) }]
        : [changed, state]
    })
    return bookmarkOf(bookmark)
  }),

  deleteBookmark: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    yield* attempt((state) => {
      const found = ownBookmark(state, who, params.bookmark_id)
      return Result.isSuccess(found)
        ? [found, { ...state, bookmarks: without(state.bookmarks, found.success.id) }]
        : [found, state]
    })
    return yield* result("Deleted", "Bookmark deleted successfully")
  })
}
