/**
 * That Groups understood an action on a membership and did not carry it out: somebody who is a member already is added,
 * or somebody who has not asked is approved. Groups answers so per identity, with a code of its own.
 *
 * ```ts
 * import { GroupsClient } from "@effect-globus/sdk/groups"
 * import { Console, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const groups = yield* GroupsClient
 *   const group = "31ce9ba0-176d-45a5-add3-f37d233ba47d"
 *   yield* groups.addMember(group, "ae332d86-d274-11e5-b885-b31714a110e9").pipe(
 *     Effect.catchTag("MembershipActionFailed", (failure) => Console.log(failure.code))
 *   )
 * })
 * ```
 */
import * as Schema from "effect/Schema"
import * as PlainText from "../model/PlainText.ts"

/** Groups did not carry out an action on a membership. */
export class MembershipActionFailed extends Schema.TaggedError<MembershipActionFailed>()(
  "MembershipActionFailed",
  {
    groupId: Schema.String,
    identityId: Schema.String,
    /** What was to be done, as Groups names it: `add`, `change_role`. */
    action: Schema.String,
    /** The service's own code. */
    code: Schema.String,
    /** What the service says. */
    detail: Schema.String
  }
) {
  override get message() {
    return (
      `Groups did not ${this.action.replaceAll("_", " ")} identity ${this.identityId} ` +
      `in group ${this.groupId}: ${PlainText.oneLine(this.detail)} (${this.code})`
    )
  }
}
