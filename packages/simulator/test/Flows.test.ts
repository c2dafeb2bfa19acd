/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- answers are looked at as they came */
import { FlowsScopes, specificFlowScopes } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, World } from "../src/index.ts"
import { del, get, linus, logIn, post, put, rosalind } from "./Browser.ts"

const inProcess = Effect.provide(Simulator.layerBackend())

const [move, archive, publish] = World.defaultWorld.flows!

const urn = (identity: string) => `urn:globus:auth:identity:${identity}`

const tokenFor = (identity: string = rosalind, scope: string = FlowsScopes.all) =>
  Effect.map(logIn(scope, identity), (tokens) => tokens["flows.globus.org"])

const tokenOf = (flow: string, identity: string = rosalind) =>
  Effect.map(logIn(specificFlowScopes(flow).user, identity), (tokens) => tokens[flow])

const definition = { StartAt: "Only", States: { Only: { Type: "Wait", Seconds: 5, End: true } } }

const create = (token: string | undefined, others: Record<string, unknown> = {}) =>
  post("flows", "flows", { title: "Mine", definition, ...others }, { token })

const start = Effect.fnUntraced(function* (
  flow: string,
  body: unknown,
  others: Record<string, unknown> = {}
) {
  return yield* post("flows", `flows/${flow}/run`, { body, ...others }, { token: yield* tokenOf(flow) })
})

const titles = (answer: { readonly json: { readonly flows: ReadonlyArray<{ readonly title: string }> } }) =>
  answer.json.flows.map(({ title }) => title)

describe("tokens", () => {
  it.effect("are needed, for Flows, and with a scope that suffices", () =>
    Effect.gen(function* () {
      const none = yield* get("flows", "flows")
      expect(none.status).toBe(401)
      expect(none.json).toMatchObject({
        error: { code: "AUTHENTICATION_ERROR" },
        debug_id: expect.any(String)
      })
      const { "auth.globus.org": other } = yield* logIn("openid")
      expect((yield* get("flows", "flows", { token: other })).status).toBe(401)
      const narrow = yield* tokenFor(rosalind, FlowsScopes.run_status)
      const refused = yield* get("flows", "flows", { token: narrow })
      expect(refused.status).toBe(403)
      expect(refused.json).toMatchObject({
        error: {
          code: "MISSING_SCOPE",
          detail: `This action requires the following scope: ${FlowsScopes.view_flows}`
        }
      })
      expect((yield* get("flows", "runs", { token: narrow })).status).toBe(200)
      expect((yield* get("flows", "flows", { token: yield* tokenFor() })).status).toBe(200)
    }).pipe(inProcess)
  )

  it.effect("for a flow are those of the flow itself", () =>
    Effect.gen(function* () {
      const path = `flows/${publish!.id}/run`
      const refused = yield* post("flows", path, { body: {} }, { token: yield* tokenFor() })
      expect(refused.status).toBe(403)
      expect(refused.json).toMatchObject({
        error: {
          code: "MISSING_SCOPE",
          detail: expect.stringContaining(specificFlowScopes(publish!.id).user)
        }
      })
      const others = yield* post("flows", path, { body: {} }, { token: yield* tokenOf(move!.id) })
      expect(others.json).toMatchObject({ error: { code: "MISSING_SCOPE" } })
      expect((yield* start(publish!.id, {})).status).toBe(200)
      const shouted = `flows/${publish!.id.toUpperCase()}/run`
      const run = yield* post("flows", shouted, { body: {} }, { token: yield* tokenOf(publish!.id) })
      expect(run.json).toMatchObject({ flow_id: publish!.id })
    }).pipe(inProcess)
  )
})

