/** APIs that flows may call, as a world describes them. */
import { Document, RegisteredApiId, SubscriptionId } from "@effect-globus/sdk/model"
import * as Schema from "effect/Schema"
import * as Instant from "../internal/Instant.ts"

const Principals = Schema.Array(Schema.String)

/** An operation of an API, in the words of OpenAPI. Nothing is ever called. */
export const RegisteredApi = Schema.Struct({
  id: RegisteredApiId,
  name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  /** `type`, `openapi_version`, `destination` and `specification`, and `components` if there are any. */
  target: Document.Any,
  /** Principals. Default: the first identity of the world. */
  owners: Schema.optionalKey(Principals),
  administrators: Schema.optionalKey(Principals),
  viewers: Schema.optionalKey(Principals),
  subscription_id: Schema.optionalKey(SubscriptionId),
  created: Schema.optionalKey(Instant.Text),
  /** When it was changed last. Default: when it was created. */
  edited: Schema.optionalKey(Instant.Text),
  /** When it will be gone, because somebody has deleted it. */
  scheduled_deletion: Schema.optionalKey(Instant.Text)
})
export type RegisteredApi = typeof RegisteredApi.Type
