import { UserApp } from "@effect-globus/sdk"
import { GroupsClient, MembershipActions } from "@effect-globus/sdk/groups"
import { Gare, GroupsScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, pipe, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, Snapshot, World } from "../src/index.ts"
import { get, linus, logIn, rosalind } from "./Browser.ts"
import * as Recorded from "./Recorded.ts"

const [observatory, assistants, university] = World.defaultWorld.groups!
const { id: subscription } = university!.subscription!

const nobody = "00000000-0000-4000-8000-00000000dead"
const { nativeClientId, confidentialClientId: robot } = World

/** A client of whoever it is, in the simulator at hand. */
const clientOf = (identity: string) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    yield* simulator.setPerson({ identity })
    const app = UserApp.layer({ appName: identity, clientId: nativeClientId })
    const client = yield* Layer.build(
      GroupsClient.layerWith({ scopes: GroupsScopes.all }).pipe(Layer.provide(app), Layer.fresh)
    )
    const groups = yield* Effect.provide(GroupsClient, client)
    // Logs in now, before somebody else sits there.
    yield* groups.listMyGroups({ statuses: ["active"] })
    return groups
  })

/** A group as a world describes it now. */
const worldsGroup = (id: string) =>
  Effect.gen(function* () {
    const { groups = [] } = yield* (yield* Simulator).world
    return groups.find((group) => group.id === id) ?? expect.fail(`there is no group ${id}`)
  })

const inProcess = Effect.provide(Simulator.layer)
const raw = Effect.provide(Simulator.layerBackend())

const names = (groups: ReadonlyArray<{ readonly name: string }>) => groups.map(({ name }) => name)

describe("tokens", () => {
  it.effect("are needed, and with a scope that suffices", () =>
    Effect.gen(function* () {
      const none = yield* get("groups", "v2/groups/my_groups")
      expect(none.status).toBe(401)
      expect(none.json).toMatchObject({ code: "UNAUTHORIZED", detail: expect.any(String) as string })
      const tokens = yield* logIn(GroupsScopes.view_my_groups_and_memberships)
      const token = tokens["groups.api.globus.org"]
      expect((yield* get("groups", "v2/groups/my_groups", { token })).status).toBe(200)
      const refused = yield* get("groups", "v2/groups/statuses", { token })
      expect(refused.status).toBe(403)
      expect(refused.json).toMatchObject({ code: "FORBIDDEN" })
    }).pipe(raw)
  )
})

describe("a token that is no good any more", () => {
  it.effect("is renewed without a login, although Groups speaks of what a login may need", () =>
    Effect.gen(function* () {
      const { activity } = yield* Simulator
      const groups = yield* GroupsClient
      yield* groups.listMyGroups()
      yield* Simulator.fault({
        match: { service: "groups" },
        times: 1,
        effect: { type: "revoke", what: "access_token" }
      })
      yield* groups.listMyGroups()
      const { logins, refreshes } = yield* activity
      expect([logins.length, refreshes]).toEqual([1, 1])
    }).pipe(
      Effect.scoped,
      Effect.provide(
        GroupsClient.layer.pipe(
          Layer.provide(
            UserApp.layer({ appName: "renewing", clientId: nativeClientId, requestRefreshTokens: true })
          ),
          Layer.provideMerge(Simulator.layer)
        )
      )
    )
  )
})

