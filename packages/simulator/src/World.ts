/**
 * What a simulated Globus consists of when it starts: identities, clients, collections with their files, and flows, in
 * one plain description that is checked before it is used. Write one to test a program against exactly what it expects
 * to find; leave it out, and the simulator starts with {@link defaultWorld}.
 *
 * ```ts
 * import { Simulator, World } from "@effect-globus/simulator"
 *
 * const laboratory = Simulator.layerWith({
 *   world: {
 *     ...World.defaultWorld,
 *     collections: [
 *       {
 *         id: "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90",
 *         display_name: "Laboratory",
 *         files: { "README.txt": "Hello.\n", runs: { "run-1.h5": 52_428_800 } }
 *       }
 *     ]
 *   }
 * })
 * ```
 */
import {
  ClientId,
  Document,
  EndpointId,
  FlowId,
  IdentityId,
  InvalidConfiguration
} from "@effect-globus/sdk/model"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Fault from "./Fault.ts"
import * as DefaultWorld from "./internal/defaultWorld.ts"

// -----------------------------------------------------------------------------
// models: people and programs
// -----------------------------------------------------------------------------

/** An account of a person. The first of a world is the one that logs in unless another is chosen. */
export const Identity = Schema.Struct({
  id: IdentityId,
  /** Such as `rosalind@example.org`; what follows the `@` is its domain. */
  username: Schema.NonEmptyString.check(
    Schema.isPattern(/^[^@\s]+@[^@\s]+$/, { expected: "a user name such as ada@example.org" })
  ),
  name: Schema.NonEmptyString,
  /** Default: the user name. */
  email: Schema.optionalKey(Schema.String),
  organization: Schema.optionalKey(Schema.String)
})
export type Identity = typeof Identity.Type

/** A program on people's own machines, which cannot keep a secret. */
export const NativeClient = Schema.Struct({
  type: Schema.Literal("native"),
  id: ClientId,
  name: Schema.NonEmptyString,
  /** Where logins may lead, besides the page that shows the code and any port of this machine's loopback interface. */
  redirect_uris: Schema.optionalKey(Schema.Array(Schema.String))
})
export type NativeClient = typeof NativeClient.Type

/** A program that can keep a secret; it is an identity too, named `<id>@clients.auth.globus.org`. */
export const ConfidentialClient = Schema.Struct({
  type: Schema.Literal("confidential"),
  id: ClientId,
  name: Schema.NonEmptyString,
  secret: Schema.RedactedFromValue(Schema.NonEmptyString),
  /** Where logins may lead. */
  redirect_uris: Schema.optionalKey(Schema.Array(Schema.String))
})
export type ConfidentialClient = typeof ConfidentialClient.Type

/** A program that is registered with Globus Auth. */
export const Client = Schema.Union([NativeClient, ConfidentialClient])
export type Client = typeof Client.Type

// -----------------------------------------------------------------------------
// models: files
// -----------------------------------------------------------------------------

const isEntryName = (name: string) => /^(?!\.{1,2}$)[^/\0]+$/.test(name)

const instant = Schema.String.check(
  Schema.makeFilter((text) => !Number.isNaN(Date.parse(text)), {
    expected: "a date such as 2025-04-01T09:30:00Z"
  })
)

const attributes = {
  /** When it was changed last. Default: when the simulator started. */
  modified: Schema.optionalKey(instant),
  user: Schema.optionalKey(Schema.String),
  group: Schema.optionalKey(Schema.String)
}

/** Octal, such as `0644`. */
const permissions = Schema.optionalKey(
  Schema.String.check(Schema.isPattern(/^[0-7]{3,4}$/, { expected: "octal permissions such as 0644" }))
)

/** A file, with more than its size or content. */
export const File = Schema.Struct({
  type: Schema.Literal("file"),
  /** In bytes. Default: that of the content. */
  size: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  /**
   * Text that the file consists of. A file may well have a size and no content: its bytes then count from 0 to 250, again
   * and again.
   */
  content: Schema.optionalKey(Schema.String),
  /** What the file consists of, where that is no text: bytes in Base64. */
  base64: Schema.optionalKey(Schema.String.check(Schema.isBase64())),
  permissions,
  ...attributes
})
export type File = typeof File.Type

/** A directory, with more than its entries. */
export interface Directory {
  readonly type: "directory"
  readonly entries: Files
  readonly permissions?: string
  readonly modified?: string
  readonly user?: string
  readonly group?: string
}

