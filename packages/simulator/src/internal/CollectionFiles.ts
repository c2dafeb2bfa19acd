/** The files of collections over HTTPS: reading, parts of them too (RFC 9110 §14), writing and removing. */
import { gcsCollectionScopes } from "@effect-globus/sdk/model"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import type * as Stream from "effect/Stream"
import * as Access from "./Access.ts"
import * as FileTree from "./FileTree.ts"
import { missingScopes, noAccount, unmetLogin } from "./gcs/Problem.ts"
import * as Settings from "./gcs/Settings.ts"
import * as Terms from "./gcs/Terms.ts"
import * as Uses from "./gcs/Uses.ts"
import * as Instant from "./Instant.ts"
import * as Refusals from "./Refusal.ts"
import { type Needs, say, type Served } from "./Service.ts"
import * as Session from "./Session.ts"
import { changeRoot, type Collection, roomOf, rootOf, type State } from "./State.ts"
import { Store } from "./Store.ts"
import * as Tokens from "./Tokens.ts"

/** Where the files of a collection are. */
export const addressOf = (url: string, collection: string): string => `${url}collections/${collection}`

const { gcs: voice } = Refusals

const refusal = (status: number, code: string, message: string) =>
  new Refusals.Refusal({ status, code, message })

const denied = (right: Access.Right, path: FileTree.Path) =>
  refusal(403, "permission_denied", `You may not ${right} ${FileTree.formatPath(path)}`)

const notOffered = (method: string) => refusal(405, "method_not_allowed", `${method} is not offered`)

const notFound = (path: string) => refusal(404, "not_found", `No such file: ${path}`)

// -----------------------------------------------------------------------------
// who may
// -----------------------------------------------------------------------------

/** Whose token the request carries; nobody's where it carries none. */
const callerOf = (
  state: State,
  collection: Collection,
  request: HttpServerRequest.HttpServerRequest,
  now: number
): Result.Result<string | undefined, Refusals.Refusal> => {
  const { data_access, https } = gcsCollectionScopes(collection.id)
  const [, text] = /^bearer +(.+)$/i.exec(request.headers["authorization"] ?? "") ?? []
  if (text === undefined) return Result.succeed(undefined)
  const token = Option.getOrUndefined(
    Option.filter(
      Tokens.active(state.tokens, text, now),
      ({ resourceServer }) => resourceServer === collection.id
    )
  )
  if (token === undefined)
    return Result.fail(voice.unauthorized("The token is not active, or not for this collection"))
  const needed = collection.data_access ? [https, data_access] : [https]
  const missing = needed.filter((scope) => !token.scopes.includes(scope))
  if (missing.length > 0) {
    return Result.fail(missingScopes("The token lacks a scope that is needed", missing))
  }
  const thing = Terms.protectionOf(state, collection)
  const unmet = Session.unmet(state, token, thing, now)
  return unmet === undefined ? Result.succeed(token.identity) : Result.fail(unmetLogin(thing, unmet))
}

/** Refuses what the server of a collection does not allow, whoever else does. */
const admitted = (
  state: State,
  collection: Collection,
  identity: string | undefined,
  path: FileTree.Path,
  right: Access.Right
): Result.Result<void, Refusals.Refusal> =>
  Result.flatMap(Result.mapError(Terms.accountFor(state, collection, identity ?? ""), noAccount), () =>
    Terms.allows(state, collection, path, right)
      ? Result.succeed(undefined)
      : Result.fail(denied(right, path))
  )

const check = (
  state: State,
  collection: Collection,
  path: FileTree.Path,
  right: Access.Right,
  request: HttpServerRequest.HttpServerRequest,
  now: number
): Result.Result<void, Refusals.Refusal> =>
  Result.flatMap(callerOf(state, collection, request, now), (identity) =>
    Access.allows(state, collection, identity, path, right, now)
      ? admitted(state, collection, identity, path, right)
      : identity === undefined
        ? Result.fail(whoAreYou(request))
        : Result.fail(denied(right, path))
  )

