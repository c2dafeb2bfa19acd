/**
 * The records of tokens in a store: those that are understood, and those that are not. What this SDK does not know of
 * a record is kept.
 */
import { TokenRecord, type Tokens } from "@effect-globus/sdk/app"
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/** A store that cannot be understood. */
export class Misunderstood extends Data.TaggedError("Misunderstood")<{
  readonly kind: "corrupt" | "unknownVersion"
  readonly detail: string
}> {}

/** What a store has of an account. */
export interface Contents {
  readonly tokens: Tokens
  /** What else it has, which cannot be understood: where, and what is wrong. */
  readonly spoilt: ReadonlyArray<string>
}

const decodeRecord = Schema.decodeUnknownResult(TokenRecord)
const encodeTokens = Schema.encodeUnknownResult(Schema.Record(Schema.String, TokenRecord))
const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

export const corrupt = (detail: string) => new Misunderstood({ kind: "corrupt", detail })

/** Where in the store something is wrong. What is there may be a secret. */
export const misfit = (error: Schema.SchemaError, ...at: ReadonlyArray<string>): string => {
  const [issue] = formatIssue(error.issue).issues
  const path = [...at, ...(issue?.path ?? [])].map((part) =>
    JSON.stringify(Predicate.isObject(part) ? part.key : part)
  )
  return `${path.join(" → ") || "the file"}: ${issue?.message ?? "not as it should be"}`
}

/** Reads the records of a namespace, each by itself: one that is spoilt spoils no other. */
export const decode = (
  namespace: string,
  records: Iterable<readonly [resourceServer: string, record: unknown]>
): Contents => {
  const read = Array.from(records, ([server, record]) => [server, decodeRecord(record)] as const)
  return {
    tokens: Object.fromEntries(
      read.flatMap(([server, result]) => (Result.isSuccess(result) ? [[server, result.success]] : []))
    ),
    spoilt: read.flatMap(([server, result]) =>
      Result.isFailure(result) ? [misfit(result.failure, namespace, server)] : []
    )
  }
}

/** The records as they are written, or in words why they cannot be. */
export const encode = (
  namespace: string,
  tokens: Tokens
): Result.Result<{ readonly [resourceServer: string]: object }, string> =>
  Result.mapError(encodeTokens(tokens), (error) => misfit(error, namespace))

const isKnownField = (field: string): boolean => Object.hasOwn(TokenRecord.schema.fields, field)

/** A record as it is written: known fields that are null are left out, and what others have added to it stays. */
export const merge = (before: unknown, after: object): object => ({
  ...Object.fromEntries(
    Object.entries(Predicate.isReadonlyObject(before) ? before : {}).filter(([field]) => !isKnownField(field))
  ),
  ...Object.fromEntries(
    Object.entries(after).filter(([field, value]) => value !== null || !isKnownField(field))
  )
})

/** Reads JSON. */
export const parseJson = (text: string): Result.Result<unknown, Misunderstood> =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    // The error of JSON.parse quotes the text.
    catch: () => corrupt(text === "" ? "it is empty" : "it is not JSON; it may have been cut short")
  })

/** Reads JSON in UTF-8. */
export const parseJsonBytes = (bytes: Uint8Array): Result.Result<unknown, Misunderstood> =>
  Result.flatMap(
    Result.try({
      try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
      catch: () => corrupt("it is not JSON; it may have been cut short")
    }),
    parseJson
  )
