/** The operations of Globus Groups: what they send and answer, the scopes they need, what they refuse and keep. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { GroupsApi } from "../../src/groups/Api.ts"
import { GroupsClient, type Service } from "../../src/groups/GroupsClient.ts"
import type { MembershipActionFailed } from "../../src/groups/MembershipActionFailed.ts"
import * as MembershipActions from "../../src/groups/MembershipActions.ts"
import type { GlobusError } from "../../src/model/GlobusError.ts"
import { GroupsScopes } from "../../src/model/Scopes.ts"
import { endpointsOf } from "../conformance/internal/Mapping.ts"
import { keeping } from "../service/internal/KeepingAuthorizer.ts"
import * as Probe from "../service/internal/Probe.ts"
import * as StubHttp from "../service/internal/StubHttp.ts"
import {
  group,
  groupId,
  identityId,
  membership,
  otherIdentityId,
  parentId,
  policies,
  subscriptionId
} from "./internal/Answers.ts"

const { all, resourceServer, view_my_groups_and_memberships: view } = GroupsScopes

const globus = (answer: Parameters<typeof StubHttp.make>[0] = () => StubHttp.json({})) => {
  const http = StubHttp.make(answer)
  const authorizer = keeping()
  const dependencies = Probe.layer(http.layer, Probe.once, authorizer.parts)
  return { ...http, ...authorizer, dependencies, layer: Layer.provide(GroupsClient.layer, dependencies) }
}

/** A request as `VERB /path?query`, and its JSON body if it has one. */
const lineOf = ({ body, method, url }: StubHttp.Sent) => ({
  line: `${method} ${url.pathname}${decodeURIComponent(url.search)}`,
  ...(body === "" ? {} : { body: JSON.parse(body) as unknown })
})

describe("scopes", () => {
  it.effect("a program with this client requires to view the groups that the user belongs to", () => {
    const { layer, required, sent } = globus()
    return Effect.gen(function* () {
      yield* Effect.provide(GroupsClient, layer)
      assert.deepStrictEqual(required, [["groups.api.globus.org", view]])
      assert.lengthOf(sent, 0)
    })
  })

  it.effect("or what it says instead, and what it adds later", () => {
    const { dependencies, required } = globus()
    return Effect.gen(function* () {
      const groups = yield* GroupsClient
      yield* groups.addScopes(["a[b]", view])
      assert.strictEqual((yield* Effect.flip(groups.addScopes("a[")))._tag, "ScopeParseError")
      assert.deepStrictEqual(required, [
        ["groups.api.globus.org", all],
        ["groups.api.globus.org", `a[b] ${view}`]
      ])
    }).pipe(Effect.provide(Layer.provide(GroupsClient.layerWith({ scopes: all }), dependencies)))
  })

  it.effect("a scope that cannot be read is an error, and nothing is required", () => {
    const { dependencies, required } = globus()
    return Effect.gen(function* () {
      const layer = Layer.provide(GroupsClient.layerWith({ scopes: "a[" }), dependencies)
      assert.strictEqual((yield* Effect.flip(Effect.provide(GroupsClient, layer)))._tag, "ScopeParseError")
      assert.lengthOf(required, 0)
    })
  })
})

interface Case {
  readonly name: string
  readonly call: (groups: Service) => Effect.Effect<unknown, GlobusError | MembershipActionFailed>
  /** What is sent. */
  readonly line: string
  readonly body?: unknown
  /** What is answered. */
  readonly answer: unknown
  /** Which scopes suffice. Default: `all`. */
  readonly anyOf?: ReadonlyArray<string>
  /** The status of the answer. Default: 200. */
  readonly status?: number
}

const onePolicy = { group_visibility: "private" }
const fields = { [identityId]: { department: "Automata", phone: null } }
const preferences = { [identityId]: { allow_add: false } }

