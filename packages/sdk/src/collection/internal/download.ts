/** A file as it arrives, resumed after a break by asking for the rest of the same version. */
import * as Effect from "effect/Effect"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { type GlobusError, NetworkError, ResponseError } from "../../model/GlobusError.ts"
import type { Service as Transport } from "../../service/Transport.ts"
import { FileChanged, IncompleteFile } from "../FileError.ts"
import * as FileVersion from "./fileVersion.ts"

const at = { service: "collection", operation: "download" }

/** A part of a file that is asked for. */
export interface Part {
  readonly offset: number
  readonly length?: number | undefined
}

export interface Options {
  readonly path: string
  readonly part: Part
  /** Sends a GET with these headers. The body is unread. */
  readonly get: (
    headers: Readonly<Record<string, string>>
  ) => Effect.Effect<HttpClientResponse.HttpClientResponse, GlobusError>
  readonly bytes: (response: HttpClientResponse.HttpClientResponse) => Stream.Stream<Uint8Array, NetworkError>
  readonly repetition: Transport["repetition"]
}

/** The stream stopped before its end. */
interface Broken {
  readonly _tag: "Broken"
  readonly error: NetworkError | IncompleteFile
  /** Whether the rest can be asked for. */
  readonly resumable: boolean
}

const isBroken = (error: GlobusError | FileChanged | IncompleteFile | Broken): error is Broken =>
  error._tag === "Broken"

/** What a response's body is: from which byte on, and where it ends if that is said. */
interface Body {
  readonly response: HttpClientResponse.HttpClientResponse
  readonly start: number
  /** The byte after the last that is wanted. */
  readonly end: number | undefined
  /** Whether it is known that the file has all of them. */
  readonly exact: boolean
  /** Whether more may follow, which nobody wants. */
  readonly more: boolean
}