/** Programs are refused; browsers are led to a page to log in at. */
const whoAreYou = ({ headers, url }: HttpServerRequest.HttpServerRequest): Refusals.Refusal => {
  const isBrowser =
    headers["x-requested-with"] !== "XMLHttpRequest" && headers["accept"]?.includes("text/html") === true
  const unauthorized = voice.unauthorized("Call must be authenticated")
  return isBrowser
    ? new Refusals.Refusal({
        status: 302,
        code: unauthorized.code,
        message: unauthorized.message,
        headers: { location: `/auth/v2/oauth2/authorize?state=${encodeURIComponent(url)}` }
      })
    : unauthorized
}

// -----------------------------------------------------------------------------
// versions and parts
// -----------------------------------------------------------------------------

const etagOf = ({ base64, content, modified, size }: FileTree.File): string =>
  `"${size.toString(16)}-${modified.toString(16)}-${(Hash.string(content ?? base64 ?? "") >>> 0).toString(16)}"`

const lists = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(",").some((one) => one.trim() === etag || one.trim() === "*")

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** What stands in the way of a request that has conditions (RFC 9110 §13.2.2), by its status. */
const unmet = (
  { headers, method }: HttpServerRequest.HttpServerRequest,
  file: FileTree.File | undefined
): 304 | 412 | undefined => {
  const etag = file === undefined ? "" : etagOf(file)
  const match = headers["if-match"]
  if (match !== undefined) {
    if (file === undefined || !lists(match, etag)) return 412
  } else if (file !== undefined && headers["if-unmodified-since"] !== undefined) {
    if (seconds(file.modified) > seconds(Date.parse(headers["if-unmodified-since"]))) return 412
  }
  const noneMatch = headers["if-none-match"]
  const isRead = method === "GET" || method === "HEAD"
  if (noneMatch !== undefined) {
    return file !== undefined && lists(noneMatch, etag) ? (isRead ? 304 : 412) : undefined
  }
  const since = headers["if-modified-since"]
  return isRead &&
    file !== undefined &&
    since !== undefined &&
    seconds(file.modified) <= seconds(Date.parse(since))
    ? 304
    : undefined
}

type Part = { readonly start: number; readonly end: number } | "whole" | "none"

/** Which part is asked for; of several, or of what is no range, the whole is sent. */
const partOf = ({ headers }: HttpServerRequest.HttpServerRequest, file: FileTree.File): Part => {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers["range"] ?? "") ?? []
  if (first === undefined || last === undefined || (first === "" && last === "")) return "whole"
  const condition = headers["if-range"]
  if (condition !== undefined && condition !== etagOf(file) && condition !== Instant.ofHttp(file.modified))
    return "whole"
  if (first === "") {
    return last === "0" || file.size === 0
      ? "none"
      : { start: Math.max(0, file.size - Number(last)), end: file.size }
  }
  const start = Number(first)
  const end = last === "" ? file.size : Math.min(Number(last) + 1, file.size)
  if (last !== "" && Number(last) < start) return "whole"
  return start >= file.size ? "none" : { start, end }
}

const types: Readonly<Record<string, string>> = {
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  md: "text/markdown",
  pdf: "application/pdf",
  png: "image/png",
  txt: "text/plain",
  xml: "application/xml"
}