describe("flows", () => {
  it.effect("are listed as far as one may see them", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const list = (query: Record<string, string> = {}, as = token) =>
        get("flows", "flows", { token: as, query })
      expect(titles(yield* list())).toHaveLength(3)
      expect(titles(yield* list({ filter_fulltext: "TAPE astronomy" }))).toEqual([archive!.title])
      expect(titles(yield* list({ filter_roles: "flow_owner" }))).toEqual([move!.title, archive!.title])
      expect(titles(yield* list({ filter_roles: "flow_administrators" }))).toEqual([])
      expect(titles(yield* list({ orderby: "title ASC" }))[0]).toBe(archive!.title)
      yield* create(token)
      expect(titles(yield* list({ filter_fulltext: "mine" }))).toEqual(["Mine"])
      expect(titles(yield* list({ filter_fulltext: "mine" }, yield* tokenFor(linus)))).toEqual([])
    }).pipe(inProcess)
  )

  it.effect("are listed page by page", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const list = (query: Record<string, string>) =>
        get("flows", "flows", { token, query: { per_page: "2", ...query } })
      const first = yield* list({})
      expect(first.json).toMatchObject({ limit: 2, has_next_page: true, marker: expect.any(String) })
      const second = yield* list({ marker: first.json.marker as string })
      expect(second.json).toMatchObject({ has_next_page: false, marker: null })
      expect([...titles(first), ...titles(second)]).toHaveLength(3)
      expect((yield* list({ marker: "nonsense" })).json).toMatchObject({ error: { code: "BAD_REQUEST" } })
    }).pipe(inProcess)
  )

  it.effect("are described, with the roles of whoever asks", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const { json } = yield* get("flows", `flows/${move!.id}`, { token })
      expect(json).toMatchObject({
        id: move!.id,
        title: move!.title,
        definition: move!.definition,
        input_schema: move!.input_schema,
        globus_auth_scope: specificFlowScopes(move!.id).user,
        flow_owner: urn(rosalind),
        user_role: "flow_owner",
        user_roles: ["flow_owner", "flow_starter", "flow_viewer"],
        created_at: "1970-01-01T00:00:00.000000+00:00"
      })
      const missing = yield* get("flows", `flows/${linus}`, { token })
      expect(missing.status).toBe(404)
      expect(missing.json).toMatchObject({
        error: { code: "NOT_FOUND", detail: `No Flow exists with id value ${linus}` }
      })
    }).pipe(inProcess)
  )

  it.effect("are created, changed and deleted", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const made = yield* create(token, { subtitle: "a flow", flow_viewers: [urn(linus)], keywords: ["x"] })
      expect(made.json).toMatchObject({
        title: "Mine",
        subtitle: "a flow",
        input_schema: {},
        user_role: "flow_owner"
      })
      const path = `flows/${made.json.id}`
      yield* TestClock.adjust("1 minute")
      const changed = yield* put(
        "flows",
        path,
        { title: "Ours", flow_administrators: [urn(linus)] },
        { token }
      )
      expect(changed.json).toMatchObject({
        title: "Ours",
        subtitle: "a flow",
        created_at: "1970-01-01T00:00:00.000000+00:00",
        updated_at: "1970-01-01T00:01:00.000000+00:00"
      })
      const others = yield* tokenFor(linus)
      const toNobody = yield* put("flows", path, { flow_owner: "linus" }, { token: others })
      expect(toNobody.json).toMatchObject({ error: { detail: [{ loc: ["flow_owner"] }] } })
      const handed = yield* put("flows", path, { flow_owner: urn(linus) }, { token: others })
      expect(handed.json).toMatchObject({ flow_owner: urn(linus), user_role: "flow_owner" })
      expect((yield* del("flows", path, undefined, { token })).status).toBe(403)
      expect((yield* del("flows", path, undefined, { token: others })).json).toMatchObject({ title: "Ours" })
      expect((yield* get("flows", path, { token: others })).status).toBe(404)
    }).pipe(inProcess)
  )

  it.effect("are not changed, nor seen, by those who may not", () =>
    Effect.gen(function* () {
      const made = yield* create(yield* tokenFor())
      const token = yield* tokenFor(linus)
      const seen = yield* get("flows", `flows/${made.json.id}`, { token })
      expect(seen.status).toBe(403)
      expect(seen.json).toMatchObject({
        error: { detail: expect.stringContaining("Missing permissions: VIEW") }
      })
      const changed = yield* put("flows", `flows/${move!.id}`, { title: "x" }, { token })
      expect(changed.json).toMatchObject({
        error: { detail: expect.stringContaining("Missing permissions: UPDATE") }
      })
      const run = yield* post(
        "flows",
        `flows/${made.json.id}/run`,
        { body: {} },
        { token: yield* tokenOf(made.json.id as string, linus) }
      )
      expect(run.json).toMatchObject({
        error: { code: "FORBIDDEN", detail: expect.stringContaining("Missing permissions: RUN") }
      })
    }).pipe(inProcess)
  )

  it.effect("are for the members of groups, too", () =>
    Effect.gen(function* () {
      const [observatory] = World.defaultWorld.groups!
      const members = `urn:globus:groups:id:${observatory!.id}`
      const made = yield* create(yield* tokenFor(), { flow_viewers: [members], flow_starters: [members] })
      const seen = yield* get("flows", `flows/${made.json.id}`, { token: yield* tokenFor(linus) })
      expect(seen.json).toMatchObject({ user_roles: ["flow_starter", "flow_viewer"] })
    }).pipe(inProcess)
  )

  it.effect("are checked, and the answer says what is wrong where", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const wrong = {
        StartAt: "Only",
        States: { Only: { Type: "Action", ActionUrl: "https://example.org" } }
      }
      const validated = yield* post("flows", "flows/validate", { definition: wrong }, { token })
      expect(validated.status).toBe(422)
      expect(validated.json).toMatchObject({
        error: {
          code: "UNPROCESSABLE_ENTITY",
          detail: [{ loc: ["definition", "States", "Only"], type: "value_error" }],
          message: expect.stringMatching(/^1 validation error in body\. \$\.definition\.States\.Only: /)
        }
      })
      expect((yield* create(token, { definition: wrong })).status).toBe(422)
      const path = `flows/${move!.id}`
      expect((yield* put("flows", path, { definition: wrong }, { token })).status).toBe(422)
      const principals = yield* create(token, { flow_administrators: [linus] })
      expect(principals.json.error.detail).toEqual([
        {
          loc: ["flow_administrators", 0],
          msg: `Unrecognized principal string: "${linus}". Allowed principal types in role "FlowAdministrator": [<AuthGroupUrn>, <AuthIdentityUrn>]`,
          type: "value_error"
        }
      ])
      expect((yield* create(token, { title: 1 })).json).toMatchObject({
        error: { code: "UNPROCESSABLE_ENTITY", detail: [{ loc: ["title"] }] }
      })
      const valid = yield* post("flows", "flows/validate", { definition: move!.definition }, { token })
      expect(valid.json).toEqual({ scopes: { User: ["urn:globus:auth:scope:transfer.api.globus.org:all"] } })
    }).pipe(inProcess)
  )
})