/**
 * What can be in a directory: text is a file of that content, a number a file of that many bytes, an object with the
 * `type` `file` or `directory` is what it says, and any other object is a directory.
 */
export type Entry = string | number | File | Directory | Files

/** The entries of a directory, by name. */
export interface Files {
  readonly [name: string]: Entry
}

/** A directory, with more than its entries. */
export const Directory: Schema.Codec<Directory> = Schema.Struct({
  type: Schema.Literal("directory"),
  entries: Schema.suspend((): Schema.Codec<Files> => Files),
  permissions,
  ...attributes
})

/** What can be in a directory. */
export const Entry: Schema.Codec<Entry> = Schema.Union([
  Schema.String,
  Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  File,
  Directory,
  Schema.suspend((): Schema.Codec<Files> => Files)
])

/** The entries of a directory, by name. */
export const Files: Schema.Codec<Files> = Schema.Record(Schema.String, Entry).check(
  Schema.makeFilter((files) =>
    Object.keys(files)
      .filter((name) => !isEntryName(name))
      .map((name) => ({
        path: [name],
        issue: 'Expected the name of a file or directory: not empty, without "/", neither "." nor ".."'
      }))
  )
)

// -----------------------------------------------------------------------------
// models: services
// -----------------------------------------------------------------------------

/** Who may use the files below a path of a guest collection. */
export const AccessRule = Schema.Struct({
  /** A user name or id, `all_authenticated_users`, or `anonymous` for everybody. */
  principal: Schema.NonEmptyString,
  /** A directory. Default: `/`. */
  path: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^\/(.*\/)?$/, { expected: "a path such as /data/" }))
  ),
  /** Default: `r`. */
  permissions: Schema.optionalKey(Schema.Literals(["r", "rw"]))
})
export type AccessRule = typeof AccessRule.Type

/** A collection: a place with files that Transfer reaches. */
export const Collection = Schema.Struct({
  id: EndpointId,
  display_name: Schema.NonEmptyString,
  /** Default: `GCSv5_guest_collection`. */
  entity_type: Schema.optionalKey(
    Schema.Literals([
      "GCSv5_guest_collection",
      "GCSv5_mapped_collection",
      "GCP_guest_collection",
      "GCP_mapped_collection",
      "GCSv5_endpoint"
    ])
  ),
  /** The user name or id of the identity that owns it. Default: the first identity of the world. */
  owner: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  organization: Schema.optionalKey(Schema.String),
  keywords: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Whether everybody finds it. Default: true. */
  public: Schema.optionalKey(Schema.Boolean),
  /** Whether its data need the user's consent to the collection's `data_access` scope. Default: false. */
  data_access: Schema.optionalKey(Schema.Boolean),
  /** Default: false. */
  high_assurance: Schema.optionalKey(Schema.Boolean),
  /** What `~` stands for. Default: `/`. */
  home: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\//, { expected: "an absolute path" }))),
  /** Default: `/~/`. */
  default_directory: Schema.optionalKey(Schema.String),
  /** Whether its files are offered over HTTPS. Default: for those of Globus Connect Server they are. */
  https: Schema.optionalKey(Schema.Boolean),
  /** The collection of which this one shares a directory: that is then its root, and it has no `files` of its own. */
  host: Schema.optionalKey(Schema.Struct({ collection: EndpointId, path: Schema.String })),
  /** Who may use the files of a guest collection, besides its owner. Default: everybody who has logged in, for all. */
  access: Schema.optionalKey(Schema.Array(AccessRule)),
  /** Default: none. */
  files: Schema.optionalKey(Files)
})
export type Collection = typeof Collection.Type

/** A flow. */
export const Flow = Schema.Struct({
  id: FlowId,
  title: Schema.NonEmptyString,
  subtitle: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  keywords: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The user name or id of the identity that owns it. Default: the first identity of the world. */
  owner: Schema.optionalKey(Schema.String),
  definition: Document.Any,
  /** A JSON Schema. Default: any input will do. */
  input_schema: Schema.optionalKey(Document.Any),
  /** Principals, or `public`. Default: `public`. */
  viewers: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Principals, or `all_authenticated_users`. Default: `all_authenticated_users`. */
  starters: Schema.optionalKey(Schema.Array(Schema.String)),
  administrators: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Principals that may manage every run. */
  run_managers: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Principals that may see every run. */
  run_monitors: Schema.optionalKey(Schema.Array(Schema.String)),
  created: Schema.optionalKey(instant),
  updated: Schema.optionalKey(instant)
})
export type Flow = typeof Flow.Type

