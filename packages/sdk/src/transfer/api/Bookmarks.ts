/**
 * The operations on bookmarks, in both versions that Transfer has of them.
 *
 * ```ts
 * import { TransferApi } from "@effect-globus/sdk/transfer"
 *
 * TransferApi.groups.bookmarks.endpoints.listBookmarks.path // "/v0.10/bookmark_list"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import { BookmarkId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Bookmark from "../BookmarkDocument.ts"
import { page } from "../internal/jsonApi.ts"
import { RemovedDocument, ResultDocument } from "../ResultDocument.ts"

const params = { bookmark_id: BookmarkId } as const

/** What may come with bookmarks of version 2. */
const include = Schema.optional(Document.openLiterals(["collection"]))

export const listBookmarks = Operation.get("listBookmarks", "/v0.10/bookmark_list", {
  query: {},
  success: Bookmark.BookmarkListDocument
})

export const createBookmark = Operation.post("createBookmark", "/v0.10/bookmark", {
  query: {},
  payload: Bookmark.BookmarkCreate,
  success: Bookmark.BookmarkDocument
})

export const getBookmark = Operation.get("getBookmark", "/v0.10/bookmark/:bookmark_id", {
  params,
  query: {},
  success: Bookmark.BookmarkDocument
})

export const updateBookmark = Operation.put("updateBookmark", "/v0.10/bookmark/:bookmark_id", {
  params,
  query: {},
  payload: Bookmark.BookmarkUpdate,
  success: Bookmark.BookmarkDocument
})

export const deleteBookmark = Operation.del("deleteBookmark", "/v0.10/bookmark/:bookmark_id", {
  params,
  query: {},
  success: ResultDocument
})

export const listBookmarksV2 = Operation.get("listBookmarksV2", "/v2/bookmarks", {
  query: { ...page, include },
  success: Bookmark.BookmarkV2ListDocument
}).pipe(Operation.paged(Paging.jsonApi("data")))

export const createBookmarkV2 = Operation.post("createBookmarkV2", "/v2/bookmarks", {
  query: {},
  payload: Bookmark.BookmarkV2Payload,
  success: Bookmark.BookmarkV2Document
})

export const getBookmarkV2 = Operation.get("getBookmarkV2", "/v2/bookmarks/:bookmark_id", {
  params,
  query: { include },
  success: Bookmark.BookmarkV2Document
})

export const updateBookmarkV2 = Operation.patch("updateBookmarkV2", "/v2/bookmarks/:bookmark_id", {
  params,
  query: {},
  payload: Bookmark.BookmarkV2Payload,
  success: Bookmark.BookmarkV2Document
})

export const deleteBookmarkV2 = Operation.del("deleteBookmarkV2", "/v2/bookmarks/:bookmark_id", {
  params,
  query: {},
  success: RemovedDocument
})

/** The operations on bookmarks. */
export const Bookmarks = HttpApiGroup.make("bookmarks").add(
  listBookmarks,
  createBookmark,
  getBookmark,
  updateBookmark,
  deleteBookmark,
  listBookmarksV2,
  createBookmarkV2,
  getBookmarkV2,
  updateBookmarkV2,
  deleteBookmarkV2
)
