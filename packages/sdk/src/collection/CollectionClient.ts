/**
 * The files of one collection over HTTPS: download, upload and remove single files from anywhere, without a transfer
 * task and an endpoint of one's own. Each collection has an address and a scope of its own, so each has a client of its
 * own. Use `TransferClient` for directories and for what is large or must arrive whatever happens.
 *
 * ```ts
 * import { CollectionClient } from "@effect-globus/sdk/collection"
 * import { Effect, Stream } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const files = yield* CollectionClient
 *   const { size } = yield* files.metadata("/data/a.csv")
 *   const text = yield* files.download("/data/a.csv").pipe(Stream.decodeText, Stream.mkString)
 *   yield* files.upload("/data/b.csv", new TextEncoder().encode(text.toUpperCase()), { contentType: "text/csv" })
 *   return size
 * }).pipe(Effect.provide(CollectionClient.layer({ collectionId: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc" })))
 * ```
 *
 * Redirects are not followed, so that a token goes nowhere but to the collection. A server sends those who must log in
 * to a page for it; that is taken for what it is, a refusal of the token.
 *
 * Globus documents the address, the scopes, and that files can be downloaded and uploaded this way; PUT and DELETE are
 * what its clients send. The rest is HTTP (RFC 9110). A download does not rely on it: where a server knows no ranges, or
 * does not say which version of a file it sends, nothing is resumed, and parts of a file are cut out of the whole. But
 * `metadata` needs a server that answers HEAD, and an upload without `contentLength` one that takes a chunked body.
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5/https-access-collections/
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ApiError, type GlobusError, InvalidRequest, Unauthorized } from "../model/GlobusError.ts"
import * as GlobusScope from "../model/GlobusScope.ts"
import { EndpointId, type Input } from "../model/Id.ts"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"
import { gcsCollectionScopes } from "../model/Scopes.ts"
import { Authorizer } from "../service/Authorizer.ts"
import * as ServerAddress from "../service/ServerAddress.ts"
import * as ServiceClient from "../service/ServiceClient.ts"
import { type OperationInfo, Transport } from "../service/Transport.ts"
import { TransferClient } from "../transfer/TransferClient.ts"
import type { FileChanged, IncompleteFile, WrongLength } from "./FileError.ts"
import * as Download from "./internal/download.ts"
import * as FilePath from "./internal/filePath.ts"
import * as FileVersion from "./internal/fileVersion.ts"
import * as Upload from "./internal/upload.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What a server says about a file; whatever it does not say is absent. */
export interface FileMetadata {
  /** In bytes. */
  readonly size?: number
  /** Its media type, such as `text/csv`. */
  readonly contentType?: string
  /** When it was last changed, as HTTP writes it: `Tue, 24 Nov 2026 09:54:12 GMT`. */
  readonly lastModified?: string
  /** The name of its present version. */
  readonly etag?: string
}

/** A part of a file. */
export interface Range {
  /** How many bytes to leave out at the beginning. */
  readonly offset: number
  /** How many bytes it has. Default: all that follow. A part that reaches beyond the end of the file ends there. */
  readonly length?: number | undefined
}

/** What can be set about a download; everything has a default. */
export interface DownloadOptions {
  /** Which part of the file. Default: the whole of it. */
  readonly range?: Range | undefined
}

/** What can be set about an upload; everything has a default. */
export interface UploadOptions {
  /** The media type. Default: `application/octet-stream`. */
  readonly contentType?: string | undefined
  /**
   * How many bytes the stream has; bytes know it themselves. Without it the request says no length, and nothing
   * documents that every server takes that; `fetch` says none in any case.
   */
  readonly contentLength?: number | undefined
  /** Whether the stream has the same bytes each time it is run, as that of a file has. Default: false. */
  readonly replayable?: boolean | undefined
}

/**
 * The files of one collection. A path begins at the collection's root, with `/`, and is not encoded; one that is empty,
 * relative, that of a directory, or has `.`, `..` or nothing between two slashes in it fails as `InvalidRequest`, nothing
 * sent. A file that does not exist fails as `ApiError` with the reason `NotFound`, one that may not be used with
 * `PermissionDenied`. All need the collection's `https` scope, unless it is open to everybody.
 */
