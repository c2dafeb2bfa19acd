/**
 * What a simulated Globus consists of when it starts: identities, clients, collections with their files, flows, groups,
 * indices and timers, in one plain description that is checked before it is used. Write one to test a program against
 * exactly what it expects to find; leave it out, and the simulator starts with {@link defaultWorld}.
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
  InvalidConfiguration,
  PolicyId,
  ProjectId,
  ScopeId,
  StorageGatewayId,
  SubscriptionId,
  Uuid
} from "@effect-globus/sdk/model"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Fault from "./Fault.ts"
import * as DefaultWorld from "./internal/defaultWorld.ts"
import { Text as instant } from "./internal/Instant.ts"
import { problemIn } from "./internal/worldReferences.ts"
import { ComputeEndpoint, ComputeFunction } from "./world/Compute.ts"
import {
  CollectionSettings,
  GcsEndpoint,
  IdentityMapping,
  LocalAccount,
  MappingProgram,
  PathRestrictions,
  SharingPolicy,
  StorageGateway,
  StreamGateway,
  UserCredential
} from "./world/GcsEndpoint.ts"
import { Group } from "./world/Group.ts"
import { Index } from "./world/Index.ts"
import { InsightsCatalog } from "./world/InsightsCatalog.ts"
import { RegisteredApi } from "./world/RegisteredApi.ts"
import { Timer } from "./world/Timer.ts"

export { Group, GroupMember, GroupPolicies, GroupSubscription } from "./world/Group.ts"
export { Index, IndexEntry, IndexRole } from "./world/Index.ts"
export { FlowTimer, GenericTimer, Timer, TransferTimer } from "./world/Timer.ts"
export {
  CollectionSettings,
  ComputeEndpoint,
  ComputeFunction,
  GcsEndpoint,
  IdentityMapping,
  LocalAccount,
  MappingProgram,
  PathRestrictions,
  SharingPolicy,
  StorageGateway,
  StreamGateway,
  UserCredential
}
export { InsightsCatalog, RegisteredApi }

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
  organization: Schema.optionalKey(Schema.String),
  /**
   * The user name or id of the identity that it is linked to: another account of the same person, who acts as that one
   * whichever of the two they log in with. Default: none.
   */
  linked_to: Schema.optionalKey(Schema.String),
  /** `unused` is one that is known by its user name alone, because nobody has logged in with it yet. Default: `used`. */
  status: Schema.optionalKey(Schema.Literals(["used", "unused"]))
})
export type Identity = typeof Identity.Type

/** Where accounts come from. Domains that no provider of a world has, have one each. */
export const IdentityProvider = Schema.Struct({
  id: Uuid,
  name: Schema.NonEmptyString,
  short_name: Schema.optionalKey(Schema.String),
  alternative_names: Schema.optionalKey(Schema.Array(Schema.String)),
  domains: Schema.Array(Schema.String)
})
export type IdentityProvider = typeof IdentityProvider.Type

/** What may be said of any client besides. */
const registration = {
  /** Where logins may lead; for native clients, besides the page that shows the code and any port of this machine's loopback interface. */
  redirect_uris: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The project that it belongs to. */
  project: Schema.optionalKey(ProjectId),
  /** The client that registered it. */
  parent_client: Schema.optionalKey(ClientId),
  /** Default: `public_installed_client` and `confidential_client`. */
  client_type: Schema.optionalKey(Schema.String),
  /** Default: `private`. */
  visibility: Schema.optionalKey(Schema.Literals(["public", "private"])),
  /** The domains that it has proven to be its own. */
  fqdns: Schema.optionalKey(Schema.Array(Schema.String)),
  links: Schema.optionalKey(
    Schema.Struct({ terms_and_conditions: Schema.String, privacy_policy: Schema.String })
  ),
  /** The identity provider of which those who log in must have an account. */
  required_idp: Schema.optionalKey(Uuid),
  /** The identity provider that is offered first to those who log in. */
  preselect_idp: Schema.optionalKey(Uuid)
}

/** A program on people's own machines, which cannot keep a secret. */
export const NativeClient = Schema.Struct({
  type: Schema.Literal("native"),
  id: ClientId,
  name: Schema.String,
  ...registration
})
export type NativeClient = typeof NativeClient.Type