describe("groups", () => {
  it.effect("are listed as far as one belongs to them", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      expect(names(yield* groups.listMyGroups())).toEqual([observatory!.name, assistants!.name])
      expect(names(yield* groups.listMyGroups({ statuses: "invited" }))).toEqual([university!.name])
      const [first] = yield* groups.listMyGroups()
      expect(first).toMatchObject({
        group_type: "regular",
        my_memberships: [{ identity_id: rosalind, username: "rosalind@example.org", role: "admin" }]
      })
    }).pipe(inProcess)
  )

  it.effect("are shown with what is asked for", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const plain = yield* groups.getGroup(observatory!.id)
      expect(plain.memberships).toBeUndefined()
      const full = yield* groups.getGroup(observatory!.id, {
        include: ["memberships", "policies", "child_ids", "allowed_actions"]
      })
      expect(full).toMatchObject({
        memberships: [{ username: "rosalind@example.org" }, { username: "linus@lab.example.edu" }],
        policies: { join_requests: true, authentication_assurance_timeout: 28_800 },
        child_ids: [assistants!.id],
        allowed_actions: { add: [rosalind], join: [], leave: [rosalind] }
      })
      expect(names((yield* groups.listChildGroups(observatory!.id)).children)).toEqual([assistants!.name])
    }).pipe(inProcess)
  )

  it.effect("that one may not see do not exist, and those that one may not change are refused", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const mine = yield* groups.createGroup({ name: "Mine" })
      const others = yield* clientOf(linus)
      for (const id of [mine.id, nobody]) {
        expect(yield* Effect.flip(others.getGroup(id))).toMatchObject({
          _tag: "ApiError",
          status: 404,
          code: "GROUP_NOT_FOUND",
          reason: { _tag: "NotFound" }
        })
      }
      expect(yield* Effect.flip(others.updateGroup(observatory!.id, { name: "Theirs" }))).toMatchObject({
        status: 403,
        code: "FORBIDDEN"
      })
      yield* groups.setGroupPolicies(mine.id, { group_visibility: "authenticated" })
      expect((yield* others.getGroup(mine.id)).my_memberships).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("are created, changed, nested and deleted", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const made = yield* groups.createGroup({
        name: "Spectroscopy",
        description: "Slits",
        policies: { join_requests: true }
      })
      expect(made).toMatchObject({
        description: "Slits",
        parent_id: null,
        my_memberships: [{ role: "admin", status: "active" }]
      })
      expect((yield* groups.getGroupPolicies(made.id)).join_requests).toBe(true)
      const changed = yield* groups.updateGroup(made.id, { name: "Fibres", description: null })
      expect(changed).toMatchObject({ name: "Fibres", description: null })
      const child = yield* groups.createGroup({ name: "Echelle", parent_id: made.id })
      expect(child.parent_id).toBe(made.id)
      expect(yield* Effect.flip(groups.createGroup({ name: "x", parent_id: assistants!.id }))).toMatchObject({
        status: 403
      })
      expect((yield* groups.deleteGroup(made.id)).name).toBe("Fibres")
      expect(yield* Effect.flip(groups.getGroup(child.id))).toMatchObject({ status: 404 })
    }).pipe(inProcess)
  )

  it.effect("have policies, which are checked", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const policies = yield* groups.setGroupPolicies(observatory!.id, {
        is_high_assurance: true,
        authentication_assurance_timeout: 600,
        signup_fields: ["institution"]
      })
      expect(policies).toMatchObject({ is_high_assurance: true, join_requests: true })
      expect(yield* groups.getGroup(observatory!.id)).toMatchObject({
        enforce_session: true,
        session_limit: 600
      })
      const error = yield* Effect.flip(
        groups.setGroupPolicies(observatory!.id, { group_visibility: "hidden" })
      )
      expect(error).toMatchObject({ status: 422, message: expect.stringContaining("body") as string })
    }).pipe(inProcess)
  )
})

