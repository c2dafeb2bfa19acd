/**
 * All that a simulated Globus knows at one moment: what there is, who consented to what, which tokens are good, which
 * tasks and runs are under way. Take one with `Simulator.snapshot`, put it back with `Simulator.restore`; as JSON it
 * can be kept, which is what a simulator with a state file does. Its secrets are `Redacted`, and plain text as JSON.
 *
 * ```ts
 * import { Simulator } from "@effect-globus/simulator"
 * import { Effect } from "effect"
 *
 * declare const experiment: Effect.Effect<void>
 *
 * const withoutConsequences = Effect.gen(function* () {
 *   const simulator = yield* Simulator
 *   const before = yield* simulator.snapshot
 *   yield* experiment
 *   yield* simulator.restore(before)
 * })
 * ```
 */
import { FlowId, IndexId, IndexTaskId, JobId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Registry as ComputeRegistry } from "./internal/compute/Registry.ts"
import { Resource as GcsResource } from "./internal/gcs/Resource.ts"
import { Scan } from "./internal/search/Catalogs.ts"
import * as Records from "./internal/transfer/Records.ts"
import { Notification } from "./Notification.ts"
import { World } from "./World.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const Secret = Schema.RedactedFromValue(Schema.String)
const Strings = Schema.Array(Schema.String)
const StringOrNull = Schema.NullOr(Schema.String)
const NumberOrNull = Schema.NullOr(Schema.Number)
const Json = Schema.Record(Schema.String, Schema.Unknown)

// What snapshots of earlier versions have not, and what it is there.
const noText = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")))
const noStrings = Strings.pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
const notSo = Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)))

const grant = { grant: Schema.Int, client: Schema.String, identity: Schema.String } as const

const Code = Schema.Struct({
  text: Secret,
  ...grant,
  redirectUri: Schema.String,
  scope: Schema.String,
  challenge: Schema.optional(Schema.String),
  nonce: Schema.optional(Schema.String),
  offline: Schema.Boolean,
  expires: Schema.Number,
  used: Schema.Boolean
})

/** What the token of a service comes from that got it for another token. */
const origin = Schema.optional(Schema.Struct({ client: Schema.String, paths: Schema.Array(Strings) }))

const AccessToken = Schema.Struct({
  text: Secret,
  ...grant,
  origin,
  resourceServer: Schema.String,
  scopes: Strings,
  issued: Schema.Number,
  expires: Schema.Number
})

const RefreshToken = Schema.Struct({
  text: Secret,
  ...grant,
  origin,
  resourceServer: Schema.String,
  scopes: Strings,
  issued: Schema.Number
})

const Session = Schema.Struct({
  grant: Schema.Int,
  // A session that is nobody's does not go on with the next login.
  client: noText,
  identity: noText,
  logins: Schema.Array(Schema.Struct({ identity: Schema.String, at: Schema.Number, mfa: Schema.Boolean }))
})

const Credential = Schema.Struct({
  id: Schema.String,
  client: Schema.String,
  name: Schema.String,
  created: Schema.Number,
  secret: Secret
})

const Consent = Schema.Struct({
  id: Schema.Int,
  identity: Schema.String,
  client: Schema.String,
  scope: Schema.String,
  optional: Schema.Boolean,
  path: Schema.Array(Schema.Int),
  created: Schema.Number
})

const PlannedFile = Schema.Struct({
  source: Schema.String,
  destination: Schema.String,
  file: Schema.TaggedStruct("File", {
    size: Schema.Number,
    content: Schema.optional(Schema.String),
    base64: Schema.optional(Schema.String),
    origin: Schema.optional(Schema.String),
    modified: Schema.Number,
    permissions: Schema.String,
    user: Schema.String,
    group: Schema.String
  }),
  algorithm: Schema.optional(Schema.String),
  starts: Schema.optional(Schema.Number),
  arrives: Schema.Number
})

const PlannedLink = Schema.Struct({
  source: Schema.String,
  destination: Schema.String,
  target: Schema.String,
  arrives: Schema.Number
})

