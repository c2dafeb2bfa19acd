/**
 * The format of the token file: the official Python SDK's version 2.0, whose predecessor 1.0 knew no namespaces. What
 * this SDK does not know is kept, at every level.
 */
import { TokenRecord, type Tokens } from "@effect-globus/sdk/app"
import { Document } from "@effect-globus/sdk/model"
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/** What a token file says. */
export interface TokenFile {
  /** Everything beside the namespaces. */
  readonly rest: { readonly [key: string]: unknown }
  readonly namespaces: { readonly [namespace: string]: unknown }
}

/** A token file that cannot be understood. */
export class Misunderstood extends Data.TaggedError("Misunderstood")<{
  readonly kind: "corrupt" | "unknownVersion"
  readonly detail: string
}> {}

const version = "format_version"
const sdkVersion = "globus-sdk.version"

/** The official SDK refuses a file that does not name its version. This is the one whose format we write. */
const compatibleSdkVersion = "4.9.0"

const Versioned = Document.make({ [version]: Schema.String })
const Version1 = Document.make({ by_rs: Schema.Record(Schema.String, Schema.Unknown) })
const Version2 = Document.make({ data: Schema.Record(Schema.String, Schema.Unknown) })
const Namespace = Schema.Record(Schema.String, TokenRecord)

const decodeVersioned = Schema.decodeUnknownResult(Versioned)
const decodeVersion1 = Schema.decodeUnknownResult(Version1)
const decodeVersion2 = Schema.decodeUnknownResult(Version2)
const decodeNamespace = Schema.decodeUnknownResult(Namespace)
const encodeNamespace = Schema.encodeUnknownResult(Namespace)
const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const corrupt = (detail: string) => new Misunderstood({ kind: "corrupt", detail })

/** Where in the file something is wrong. What is there may be a secret. */
const misfit = (error: Schema.SchemaError, ...at: ReadonlyArray<string>) => {
  const [issue] = formatIssue(error.issue).issues
  const path = [...at, ...(issue?.path ?? [])].map((part) =>
    JSON.stringify(Predicate.isObject(part) ? part.key : part)
  )
  return corrupt(`${path.join(" → ") || "the file"}: ${issue?.message ?? "not as it should be"}`)
}

/** A file without tokens. */
export const empty: TokenFile = { rest: {}, namespaces: {} }

const parseJson = (bytes: Uint8Array): Result.Result<unknown, Misunderstood> =>
  Result.try({
    try: (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
    // The error of JSON.parse quotes the file.
    catch: () => corrupt(bytes.length === 0 ? "it is empty" : "it is not JSON; it may have been cut short")
  })

/** Reads a token file. */
export const parse = (bytes: Uint8Array): Result.Result<TokenFile, Misunderstood> =>
  Result.gen(function* () {
    const json = yield* parseJson(bytes)
    const versioned = yield* Result.mapError(decodeVersioned(json), () =>
      corrupt("it has no format_version, so it is no token file")
    )
    switch (versioned[version]) {
      case "2.0": {
        const { data, ...rest } = yield* Result.mapError(decodeVersion2(json), (error) => misfit(error))
        return { rest, namespaces: data }
      }
      case "1.0": {
        const { by_rs, ...rest } = yield* Result.mapError(decodeVersion1(json), (error) => misfit(error))
        return { rest, namespaces: { DEFAULT: by_rs } }
      }
      default:
        return yield* Result.fail(
          new Misunderstood({
            kind: "unknownVersion",
            detail: `its format is ${JSON.stringify(versioned[version].slice(0, 20))}; 1.0 and 2.0 are known`
          })
        )
    }
  })

/** The tokens of a namespace. */
export const tokensOf = (file: TokenFile, namespace: string): Result.Result<Tokens, Misunderstood> =>
  Object.hasOwn(file.namespaces, namespace)
    ? Result.mapError(decodeNamespace(file.namespaces[namespace]), (error) => misfit(error, namespace))
    : Result.succeed({})

/** The namespaces that have tokens. */
export const profilesOf = (file: TokenFile): ReadonlyArray<string> =>
  Object.entries(file.namespaces)
    .filter(([, tokens]) => Predicate.isObject(tokens) && Object.keys(tokens).length > 0)
    .map(([namespace]) => namespace)

const isKnownField = (field: string): boolean => Object.hasOwn(TokenRecord.schema.fields, field)

const objectAt = (parent: { readonly [key: string]: unknown }, key: string) => {
  const child = Object.hasOwn(parent, key) ? parent[key] : undefined
  return Predicate.isReadonlyObject(child) ? child : {}
}

/** A record as it is written: known fields that are null are left out, and what others have added to it stays. */
const merge = (before: { readonly [key: string]: unknown }, after: object) => ({
  ...Object.fromEntries(Object.entries(before).filter(([field]) => !isKnownField(field))),
  ...Object.fromEntries(
    Object.entries(after).filter(([field, value]) => value !== null || !isKnownField(field))
  )
})

/** The file with other tokens in one namespace. */
export const withTokens = (
  file: TokenFile,
  namespace: string,
  tokens: Tokens
): Result.Result<TokenFile, Misunderstood> =>
  Result.map(
    Result.mapError(encodeNamespace(tokens), (error) => misfit(error, namespace)),
    (encoded) => {
      const before = objectAt(file.namespaces, namespace)
      const records = Object.entries(encoded).map(
        ([resourceServer, record]) =>
          [resourceServer, merge(objectAt(before, resourceServer), record)] as const
      )
      return { ...file, namespaces: { ...file.namespaces, [namespace]: Object.fromEntries(records) } }
    }
  )

/** The file's text, in the current format. */
export const serialize = ({ namespaces, rest }: TokenFile): string => {
  const known = rest[sdkVersion]
  const file = {
    data: namespaces,
    ...rest,
    [version]: "2.0",
    [sdkVersion]: typeof known === "string" ? known : compatibleSdkVersion
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
