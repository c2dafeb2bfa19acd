/**
 * How the official SDKs for Python and JavaScript name each operation. The names are kept in `peers.json`, so that
 * documents can be written where the reference is not at hand.
 */
import * as Schema from "effect/Schema"
import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"

/** An operation of Globus, as the official SDKs name it. */
export const Peer = Schema.Struct({
  service: Schema.String,
  verb: Schema.String,
  path: Schema.String,
  python: Schema.optionalKey(Schema.Array(Schema.String)),
  javascript: Schema.optionalKey(Schema.String)
})
export type Peer = typeof Peer.Type

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Peer)))

const file = resolve(import.meta.dirname, "peers.json")

/** The names that are kept. */
export const read = (): ReadonlyArray<Peer> => decode(readFileSync(file, "utf8"))

/**
 * The content of `peers.json` from the reference, which is where `GLOBUS_REFERENCE` says or beside this repository;
 * nothing if it is not there.
 */
export const fromReference = (): { readonly file: string; readonly content: string } | undefined => {
  const directory =
    process.env["GLOBUS_REFERENCE"] || resolve(import.meta.dirname, "../../../../../shared/reference")
  const operations = resolve(directory, "operations.json")
  if (!existsSync(operations)) return undefined
  const peers = decode(readFileSync(operations, "utf8")).filter(
    ({ javascript, python }) => python !== undefined || javascript !== undefined
  )
  // One operation a line.
  return { file, content: `[\n${peers.map((peer) => `  ${JSON.stringify(peer)}`).join(",\n")}\n]\n` }
}

/** What two ways to write an operation have in common: the names of parameters do not matter. */
export const shape = (verb: string, path: string): string =>
  `${verb} ${path.replaceAll(/\{\w+\}|:\w+/g, "{}")}`