const operations: ReadonlyArray<Case> = [
  {
    name: "listMyGroups",
    call: (groups) => groups.listMyGroups({ statuses: ["active", "invited"] }),
    line: "GET /v2/groups/my_groups?statuses=active,invited",
    answer: [group, { ...group, brand_new: 1 }],
    anyOf: [view, all]
  },
  {
    name: "getStatuses",
    call: (groups) => groups.getStatuses(),
    line: "GET /v2/groups/statuses",
    answer: {
      [groupId]: { active: 3, invited: 1, pending: 0, rejected: 0, removed: 2, left: 0, declined: 0 }
    }
  },
  {
    name: "createGroup",
    call: (groups) =>
      groups.createGroup({
        name: "Riders",
        description: undefined,
        parent_id: parentId,
        policies: onePolicy
      }),
    line: "POST /v2/groups",
    body: { name: "Riders", parent_id: parentId, policies: onePolicy },
    answer: group,
    status: 201
  },
  {
    name: "getGroup",
    call: (groups) => groups.getGroup(groupId, { include: ["memberships", "policies"] }),
    line: `GET /v2/groups/${groupId}?include=memberships,policies`,
    answer: group,
    anyOf: [view, all]
  },
  {
    name: "updateGroup",
    call: (groups) => groups.updateGroup(groupId, { description: null, name: "New" }),
    line: `PUT /v2/groups/${groupId}`,
    body: { description: null, name: "New" },
    answer: group
  },
  {
    name: "deleteGroup",
    call: (groups) => groups.deleteGroup(groupId),
    line: `DELETE /v2/groups/${groupId}`,
    answer: group
  },
  {
    name: "listChildGroups",
    call: (groups) => groups.listChildGroups(groupId, { include: "child_ids" }),
    line: `GET /v2/groups/${groupId}/children?include=child_ids`,
    answer: { children: [group] }
  },
  {
    name: "batchMembershipAction",
    call: (groups) =>
      groups.batchMembershipAction(
        groupId,
        MembershipActions.removeMembers(MembershipActions.empty, [identityId, otherIdentityId])
      ),
    line: `POST /v2/groups/${groupId}`,
    body: { remove: [{ identity_id: identityId }, { identity_id: otherIdentityId }] },
    answer: {
      remove: [membership(identityId, "member", "removed")],
      errors: { remove: [{ identity_id: otherIdentityId, code: "NOT_MEMBER", detail: "is none" }] }
    }
  },
  {
    name: "getMembershipFields",
    call: (groups) => groups.getMembershipFields(groupId),
    line: `GET /v2/groups/${groupId}/membership_fields`,
    answer: fields
  },
  {
    name: "setMembershipFields",
    call: (groups) => groups.setMembershipFields(groupId, fields),
    line: `PUT /v2/groups/${groupId}/membership_fields`,
    body: fields,
    answer: fields
  },
  {
    name: "getGroupPolicies",
    call: (groups) => groups.getGroupPolicies(groupId),
    line: `GET /v2/groups/${groupId}/policies`,
    answer: policies
  },
  {
    name: "setGroupPolicies",
    call: (groups) =>
      groups.setGroupPolicies(groupId, { ...policies, authentication_assurance_timeout: null }),
    line: `PUT /v2/groups/${groupId}/policies`,
    body: { ...policies, authentication_assurance_timeout: null },
    answer: { ...policies, authentication_assurance_timeout: 28800 }
  },
  {
    name: "getGroupBySubscriptionId",
    call: (groups) => groups.getGroupBySubscriptionId(subscriptionId),
    line: `GET /v2/subscription_info/${subscriptionId}`,
    answer: {
      group_id: groupId,
      subscription_id: subscriptionId,
      subscription_info: { is_high_assurance: true, is_baa: false, connectors: {} }
    }
  },
  {
    name: "setSubscriptionAdminVerified",
    call: (groups) =>
      groups.setSubscriptionAdminVerified(groupId, { subscription_admin_verified_id: subscriptionId }),
    line: `PUT /v2/groups/${groupId}/subscription_admin_verified`,
    body: { subscription_admin_verified_id: subscriptionId },
    answer: { group_id: groupId, subscription_admin_verified_id: subscriptionId }
  },
  {
    name: "getIdentityPreferences",
    call: (groups) => groups.getIdentityPreferences(),
    line: "GET /v2/preferences",
    answer: { [identityId]: { allow_add: null }, [otherIdentityId]: { allow_add: true, brand_new: 1 } }
  },
  {
    name: "setIdentityPreferences",
    call: (groups) => groups.setIdentityPreferences(preferences),
    line: "PUT /v2/preferences",
    body: preferences,
    answer: preferences
  }
]