/** A program that can keep a secret; it is an identity too, named `<id>@clients.auth.globus.org`. */
export const ConfidentialClient = Schema.Struct({
  type: Schema.Literal("confidential"),
  id: ClientId,
  name: Schema.String,
  /** Default: none, so that it cannot authenticate before it is given a credential. */
  secret: Schema.optionalKey(Schema.RedactedFromValue(Schema.NonEmptyString)),
  ...registration
})
export type ConfidentialClient = typeof ConfidentialClient.Type

/** A program that is registered with Globus Auth. */
export const Client = Schema.Union([NativeClient, ConfidentialClient])
export type Client = typeof Client.Type

/** What groups clients, scopes and policies, and says who administers them. */
export const Project = Schema.Struct({
  id: ProjectId,
  display_name: Schema.String,
  /** Default: the email address of its first administrator. */
  contact_email: Schema.optionalKey(Schema.String),
  /** User names or ids. Default: the first identity of the world. */
  admin_ids: Schema.optionalKey(Schema.Array(Schema.String)),
  admin_group_ids: Schema.optionalKey(Schema.Array(Uuid))
})
export type Project = typeof Project.Type

/** With what kind of account, and how recently, somebody must have logged in to use what it protects. */
export const Policy = Schema.Struct({
  id: PolicyId,
  project_id: ProjectId,
  display_name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  /** Whether only the logins of the session count that brought the token. Default: false. */
  high_assurance: Schema.optionalKey(Schema.Boolean),
  /** How many seconds ago somebody may have logged in at most. Default: any. */
  authentication_assurance_timeout: Schema.optionalKey(
    Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0)))
  ),
  /** Whether a second factor is needed. Default: false. */
  required_mfa: Schema.optionalKey(Schema.Boolean),
  /** The domains of accounts that satisfy it; `*.example.org` stands for those below that one. Default: all. */
  domain_constraints_include: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  /** The domains of accounts that do not. Default: none. */
  domain_constraints_exclude: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))
})
export type Policy = typeof Policy.Type

/** A scope that a client defines. Of a client that has none here, every scope exists. */
export const Scope = Schema.Struct({
  /** Default: one that follows from the scope. */
  id: Schema.optionalKey(ScopeId),
  client: ClientId,
  /** Such as `https://auth.globus.org/scopes/<client>/manage`. */
  scope_string: Schema.NonEmptyString,
  name: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  advertised: Schema.optionalKey(Schema.Boolean),
  allows_refresh_token: Schema.optionalKey(Schema.Boolean),
  required_domains: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The scopes that come with it, by their strings. */
  dependent_scopes: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        scope: Schema.String,
        optional: Schema.optionalKey(Schema.Boolean),
        requires_refresh_token: Schema.optionalKey(Schema.Boolean)
      })
    )
  )
})
export type Scope = typeof Scope.Type

// -----------------------------------------------------------------------------
// models: files
// -----------------------------------------------------------------------------

const isEntryName = (name: string) => /^(?!\.{1,2}$)[^/\0]+$/.test(name)

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

/** A symbolic link. */
export const Link = Schema.Struct({
  type: Schema.Literal("link"),
  /**
   * Where it points to: from the root of the collection, or from the directory that it is in. There need not be anything;
   * above the root there is nothing.
   */
  target: Schema.NonEmptyString,
  ...attributes
})
export type Link = typeof Link.Type

/**
 * What can be in a directory: text is a file of that content, a number a file of that many bytes, an object with the
 * `type` `file`, `directory` or `link` is what it says, and any other object is a directory.
 */