export interface Service {
  /** Which collection it is. */
  readonly collectionId: EndpointId
  /** Where it is, such as `https://m-d3a2c3.collection1.tutorials.globus.org`. */
  readonly httpsServer: string
  /**
   * The bytes of a file, as they arrive: no more of it is held than what was not taken yet, and the connection is closed
   * when nobody takes more. After a break, the rest of the same version of the file is asked for, at most five times
   * without a further byte. Fails as `FileChanged` if there is another version by then, and as `IncompleteFile` if the
   * bytes are fewer than was said. It is not resumed, but fails as `NetworkError`, where the server does not say which
   * version it sends (a strong `ETag`, or a `Last-Modified` that is not just now), or sends an encoded form of the file.
   */
  readonly download: (
    path: string,
    options?: DownloadOptions
  ) => Stream.Stream<Uint8Array, GlobusError | FileChanged | IncompleteFile>
  /**
   * Writes a file. Bytes, and streams that are `replayable`, are sent again where sending them once was of no avail; any
   * other stream is read once, and the upload fails where that was not enough. It then is not known what the file is, nor
   * is an upload resumed. Bytes have to arrive in the time that `Transport` gives to one attempt; a stream takes as long
   * as it takes, while some of it goes out. Fails as the stream does, and as `WrongLength` if that is not as long as it
   * says. No more of a stream is held than is on its way, except by the `fetch` of Node, which keeps what it has sent
   * until the end: `NodeGlobus.layer` uses another client.
   */
  readonly upload: <E = never, R = never>(
    path: string,
    body: Uint8Array | Stream.Stream<Uint8Array, E, R>,
    options?: UploadOptions
  ) => Effect.Effect<void, GlobusError | WrongLength | E, R>
  /** What the server says about a file, without its bytes (HEAD). */
  readonly metadata: (path: string) => Effect.Effect<FileMetadata, GlobusError>
  /** Removes a file. It is not known that every server allows that: see `https_methods` of a collection in `GcsClient`. */
  readonly remove: (path: string) => Effect.Effect<void, GlobusError>
  /** The address of a file, for a link; with `download`, a browser saves it rather than shows it. */
  readonly url: (
    path: string,
    options?: { readonly download?: boolean | undefined }
  ) => Effect.Effect<string, InvalidRequest>
  /** Makes further scopes of the collection a requirement of the program. */
  readonly addScopes: (scopes: GlobusScope.ScopeInput) => Effect.Effect<void, GlobusScope.ScopeError>
}

/** Which collection it is. */
export interface Options {
  readonly collectionId: Input<EndpointId>
}