describe("a group of high assurance", () => {
  const other = "b7d40c1e-52f8-4a69-9e03-6c1f8a2d7e55"
  const policies = { is_high_assurance: true, authentication_assurance_timeout: 600 }
  const world = {
    ...World.defaultWorld,
    identities: [
      ...World.defaultWorld.identities,
      { id: other, username: "okafor@lab.example.edu", name: "R. Okafor", linked_to: rosalind }
    ],
    groups: [{ ...observatory!, members: [{ identity: other, role: "admin" }], policies }]
  } as const
  const { id } = observatory!

  const loginsSince = Effect.map(
    Effect.flatMap(Simulator, ({ activity }) => activity),
    ({ logins }) => logins.map(({ parameters, username }) => [username, parameters["session_message"]])
  )

  it.effect("is looked into after a recent login with an account that belongs to it", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      // It is listed all the same, so that one can tell what it takes.
      expect(yield* groups.listMyGroups()).toMatchObject([
        { enforce_session: true, session_limit: 600, session_timeouts: {} }
      ])
      expect((yield* groups.getGroup(id)).session_timeouts).toEqual({
        [other]: { expire_time: "1970-01-01T00:10:00.000000+00:00", expires_in: 600 }
      })
      expect(yield* loginsSince).toEqual([
        ["rosalind@example.org", undefined],
        ["okafor@lab.example.edu", expect.stringContaining("of high assurance") as string]
      ])
      yield* TestClock.adjust("9 minutes")
      expect((yield* groups.updateGroup(id, { name: "Vault" })).name).toBe("Vault")
      expect(yield* loginsSince).toHaveLength(2)
      yield* TestClock.adjust("2 minutes")
      expect((yield* groups.addMember(id, linus)).status).toBe("active")
      expect(yield* loginsSince).toHaveLength(3)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layerWith({ world })))
  )

  it.effect("refuses with a body that says what to do, whatever is asked of it", () =>
    Effect.gen(function* () {
      const tokens = yield* logIn(GroupsScopes.all)
      const token = tokens["groups.api.globus.org"]
      for (const path of ["", "/children", "/policies", "/membership_fields"]) {
        const answer = yield* get("groups", `v2/groups/${id}${path}`, { token })
        expect([answer.status, Gare.detect(answer.json)]).toMatchObject([
          403,
          {
            gare: {
              value: {
                code: "AuthorizationRequired",
                authorization_parameters: { session_required_identities: [other] }
              }
            },
            problems: []
          }
        ])
      }
      const again = yield* logIn(GroupsScopes.all, other)
      const recent = { token: again["groups.api.globus.org"] }
      expect((yield* get("groups", `v2/groups/${id}`, recent)).status).toBe(200)
    }).pipe(Effect.provide(Simulator.layerBackend({ world })))
  )

  it.effect("takes any login with such an account where there is no limit", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      yield* groups.getGroup(id)
      yield* groups.setGroupPolicies(id, { authentication_assurance_timeout: null })
      yield* TestClock.adjust("30 hours")
      expect(yield* groups.getGroup(id)).toMatchObject({ session_limit: null, session_timeouts: {} })
      expect(yield* loginsSince).toHaveLength(2)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layerWith({ world })))
  )
})

