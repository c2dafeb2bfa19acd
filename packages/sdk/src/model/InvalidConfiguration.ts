/**
 * A setting of an app that cannot be right: found while layers are built, before anything is sent or stored.
 *
 * ```ts
 * import { InvalidConfiguration } from "@effect-globus/sdk/model"
 *
 * new InvalidConfiguration({ setting: "clientSecret", detail: "a ClientApp needs the secret of its client" }).message
 * ```
 */
import * as Schema from "effect/Schema"

/** A setting that cannot be right. */
export class InvalidConfiguration extends Schema.TaggedError<InvalidConfiguration>()("InvalidConfiguration", {
  /** Which setting: the name of an option or of an environment variable. */
  setting: Schema.String,
  /** What is wrong, and what would be right. */
  detail: Schema.String
}) {
  override get message() {
    return `The setting ${this.setting} is wrong: ${this.detail}`
  }
}