describe("a run", () => {
  it.effect("takes its time, then succeeds", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const started = yield* start(archive!.id, { exposures: 5 }, { label: "last night", tags: ["a"] })
      expect(started.json).toMatchObject({
        flow_id: archive!.id,
        flow_title: archive!.title,
        status: "ACTIVE",
        label: "last night",
        tags: ["a"],
        run_owner: urn(rosalind),
        user_role: "run_owner",
        completion_time: null,
        details: { code: "FlowStarting" }
      })
      const path = `runs/${started.json.run_id}`
      yield* TestClock.adjust("1 second")
      expect((yield* get("flows", path, { token })).json).toMatchObject({
        status: "ACTIVE",
        details: { code: "WaitStarted" }
      })
      yield* TestClock.adjust("2 seconds")
      const done = yield* get("flows", path, { token, query: { include_flow_description: "true" } })
      expect(done.json).toMatchObject({
        status: "SUCCEEDED",
        display_status: "SUCCEEDED",
        completion_time: "1970-01-01T00:00:02.090000+00:00",
        details: { code: "FlowSucceeded", output: { archived: 5 } },
        flow_description: { title: archive!.title }
      })
    }).pipe(inProcess)
  )

  it.effect("waits for longer than there are dates", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const States = {
        Only: { Type: "Wait", Seconds: 1e300, Next: "Then" },
        Then: { Type: "Action", ActionUrl: "https://actions.globus.org/hello_world", End: true }
      }
      const { json: flow } = yield* create(token, { definition: { StartAt: "Only", States } })
      const started = yield* start(flow.id, {})
      yield* TestClock.adjust("365 days")
      const later = yield* get("flows", `runs/${started.json.run_id}`, { token: yield* tokenFor() })
      expect(later.json).toMatchObject({ status: "ACTIVE", details: { code: "WaitStarted" } })
    }).pipe(inProcess)
  )

  it.effect("fails where its flow says so", () =>
    Effect.gen(function* () {
      const started = yield* start(archive!.id, { exposures: 0 })
      yield* TestClock.adjust("1 second")
      const { json } = yield* get("flows", `runs/${started.json.run_id}`, { token: yield* tokenFor() })
      expect(json).toMatchObject({
        status: "FAILED",
        details: { code: "FlowFailed", description: "There are no exposures to archive." }
      })
    }).pipe(inProcess)
  )

  it.effect("does not start with an input that does not fit", () =>
    Effect.gen(function* () {
      const refused = yield* start(archive!.id, { exposures: "many" })
      expect(refused.status).toBe(400)
      expect(refused.json).toMatchObject({
        error: {
          code: "FLOW_INPUT_ERROR",
          detail: [{ loc: ["$.exposures"], type: "InvalidActionInput" }],
          message: "Input failed schema validation with 1 error."
        }
      })
      const token = yield* tokenOf(archive!.id)
      const validate = (body: unknown, others = {}) =>
        post("flows", `flows/${archive!.id}/validate_run`, { body, ...others }, { token })
      expect((yield* validate({})).json).toMatchObject({ error: { code: "FLOW_INPUT_ERROR" } })
      expect((yield* validate({ exposures: 1 })).json).toEqual({ message: "validation successful" })
      const managers = yield* validate({ exposures: 1 }, { run_managers: ["me"] })
      expect(managers.json).toMatchObject({ error: { detail: [{ loc: ["run_managers", 0] }] } })
    }).pipe(inProcess)
  )

  it.effect("tells what it did, page by page and backwards", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const started = yield* start(publish!.id, { path: "/x" })
      yield* TestClock.adjust("10 seconds")
      const log = (query: Record<string, string> = {}) =>
        get("flows", `runs/${started.json.run_id}/log`, { token, query })
      const codes = (json: { entries: ReadonlyArray<{ code: string }> }) =>
        json.entries.map(({ code }) => code)
      const all = yield* log()
      expect(codes(all.json)).toEqual([
        "FlowStarted",
        "PassStarted",
        "PassCompleted",
        "WaitStarted",
        "WaitCompleted",
        "PassStarted",
        "PassCompleted",
        "FlowSucceeded"
      ])
      expect(all.json).toMatchObject({ limit: 10, has_next_page: false })
      const backwards = yield* log({ reverse_order: "true", limit: "3" })
      expect(codes(backwards.json)).toEqual(["FlowSucceeded", "PassCompleted", "PassStarted"])
      const rest = yield* log({ limit: "5", marker: "after-5" })
      expect(codes(rest.json)).toHaveLength(3)
      const { json } = yield* get("flows", `runs/${started.json.run_id}/definition`, { token })
      expect(json).toEqual({ flow_id: publish!.id, definition: publish!.definition, input_schema: {} })
    }).pipe(inProcess)
  )

  it.effect("is cancelled, and released when it has ended", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const started = yield* start(publish!.id, {})
      const path = `runs/${started.json.run_id}`
      const release = post("flows", `${path}/release`, undefined, { token })
      yield* TestClock.adjust("1 second")
      const early = yield* release
      expect(early.status).toBe(409)
      expect(early.json).toMatchObject({
        error: {
          code: "STATE_CONFLICT",
          detail: `Run ${started.json.run_id} has status 'ACTIVE' but must have status in {'ENDED', 'SUCCEEDED', 'FAILED'} for requested operation`
        }
      })
      expect((yield* post("flows", `${path}/cancel`, undefined, { token })).json).toMatchObject({
        status: "ENDED",
        completion_time: "1970-01-01T00:00:01.000000+00:00",
        details: { code: "FlowCanceled" }
      })
      yield* TestClock.adjust("1 minute")
      const { json } = yield* get("flows", `${path}/log`, { token })
      expect(json.entries.at(-1)).toMatchObject({ code: "FlowCanceled" })
      expect((yield* release).json).toMatchObject({ status: "ENDED" })
      expect((yield* get("flows", path, { token })).status).toBe(404)
    }).pipe(inProcess)
  )

  it.effect("is resumed only where it waits for somebody", () =>
    Effect.gen(function* () {
      const started = yield* start(publish!.id, {})
      const token = yield* tokenOf(publish!.id)
      const { json, status } = yield* post("flows", `runs/${started.json.run_id}/resume`, undefined, {
        token
      })
      expect(status).toBe(409)
      expect(json).toMatchObject({ error: { code: "STATE_CONFLICT" } })
    }).pipe(inProcess)
  )

  it.effect("is listed for those who may see it, and changed by those who may manage it", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      const others = yield* tokenFor(linus)
      yield* start(publish!.id, {}, { label: "one" })
      yield* TestClock.adjust("1 second")
      const second = yield* start(archive!.id, { exposures: 1 }, { label: "two", run_monitors: [urn(linus)] })
      const labels = (as: string | undefined, query: Record<string, string> = {}) =>
        Effect.map(get("flows", "runs", { token: as, query }), ({ json }) =>
          (json.runs as ReadonlyArray<{ label: string }>).map(({ label }) => label)
        )
      expect(yield* labels(token)).toEqual(["two", "one"])
      expect(yield* labels(token, { orderby: "start_time ASC" })).toEqual(["one", "two"])
      expect(yield* labels(token, { filter_flow_id: publish!.id })).toEqual(["one"])
      expect(yield* labels(token, { filter_roles: "run_monitor" })).toEqual([])
      expect(yield* labels(token, { per_page: "1", marker: "after-1" })).toEqual(["one"])
      expect(yield* labels(others)).toEqual(["two"])
      const path = `runs/${second.json.run_id}`
      expect((yield* put("flows", path, { label: "x" }, { token: others })).json).toMatchObject({
        error: { detail: expect.stringContaining("Missing permissions: MANAGE") }
      })
      const changed = yield* put(
        "flows",
        path,
        { label: "x", tags: ["y"], run_managers: [urn(linus)] },
        { token }
      )
      expect(changed.json).toMatchObject({ label: "x", tags: ["y"] })
      expect((yield* put("flows", path, { run_managers: ["me"] }, { token })).status).toBe(422)
      expect((yield* put("flows", path, { label: "z" }, { token: others })).json).toMatchObject({
        label: "z"
      })
      const stranger = yield* start(publish!.id, {})
      expect((yield* get("flows", `runs/${stranger.json.run_id}`, { token: others })).status).toBe(403)
      expect((yield* get("flows", `runs/${linus}`, { token })).status).toBe(404)
    }).pipe(inProcess)
  )
})

describe("questions and registered APIs", () => {
  it.effect("are none", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor()
      expect((yield* get("flows", "web_inputs", { token })).json).toEqual({
        web_input_summaries: [],
        marker: null
      })
      expect((yield* get("flows", `web_inputs/${linus}`, { token })).json).toMatchObject({
        error: { code: "NOT_FOUND" }
      })
      const answer = post("flows", `web_inputs/${linus}/respond`, { response: { value: 1 } }, { token })
      expect((yield* answer).status).toBe(404)
      expect((yield* get("flows", "registered_apis", { token })).json).toMatchObject({ registered_apis: [] })
      expect((yield* get("flows", `registered_apis/${linus}`, { token })).status).toBe(404)
    }).pipe(inProcess)
  )
})