const acting: ReadonlyArray<Case> = (
  [
    ["acceptInvite", "accept", {}, (groups) => groups.acceptInvite(groupId, identityId)],
    ["addMember", "add", { role: "member" }, (groups) => groups.addMember(groupId, identityId)],
    [
      "addMember",
      "add",
      { role: "manager", status_reason: "earned" },
      (groups) => groups.addMember(groupId, identityId, { role: "manager", status_reason: "earned" })
    ],
    ["approvePending", "approve", {}, (groups) => groups.approvePending(groupId, identityId)],
    [
      "changeRole",
      "change_role",
      { role: "admin" },
      (groups) => groups.changeRole(groupId, identityId, "admin")
    ],
    ["declineInvite", "decline", {}, (groups) => groups.declineInvite(groupId, identityId)],
    [
      "inviteMember",
      "invite",
      { role: "member", invite_email_address: "a@example.org" },
      (groups) => groups.inviteMember(groupId, identityId, { invite_email_address: "a@example.org" })
    ],
    ["join", "join", {}, (groups) => groups.join(groupId, identityId)],
    [
      "leave",
      "leave",
      { status_reason: "enough" },
      (groups) => groups.leave(groupId, identityId, { status_reason: "enough" })
    ],
    ["rejectJoinRequest", "reject", {}, (groups) => groups.rejectJoinRequest(groupId, identityId)],
    ["removeMember", "remove", {}, (groups) => groups.removeMember(groupId, identityId)],
    ["requestJoin", "request_join", {}, (groups) => groups.requestJoin(groupId, identityId)]
  ] satisfies ReadonlyArray<readonly [string, MembershipActions.Action, object, Case["call"]]>
).map(([name, action, said, call]) => ({
  name,
  call,
  line: `POST /v2/groups/${groupId}`,
  body: { [action]: [{ identity_id: identityId, ...said }] },
  answer: { [action]: [membership()] }
}))

const asAnswered = (answer: unknown, status = 200) => globus(() => StubHttp.json(answer, { status }))