const Trouble = Schema.Struct({ code: Schema.String, description: Schema.String })

const Side = Schema.Literals(["SOURCE", "DESTINATION", "BOTH"])

const Task = Schema.Struct({
  id: Schema.String,
  type: Schema.Literals(["TRANSFER", "DELETE"]),
  owner: Schema.String,
  submission: Schema.String,
  label: StringOrNull,
  source: Schema.String,
  destination: StringOrNull,
  options: Json,
  preservesTimes: Schema.Boolean,
  requested: Schema.Number,
  begins: Schema.Number,
  deadline: Schema.Number,
  canceled: NumberOrNull,
  canceledBy: Schema.optional(Schema.Struct({ side: Side, message: Schema.String })),
  pauses: Schema.optional(
    Schema.Array(
      Schema.Struct({
        from: Schema.Number,
        until: NumberOrNull,
        rule: StringOrNull,
        message: Schema.String,
        side: Side
      })
    )
  ),
  notifies: Schema.optional(Schema.Struct({ succeeded: Schema.Boolean, failed: Schema.Boolean })),
  settled: Schema.Boolean,
  applied: Schema.optional(
    Schema.Struct({
      files: Schema.Int,
      links: Schema.Int,
      directories: Schema.Int,
      removals: Schema.Int
    })
  ),
  over: Schema.optional(Schema.Boolean),
  due: Schema.optional(Schema.Number),
  plan: Schema.Struct({
    files: Schema.Array(PlannedFile),
    links: Schema.optional(Schema.Array(PlannedLink)),
    directories: Strings,
    removals: Strings,
    skippedFiles: Schema.Int,
    skippedErrors: Schema.Array(
      Schema.Struct({
        source: Schema.String,
        destination: Schema.String,
        code: Schema.optional(Schema.Literals(["FILE_NOT_FOUND", "PERMISSION_DENIED"])),
        directory: Schema.optional(Schema.Boolean),
        link: Schema.optional(Schema.Boolean)
      })
    ),
    failure: Schema.NullOr(Trouble),
    hindrance: Schema.optional(Schema.NullOr(Trouble)),
    waiting: Schema.optional(Schema.NullOr(Schema.Union([Records.TransferOrder, Records.DeleteOrder]))),
    overcome: Schema.optional(
      Schema.Array(Schema.Struct({ ...Trouble.fields, from: Schema.Number, until: Schema.Number }))
    ),
    duration: Schema.Number
  })
})

const AccessRule = Schema.Struct({
  id: Schema.String,
  collection: Schema.String,
  principal_type: Schema.Literals(["identity", "group", "all_authenticated_users", "anonymous"]),
  principal: Schema.String,
  path: Schema.String,
  permissions: Schema.Literals(["r", "rw"]),
  role: StringOrNull,
  created: Schema.Number,
  expires: NumberOrNull
})

const Bookmark = Schema.Struct({
  id: Schema.String,
  owner: Schema.String,
  name: Schema.String,
  endpoint_id: Schema.String,
  path: Schema.String
})

const Run = Schema.Struct({
  id: Schema.String,
  flow: Schema.String,
  title: Schema.String,
  flowUpdated: Schema.Number,
  definition: Json,
  input_schema: Schema.NullOr(Json),
  owner: Schema.String,
  client: noText,
  behalf: noStrings,
  label: StringOrNull,
  tags: Strings,
  notifies: noStrings,
  managers: Strings,
  monitors: Strings,
  input: Json,
  started: Schema.Number,
  canceled: NumberOrNull,
  course: Schema.Struct({
    steps: Schema.Array(
      Schema.Struct({ at: Schema.Number, code: Schema.String, description: Schema.String, details: Json })
    ),
    status: Schema.Literals(["SUCCEEDED", "FAILED", "INACTIVE"]),
    waits: Schema.optional(Schema.Struct({ name: Schema.String, state: Schema.Unknown })),
    details: Json,
    ends: Schema.Number
  })
})

