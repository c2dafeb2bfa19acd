/** Bookmarks, as version 2 of Transfer has them. */
import { BookmarkId, EndpointId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Caller, type Handlers } from "../Service.ts"
import { type Bookmark, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { badRequest } from "./Answer.ts"
import { added, ownBookmark } from "./Bookmarks.ts"
import { collectionOf } from "./Collections.ts"
import { jsonApiPage, meta } from "./JsonApi.ts"

const bookmarkOf = ({ endpoint_id, id, name, path }: Bookmark) => ({
  type: "Bookmark" as const,
  id: BookmarkId.make(id),
  attributes: { name, path },
  relationships: { collection: { data: { type: "Collection" as const, id: EndpointId.make(endpoint_id) } } }
})

/** The collections of bookmarks, if they are asked for. */
const includedOf = (state: State, include: string | undefined, bookmarks: ReadonlyArray<Bookmark>) =>
  include === "collection"
    ? {
        included: [...new Set(bookmarks.map(({ endpoint_id }) => endpoint_id))].flatMap((id) => {
          const collection = state.collections.get(id)
          return collection === undefined
            ? []
            : [
                {
                  type: "Collection" as const,
                  id: collection.id,
                  attributes: {
                    display_name: collection.display_name,
                    high_assurance: collection.high_assurance
                  }
                }
              ]
        })
      }
    : {}

export const bookmarksV2: Handlers<(typeof TransferApi)["groups"]["bookmarks"]> = {
  listBookmarksV2: Effect.fnUntraced(function* ({ query }) {
    const { current, url } = yield* Store
    const state = yield* current
    const { identity } = yield* Caller
    const own = [...state.bookmarks.values()].filter(({ owner }) => owner === identity)
    const { items, links } = yield* Effect.fromResult(jsonApiPage(own, query, `${url}transfer/v2/bookmarks`))
    return {
      data: items.map(bookmarkOf),
      ...includedOf(state, query.include, items),
      links,
      ...(yield* meta)
    }
  }),

  createBookmarkV2: Effect.fnUntraced(function* ({ payload: { data } }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const { name, path } = data.attributes
    const endpoint_id = data.relationships?.collection?.data.id
    if (!name || !path || endpoint_id === undefined) {
      return yield* badRequest("A bookmark needs a name, a path and a collection")
    }
    const bookmark: Bookmark = { id: yield* uuid, owner: identity, name, endpoint_id, path }
    yield* attempt((state) => added(state, bookmark))
    return { data: bookmarkOf(bookmark), ...(yield* meta) }
  }),

  getBookmarkV2: Effect.fnUntraced(function* ({ params, query }) {
    const state = yield* (yield* Store).current
    const bookmark = yield* Effect.fromResult(ownBookmark(state, yield* Caller, params.bookmark_id))
    return { data: bookmarkOf(bookmark), ...includedOf(state, query.include, [bookmark]), ...(yield* meta) }
  }),

  updateBookmarkV2: Effect.fnUntraced(function* ({ params, payload: { data } }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    const bookmark = yield* attempt((state) => {
      const changed = Result.gen(function* () {
        const before = yield* ownBookmark(state, who, params.bookmark_id)
        const endpoint_id = data.relationships?.collection?.data.id ?? before.endpoint_id
        yield* collectionOf(state, endpoint_id)
        return {
          ...before,
          name: data.attributes.name ?? before.name,
          path: data.attributes.path ?? before.path,
          endpoint_id
        }
      })
      return Result.isSuccess(changed)
        ? [changed, { ...state, bookmarks: set(state.bookmarks, changed.success) }]
        : [changed, state]
    })
    return { data: bookmarkOf(bookmark), ...(yield* meta) }
  }),

  deleteBookmarkV2: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    yield* attempt((state) => {
      const found = ownBookmark(state, who, params.bookmark_id)
      return Result.isSuccess(found)
        ? [found, { ...state, bookmarks: without(state.bookmarks, found.success.id) }]
        : [found, state]
    })
    return yield* meta
  })
}