const typeOf = (name: string): string =>
  types[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream"

/** The bytes of a file, wherever they are. */
const stream = (read: Read, file: FileTree.File, start: number, end: number): Stream.Stream<Uint8Array> =>
  file.origin === undefined ? FileTree.stream(file, start, end) : read(file.origin, start, end)

type Read = (origin: string, start: number, end: number) => Stream.Stream<Uint8Array>

const send = (
  read: Read,
  request: HttpServerRequest.HttpServerRequest,
  name: string,
  file: FileTree.File,
  now: number
): Result.Result<HttpServerResponse.HttpServerResponse, Refusals.Refusal> => {
  const type = typeOf(name)
  const common = {
    "accept-ranges": "bytes",
    date: Instant.ofHttp(now),
    etag: etagOf(file),
    "last-modified": Instant.ofHttp(file.modified),
    ...(/[?&]download\b/.test(request.url)
      ? { "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }
      : {})
  }
  const condition = unmet(request, file)
  if (condition === 412)
    return Result.fail(refusal(412, "precondition_failed", "The file is another version"))
  if (condition === 304) return Result.succeed(HttpServerResponse.empty({ status: 304, headers: common }))
  const part = partOf(request, file)
  if (part === "none") {
    return Result.fail(
      new Refusals.Refusal({
        status: 416,
        code: "range_not_satisfiable",
        message: `The file has ${file.size} bytes`,
        headers: { "content-range": `bytes */${file.size}` }
      })
    )
  }
  const { end, start } = part === "whole" ? { start: 0, end: file.size } : part
  const headers = {
    ...common,
    ...(part === "whole" ? {} : { "content-range": `bytes ${start}-${end - 1}/${file.size}` })
  }
  const status = part === "whole" ? 200 : 206
  return Result.succeed(
    request.method === "HEAD"
      ? HttpServerResponse.empty({
          status,
          headers: { ...headers, "content-type": type, "content-length": String(end - start) }
        })
      : HttpServerResponse.stream(stream(read, file, start, end), {
          status,
          headers,
          contentType: type,
          contentLength: end - start
        })
  )
}

// -----------------------------------------------------------------------------
// requests
// -----------------------------------------------------------------------------

interface Place {
  readonly collection: string
  readonly path: FileTree.Path
}

/** Of which collection and where; nothing leads above a root, nor around it. */
const placeOf = (url: string): Option.Option<Place> => {
  const [, collection, encoded] = /^\/([^/?#]+)\/([^?#]*)/.exec(url) ?? []
  if (collection === undefined || encoded === undefined) return Option.none()
  return Option.filter(
    Option.map(Option.liftThrowable(() => encoded.split("/").map(decodeURIComponent))(), (path) => ({
      collection: collection.toLowerCase(),
      path
    })),
    ({ path }) => path.every((name) => name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name))
  )
}

const read = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, place: Place) {
  const { bytesOf, current } = yield* Store
  const state = yield* current
  const now = yield* Clock.currentTimeMillis
  const collection = yield* Effect.fromResult(offered(state, place.collection, request))
  yield* Effect.fromResult(check(state, collection, place.path, "read", request, now))
  const node = Option.getOrUndefined(FileTree.find(rootOf(state.collections, collection), place.path))
  if (node?._tag !== "File") return yield* notFound(FileTree.formatPath(place.path))
  if (!FileTree.isReadable(node)) return yield* denied("read", place.path)
  yield* Uses.note(collection)
  return yield* Effect.fromResult(send(bytesOf, request, place.path.at(-1) ?? "", node, now))
})

/** The method of a request, where HEAD is a GET without its answer. */
const methodOf = ({ method }: HttpServerRequest.HttpServerRequest): string =>
  method === "HEAD" ? "GET" : method

const offered = (
  state: State,
  id: string,
  request: HttpServerRequest.HttpServerRequest
): Result.Result<Collection, Refusals.Refusal> => {
  const collection = state.collections.get(id)
  if (collection?.https !== true) {
    return Result.fail(
      refusal(404, "not_found", `There is no collection ${id} that offers its files over HTTPS`)
    )
  }
  const method = methodOf(request)
  return Settings.of(state, collection).methods?.includes(method) === false
    ? Result.fail(notOffered(method))
    : Result.succeed(collection)
}

type Change = (
  root: FileTree.Directory,
  before: FileTree.Found | undefined,
  now: number,
  room: number
) => Result.Result<readonly [FileTree.Directory, HttpServerResponse.HttpServerResponse], Refusals.Refusal>

const change = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest,
  place: Place,
  how: Change
) {
  const store = yield* Store
  return yield* store.change((state, now) =>
    Result.gen(function* () {
      const collection = yield* offered(state, place.collection, request)
      yield* check(state, collection, place.path, "write", request, now)
      const root = rootOf(state.collections, collection)
      if (!FileTree.isWritableAt(root, place.path)) return yield* Result.fail(denied("write", place.path))
      const before = Option.getOrUndefined(FileTree.find(root, place.path))
      if (unmet(request, before?._tag === "File" ? before : undefined) !== undefined) {
        return yield* Result.fail(refusal(412, "precondition_failed", "The file is another version"))
      }
      const [after, response] = yield* how(root, before, now, roomOf(state.collections, collection))
      const collections = changeRoot(state.collections, collection.id, () => after)
      return [response, Uses.used({ ...state, collections }, collection, now)] as const
    })
  )
})

