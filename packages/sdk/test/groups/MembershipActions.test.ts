/** Batches of actions on memberships. */
import { assert, describe, it } from "@effect/vitest"
import { pipe } from "effect/Function"
import * as Schema from "effect/Schema"
import * as MembershipActions from "../../src/groups/MembershipActions.ts"
import { Uuid } from "../../src/model/Id.ts"
import { groupId, identityId, membership, otherIdentityId } from "./internal/Answers.ts"

describe("MembershipActions", () => {
  it("is a document as Groups reads it", () => {
    assert.deepStrictEqual<unknown>(
      pipe(
        MembershipActions.empty,
        MembershipActions.addMembers([identityId, otherIdentityId]),
        MembershipActions.addMembers(groupId, { role: "admin", status_reason: "deserved" }),
        MembershipActions.inviteMembers(identityId, { invite_email_address: "a@example.org" }),
        MembershipActions.changeRoles("manager", [identityId]),
        MembershipActions.leave(identityId, { status_reason: "enough" })
      ),
      {
        add: [
          { identity_id: identityId, role: "member" },
          { identity_id: otherIdentityId, role: "member" },
          { identity_id: groupId, role: "admin", status_reason: "deserved" }
        ],
        invite: [{ identity_id: identityId, role: "member", invite_email_address: "a@example.org" }],
        change_role: [{ identity_id: identityId, role: "manager" }],
        leave: [{ identity_id: identityId, status_reason: "enough" }]
      }
    )
  })

  it.each([
    ["accept", MembershipActions.acceptInvites],
    ["approve", MembershipActions.approvePending],
    ["decline", MembershipActions.declineInvites],
    ["join", MembershipActions.join],
    ["leave", MembershipActions.leave],
    ["reject", MembershipActions.rejectJoinRequests],
    ["remove", MembershipActions.removeMembers],
    ["request_join", MembershipActions.requestJoin]
  ] as const)("%s names identities alone, given in either order of the arguments", (action, add) => {
    const expected = { [action]: [{ identity_id: identityId }, { identity_id: otherIdentityId }] }
    const both = new Set([identityId, otherIdentityId])
    assert.deepStrictEqual<unknown>(add(MembershipActions.empty, both), expected)
    assert.deepStrictEqual<unknown>(add(both)(MembershipActions.empty), expected)
    assert.deepStrictEqual<unknown>(add(add(MembershipActions.empty, identityId), otherIdentityId), expected)
  })

  it("does not name an action for nobody, so that lists that happen to be empty do no harm", () => {
    assert.deepStrictEqual(
      pipe(
        MembershipActions.empty,
        MembershipActions.addMembers([]),
        MembershipActions.changeRoles("admin", [])
      ),
      {}
    )
  })

  it("is not changed by what is added to it", () => {
    const one = MembershipActions.removeMembers(MembershipActions.empty, identityId)
    const two = MembershipActions.removeMembers(one, otherIdentityId)
    assert.deepStrictEqual([one.remove?.length, two.remove?.length], [1, 2])
    assert.deepStrictEqual(MembershipActions.empty, {})
  })

  it.prop(
    "any identities, each for one action, make a batch that is sent as it is, with what Groups may add",
    [Schema.NonEmptyArray(Uuid), Schema.Array(Schema.Literals(["member", "manager", "admin"])), Schema.Json],
    ([ids, roles, added]) => {
      const unique = new Map(ids.map((id) => [id.toLowerCase(), id]))
      const batch = Array.from(unique.values()).reduce((batch, id, index) => {
        const role = roles[index]
        return role === undefined
          ? MembershipActions.removeMembers(batch, id)
          : MembershipActions.addMembers(batch, id, { role })
      }, MembershipActions.empty)
      const written = { ...batch, added_by_groups: added }
      const { MembershipActions: schema } = MembershipActions
      assert.deepStrictEqual<unknown>(Schema.encodeSync(schema)(written), written)
      assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(schema)(written), written)
      assert.strictEqual((batch.add?.length ?? 0) + (batch.remove?.length ?? 0), unique.size)
    }
  )

  it("says what was not carried out", () => {
    const error = (identity_id: string) => ({ identity_id, code: "ALREADY_ACTIVE", detail: "is there" })
    const decode = Schema.decodeUnknownSync(MembershipActions.MembershipActionsResult)
    assert.deepStrictEqual<unknown>(
      MembershipActions.failures(
        decode({
          add: [membership()],
          remove: null,
          errors: { remove: [error(identityId)], add: [error(otherIdentityId), error(groupId)], join: null }
        })
      ),
      [
        { action: "add", ...error(otherIdentityId) },
        { action: "add", ...error(groupId) },
        { action: "remove", ...error(identityId) }
      ]
    )
    assert.deepStrictEqual(MembershipActions.failures(decode({ add: [membership()], errors: null })), [])
    assert.deepStrictEqual(MembershipActions.failures(decode({})), [])
  })
})
