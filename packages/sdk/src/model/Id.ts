/**
 * Branded identifiers of the things that Globus names by UUID, so that a task id cannot be passed where a collection id
 * belongs. What a service answers is branded as it is; what a program passes in is checked before a request leaves.
 *
 * A plain string is accepted wherever an id is asked for ({@link Input}), because scripts hold ids as literals; an id
 * of another kind is not.
 *
 * ```ts
 * import { EndpointId, type Input } from "@effect-globus/sdk/model"
 *
 * const tutorial: Input<EndpointId> = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
 * ```
 */
import * as Schema from "effect/Schema"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** An id of the right kind, or a string that carries no other brand. */
export type Input<Id> = Id extends string
  ? Id | (string & { readonly length: number; readonly "~effect/Brand"?: never })
  : Id

// Both cases are written out, because tests can make up values for a pattern only if it has no flags.
/** The text form of a UUID, of any version and variant, in either case. */
export const uuidPattern = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/

/** A string that must be a UUID. */
export const Uuid = Schema.String.check(
  Schema.isPattern(uuidPattern, { expected: "a UUID such as 6c54cade-bde5-45c1-bdea-f4bd71dba2cc" })
)

/** The id of an endpoint or of a collection: they share one space of ids. */
export const EndpointId = Uuid.pipe(Schema.brand("EndpointId"))
export type EndpointId = typeof EndpointId.Type

/** The id of a Transfer task. */
export const TaskId = Uuid.pipe(Schema.brand("TaskId"))
export type TaskId = typeof TaskId.Type

/** The id that makes a submission to Transfer safe to repeat. */
export const SubmissionId = Uuid.pipe(Schema.brand("SubmissionId"))
export type SubmissionId = typeof SubmissionId.Type

/** The id of an identity in Globus Auth. */
export const IdentityId = Uuid.pipe(Schema.brand("IdentityId"))
export type IdentityId = typeof IdentityId.Type

/** The id of a client (an application, a service account or a service) in Globus Auth. */
export const ClientId = Uuid.pipe(Schema.brand("ClientId"))
export type ClientId = typeof ClientId.Type

/** The id of a project, which groups clients in Globus Auth. */
export const ProjectId = Uuid.pipe(Schema.brand("ProjectId"))
export type ProjectId = typeof ProjectId.Type

/** The id of a credential of a client in Globus Auth. */
export const CredentialId = Uuid.pipe(Schema.brand("CredentialId"))
export type CredentialId = typeof CredentialId.Type

/** The id of a scope in Globus Auth; its string is what programs ask for. */
export const ScopeId = Uuid.pipe(Schema.brand("ScopeId"))
export type ScopeId = typeof ScopeId.Type

/** The id of a flow. */
export const FlowId = Uuid.pipe(Schema.brand("FlowId"))
export type FlowId = typeof FlowId.Type

/** The id of a run of a flow. */
export const RunId = Uuid.pipe(Schema.brand("RunId"))
export type RunId = typeof RunId.Type

/** The id of an API registered with Flows. */
export const RegisteredApiId = Uuid.pipe(Schema.brand("RegisteredApiId"))
export type RegisteredApiId = typeof RegisteredApiId.Type

/** The id of a question that a run asks a person on the web. */
export const WebInputId = Uuid.pipe(Schema.brand("WebInputId"))
export type WebInputId = typeof WebInputId.Type

/** The id of a group. */
export const GroupId = Uuid.pipe(Schema.brand("GroupId"))
export type GroupId = typeof GroupId.Type

/** The id of a timer, which Globus Timers calls a job in its older operations. */
export const JobId = Uuid.pipe(Schema.brand("JobId"))
export type JobId = typeof JobId.Type

/** The id of a bookmark of a collection. */
export const BookmarkId = Uuid.pipe(Schema.brand("BookmarkId"))
export type BookmarkId = typeof BookmarkId.Type

/** The id of a pause rule. */
export const PauseRuleId = Uuid.pipe(Schema.brand("PauseRuleId"))
export type PauseRuleId = typeof PauseRuleId.Type

/** The id of an access rule of a collection. */
export const AccessRuleId = Schema.NonEmptyString.pipe(Schema.brand("AccessRuleId"))
export type AccessRuleId = typeof AccessRuleId.Type

/** The id of a role on a collection. */
export const RoleId = Schema.NonEmptyString.pipe(Schema.brand("RoleId"))
export type RoleId = typeof RoleId.Type

/** The id of an administrator's request to cancel tasks. */
export const AdminCancelId = Schema.NonEmptyString.pipe(Schema.brand("AdminCancelId"))
export type AdminCancelId = typeof AdminCancelId.Type

/** The id of a tunnel between two stream access points. */
export const TunnelId = Uuid.pipe(Schema.brand("TunnelId"))
export type TunnelId = typeof TunnelId.Type

/** The id of a stream access point. */
export const StreamAccessPointId = Uuid.pipe(Schema.brand("StreamAccessPointId"))
export type StreamAccessPointId = typeof StreamAccessPointId.Type