const write = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, place: Place) {
  // Who may not write need not send: what is wrong is said before the body is read.
  yield* change(request, place, (root) => Result.succeed([root, HttpServerResponse.empty()]))
  const body = yield* Effect.mapError(request.arrayBuffer, () =>
    refusal(400, "bad_request", "The body did not arrive completely")
  )
  return yield* change(request, place, (root, before, now, room) => {
    if (before?._tag === "Directory") {
      return Result.fail(refusal(409, "conflict", `${FileTree.formatPath(place.path)} is a directory`))
    }
    const parent = FileTree.find(root, place.path.slice(0, -1))
    if (Option.isNone(parent) || parent.value._tag !== "Directory") {
      return Result.fail(refusal(404, "not_found", "There is no such directory"))
    }
    const defaults = { modified: now, user: "globus", group: "globus" }
    const file = FileTree.fileOfBytes(defaults, new Uint8Array(body))
    if (file.size - (before?.size ?? 0) > room) {
      return Result.fail(refusal(507, "quota_exceeded", "The collection has no room for the file"))
    }
    const response = HttpServerResponse.empty({
      status: before === undefined ? 201 : 204,
      headers: { etag: etagOf(file) }
    })
    return Result.mapError(
      Result.map(FileTree.put(root, place.path, file, defaults), (root) => [root, response] as const),
      () => refusal(409, "conflict", "The file cannot be written there")
    )
  })
})

const remove = (request: HttpServerRequest.HttpServerRequest, place: Place) =>
  change(request, place, (root, before) =>
    before?._tag !== "File"
      ? Result.fail(notFound(FileTree.formatPath(place.path)))
      : Result.mapError(
          Result.map(
            FileTree.remove(root, place.path),
            (root) => [root, HttpServerResponse.empty({ status: 204 })] as const
          ),
          () => notFound(FileTree.formatPath(place.path))
        )
  )

const verbs: Readonly<Record<string, "read" | "write" | "remove">> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  DELETE: "remove"
}

const answer = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
  const place = placeOf(request.url)
  const verb = verbs[request.method]
  if (verb === undefined) return yield* notOffered(request.method)
  const { activity } = yield* Store
  yield* Ref.update(activity, (before) => {
    const key = `collections.${verb}`
    return { ...before, calls: { ...before.calls, [key]: (before.calls[key] ?? 0) + 1 } }
  })
  if (Option.isNone(place)) return yield* refusal(404, "not_found", "This is not the path of a file")
  switch (verb) {
    case "write":
      return yield* write(request, place.value)
    case "remove":
      return yield* remove(request, place.value)
    default:
      return yield* read(request, place.value)
  }
})

/** The files of all collections, each below its id. */
export const make: Effect.Effect<Served, never, Needs> = Effect.map(Effect.context<Needs>(), (context) => ({
  serve: Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
    answer(request).pipe(
      Effect.catchTag("Refusal", (refusal) => say(voice, refusal)),
      Effect.provideContext(context)
    )
  ),
  voice,
  operationAt: (method) => verbs[method]
}))