export type Entry = string | number | File | Directory | Link | Files

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
  Link,
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
  display_name: Schema.String,
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
  /** Whether its users must have logged in recently. Default: as its storage gateway, or false. */
  high_assurance: Schema.optionalKey(Schema.Boolean),
  /** With high assurance: how recently. Default: as its storage gateway, or 30 minutes. */
  authentication_timeout_mins: Schema.optionalKey(Schema.Finite),
  /** With high assurance: whether with a second factor. Default: false. */
  mfa_required: Schema.optionalKey(Schema.Boolean),
  /** The subscription that it belongs to. Default: none. */
  subscription_id: Schema.optionalKey(SubscriptionId),
  /** Whether the administrator of its subscription vouches for it. Default: false. */
  subscription_admin_verified: Schema.optionalKey(Schema.Boolean),
  /** The policy that its users have to satisfy. */
  authentication_policy_id: Schema.optionalKey(PolicyId),
  /** What `~` stands for. Default: `/`. */
  home: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\//, { expected: "an absolute path" }))),
  /** Default: `/~/`. */
  default_directory: Schema.optionalKey(Schema.String),
  /** Whether its files are offered over HTTPS. Default: for those of Globus Connect Server they are. */
  https: Schema.optionalKey(Schema.Boolean),
  /** The collection of which this one shares a directory: that is then its root, and it has no `files` of its own. */
  host: Schema.optionalKey(Schema.Struct({ collection: EndpointId, path: Schema.String })),
  /** The storage gateway that it is on, which makes it a collection of that endpoint. Default: of no endpoint. */
  storage_gateway: Schema.optionalKey(StorageGatewayId),
  /** What its server says of it besides: for collections on a storage gateway, and those that share a part of one. */
  settings: Schema.optionalKey(CollectionSettings),
  /** Of mapped collections on a storage gateway: what some may share, where others may not. */
  sharing_policies: Schema.optionalKey(Schema.Array(SharingPolicy)),
  /**
   * A folder of this machine that its files are in, as an absolute path; whatever is done to the collection is done there,
   * and links that lead out of it are not seen. What is looked at is read anew at every request. Default: none, the files are
   * in memory.
   */
  folder: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^(\/|[A-Za-z]:)/, { expected: "an absolute path" }))
  ),
  /**
   * How many bytes its files may have altogether: what would be more, transfers try to copy until their deadline, and
   * uploads are refused. That of a collection of which others share directories is for theirs too. Default: any.
   */
  quota: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  /** Who may use the files of a guest collection, besides its owner. Default: everybody who has logged in, for all. */
  access: Schema.optionalKey(Schema.Array(AccessRule)),
  /** Default: none. */
  files: Schema.optionalKey(Files)
})
export type Collection = typeof Collection.Type

/** A flow. */
export const Flow = Schema.Struct({
  id: FlowId,
  title: Schema.String,
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
  /** The subscription that it belongs to. Default: none. */
  subscription_id: Schema.optionalKey(SubscriptionId),
  /** The policy that those have to satisfy who change it, run it, or look into its runs. Default: none. */
  authentication_policy_id: Schema.optionalKey(PolicyId),
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
  /** Seconds after which a task is given up that names no deadline. Default: 86 400, a day. */
  task_deadline_seconds: Schema.optionalKey(positive),
  /** Default: 120 000 000. */
  bytes_per_second: Schema.optionalKey(positive),
  /** What a file costs besides its bytes. Default: 0.02. */
  seconds_per_file: Schema.optionalKey(notNegative),
  /** How long an action of a flow takes. Default: 1.5. */
  action_seconds: Schema.optionalKey(notNegative),
  /** How long a task of Search takes. Default: 0.5. */
  index_task_seconds: Schema.optionalKey(notNegative),
  /** How long a function of Compute runs. Default: 1. */
  function_seconds: Schema.optionalKey(notNegative)
})
export type Pace = typeof Pace.Type

/** All there is when a simulator starts. */
export const World = Schema.Struct({
  identities: Schema.NonEmptyArray(Identity),
  identity_providers: Schema.optionalKey(Schema.Array(IdentityProvider)),
  clients: Schema.Array(Client),
  projects: Schema.optionalKey(Schema.Array(Project)),
  policies: Schema.optionalKey(Schema.Array(Policy)),
  scopes: Schema.optionalKey(Schema.Array(Scope)),
  collections: Schema.Array(Collection),
  /** Endpoints of Globus Connect Server. */
  gcs_endpoints: Schema.optionalKey(Schema.Array(GcsEndpoint)),
  compute_endpoints: Schema.optionalKey(Schema.Array(ComputeEndpoint)),
  compute_functions: Schema.optionalKey(Schema.Array(ComputeFunction)),
  flows: Schema.optionalKey(Schema.Array(Flow)),
  /** APIs that flows may call. */
  registered_apis: Schema.optionalKey(Schema.Array(RegisteredApi)),
  groups: Schema.optionalKey(Schema.Array(Group)),
  indices: Schema.optionalKey(Schema.Array(Index)),
  /** Catalogs of what is in collections, for Globus Search Insights. */
  insights_catalogs: Schema.optionalKey(Schema.Array(InsightsCatalog)),
  timers: Schema.optionalKey(Schema.Array(Timer)),
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
  const problem = problemIn(world)
  return problem === undefined
    ? Result.succeed(world)
    : Result.fail(new InvalidConfiguration({ setting: `world.${problem.setting}`, detail: problem.detail }))
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
 * collections that anybody may use, two mapped collections that need consent, three flows, three groups, two indices,
 * and a timer that is paused.
 */
export const defaultWorld: Input = DefaultWorld.defaultWorld
