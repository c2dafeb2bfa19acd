/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- answers are looked at as they came */
/** How services say no: with the status, the code and the fields with which Globus does, where it was recorded. */
import { FlowsScopes, Gare, SearchScopes, specificFlowScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Simulator, World } from "../src/index.ts"
import { type Answer, exchange, get, linus, logIn, post, rosalind } from "./Browser.ts"
import * as Recorded from "./Recorded.ts"

const project = "4cc8b749-0d62-4137-b59b-213243546576"
const strict = "3bb7a638-fc51-4026-a48a-102132435465"
const [move, archive, publish] = World.defaultWorld.flows!
const [images] = World.defaultWorld.indices!

const world = {
  ...World.defaultWorld,
  projects: [{ id: project, display_name: "P" }],
  policies: [{ id: strict, project_id: project, display_name: "Strict", required_mfa: true }],
  flows: [{ ...move!, authentication_policy_id: strict }, { ...archive!, starters: [] }, publish!]
} as const satisfies World.Input

const inProcess = Effect.provide(Simulator.layerBackend({ world }))

const tokenFor = (scope: string, server: string, identity: string = rosalind) =>
  Effect.map(logIn(scope, identity), (tokens) => tokens[server])

const tokenOf = (flow: string, identity?: string) => tokenFor(specificFlowScopes(flow).user, flow, identity)

const inFlows = tokenFor(FlowsScopes.all, "flows.globus.org")

const inSearch = (identity?: string) => tokenFor(SearchScopes.all, "search.api.globus.org", identity)

const definition = publish!.definition

const codeOf = ({ json }: Answer): unknown => json.error?.code ?? json.error ?? json.code

type Request = ReturnType<typeof get>

const cases: ReadonlyArray<readonly [name: string, status: number, code: string, request: Request]> = [
  ["auth.oauth2_exchange_code_for_tokens.invalid_grant", 401, "invalid_grant", exchange("nonsense")],
  [
    "flows.create_flow.bad_admin_principal_error",
    422,
    "UNPROCESSABLE_ENTITY",
    Effect.flatMap(inFlows, (token) =>
      post("flows", "flows", { title: "x", definition, flow_administrators: [linus] }, { token })
    )
  ],
  [
    "flows.validate_flow.definition_error",
    422,
    "UNPROCESSABLE_ENTITY",
    Effect.flatMap(inFlows, (token) =>
      post(
        "flows",
        "flows/validate",
        { definition: { StartAt: "A", States: { A: { Type: "Action" } } } },
        { token }
      )
    )
  ],
  [
    "flows.run_flow.missing_scope_error",
    403,
    "MISSING_SCOPE",
    Effect.flatMap(inFlows, (token) => post("flows", `flows/${publish!.id}/run`, { body: {} }, { token }))
  ],
  [
    "flows.validate_run.not_a_flow_starter",
    403,
    "FORBIDDEN",
    Effect.flatMap(tokenOf(archive!.id, linus), (token) =>
      post("flows", `flows/${archive!.id}/validate_run`, { body: { exposures: 1 } }, { token })
    )
  ],
  [
    "flows.validate_run.invalid_input_payload",
    400,
    "FLOW_INPUT_ERROR",
    Effect.flatMap(tokenOf(archive!.id), (token) =>
      post("flows", `flows/${archive!.id}/validate_run`, { body: { exposures: "x" } }, { token })
    )
  ],
  [
    "flows.get_web_input.not_found",
    404,
    "NOT_FOUND",
    Effect.flatMap(inFlows, (token) => get("flows", `web_inputs/${linus}`, { token }))
  ],
  [
    "flows.delete_run.conflict",
    409,
    "STATE_CONFLICT",
    Effect.gen(function* () {
      const run = yield* post(
        "flows",
        `flows/${publish!.id}/run`,
        { body: {} },
        { token: yield* tokenOf(publish!.id) }
      )
      return yield* post("flows", `runs/${run.json.run_id}/release`, undefined, { token: yield* inFlows })
    })
  ],
  [
    "search.update_index.forbidden",
    403,
    "Forbidden.Generic",
    Effect.flatMap(inSearch(linus), (token) =>
      post(
        "search",
        `v1/index/${images!.id}/role`,
        { role_name: "writer", principal: `urn:globus:auth:identity:${linus}` },
        { token }
      )
    )
  ],
  [
    "search.create_index.trial_limit",
    409,
    "Conflict.LimitExceeded",
    Effect.gen(function* () {
      const token = yield* inSearch()
      const create = post("search", "v1/index", { display_name: "x", description: "y" }, { token })
      yield* Effect.replicateEffect(create, 3)
      return yield* create
    })
  ]
]

describe("a refusal", () => {
  it.effect.each(cases)("is that of Globus: %s", ([name, status, code, request]) =>
    Effect.gen(function* () {
      const answer = yield* request
      expect([answer.status, codeOf(answer)]).toEqual([status, code])
      expect(Recorded.missingIn(answer.json, name)).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("of a flow's policy has the requirement beside the error, as those of web inputs do", () =>
    Effect.gen(function* () {
      const token = yield* tokenOf(move!.id)
      const { json, status } = yield* post("flows", `flows/${move!.id}/run`, { body: {} }, { token })
      expect(status).toBe(403)
      const except = [".web_input_summary"]
      expect(Recorded.missingIn(json, "flows.get_web_input.auth_policy_required", { except })).toEqual([])
      expect(json).toMatchObject({
        error: { code: "AUTHENTICATION_POLICY_REQUIRED" },
        code: "AuthenticationPolicyRequired",
        authorization_parameters: { session_required_policies: [strict] }
      })
      expect(Gare.detect(json)).toMatchObject({
        gare: { value: { code: "AuthenticationPolicyRequired" } },
        problems: []
      })
    }).pipe(inProcess)
  )
})
