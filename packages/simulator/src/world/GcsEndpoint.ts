/** Endpoints of Globus Connect Server, as a world describes them. */
import {
  ConnectorId,
  EndpointId,
  PolicyId,
  StorageGatewayId,
  StreamGatewayId,
  SubscriptionId,
  UserCredentialId
} from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"

const texts = Schema.optionalKey(Schema.Array(Schema.String))
const flag = Schema.optionalKey(Schema.Boolean)
const text = Schema.optionalKey(Schema.String)
const minutes = Schema.optionalKey(Schema.Finite)

/** Which paths may be read, or read and written, or neither; the longest that fits decides. */
export const PathRestrictions = Schema.Struct({ read: texts, read_write: texts, none: texts })
export type PathRestrictions = typeof PathRestrictions.Type

/** How identities become local accounts: by expressions over their properties, or by a program. */
export const IdentityMapping = Schema.Union([
  Schema.Struct({
    DATA_TYPE: Schema.Literal("expression_identity_mapping#1.0.0"),
    mappings: Schema.Array(
      Schema.Struct({
        /** Text with properties in braces, such as `{username}`. */
        source: Schema.String,
        /** A regular expression that all of it must match. */
        match: Schema.String,
        /** The local account: text with the expression's groups in braces, such as `{0}`. */
        output: Schema.String,
        ignore_case: flag,
        /** Whether `match` is plain text. */
        literal: flag
      })
    )
  }),
  Schema.Struct({
    DATA_TYPE: Schema.Literal("external_identity_mapping#1.0.0"),
    command: Schema.NonEmptyArray(Schema.String)
  })
])
export type IdentityMapping = typeof IdentityMapping.Type

/** Storage that an endpoint reaches; a collection says on which it is. */
export const StorageGateway = Schema.Struct({
  id: StorageGatewayId,
  display_name: Schema.String,
  /** Which kind of storage it is. Default: a POSIX filesystem. */
  connector_id: Schema.optionalKey(ConnectorId),
  /** The domains of the identities that may use it. Default: all. */
  allowed_domains: Schema.optionalKey(Schema.Array(Schema.String)),
  /** How identities become local accounts. Default: by what precedes the `@` of their user names. */
  identity_mappings: Schema.optionalKey(Schema.Array(IdentityMapping)),
  /** The local accounts that may use it, and those that may not. Default: all may. */
  users_allow: texts,
  users_deny: texts,
  /** Which paths of the storage may be read or written. Default: all. */
  restrict_paths: Schema.optionalKey(PathRestrictions),
  /** Whether only the login counts that brought the token. Default: false. */
  high_assurance: flag,
  /** How recently users must have logged in. Default: 15 840 minutes, or with high assurance 30. */
  authentication_timeout_mins: minutes,
  /** Whether a second factor is needed. Default: false. */
  require_mfa: flag,
  /** Whether credentials are made by administrators alone. Default: false. */
  admin_managed_credentials: flag,
  /** Which local groups may use POSIX storage; at other providers, whether any account of theirs will do. */
  policies: Schema.optionalKey(
    Schema.Struct({ DATA_TYPE: text, groups_allow: texts, groups_deny: texts, allow_any_account: flag })
  )
})
export type StorageGateway = typeof StorageGateway.Type

/** Where streams go in and out: a stream access point of Transfer. */
export const StreamGateway = Schema.Struct({
  id: StreamGatewayId,
  display_name: Schema.String,
  /** The domains of the identities that may use it. Default: all. */
  allowed_domains: texts,
  /** How recently users must have logged in. Default: whenever. */
  authentication_timeout_mins: minutes,
  /** How identities become local accounts. Default: by what precedes the `@` of their user names. */
  identity_mappings: Schema.optionalKey(Schema.Array(IdentityMapping)),
  /** The local accounts that may use it, and those that may not. Default: all may. */
  users_allow: texts,
  users_deny: texts
})
export type StreamGateway = typeof StreamGateway.Type

/** A user of the machines behind an endpoint. */
export const LocalAccount = Schema.Struct({ username: Schema.NonEmptyString, groups: texts })
export type LocalAccount = typeof LocalAccount.Type

/** What somebody reaches the storage behind a gateway with, where that takes more than a local account. */
export const UserCredential = Schema.Struct({
  /** Default: one that follows from its place. */
  id: Schema.optionalKey(UserCredentialId),
  storage_gateway: StorageGatewayId,
  /** The user name or id of the identity whose it is. */
  identity: Schema.String,
  display_name: text,
  username: text,
  /** Whether the storage refuses it, until somebody logs in anew. Default: false. */
  invalid: flag
})
export type UserCredential = typeof UserCredential.Type

