/**
 * The format of the token file: the official Python SDK's version 2.0, whose predecessor 1.0 knew no namespaces. What
 * this SDK does not know is kept, at every level.
 */
import type { Tokens } from "@effect-globus/sdk/app"
import { Document } from "@effect-globus/sdk/model"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TokenRecords from "./tokenRecords.ts"

/** What a token file says. */
export interface TokenFile {
  /** Everything beside the namespaces. */
  readonly rest: { readonly [key: string]: unknown }
  readonly namespaces: { readonly [namespace: string]: unknown }
}

const version = "format_version"
const sdkVersion = "globus-sdk.version"

/** The official SDK refuses a file that does not name its version. This is the one whose format we write. */
export const compatibleSdkVersion = "4.9.0"

const Versioned = Document.make({ [version]: Schema.String })
const Version1 = Document.make({ by_rs: Schema.Record(Schema.String, Schema.Unknown) })
const Version2 = Document.make({ data: Schema.Record(Schema.String, Schema.Unknown) })

const decodeVersioned = Schema.decodeUnknownResult(Versioned)
const decodeVersion1 = Schema.decodeUnknownResult(Version1)
const decodeVersion2 = Schema.decodeUnknownResult(Version2)

const misfit = (error: Schema.SchemaError) => TokenRecords.corrupt(TokenRecords.misfit(error))

/** A file without tokens. */
export const empty: TokenFile = { rest: {}, namespaces: {} }

/** Reads a token file. */
export const parse = (bytes: Uint8Array): Result.Result<TokenFile, TokenRecords.Misunderstood> =>
  Result.gen(function* () {
    const json = yield* TokenRecords.parseJsonBytes(bytes)
    const versioned = yield* Result.mapError(decodeVersioned(json), () =>
      TokenRecords.corrupt("it has no format_version, so it is no token file")
    )
    switch (versioned[version]) {
      case "2.0": {
        const { data, ...rest } = yield* Result.mapError(decodeVersion2(json), misfit)
        return { rest, namespaces: data }
      }
      case "1.0": {
        const { by_rs, ...rest } = yield* Result.mapError(decodeVersion1(json), misfit)
        return { rest, namespaces: { DEFAULT: by_rs } }
      }
      default:
        return yield* Result.fail(
          new TokenRecords.Misunderstood({
            kind: "unknownVersion",
            detail: `its format is ${JSON.stringify(versioned[version].slice(0, 20))}; 1.0 and 2.0 are known`
          })
        )
    }
  })

/** What a namespace has. */
export const contentsOf = ({ namespaces }: TokenFile, namespace: string): TokenRecords.Contents => {
  if (!Object.hasOwn(namespaces, namespace)) return { tokens: {}, spoilt: [] }
  const records = namespaces[namespace]
  return Predicate.isReadonlyObject(records)
    ? TokenRecords.decode(namespace, Object.entries(records))
    : { tokens: {}, spoilt: [`${JSON.stringify(namespace)}: not the records of tokens`] }
}

/** The namespaces that have tokens. */
export const profilesOf = (file: TokenFile): ReadonlyArray<string> =>
  Object.entries(file.namespaces)
    .filter(([, tokens]) => Predicate.isObject(tokens) && Object.keys(tokens).length > 0)
    .map(([namespace]) => namespace)

const objectAt = (parent: { readonly [key: string]: unknown }, key: string) => {
  const child = Object.hasOwn(parent, key) ? parent[key] : undefined
  return Predicate.isReadonlyObject(child) ? child : {}
}

/** The file with other tokens in one namespace, or in words why there can be none. */
export const withTokens = (
  file: TokenFile,
  namespace: string,
  tokens: Tokens
): Result.Result<TokenFile, string> =>
  Result.map(TokenRecords.encode(namespace, tokens), (encoded) => {
    const before = objectAt(file.namespaces, namespace)
    const records = Object.entries(encoded).map(
      ([resourceServer, record]) =>
        [resourceServer, TokenRecords.merge(objectAt(before, resourceServer), record)] as const
    )
    return { ...file, namespaces: { ...file.namespaces, [namespace]: Object.fromEntries(records) } }
  })

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
