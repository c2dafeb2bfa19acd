/**
 * What can be wrong with the bytes of a file, beside everything that any call to Globus can fail with. Use it to tell a
 * download that is worth beginning anew from one that is not.
 *
 * ```ts
 * import { CollectionClient } from "@effect-globus/sdk/collection"
 * import { Effect, Stream } from "effect"
 *
 * const size = Effect.gen(function* () {
 *   const files = yield* CollectionClient
 *   return yield* Stream.runFold(files.download("/data/a.csv"), () => 0, (sum, bytes) => sum + bytes.length)
 * }).pipe(Effect.retry({ while: ({ _tag }) => _tag === "FileChanged", times: 1 }))
 * ```
 */
import * as Schema from "effect/Schema"

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** The file became another one while it was downloaded. What was received belongs to the older one. */
export class FileChanged extends Schema.TaggedError<FileChanged>()("FileChanged", {
  path: Schema.String,
  /** How many bytes of the older file were received. */
  received: Schema.Number,
  /** By what it shows. */
  detail: Schema.String
}) {
  override get message() {
    return `${this.path} changed after ${this.received} bytes of it were received (${this.detail}): discard them and download it again.`
  }
}

/** A download ended before the file did, also after it was resumed where it could be. */
export class IncompleteFile extends Schema.TaggedError<IncompleteFile>()("IncompleteFile", {
  path: Schema.String,
  /** How many bytes were received. */
  received: Schema.Number,
  /** How many there should have been. */
  expected: Schema.Number
}) {
  override get message() {
    return `${this.path} ended after ${this.received} of ${this.expected} bytes: what was received is not the whole of it, download it again.`
  }
}

/** What was to be uploaded is shorter or longer than `contentLength` says. The request was broken off. */
export class WrongLength extends Schema.TaggedError<WrongLength>()("WrongLength", {
  path: Schema.String,
  /** How many bytes there were; of a longer one, at least. */
  actual: Schema.Number,
  /** How many there should have been. */
  expected: Schema.Number
}) {
  override get message() {
    const more = this.actual > this.expected ? "more than " : ""
    const there = this.actual > this.expected ? this.expected : this.actual
    return `The upload of ${this.path} was broken off: the stream has ${more}${there} bytes, but contentLength is ${this.expected}.`
  }
}