describe("every operation", () => {
  it.effect.each(operations)("$name is $line, and its answer keeps every field", (each) => {
    const { layer, needs, sent } = asAnswered(each.answer, each.status)
    return Effect.gen(function* () {
      const answer = yield* Effect.flatMap(GroupsClient, each.call)
      assert.deepStrictEqual(answer, each.answer)
      assert.deepStrictEqual(sent.map(lineOf), [
        each.body === undefined ? { line: each.line } : { line: each.line, body: each.body }
      ])
      assert.deepStrictEqual(
        needs.map((need) => ({ ...need })),
        [{ resourceServer, anyOf: each.anyOf ?? [all] }]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect.each(acting)("$name sends $body and answers the membership", ({ body, call, line }) => {
    const { layer, needs, sent } = globus(({ body }) => {
      const [action = ""] = Object.keys(JSON.parse(body) as object)
      return StubHttp.json({ [action]: [membership()], errors: null })
    })
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* Effect.flatMap(GroupsClient, call), membership())
      assert.deepStrictEqual(sent.map(lineOf), [{ line, body }])
      assert.deepStrictEqual(needs[0]?.anyOf, [all])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is in the lists above", () => {
    const { layer } = globus()
    return Effect.gen(function* () {
      const groups = yield* Effect.provide(GroupsClient, layer)
      assert.sameMembers(
        operations.map(({ name }) => name),
        endpointsOf(GroupsApi).map(({ identifier }) => identifier)
      )
      assert.sameMembers(Object.keys(groups), [
        ...operations.map(({ name }) => name),
        ...new Set(acting.map(({ name }) => name)),
        "addScopes"
      ])
    })
  })

  it.effect.prop("has a typed error for whatever else is answered", [Schema.Json], ([answer]) =>
    Effect.gen(function* () {
      const { layer } = asAnswered(answer)
      const groups = yield* Effect.provide(GroupsClient, layer)
      for (const { call, name } of [...operations, ...acting]) {
        const result = yield* Effect.result(call(groups))
        if (result._tag === "Success") continue
        const error = result.failure
        assert(error._tag === "ResponseError", `${name}: ${String(error)}`)
        assert.oneOf(error.operation, [name, "batchMembershipAction"])
      }
    })
  )

  const corrupt = operations.flatMap((each) =>
    Object.keys(each.answer as object).map((field) => ({ ...each, field }))
  )

  it.effect.prop(
    "says where in the answer something is wrong",
    [Schema.Literals(Array.from(corrupt.keys())), Schema.Json],
    ([index, value]) =>
      Effect.gen(function* () {
        const each = corrupt[index]
        assert(each !== undefined)
        const { answer, call, field, name } = each
        const wrong = Array.isArray(answer)
          ? answer.with(Number(field), value)
          : { ...(answer as object), [field]: value }
        const { layer } = asAnswered(wrong)
        const result = yield* Effect.result(Effect.flatMap(GroupsClient, call)).pipe(Effect.provide(layer))
        if (result._tag === "Success") return assert.deepStrictEqual(result.success, wrong)
        assert(result.failure._tag === "ResponseError", String(result.failure))
        assert.strictEqual(result.failure.operation, name)
        assert.include(result.failure.path, field)
      })
  )
})

describe("an action on one membership", () => {
  const failed = {
    errors: { add: [{ identity_id: identityId, code: "ALREADY_ACTIVE", detail: "The identity is a member" }] }
  }

  it.effect("that Groups does not carry out fails with its code, though the status is 200", () => {
    const { layer } = asAnswered(failed)
    return Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.flatMap(GroupsClient, (groups) => groups.addMember(groupId, identityId))
      )
      assert(error._tag === "MembershipActionFailed")
      assert.deepInclude(error, { groupId, identityId, action: "add", code: "ALREADY_ACTIVE" })
      assert.strictEqual(
        error.message,
        `Groups did not add identity ${identityId} in group ${groupId}: The identity is a member (ALREADY_ACTIVE)`
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("of which the answer says nothing is a wrong answer", () => {
    const { layer } = asAnswered({ errors: {} })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.flatMap(GroupsClient, (groups) => groups.changeRole(groupId, identityId, "admin"))
      )
      assert(error._tag === "ResponseError")
      assert.strictEqual(error.path, "change_role")
    }).pipe(Effect.provide(layer))
  })

  it.effect("is sent once, because it may have arrived", () => {
    const http = StubHttp.make((_, index) =>
      index === 0 ? { code: "ECONNRESET" } : StubHttp.json({ add: [membership()] })
    )
    return Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.flatMap(GroupsClient, (groups) => groups.addMember(groupId, identityId))
      )
      assert.strictEqual(error._tag, "NetworkError")
      assert.lengthOf(http.sent, 1)
    }).pipe(Effect.provide(Layer.provide(GroupsClient.layer, Probe.layer(http.layer))))
  })
})