describe("memberships", () => {
  it.effect("begin by invitation and acceptance, or are declined", () =>
    Effect.gen(function* () {
      const admin = yield* clientOf(rosalind)
      const other = yield* clientOf(linus)
      const { id } = yield* admin.createGroup({ name: "By invitation" })
      yield* TestClock.adjust("1 minute")
      const invited = yield* admin.inviteMember(id, linus, { role: "manager", status_reason: "please" })
      expect(invited).toMatchObject({
        status: "invited",
        role: "manager",
        status_reason: "please",
        invite_email_address: "linus@lab.example.edu",
        invite_time: "1970-01-01T00:01:00.000000+00:00"
      })
      const simulator = yield* Simulator
      expect(yield* simulator.notifications).toEqual([
        {
          sent: 60_000,
          to: "linus@lab.example.edu",
          event: "group_invitation",
          about: id,
          subject: "Invitation to By invitation",
          text: `Group: By invitation (${id})\nRole: manager\n\nplease`
        }
      ])
      expect(names(yield* other.listMyGroups({ statuses: ["invited"] }))).toContain("By invitation")
      expect(yield* other.acceptInvite(id, linus)).toMatchObject({ status: "active", role: "manager" })
      expect(yield* Effect.flip(other.declineInvite(id, linus))).toMatchObject({
        _tag: "MembershipActionFailed",
        action: "decline",
        code: "NOT_INVITED"
      })
      yield* other.leave(id, linus)
      yield* admin.inviteMember(id, linus)
      expect((yield* other.declineInvite(id, linus)).status).toBe("declined")
      expect((yield* admin.getStatuses())[id]).toMatchObject({ active: 1, declined: 1, invited: 0 })
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("begin by request and approval, where the group takes requests", () =>
    Effect.gen(function* () {
      const admin = yield* clientOf(rosalind)
      const other = yield* clientOf(linus)
      const { id } = yield* admin.createGroup({
        name: "By request",
        policies: { join_requests: true, group_visibility: "authenticated" }
      })
      expect(yield* Effect.flip(other.join(id, linus))).toMatchObject({ code: "FORBIDDEN" })
      expect((yield* other.requestJoin(id, linus)).status).toBe("pending")
      expect(yield* Effect.flip(other.approvePending(id, linus))).toMatchObject({ code: "FORBIDDEN" })
      expect((yield* admin.rejectJoinRequest(id, linus)).status).toBe("rejected")
      yield* other.requestJoin(id, linus)
      expect((yield* admin.approvePending(id, linus)).status).toBe("active")
      yield* admin.setGroupPolicies(id, { join_requests: false })
      yield* other.leave(id, linus)
      expect(yield* Effect.flip(other.requestJoin(id, linus))).toMatchObject({ code: "FORBIDDEN" })
      expect((yield* other.join(id, linus)).status).toBe("active")
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("begin once somebody has said what the group wants to know", () =>
    Effect.gen(function* () {
      const admin = yield* clientOf(rosalind)
      const other = yield* clientOf(linus)
      const { id } = yield* admin.createGroup({
        name: "Curious",
        policies: {
          join_requests: true,
          group_visibility: "authenticated",
          signup_fields: ["institution", "department"]
        }
      })
      yield* other.setMembershipFields(id, { [linus]: { institution: "Ridge" } })
      expect(yield* Effect.flip(other.requestJoin(id, linus))).toMatchObject({
        code: "MISSING_MEMBERSHIP_FIELDS",
        message: expect.stringContaining("department") as string
      })
      const fields = { institution: "Ridge", department: "Optics" }
      yield* other.setMembershipFields(id, { [linus]: fields })
      expect(yield* other.getMembershipFields(id)).toEqual({ [linus]: fields })
      expect(yield* other.requestJoin(id, linus)).toMatchObject({
        status: "pending",
        membership_fields: fields
      })
      const { applicants = {}, members } = yield* worldsGroup(id)
      expect([applicants, members?.find(({ identity }) => identity === linus)]).toMatchObject([
        {},
        { membership_fields: fields }
      ])
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("are for managers, and those of admins for admins", () =>
    Effect.gen(function* () {
      const admin = yield* clientOf(linus)
      const manager = yield* clientOf(rosalind)
      const { id } = assistants!
      expect((yield* manager.addMember(id, robot)).username).toBe(`${robot}@clients.auth.globus.org`)
      for (const action of [
        manager.addMember(id, robot, { role: "admin" }),
        manager.changeRole(id, robot, "manager"),
        manager.removeMember(id, linus)
      ]) {
        const error = yield* Effect.flip(action)
        expect(error).toMatchObject({ _tag: "MembershipActionFailed" })
      }
      expect((yield* admin.changeRole(id, robot, "admin")).role).toBe("admin")
      expect((yield* admin.changeRole(id, linus, "member")).role).toBe("member")
      expect((yield* manager.removeMember(id, linus)).status).toBe("removed")
      // The robot is the last admin, and nobody else may remove it.
      expect(yield* Effect.flip(manager.removeMember(id, robot))).toMatchObject({ code: "FORBIDDEN" })
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("cannot end for the last admin", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      for (const action of [
        groups.leave(observatory!.id, rosalind),
        groups.removeMember(observatory!.id, rosalind),
        groups.changeRole(observatory!.id, rosalind, "member")
      ]) {
        expect(yield* Effect.flip(action)).toMatchObject({ code: "LAST_ADMIN" })
      }
    }).pipe(inProcess)
  )

  it.effect("change in batches, of which one part may fail while another succeeds", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const result = yield* groups.batchMembershipAction(
        observatory!.id,
        pipe(
          MembershipActions.empty,
          MembershipActions.addMembers([robot, nobody]),
          MembershipActions.removeMembers([linus]),
          MembershipActions.changeRoles("manager", [nativeClientId])
        )
      )
      expect(result.add).toMatchObject([{ identity_id: robot, status: "active", role: "member" }])
      expect(result.remove).toMatchObject([{ identity_id: linus, status: "removed" }])
      expect(MembershipActions.failures(result)).toEqual([
        {
          action: "add",
          identity_id: nobody,
          code: "IDENTITY_NOT_FOUND",
          detail: expect.stringContaining(nobody) as string
        },
        {
          action: "change_role",
          identity_id: nativeClientId,
          code: "NOT_MEMBER",
          detail: "The identity is no member"
        }
      ])
    }).pipe(inProcess)
  )

  it.effect("of others are seen by managers, and by all only where the policy says so", () =>
    Effect.gen(function* () {
      const admin = yield* clientOf(rosalind)
      const member = yield* clientOf(linus)
      const seen = Effect.map(
        member.getGroup(observatory!.id, { include: ["memberships"] }),
        ({ memberships }) => memberships?.map(({ username }) => username)
      )
      expect(yield* seen).toEqual(["rosalind@example.org", "linus@lab.example.edu"])
      yield* admin.setGroupPolicies(observatory!.id, { group_members_visibility: "managers" })
      expect(yield* seen).toEqual(["linus@lab.example.edu"])
    }).pipe(Effect.scoped, inProcess)
  )
})

describe("people", () => {
  it.effect("say whether they may be added", () =>
    Effect.gen(function* () {
      const admin = yield* clientOf(rosalind)
      const other = yield* clientOf(linus)
      expect(yield* other.getIdentityPreferences()).toEqual({ [linus]: { allow_add: null } })
      yield* other.setIdentityPreferences({ [linus]: { allow_add: false } })
      const { id } = yield* admin.createGroup({ name: "g" })
      expect(yield* Effect.flip(admin.addMember(id, linus))).toMatchObject({ code: "ADD_NOT_ALLOWED" })
      expect((yield* admin.inviteMember(id, linus)).status).toBe("invited")
      expect(
        yield* Effect.flip(other.setIdentityPreferences({ [rosalind]: { allow_add: false } }))
      ).toMatchObject({ status: 403 })
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("say something about themselves", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const { id } = observatory!
      expect(yield* groups.getMembershipFields(id)).toEqual({})
      yield* groups.setMembershipFields(id, { [rosalind]: { department: "Optics" } })
      expect(yield* groups.getMembershipFields(id)).toEqual({ [rosalind]: { department: "Optics" } })
    }).pipe(inProcess)
  )
})

describe("somebody with several identities", () => {
  const other = "b7d40c1e-52f8-4a69-9e03-6c1f8a2d7e55"
  const world = {
    ...World.defaultWorld,
    identities: [
      ...World.defaultWorld.identities,
      { id: other, username: "okafor@lab.example.edu", name: "R. Okafor", linked_to: rosalind }
    ]
  } as const

  it.effect("acts with all of them", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const admin = yield* clientOf(linus)
      const { id } = yield* admin.createGroup({ name: "Theirs" })
      yield* admin.inviteMember(id, other, { role: "admin" })
      expect(names(yield* groups.listMyGroups({ statuses: "invited" }))).toContain("Theirs")
      const { allowed_actions } = yield* groups.getGroup(id, { include: "allowed_actions" })
      expect(allowed_actions?.accept).toEqual([other])
      expect(yield* Effect.flip(groups.acceptInvite(id, rosalind))).toMatchObject({ code: "NOT_INVITED" })
      expect((yield* groups.acceptInvite(id, other)).username).toBe("okafor@lab.example.edu")
      expect((yield* groups.updateGroup(id, { name: "Ours" })).my_memberships).toMatchObject([
        { identity_id: other, role: "admin" }
      ])
      expect(yield* groups.getIdentityPreferences()).toEqual({
        [rosalind]: { allow_add: null },
        [other]: { allow_add: null }
      })
      yield* groups.setMembershipFields(id, { [other]: { city: "Ridge" } })
      expect(yield* groups.getMembershipFields(id)).toEqual({ [other]: { city: "Ridge" } })
    }).pipe(Effect.scoped, Effect.provide(Simulator.layerWith({ world })))
  )
})

describe("subscriptions", () => {
  it.effect("lead to their group, and their admins verify others", () =>
    Effect.gen(function* () {
      const groups = yield* clientOf(rosalind)
      const found = yield* groups.getGroupBySubscriptionId(subscription)
      expect(found).toMatchObject({ group_id: university!.id, subscription_info: { is_baa: false } })
      expect(yield* Effect.flip(groups.getGroupBySubscriptionId(nobody))).toMatchObject({ status: 404 })
      const verification = { subscription_admin_verified_id: subscription }
      expect(
        yield* Effect.flip(groups.setSubscriptionAdminVerified(observatory!.id, verification))
      ).toMatchObject({ status: 403 })
      const admin = yield* clientOf(linus)
      yield* admin.setSubscriptionAdminVerified(observatory!.id, verification)
      expect(yield* groups.getGroup(observatory!.id)).toMatchObject(verification)
    }).pipe(Effect.scoped, inProcess)
  )
})

describe("a snapshot", () => {
  it.effect("has the groups as they are", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const groups = yield* clientOf(rosalind)
      yield* groups.inviteMember(observatory!.id, robot, { status_reason: "night shift" })
      yield* groups.setIdentityPreferences({ [rosalind]: { allow_add: true } })
      yield* groups.setMembershipFields(university!.id, { [rosalind]: { city: "Ridge" } })
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      const before = yield* groups.getGroup(observatory!.id, { include: ["memberships", "policies"] })
      yield* groups.deleteGroup(observatory!.id)
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      expect(yield* Schema.encodeEffect(json)(yield* simulator.snapshot)).toBe(written)
      expect(yield* groups.getGroup(observatory!.id, { include: ["memberships", "policies"] })).toEqual(
        before
      )
      expect(yield* groups.getIdentityPreferences()).toEqual({ [rosalind]: { allow_add: true } })
    }).pipe(inProcess)
  )
})

describe("answers", () => {
  it.effect("have the fields that Globus sends", (context) =>
    Effect.gen(function* () {
      if (Recorded.absent !== undefined) return context.skip(Recorded.absent)
      const groups = yield* clientOf(linus)
      const compare = (name: string, answer: unknown) =>
        expect({ [name]: Recorded.missingIn(answer, `groups.${name}`) }).toEqual({ [name]: [] })
      compare("get_group.default", yield* groups.getGroup(observatory!.id))
      compare("get_group.subscription", yield* groups.getGroup(university!.id))
      compare("get_my_groups.default", yield* groups.listMyGroups())
      compare("get_group_by_subscription_id.default", yield* groups.getGroupBySubscriptionId(subscription))
      compare("set_group_policies.default", yield* groups.setGroupPolicies(assistants!.id, {}))
      compare(
        "set_subscription_admin_verified.default",
        yield* groups.setSubscriptionAdminVerified(observatory!.id, {
          subscription_admin_verified_id: subscription
        })
      )
    }).pipe(inProcess)
  )
})