const IndexTask = Schema.Struct({
  id: IndexTaskId,
  index: IndexId,
  type: Schema.String,
  created: Schema.Number,
  begins: Schema.Number,
  completes: Schema.Number,
  change: Schema.NullOr(
    Schema.Union([
      Schema.TaggedStruct("Ingest", {
        entries: Schema.Array(
          Schema.Struct({
            subject: Schema.String,
            id: StringOrNull,
            content: Json,
            visible_to: Strings,
            principal_sets: Schema.Record(Schema.String, Strings)
          })
        ),
        mapping: Schema.Record(Schema.String, Schema.Literals(["geo_point", "geo_shape"]))
      }),
      Schema.TaggedStruct("DeleteEntry", { subject: Schema.String, id: StringOrNull }),
      Schema.TaggedStruct("DeleteSubjects", { subjects: Strings }),
      Schema.TaggedStruct("DeleteByQuery", { query: Json, principals: Strings })
    ])
  ),
  message: Schema.String
})

const Timer = Schema.Struct({
  id: JobId,
  name: StringOrNull,
  owner: Schema.String,
  client: Schema.String,
  consented: notSo,
  type: Schema.Literals(["transfer", "flow", "generic"]),
  body: Json,
  flow: Schema.NullOr(FlowId),
  callbackUrl: Schema.String,
  scope: StringOrNull,
  schedule: Schema.Struct({
    first: Schema.Number,
    interval: NumberOrNull,
    count: NumberOrNull,
    until: NumberOrNull
  }),
  submitted: Schema.Number,
  next: NumberOrNull,
  runs: Schema.Int,
  errors: Schema.Int,
  pause: Schema.NullOr(
    Schema.Struct({
      cause: Schema.Literals(["user", "globus_auth_requirements"]),
      detail: Schema.NullOr(Json)
    })
  ),
  outcomes: Schema.Array(
    Schema.Struct({
      ran: Schema.Number,
      resource: Schema.NullOr(Schema.Struct({ type: Schema.Literals(["task", "run"]), id: Schema.String })),
      error: Schema.NullOr(
        Schema.Struct({ status: Schema.Number, code: Schema.String, detail: Schema.String })
      )
    })
  )
})

/** All that a simulated Globus knows at one moment. Times are milliseconds since 1970. */
export const Snapshot = Schema.Struct({
  format: Schema.Literal("effect-globus-simulator-1"),
  /** Tells from which world the simulator began. */
  seed: Schema.String,
  /** What there is now, files included. */
  world: World,
  signingKey: Schema.optionalKey(Secret),
  nextGrant: Schema.Int,
  sessions: Schema.optionalKey(Schema.Array(Session)),
  credentials: Schema.optionalKey(Schema.Array(Credential)),
  codes: Schema.Array(Code),
  accessTokens: Schema.Array(AccessToken),
  refreshTokens: Schema.Array(RefreshToken),
  consents: Schema.Array(Consent),
  tasks: Schema.Array(Task),
  notifications: Schema.optionalKey(Schema.Array(Notification)),
  bookmarks: Schema.Array(Bookmark),
  accessRules: Schema.optionalKey(Schema.Array(AccessRule)),
  roles: Schema.optionalKey(Schema.Array(Records.Role)),
  pauseRules: Schema.optionalKey(Schema.Array(Records.PauseRule)),
  cancelOrders: Schema.optionalKey(Schema.Array(Records.CancelOrder)),
  tunnels: Schema.optionalKey(Schema.Array(Records.Tunnel)),
  gcs: Schema.optionalKey(Schema.Array(GcsResource)),
  runs: Schema.Array(Run),
  indexTasks: Schema.Array(IndexTask),
  /** Scans of collections, for Globus Search Insights. */
  scans: Schema.optionalKey(Schema.Array(Scan)),
  timers: Schema.Array(Timer),
  /** What identities let groups do, by their ids. */
  preferences: Schema.Array(Schema.Struct({ id: Schema.String, allow_add: Schema.NullOr(Schema.Boolean) })),
  compute: Schema.optionalKey(ComputeRegistry)
})
export type Snapshot = typeof Snapshot.Type
