/**
 * A store of tokens that could not be read or written. It says which store and what to do; the store is left as it
 * was found.
 *
 * ```ts
 * import { TokenStorageError } from "@effect-globus/sdk/model"
 *
 * new TokenStorageError({
 *   location: "/home/me/.globus/app/…/tokens.json",
 *   kind: "corrupt",
 *   detail: "it is not JSON"
 * }).message
 * ```
 */
import * as Schema from "effect/Schema"

const advice = {
  corrupt: "Move the file away and log in again.",
  unknownVersion: "Update this program, or move the file away and log in again.",
  unreadable: "Check who owns it and its permissions.",
  unwritable: "Check free space, who owns it and its permissions. Nothing stored was lost.",
  locked: "Another program is using it; try again when that has ended.",
  noKey: "Unlock the keyring that has the key, or choose another storage."
} as const

const adjectives = {
  corrupt: "corrupt",
  unknownVersion: "of an unknown version",
  unreadable: "unreadable",
  unwritable: "unwritable",
  locked: "locked",
  noKey: "without its key"
} as const

/** A store of tokens could not be read or written. It is left as it was found. */
export class TokenStorageError extends Schema.TaggedError<TokenStorageError>()("TokenStorageError", {
  /** Which store: a path, or a description. */
  location: Schema.String,
  kind: Schema.Literals(["corrupt", "unknownVersion", "unreadable", "unwritable", "locked", "noKey"]),
  detail: Schema.String
}) {
  override get message() {
    return `The token storage ${this.location} is ${adjectives[this.kind]}: ${this.detail}. ${advice[this.kind]}`
  }
}