/** Which collection it is, and where. */
export interface OptionsWith extends Options {
  /**
   * Its address, as `https_server` of its document in Transfer and `https_url` of that in Globus Connect Server say.
   * Tokens for the collection are sent there, so take it from where you can trust it.
   */
  readonly httpsServer: string
  /**
   * The scopes that the program requires. Default: the collection's `https` scope. A mapped collection without high
   * assurance needs `data_access` beside it (`gcsCollectionScopes`).
   */
  readonly scopes?: GlobusScope.ScopeInput | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const service = "collection"
const isEndpointId = Schema.is(EndpointId)
const redirects = new Set([301, 302, 303, 307, 308])

const validId = (collectionId: Input<EndpointId>) =>
  isEndpointId(collectionId)
    ? Effect.succeed(collectionId)
    : Effect.fail(
        new InvalidConfiguration({
          setting: "collectionId",
          detail: `Expected a UUID such as 6c54cade-bde5-45c1-bdea-f4bd71dba2cc, got ${JSON.stringify(collectionId)}`
        })
      )

/** A page to log in at is for browsers; to a program it says that the token, or having none, was not accepted. */
const refusedToken = (error: GlobusError): GlobusError => {
  if (error._tag !== "ApiError" || !redirects.has(error.status)) return error
  const { body, errors, operation, requestId, service, status } = error
  return new ApiError({
    service,
    operation,
    status,
    reason: new Unauthorized(),
    messages: ["it redirects to another page, as it does for those who must log in; this was not followed"],
    errors,
    ...(requestId === undefined ? {} : { requestId }),
    body
  })
}

const wrongNumber = (value: number | undefined, least: number): string | undefined =>
  value === undefined || (Number.isSafeInteger(value) && value >= least)
    ? undefined
    : `expected a whole number of bytes, ${least} or more, got ${value}`

const wrongField = (operation: string, field: string, detail: string) =>
  new InvalidRequest({ service, operation, field, detail })

const metadataOf = ({ headers }: HttpClientResponse.HttpClientResponse): FileMetadata => {
  const size = FileVersion.size(headers["content-length"])
  const { etag, lastModified } = FileVersion.fromHeaders(headers)
  const contentType = headers["content-type"]
  return {
    ...(size === undefined ? {} : { size }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(etag === undefined ? {} : { etag })
  }
}

const makeRequiring = Effect.fnUntraced(function* (
  collectionId: EndpointId,
  address: URL,
  scopes: ReadonlyArray<GlobusScope.GlobusScope>
) {
  const { https, resourceServer } = gcsCollectionScopes(collectionId)
  const transport = yield* Transport
  const authorizer = yield* Authorizer
  yield* authorizer.require(resourceServer, scopes)
  const httpsServer = `${address.origin}${address.pathname.replace(/\/+$/, "")}`
  const need = { resourceServer, anyOf: [https] }
  const headers = {
    ...transport.headers(Option.getOrUndefined(authorizer.appName)),
    // Its errors are JSON, its files are anything, as they are: ranges of a compressed form would be of no use.
    accept: "*/*",
    "accept-encoding": "identity",
    // Asks for a refusal rather than for a page to log in at; a server that does not heed it redirects.
    "x-requested-with": "XMLHttpRequest"
  }
  const infoOf = (operation: string, rest: Partial<OperationInfo> = {}): OperationInfo => ({
    service,
    operation,
    host: address.host,
    idempotent: true,
    ...rest
  })

  const send = (
    info: OperationInfo,
    request: HttpClientRequest.HttpClientRequest,
    execute: (
      request: HttpClientRequest.HttpClientRequest
    ) => ReturnType<typeof transport.httpClient.execute> = transport.httpClient.execute
  ) =>
    ServiceClient.send(transport, authorizer, {
      info,
      need,
      isUnauthorized: ({ status }) => status === 401 || redirects.has(status),
      request: (authorization) =>
        execute(ServiceClient.authorized(HttpClientRequest.setHeaders(request, headers), authorization))
    }).pipe(Effect.mapBoth({ onFailure: refusedToken, onSuccess: ({ response }) => response }))

  const addressOf = (operation: string, path: string) =>
    Effect.map(FilePath.encode(operation, path), (encoded) => `${httpsServer}${encoded}`)

  const download: Service["download"] = (path, { range } = {}) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const url = yield* addressOf("download", path)
        const part = range ?? { offset: 0 }
        const wrongOffset = wrongNumber(part.offset, 0)
        if (wrongOffset !== undefined) return yield* wrongField("download", "range.offset", wrongOffset)
        const wrongLength = wrongNumber(part.length, 1)
        if (wrongLength !== undefined) return yield* wrongField("download", "range.length", wrongLength)
        const info = infoOf("download", { unread: true })
        return Download.download({
          path,
          part,
          get: (headers) => send(info, HttpClientRequest.get(url, { headers })),
          bytes: (response) => transport.bytes(info, response),
          repetition: transport.repetition
        })
      })
    ).pipe(Stream.withSpan("Collection.download"))

  const uploadBytes = (url: string, body: Uint8Array, contentType: string | undefined) =>
    send(infoOf("upload"), HttpClientRequest.put(url, { body: HttpBody.uint8Array(body, contentType) }))

  const uploadStream = Effect.fnUntraced(function* <E, R>(
    url: string,
    path: string,
    body: Stream.Stream<Uint8Array, E, R>,
    { contentLength, contentType, replayable = false }: UploadOptions
  ) {
    const context = yield* Effect.context<R>()
    const source = Upload.make({
      path,
      stream: Stream.provideContext(body, context),
      length: contentLength,
      replayable
    })
    const { stream } = source
    const request = HttpClientRequest.put(url, { body: HttpBody.stream(stream, contentType, contentLength) })
    const info = infoOf("upload", { patient: true, repeatable: source.isReadable })
    const sent = send(info, request, (request) => {
      const answer = transport.httpClient.execute(request)
      return Duration.isFinite(transport.timeout)
        ? Effect.raceFirst(answer, source.silence(transport.timeout, request))
        : answer
    })
    // What was wrong with the stream tells more than that the connection was broken off for it.
    return yield* sent.pipe(
      Effect.catch((error): Effect.Effect<never, GlobusError | WrongLength | E> => {
        const failure = source.failure()
        return Option.isSome(failure) ? Effect.failCause(failure.value) : Effect.fail(error)
      })
    )
  })