export const download = (
  options: Options
): Stream.Stream<Uint8Array, GlobusError | FileChanged | IncompleteFile> =>
  Stream.suspend(() => {
    const { path, part } = options
    const wanted = part.length === undefined ? undefined : part.offset + part.length
    // What is known of the file since the first response, and the next byte to hand on.
    let next = part.offset
    let version: FileVersion.FileVersion | undefined
    let total: number | undefined
    let end: number | undefined
    let exact = false

    const changed = (detail: string) => new FileChanged({ path, received: next - part.offset, detail })
    const unexpected = (response: HttpClientResponse.HttpClientResponse, detail: string) =>
      new ResponseError({ ...at, status: response.status, path: "", detail })

    const isResumed = () => next > part.offset
    const isComplete = () => isResumed() && exact && end !== undefined && next >= end
    const lastKnown = () => (isResumed() ? (end ?? wanted) : wanted)
    const isResumable = () =>
      !isResumed() || (version !== undefined && FileVersion.validator(version) !== undefined)

    const headers = (): Record<string, string> => {
      const last = lastKnown()
      const range =
        next === 0 && wanted === undefined
          ? {}
          : { range: `bytes=${next}-${last === undefined ? "" : last - 1}` }
      const validator = isResumed() && version !== undefined ? FileVersion.validator(version) : undefined
      return validator === undefined ? range : { ...range, "if-range": validator }
    }

    /** Remembers the file at the first response, and makes sure at the others that it is the same. */
    const check = (
      response: HttpClientResponse.HttpClientResponse,
      size: number | undefined
    ): FileChanged | undefined => {
      const now = FileVersion.fromHeaders(response.headers)
      if (!isResumed() || version === undefined) {
        // Of an encoded body, nobody can tell which of the file's bytes these are.
        const encoding = response.headers["content-encoding"] ?? "identity"
        version =
          encoding === "identity" ? now : { etag: undefined, lastModified: undefined, date: undefined }
        total = size
        return undefined
      }
      const difference = FileVersion.difference(version, now)
      if (difference !== undefined) return changed(difference)
      if (size !== undefined && total !== undefined && size !== total) {
        return changed(`its size was ${total}, is ${size}`)
      }
      return response.status === 206 || FileVersion.isSame(version, now)
        ? undefined
        : changed("the server sent the whole of it instead of the rest")
    }

    const partial = (
      response: HttpClientResponse.HttpClientResponse
    ): Effect.Effect<Body, ResponseError | FileChanged> => {
      const range = FileVersion.contentRange(response.headers["content-range"])
      const last = lastKnown()
      if (range === undefined || range.start !== next || (last !== undefined && range.end > last)) {
        return Effect.fail(
          unexpected(response, `it does not hold the bytes that were asked for, from ${next}`)
        )
      }
      const wrong = check(response, range.total)
      if (wrong !== undefined) return Effect.fail(wrong)
      end = range.total === undefined ? range.end : Math.min(wanted ?? range.total, range.total)
      exact = true
      return Effect.succeed({ response, start: range.start, end, exact, more: false })
    }

    /** A server may send the whole file whatever part was asked for (RFC 9110 §14.2). */
    const whole = (
      response: HttpClientResponse.HttpClientResponse
    ): Effect.Effect<Body, ResponseError | FileChanged> => {
      const encoded = (response.headers["content-encoding"] ?? "identity") !== "identity"
      const size = encoded ? undefined : FileVersion.size(response.headers["content-length"])
      const wrong = check(response, size)
      if (wrong !== undefined) return Effect.fail(wrong)
      if (size !== undefined && part.offset > 0 && part.offset >= size) {
        return Effect.fail(unexpected(response, `there is no byte ${part.offset} in a file of ${size} bytes`))
      }
      end = size === undefined ? wanted : Math.min(wanted ?? size, size)
      exact = size !== undefined
      const more = end !== undefined && (size === undefined || end < size)
      return Effect.succeed({ response, start: 0, end, exact, more })
    }

    const open = Effect.suspend(() => options.get(headers())).pipe(
      Effect.flatMap((response): Effect.Effect<Body, ResponseError | FileChanged> => {
        switch (response.status) {
          case 200:
            return whole(response)
          case 206:
            return partial(response)
          default:
            return Effect.fail(unexpected(response, "it is neither a file (200) nor a part of one (206)"))
        }
      }),
      // Of a file that is now shorter, there is no rest.
      Effect.mapError((error) =>
        error._tag === "ApiError" && error.status === 416 && isResumed()
          ? changed(`it has no byte ${next} any more`)
          : error
      )
    )

    const broken = (error: NetworkError | IncompleteFile): Broken => ({
      _tag: "Broken",
      error,
      resumable: isResumable() && !(error._tag === "NetworkError" && error.kind === "tls")
    })

    /** What is wanted of the body, and a failure where it ends too early or too late. */
    const read = ({ end, exact, more, response, start }: Body) => {
      let position = start
      const wantedOf = (chunk: Uint8Array): Uint8Array => {
        const from = Math.max(0, next - position)
        const to = end === undefined ? chunk.length : Math.min(chunk.length, end - position)
        position += chunk.length
        const bytes = from < to ? chunk.subarray(from, to) : chunk.subarray(0, 0)
        next += bytes.length
        return bytes
      }
      const atEnd = Stream.suspend((): Stream.Stream<never, Broken | ResponseError> => {
        if (exact && end !== undefined && next < end) {
          const expected = end - part.offset
          return Stream.fail(broken(new IncompleteFile({ path, received: next - part.offset, expected })))
        }
        return !more && end !== undefined && position > end
          ? Stream.fail(unexpected(response, `there are more bytes in it than it says, ${end}`))
          : Stream.empty
      })
      return options.bytes(response).pipe(
        Stream.mapError(({ detail, host, kind }) =>
          broken(
            new NetworkError({
              ...at,
              host,
              kind,
              detail: `${detail}, after ${next - part.offset} bytes of ${path}`
            })
          )
        ),
        Stream.map(wantedOf),
        more ? Stream.takeUntil(() => end !== undefined && next >= end) : (stream) => stream,
        Stream.filter((bytes) => bytes.length > 0),
        Stream.concat(atEnd)
      )
    }

    // The connection may break after the last byte.
    return Stream.suspend(() => (isComplete() ? Stream.empty : Stream.unwrap(Effect.map(open, read)))).pipe(
      // It starts again from no repetitions with every byte that arrives.
      Stream.retry(
        options.repetition.pipe(
          Schedule.setInputType<GlobusError | FileChanged | IncompleteFile | Broken>(),
          Schedule.while(({ input }) => Effect.succeed(isBroken(input) && input.resumable))
        )
      ),
      Stream.mapError((error) => (isBroken(error) ? error.error : error))
    )
  })