/** The id of a Globus subscription. */
export const SubscriptionId = Uuid.pipe(Schema.brand("SubscriptionId"))
export type SubscriptionId = typeof SubscriptionId.Type

/** The id of an authentication policy. */
export const PolicyId = Uuid.pipe(Schema.brand("PolicyId"))
export type PolicyId = typeof PolicyId.Type

/** The id of an index of Globus Search. */
export const IndexId = Uuid.pipe(Schema.brand("IndexId"))
export type IndexId = typeof IndexId.Type

/** The id of a role on an index of Globus Search. */
export const IndexRoleId = Schema.NonEmptyString.pipe(Schema.brand("IndexRoleId"))
export type IndexRoleId = typeof IndexRoleId.Type

/** The id of a task that writes to an index of Globus Search. */
export const IndexTaskId = Uuid.pipe(Schema.brand("IndexTaskId"))
export type IndexTaskId = typeof IndexTaskId.Type

/** The id of a catalog of what is in a collection, in Globus Search. */
export const CatalogId = Schema.NonEmptyString.pipe(Schema.brand("CatalogId"))
export type CatalogId = typeof CatalogId.Type

/** The id of how a collection is scanned for its catalog. */
export const CollectionConfigurationId = Schema.NonEmptyString.pipe(Schema.brand("CollectionConfigurationId"))
export type CollectionConfigurationId = typeof CollectionConfigurationId.Type

/** The id of a scan of a collection. */
export const ScanId = Schema.NonEmptyString.pipe(Schema.brand("ScanId"))
export type ScanId = typeof ScanId.Type

/** The id of an endpoint of Globus Compute, which is not one of Globus Transfer. */
export const ComputeEndpointId = Uuid.pipe(Schema.brand("ComputeEndpointId"))
export type ComputeEndpointId = typeof ComputeEndpointId.Type

/** The id of a function registered with Globus Compute. */
export const FunctionId = Uuid.pipe(Schema.brand("FunctionId"))
export type FunctionId = typeof FunctionId.Type

/** The id of a task of Globus Compute: one call of a function. */
export const ComputeTaskId = Uuid.pipe(Schema.brand("ComputeTaskId"))
export type ComputeTaskId = typeof ComputeTaskId.Type

/** The id of a group of tasks of Globus Compute. */
export const TaskGroupId = Uuid.pipe(Schema.brand("TaskGroupId"))
export type TaskGroupId = typeof TaskGroupId.Type

/** The id of a container in which Globus Compute runs functions. */
export const ContainerId = Uuid.pipe(Schema.brand("ContainerId"))
export type ContainerId = typeof ContainerId.Type

/** The id of a storage gateway of Globus Connect Server. */
export const StorageGatewayId = Uuid.pipe(Schema.brand("StorageGatewayId"))
export type StorageGatewayId = typeof StorageGatewayId.Type

/** The id of a connector: a kind of storage that Globus Connect Server can reach. */
export const ConnectorId = Uuid.pipe(Schema.brand("ConnectorId"))
export type ConnectorId = typeof ConnectorId.Type

/** The id of what somebody uses to reach the storage behind a storage gateway. */
export const UserCredentialId = Uuid.pipe(Schema.brand("UserCredentialId"))
export type UserCredentialId = typeof UserCredentialId.Type

/** The id of a role on an endpoint of Globus Connect Server, or on one of its collections. */
export const GcsRoleId = Uuid.pipe(Schema.brand("GcsRoleId"))
export type GcsRoleId = typeof GcsRoleId.Type

/** The id of a data transfer node of Globus Connect Server. */
export const NodeId = Uuid.pipe(Schema.brand("NodeId"))
export type NodeId = typeof NodeId.Type

/** The id of a sharing policy of a mapped collection. */
export const SharingPolicyId = Uuid.pipe(Schema.brand("SharingPolicyId"))
export type SharingPolicyId = typeof SharingPolicyId.Type

/** The id of a stream gateway of Globus Connect Server. */
export const StreamGatewayId = Uuid.pipe(Schema.brand("StreamGatewayId"))
export type StreamGatewayId = typeof StreamGatewayId.Type

/** The id of the secret that lets a program of the local network into a tunnel. */
export const LanSecretId = Uuid.pipe(Schema.brand("LanSecretId"))
export type LanSecretId = typeof LanSecretId.Type

/** The name by which Globus Auth knows the service that a token is for, such as `transfer.api.globus.org`. */
export const ResourceServer = Schema.NonEmptyString.pipe(Schema.brand("ResourceServer"))
export type ResourceServer = typeof ResourceServer.Type

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/**
 * The schema of an id in a response: branded, but not checked, because a service may one day name things differently
 * and that must not break the programs that only pass ids on.
 */
export const received = <Id extends string>(_id: Schema.Codec<Id, string>): Schema.Codec<Id, string> =>
  Schema.make(Schema.String.ast)

/** The schema of an id in a request: checked, and given as a string or as an id of its kind. */
export const given = <Id extends string>(id: Schema.Codec<Id, string>): Schema.Codec<Input<Id>, string> =>
  Schema.make(id.ast)