  return CollectionClient.of({
    collectionId,
    httpsServer,
    download,
    upload: Effect.fn("Collection.upload")(function* (path, body, options = {}) {
      const url = yield* addressOf("upload", path)
      const { contentLength, contentType } = options
      const wrongLength = wrongNumber(contentLength, 0)
      if (wrongLength !== undefined) return yield* wrongField("upload", "contentLength", wrongLength)
      if (!(body instanceof Uint8Array)) {
        yield* uploadStream(url, path, body, options)
        return
      }
      if (contentLength !== undefined && contentLength !== body.length) {
        const detail = `there are ${body.length} bytes, not ${contentLength}`
        return yield* wrongField("upload", "contentLength", detail)
      }
      yield* uploadBytes(url, body, contentType)
    }),
    metadata: Effect.fn("Collection.metadata")(function* (path) {
      const url = yield* addressOf("metadata", path)
      return metadataOf(yield* send(infoOf("metadata"), HttpClientRequest.head(url)))
    }),
    remove: Effect.fn("Collection.remove")(function* (path) {
      const url = yield* addressOf("remove", path)
      yield* send(infoOf("remove"), HttpClientRequest.delete(url))
    }),
    url: (path, options = {}) =>
      Effect.map(addressOf("url", path), (url) => (options.download === true ? `${url}?download=1` : url)),
    addScopes: Effect.fn("Collection.addScopes")(function* (scopes) {
      yield* authorizer.require(resourceServer, yield* GlobusScope.fromInputEffect(scopes))
    })
  })
})

/**
 * A client of one collection, for programs that use several. Transfer is asked where it is, and whether it needs
 * `data_access`. Fails if the id is none, if Transfer does not answer, or if the collection cannot be used over HTTPS.
 */
export const make = Effect.fnUntraced(function* ({ collectionId }: Options) {
  const id = yield* validId(collectionId)
  const transfer = yield* TransferClient
  const { entity_type, high_assurance, https_server } = yield* transfer.getEndpoint(id)
  if (https_server === undefined || https_server === null || https_server === "") {
    return yield* new InvalidConfiguration({
      setting: "collectionId",
      detail: `${id} has no address (https_server): it is not a collection of Globus Connect Server 5, or its files are not offered over HTTPS`
    })
  }
  const { data_access, https } = gcsCollectionScopes(id)
  const isMapped = entity_type === "GCSv5_mapped_collection" && high_assurance !== true
  return yield* makeRequiring(
    id,
    yield* ServerAddress.parse("https_server", https_server),
    (isMapped ? [https, data_access] : [https]).map((scope) => GlobusScope.makeUnsafe(scope))
  )
})

/** Like {@link make}, with the address, so that nobody is asked. Fails also if `scopes` cannot be read. */
export const makeWith = Effect.fnUntraced(function* ({ collectionId, httpsServer, scopes }: OptionsWith) {
  const id = yield* validId(collectionId)
  return yield* makeRequiring(
    id,
    yield* ServerAddress.parse("httpsServer", httpsServer),
    scopes === undefined
      ? [GlobusScope.makeUnsafe(gcsCollectionScopes(id).https)]
      : yield* GlobusScope.fromInputEffect(scopes)
  )
})

/** The files of one collection over HTTPS. */
export class CollectionClient extends Context.Service<CollectionClient, Service>()(
  "@effect-globus/sdk/collection/CollectionClient"
) {
  /** A client of one collection as a value, for programs that use several. */
  static readonly make = make

  /** Like `make`, with the address. */
  static readonly makeWith = makeWith

  /** The collection with this id; Transfer is asked where it is. Requires its `https` scope, and `data_access` if it needs that. */
  static readonly layer = (
    options: Options
  ): Layer.Layer<
    CollectionClient,
    InvalidConfiguration | GlobusError,
    TransferClient | Authorizer | Transport
  > => Layer.effect(CollectionClient, make(options))

  /** With the address, so that nobody is asked; requires its `https` scope, or other scopes. */
  static readonly layerWith = (
    options: OptionsWith
  ): Layer.Layer<CollectionClient, InvalidConfiguration | GlobusScope.ScopeError, Authorizer | Transport> =>
    Layer.effect(CollectionClient, makeWith(options))
}