/** What an administrator's program for mapping identities (`external_identity_mapping`) answers; it is not run. */
export const MappingProgram = Schema.Struct({
  /** The path of the program: the first word of the command. */
  command: Schema.NonEmptyString,
  /** The local account of each identity, by user name or id; others have none. */
  accounts: Schema.Record(Schema.String, Schema.NonEmptyString)
})
export type MappingProgram = typeof MappingProgram.Type

/** What some users of a mapped collection may share, where others may not. */
export const SharingPolicy = Schema.Struct({
  sharing_restrict_paths: PathRestrictions,
  /** Local accounts. Default: all. */
  users: texts
})
export type SharingPolicy = typeof SharingPolicy.Type

/** What the server of a collection says of it, besides what Transfer says of every collection. */
export const CollectionSettings = Schema.Struct({
  /** Where a mapped collection begins on its storage, which is what restrictions of paths count from. Default: `/`. */
  collection_base_path: text,
  domain_name: text,
  /** The user name or id of the identity that is shown as the owner. Default: the owner. */
  owner_string: text,
  department: text,
  contact_email: text,
  contact_info: text,
  info_link: text,
  user_message: text,
  user_message_link: text,
  /** What may be done over HTTPS. Default: all of it. */
  https_methods: Schema.optionalKey(Schema.Array(Schema.Literals(["GET", "PUT", "DELETE"]))),
  force_encryption: flag,
  force_verify: flag,
  disable_verify: flag,
  preserve_modtime: Schema.optionalKey(Schema.Literals(["inbound", "outbound", "all"])),
  restrict_transfers_to_high_assurance: Schema.optionalKey(Schema.Literals(["inbound", "outbound", "all"])),
  /** How long an access rule may last at most, in minutes. */
  acl_expiration_mins: minutes,
  /** The day on which somebody has used it last, such as `2026-01-31`. Default: when the simulator started. */
  last_access: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\d$/, { expected: "a day such as 2026-01-31" }))
  ),
  /** Of mapped collections: after how many days without use guest collections are deleted. Default: never. */
  auto_delete_timeout: Schema.optionalKey(Schema.Finite),
  /** Of guest collections: whether it is spared then. Default: false. */
  skip_auto_delete: flag,
  /** Of mapped collections: whether parts of it may be shared; if not, nobody may use what is. Default: true. */
  allow_guest_collections: flag,
  /** Of mapped collections: whether it is safe from being deleted. Default: true. */
  delete_protected: flag,
  /** Of mapped collections: whether nobody may let everybody write. Default: false. */
  disable_anonymous_writes: flag,
  /** Of mapped collections: the policy that users of its guest collections have to satisfy. */
  guest_auth_policy_id: Schema.optionalKey(PolicyId),
  /** Of mapped collections: which local accounts may share, and which may not. Default: all may. */
  sharing_users_allow: texts,
  sharing_users_deny: texts,
  /** Of mapped collections: what may be shared. Default: all. */
  sharing_restrict_paths: Schema.optionalKey(PathRestrictions),
  /** Of mapped collections: which local groups may share, and which may not. */
  policies: Schema.optionalKey(
    Schema.Struct({ DATA_TYPE: text, sharing_groups_allow: texts, sharing_groups_deny: texts })
  )
})
export type CollectionSettings = typeof CollectionSettings.Type

/** An endpoint of Globus Connect Server. Its manager is at `gcs/<id>`, and Transfer says so too (`gcs_manager_url`). */
export const GcsEndpoint = Schema.Struct({
  id: EndpointId,
  display_name: Schema.String,
  /** The user name or id of the identity that owns it. Default: the first identity of the world. */
  owner: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  organization: Schema.optionalKey(Schema.String),
  /** Whether everybody finds it. Default: false. */
  public: Schema.optionalKey(Schema.Boolean),
  /** User names or ids of those who administer it beside the owner. */
  administrators: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The subscription that it belongs to. Default: none. */
  subscription_id: Schema.optionalKey(SubscriptionId),
  /** The DNS name, if administrators have given one. */
  domain_name: text,
  /** The user name or id of the identity that is shown as the owner. Default: the owner. */
  owner_string: text,
  /** The users of its machines. Default: every name is one. */
  local_accounts: Schema.optionalKey(Schema.Array(LocalAccount)),
  user_credentials: Schema.optionalKey(Schema.Array(UserCredential)),
  mapping_programs: Schema.optionalKey(Schema.Array(MappingProgram)),
  storage_gateways: Schema.optionalKey(Schema.Array(StorageGateway)),
  stream_gateways: Schema.optionalKey(Schema.Array(StreamGateway))
})
export type GcsEndpoint = typeof GcsEndpoint.Type