const positive = Schema.Number.check(Schema.isGreaterThan(0))
const notNegative = Schema.Number.check(Schema.isGreaterThanOrEqualTo(0))

/** How fast simulated things happen, measured by the clock at hand. */
export const Pace = Schema.Struct({
  /** Seconds before a task begins. Default: 0.4. */
  task_start_seconds: Schema.optionalKey(notNegative),
  /** Default: 120 000 000. */
  bytes_per_second: Schema.optionalKey(positive),
  /** What a file costs besides its bytes. Default: 0.02. */
  seconds_per_file: Schema.optionalKey(notNegative),
  /** How long an action of a flow takes. Default: 1.5. */
  action_seconds: Schema.optionalKey(notNegative)
})
export type Pace = typeof Pace.Type

/** All there is when a simulator starts. */
export const World = Schema.Struct({
  identities: Schema.NonEmptyArray(Identity),
  clients: Schema.Array(Client),
  collections: Schema.Array(Collection),
  flows: Schema.optionalKey(Schema.Array(Flow)),
  pace: Schema.optionalKey(Pace),
  /** What goes wrong from the start. Default: nothing. */
  faults: Schema.optionalKey(Schema.Array(Fault.Rule))
})
export type World = typeof World.Type

/** A world as it is written down: plain JSON. */
export type Input = typeof World.Encoded

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const decode = Schema.decodeUnknownResult(World)

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** Checks a world: its shape, that nothing is there twice, and that whatever is referred to exists. */
export const make = (input: Input): Result.Result<World, InvalidConfiguration> =>
  Result.flatMap(
    Result.mapError(decode(input), ({ issue }) => {
      const [first] = formatIssue(issue).issues
      const path = (first?.path ?? []).map((segment) =>
        String(typeof segment === "object" ? segment.key : segment)
      )
      return new InvalidConfiguration({
        setting: ["world", ...path].join("."),
        detail: first?.message ?? "it is not a description of a world"
      })
    }),
    check
  )

const check = (world: World): Result.Result<World, InvalidConfiguration> => {
  const wrong = (setting: string, detail: string) =>
    Result.fail(new InvalidConfiguration({ setting: `world.${setting}`, detail }))
  const seen = new Set<string>()
  const kinds = {
    identities: world.identities,
    clients: world.clients,
    collections: world.collections,
    flows: world.flows ?? []
  }
  for (const [kind, things] of Object.entries(kinds)) {
    for (const [index, { id }] of things.entries()) {
      if (seen.has(id.toLowerCase())) return wrong(`${kind}.${index}.id`, `${id} is there twice`)
      seen.add(id.toLowerCase())
    }
  }
  const people = new Set(world.identities.flatMap(({ id, username }) => [id as string, username]))
  for (const [index, { host }] of world.collections.entries()) {
    if (host === undefined) continue
    const mapped = world.collections.find(({ id }) => id === host.collection)
    if (mapped === undefined || mapped.host !== undefined) {
      const detail = `there is no collection ${host.collection} with files of its own`
      return wrong(`collections.${index}.host.collection`, detail)
    }
  }
  for (const kind of ["collections", "flows"] as const) {
    for (const [index, { owner }] of (world[kind] ?? []).entries()) {
      if (owner !== undefined && !people.has(owner)) {
        return wrong(`${kind}.${index}.owner`, `there is no identity ${owner}`)
      }
    }
  }
  return Result.succeed(world)
}

// -----------------------------------------------------------------------------
// the default world
// -----------------------------------------------------------------------------

/** The id of the native client of the default world. */
export const nativeClientId = DefaultWorld.nativeClientId

/** The id of the confidential client of the default world. */
export const confidentialClientId = DefaultWorld.confidentialClientId

/** The secret of the confidential client of the default world. It protects nothing: everybody knows it. */
export const confidentialClientSecret = DefaultWorld.confidentialClientSecret

/**
 * The world that demonstrations and documentation use: two identities, a native and a confidential client, two guest
 * collections that anybody may use, two mapped collections that need consent, and three flows.
 */
export const defaultWorld: Input = DefaultWorld.defaultWorld