describe("documents", () => {
  it.effect("policies that are read, changed and written back lose nothing that is not known of them", () => {
    const { layer, sent } = asAnswered({ ...policies, brand_new: { deep: [1, null] } })
    return Effect.gen(function* () {
      const groups = yield* GroupsClient
      const read = yield* groups.getGroupPolicies(groupId)
      yield* groups.setGroupPolicies(groupId, { ...read, join_requests: true })
      assert.deepStrictEqual(sent.slice(1).map(lineOf), [
        {
          line: `PUT /v2/groups/${groupId}/policies`,
          body: { ...policies, brand_new: { deep: [1, null] }, join_requests: true }
        }
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("take values that Globus may add to its enumerations", () => {
    const future = {
      ...group,
      group_type: "cosmic",
      my_memberships: [membership(identityId, "guest", "asleep")]
    }
    const { layer } = asAnswered(future)
    return Effect.gen(function* () {
      assert.deepStrictEqual<unknown>(
        yield* Effect.flatMap(GroupsClient, (groups) => groups.getGroup(groupId)),
        future
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("and calls take query parameters that are not known", () => {
    const { layer, sent } = asAnswered([])
    return Effect.gen(function* () {
      yield* Effect.flatMap(GroupsClient, (groups) =>
        groups.listMyGroups({ statuses: "left", brand_new: "x" })
      )
      assert.deepStrictEqual(sent.map(lineOf), [
        { line: "GET /v2/groups/my_groups?statuses=left&brand_new=x" }
      ])
    }).pipe(Effect.provide(layer))
  })
})

describe("errors", () => {
  it.effect("of Groups have its codes", () => {
    const { layer } = asAnswered({ code: "GROUP_NOT_FOUND", detail: "no such group" }, 404)
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.flatMap(GroupsClient, (groups) => groups.getGroup(groupId)))
      assert(error._tag === "ApiError" && error.reason._tag === "NotFound")
      assert.isTrue(error.is("GROUP_NOT_FOUND"))
      assert.strictEqual(error.detail, "no such group")
    }).pipe(Effect.provide(layer))
  })
})

describe("bad input", () => {
  /** What a program without types may pass. */
  const untyped = (value: unknown) => value as never
  const { addMembers, empty, removeMembers } = MembershipActions

  const cases: ReadonlyArray<readonly [title: string, field: string, call: Case["call"]]> = [
    ["a group that is not an id", "group_id", (groups) => groups.getGroup("my_groups")],
    ["a group that leads elsewhere", "group_id", (groups) => groups.deleteGroup("..")],
    ["a subscription that is not an id", "subscription_id", (groups) => groups.getGroupBySubscriptionId("x")],
    ["a group without a name", "payload.name", (groups) => groups.createGroup({ name: "" })],
    ["a group with nothing said", "payload.name", (groups) => groups.createGroup(untyped({}))],
    [
      "a parent that is not an id",
      "payload.parent_id",
      (groups) => groups.createGroup({ name: "n", parent_id: "x" })
    ],
    [
      "a login that lasts for less than nothing",
      "payload.authentication_assurance_timeout",
      (groups) => groups.setGroupPolicies(groupId, { authentication_assurance_timeout: -1 })
    ],
    [
      "policies of a new group that cannot be",
      "payload.policies.join_requests",
      (groups) => groups.createGroup({ name: "n", policies: { join_requests: untyped("yes") } })
    ],
    [
      "a verification that does not say whose",
      "payload.subscription_admin_verified_id",
      (groups) => groups.setSubscriptionAdminVerified(groupId, untyped({}))
    ],
    [
      "a member that is not an id",
      "payload.add[0].identity_id",
      (groups) => groups.addMember(groupId, "claptrap")
    ],
    ["a batch of nothing", "payload", (groups) => groups.batchMembershipAction(groupId, empty)],
    [
      "a batch of nobody",
      "payload",
      (groups) => groups.batchMembershipAction(groupId, { add: [], leave: null })
    ],
    [
      "an identity that is added twice",
      "payload.add[1].identity_id",
      (groups) =>
        groups.batchMembershipAction(groupId, addMembers(empty, [identityId, identityId.toUpperCase()]))
    ],
    [
      "an identity that is added and removed",
      "payload.remove[0].identity_id",
      (groups) =>
        groups.batchMembershipAction(groupId, removeMembers(addMembers(empty, identityId), identityId))
    ],
    [
      "preferences that cannot be",
      `payload.${identityId}.allow_add`,
      (groups) => groups.setIdentityPreferences({ [identityId]: { allow_add: untyped("yes") } })
    ],
    [
      "membership fields that cannot be",
      `payload.${identityId}.phone`,
      (groups) => groups.setMembershipFields(groupId, { [identityId]: { phone: untyped(911) } })
    ]
  ]

  it.effect.each(cases)("%s is named (%s), and nothing is sent", ([, field, call]) => {
    const { layer, sent } = globus()
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.flatMap(GroupsClient, call))
      assert(error._tag === "InvalidRequest", String(error))
      assert.strictEqual(error.field, field)
      assert.lengthOf(sent, 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("an action that Groups may add is sent as it is", () => {
    const { layer, sent } = asAnswered({})
    return Effect.gen(function* () {
      yield* Effect.flatMap(GroupsClient, (groups) => groups.batchMembershipAction(groupId, { praise: [1] }))
      assert.deepStrictEqual(sent.map(lineOf), [
        { line: `POST /v2/groups/${groupId}`, body: { praise: [1] } }
      ])
    }).pipe(Effect.provide(layer))
  })
})
