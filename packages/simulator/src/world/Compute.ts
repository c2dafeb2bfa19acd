/** Endpoints and functions of Globus Compute, as a world describes them. */
import { ComputeEndpointId, FunctionId, PolicyId, SubscriptionId } from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"

/** Where functions run. */
export const ComputeEndpoint = Schema.Struct({
  id: ComputeEndpointId,
  name: Schema.String,
  display_name: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  /** The user name or id of the identity that owns it. Default: the first identity of the world. */
  owner: Schema.optionalKey(Schema.String),
  /** The user names or ids of those who manage it beside the owner. */
  admins: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Whether everybody finds it and may use it. Default: false. */
  public: Schema.optionalKey(Schema.Boolean),
  /** Whether it starts an endpoint of their own for each of its users, so that others may use it. Default: false. */
  multi_user: Schema.optionalKey(Schema.Boolean),
  high_assurance: Schema.optionalKey(Schema.Boolean),
  /** Whether it is there: tasks wait for one that is not. Default: true. */
  online: Schema.optionalKey(Schema.Boolean),
  /** How many functions it runs at once. Default: 4. */
  workers: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  /** The functions that may run there. Default: all. */
  allowed_functions: Schema.optionalKey(Schema.Array(FunctionId)),
  /** The policy that its users have to satisfy. */
  authentication_policy: Schema.optionalKey(PolicyId),
  /** The subscription that it belongs to. Default: none. */
  subscription_id: Schema.optionalKey(SubscriptionId),
  /** Whether the administrator of its subscription vouches for it. Default: false. */
  subscription_admin_verified: Schema.optionalKey(Schema.Boolean)
})
export type ComputeEndpoint = typeof ComputeEndpoint.Type

/** A function. Nothing here runs Python: what comes of a call is said beforehand. */
export const ComputeFunction = Schema.Struct({
  id: FunctionId,
  name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  /** The code, serialized. Default: none. */
  code: Schema.optionalKey(Schema.String),
  /** The user name or id of the identity that owns it. Default: the first identity of the world. */
  owner: Schema.optionalKey(Schema.String),
  /** Whether everybody may call it. Default: false. */
  public: Schema.optionalKey(Schema.Boolean),
  /** The endpoint on which alone it may run. Default: any. */
  ha_endpoint_id: Schema.optionalKey(ComputeEndpointId),
  /** What a call answers, serialized. Default: the arguments, as they came. */
  returns: Schema.optionalKey(Schema.String),
  /** What a call throws, serialized; it answers nothing then. */
  throws: Schema.optionalKey(Schema.String),
  /** How long a call takes. Default: that of the pace. */
  seconds: Schema.optionalKey(Schema.Number.check(Schema.isGreaterThanOrEqualTo(0)))
})
export type ComputeFunction = typeof ComputeFunction.Type
