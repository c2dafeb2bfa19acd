import { GlobusApp, UserApp } from "@effect-globus/sdk"
import { FlowsClient, SpecificFlowClient } from "@effect-globus/sdk/flows"
import { FlowsScopes, Gare } from "@effect-globus/sdk/model"
import { FlowTimer, TimersClient } from "@effect-globus/sdk/timers"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, Snapshot, World } from "../src/index.ts"
import { linus, rosalind } from "./Browser.ts"

const { collections, flows, groups } = World.defaultWorld
const [move, archive, publish] = flows!
const [, , cluster] = collections
const [, , university] = groups!
const { id: subscription } = university!.subscription!

const project = "4cc8b749-0d62-4137-b59b-213243546576"
const strict = "3bb7a638-fc51-4026-a48a-102132435465"
const timely = "7e2f91c4-8a35-4b60-9d17-0c4e5f6a7b82"

const world = {
  ...World.defaultWorld,
  projects: [{ id: project, display_name: "P" }],
  policies: [
    { id: strict, project_id: project, display_name: "Strict", required_mfa: true },
    {
      id: timely,
      project_id: project,
      display_name: "Timely",
      high_assurance: true,
      authentication_assurance_timeout: 600
    }
  ],
  flows: [move!, { ...archive!, authentication_policy_id: timely }, publish!]
} as const satisfies World.Input

const Clients = (flow: string) =>
  Layer.mergeAll(
    FlowsClient.layerWith({ scopes: FlowsScopes.all }),
    SpecificFlowClient.layer(flow),
    TimersClient.layer
  ).pipe(
    Layer.provideMerge(UserApp.layer({ appName: "flows", clientId: World.nativeClientId })),
    Layer.provideMerge(Simulator.layerWith({ world }))
  )

const urn = (identity: string) => `urn:globus:auth:identity:${identity}`

const loginsSoFar = Effect.map(
  Effect.flatMap(Simulator, ({ activity }) => activity),
  ({ logins }) => logins.map(({ parameters }) => parameters["session_required_policies"])
)

describe("a flow with a policy", () => {
  it.effect("is run after a login that satisfies it, and looked into as long as it does", () =>
    Effect.gen(function* () {
      const flow = yield* SpecificFlowClient
      const all = yield* FlowsClient
      expect(yield* all.getFlow(archive!.id)).toMatchObject({
        authentication_policy_id: timely,
        is_high_assurance: true
      })
      yield* TestClock.adjust("1 hour")
      const { run_id } = yield* flow.runFlow({ body: { exposures: 1 } })
      expect(yield* loginsSoFar).toEqual([undefined, timely])
      yield* TestClock.adjust("9 minutes")
      expect((yield* all.getRun(run_id)).status).toBe("SUCCEEDED")
      expect(yield* loginsSoFar).toHaveLength(2)
      yield* TestClock.adjust("2 minutes")
      expect((yield* all.listRunLogs.page(run_id)).entries.length).toBeGreaterThan(0)
      expect(yield* loginsSoFar).toEqual([undefined, timely, timely])
      yield* TestClock.adjust("11 minutes")
      expect((yield* all.updateFlow(archive!.id, { subtitle: "Kept safe" })).subtitle).toBe("Kept safe")
      expect(yield* loginsSoFar).toHaveLength(4)
    }).pipe(Effect.provide(Clients(archive!.id)))
  )

  it.effect("is refused to those who cannot satisfy it", () =>
    Effect.gen(function* () {
      const flow = yield* SpecificFlowClient
      const all = yield* FlowsClient
      yield* all.updateFlow(move!.id, { authentication_policy_id: strict })
      yield* (yield* Simulator).setPerson({ mfa: false })
      expect(yield* Effect.flip(flow.validateRun({ body: {} }))).toMatchObject({ _tag: "LoginFailed" })
      yield* (yield* Simulator).setPerson({ mfa: true })
      yield* all.updateFlow(move!.id, { authentication_policy_id: null })
      expect((yield* all.getFlow(move!.id)).authentication_policy_id).toBeNull()
    }).pipe(Effect.provide(Clients(move!.id)))
  )

  it.effect("has one that exists", () =>
    Effect.gen(function* () {
      const all = yield* FlowsClient
      const error = yield* Effect.flip(all.updateFlow(move!.id, { authentication_policy_id: project }))
      expect(error).toMatchObject({
        status: 422,
        code: "UNPROCESSABLE_ENTITY",
        messages: [`No authentication policy exists with id value ${project}`]
      })
    }).pipe(Effect.provide(Clients(move!.id)))
  )

  it.effect("stops its timers until somebody has logged in as it asks", () =>
    Effect.gen(function* () {
      const timers = yield* TimersClient
      yield* SpecificFlowClient
      yield* timers.addFlowUserScope(archive!.id)
      const timer = yield* timers.createTimer({
        timer: FlowTimer.make({
          flow_id: archive!.id,
          schedule: { type: "recurring", interval_seconds: 3600 },
          body: { body: { exposures: 1 } }
        })
      })
      yield* TestClock.adjust("65 minutes")
      const { inactive_reason, n_runs } = yield* timers.getJob(timer.timer.job_id)
      expect([n_runs, inactive_reason?.cause]).toEqual([1, "globus_auth_requirements"])
      const { gare } = Gare.detect(inactive_reason?.detail)
      expect(Option.getOrThrow(gare).authorization_parameters.session_required_policies).toEqual([timely])
    }).pipe(Effect.provide(Clients(archive!.id)))
  )
})

describe("a flow", () => {
  it.effect("belongs to a subscription", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.setPerson({ identity: linus })
      const all = yield* FlowsClient
      const definition = publish!.definition
      const made = yield* all.createFlow({ title: "Mine", definition, subscription_id: subscription })
      expect(made.subscription_id).toBe(subscription)
      expect((yield* all.updateFlow(made.id, { subscription_id: null })).subscription_id).toBeNull()
      expect((yield* all.updateFlow(made.id, { subscription_id: "DEFAULT" })).subscription_id).toBe(
        subscription
      )
      const { flows = [] } = yield* simulator.world
      expect(flows.find(({ id }) => id === made.id)).toMatchObject({ subscription_id: subscription })
    }).pipe(Effect.provide(Clients(publish!.id)))
  )

  it.effect("has no default subscription for those who have none", () =>
    Effect.gen(function* () {
      const all = yield* FlowsClient
      expect(yield* Effect.flip(all.updateFlow(move!.id, { subscription_id: "DEFAULT" }))).toMatchObject({
        status: 422
      })
    }).pipe(Effect.provide(Clients(move!.id)))
  )

  it.effect("says what its states need of those as whom they run", () =>
    Effect.gen(function* () {
      const all = yield* FlowsClient
      const action = (others: object, next: object) => ({
        Type: "Action",
        ActionUrl: "https://example.org/do",
        Parameters: {},
        ...others,
        ...next
      })
      const definition = {
        StartAt: "A",
        States: {
          A: action({ ActionScope: "a" }, { Next: "B" }),
          B: action({ ActionScope: "b", RunAs: "Curator" }, { Next: "C" }),
          C: action({ ActionUrl: "https://transfer.actions.globus.org/transfer" }, { End: true })
        }
      }
      const scopes = { User: ["a", "urn:globus:auth:scope:transfer.api.globus.org:all"], Curator: ["b"] }
      expect(yield* all.validateFlow({ definition })).toEqual({ scopes })
      const made = yield* all.createFlow({ title: "Three", definition })
      expect(made.globus_auth_scopes_by_RunAs).toEqual(scopes)
    }).pipe(Effect.provide(Clients(move!.id)))
  )

  it.effect("is found by each of the words about it", () =>
    Effect.gen(function* () {
      const all = yield* FlowsClient
      const titles = (query: Parameters<typeof all.listFlows.page>[0]) =>
        Effect.map(all.listFlows.page(query), ({ flows }) => flows.map(({ title }) => title))
      expect(yield* titles({ filter_title: ["archive"] })).toEqual([archive!.title])
      expect(yield* titles({ filter_subtitle: ["CHECKSUMS"] })).toEqual([move!.title])
      expect(yield* titles({ filter_description: ["doi"] })).toEqual([publish!.title])
      expect(yield* titles({ filter_keywords: ["astronomy", "verification"] })).toHaveLength(2)
      expect(
        yield* titles({
          filter_scope_string: [
            `https://auth.globus.org/scopes/${move!.id}/flow_${move!.id.replaceAll("-", "_")}_user`
          ]
        })
      ).toEqual([move!.title])
    }).pipe(Effect.provide(Clients(move!.id)))
  )
})

describe("a run that lacks a consent", () => {
  it.effect("waits for it, and goes on when it is resumed", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const app = yield* GlobusApp
      const flow = yield* SpecificFlowClient
      const all = yield* FlowsClient
      const place = { id: cluster!.id, path: "/~/" }
      const { run_id } = yield* flow.runFlow({ body: { source: place, destination: place } })
      yield* TestClock.adjust("1 minute")
      const inactive = yield* Effect.flip(all.waitForRun(run_id))
      if (inactive._tag !== "RunInactive") return expect.fail(inactive.message)
      expect(inactive.run).toMatchObject({
        status: "INACTIVE",
        completion_time: null,
        details: { code: "ConsentRequired" }
      })
      expect(yield* Effect.flip(all.deleteRun(run_id))).toMatchObject({ code: "STATE_CONFLICT" })
      // Without the consent, resuming helps nothing.
      expect((yield* flow.resumeRun(run_id)).status).toBe("INACTIVE")
      const { gare } = Gare.detect(inactive.run.details)
      const authParams = Option.getOrThrow(gare).authorization_parameters
      // What is under way survives a snapshot.
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      yield* app.login({ authParams })
      expect((yield* flow.resumeRun(run_id)).status).toBe("ACTIVE")
      yield* TestClock.adjust("1 minute")
      expect((yield* all.getRun(run_id)).status).toBe("SUCCEEDED")
      const { entries } = yield* flow.listFlowRunLogs.page(run_id, { limit: 50 })
      expect(entries.map(({ code }) => code)).toEqual(
        expect.arrayContaining(["FlowInactive", "FlowResumed", "ActionCompleted", "FlowSucceeded"])
      )
      expect(yield* Effect.flip(flow.resumeFlowRun(run_id))).toMatchObject({ code: "STATE_CONFLICT" })
    }).pipe(Effect.provide(Clients(move!.id)))
  )

  it.effect("can be cancelled", () =>
    Effect.gen(function* () {
      const flow = yield* SpecificFlowClient
      const all = yield* FlowsClient
      const place = { id: cluster!.id, path: "/~/" }
      const { run_id } = yield* flow.runFlow({ body: { source: place, destination: place } })
      yield* TestClock.adjust("1 minute")
      expect((yield* all.cancelRun(run_id)).status).toBe("ENDED")
      expect((yield* all.deleteRun(run_id)).status).toBe("ENDED")
    }).pipe(Effect.provide(Clients(move!.id)))
  )
})

describe("runs", () => {
  it.effect("are listed for a flow, by how and when they went", () =>
    Effect.gen(function* () {
      const flow = yield* SpecificFlowClient
      const all = yield* FlowsClient
      yield* flow.runFlow({ body: {}, label: "early" })
      yield* TestClock.adjust("1 hour")
      yield* flow.runFlow({ body: {}, label: "late" })
      const labels = (query: Parameters<typeof all.listRuns.page>[0]) =>
        Effect.map(all.listRuns.page(query), ({ runs }) => runs.map(({ label }) => label))
      const { actions } = yield* flow.listFlowRuns.page()
      expect(actions.map(({ label }) => label)).toEqual(["late", "early"])
      expect(yield* labels({ filter_status: ["SUCCEEDED"] })).toEqual(["early"])
      expect(yield* labels({ filter_label: ["LAT"] })).toEqual(["late"])
      expect(yield* labels({ filter_flow_title: ["nothing"] })).toEqual([])
      expect(yield* labels({ filter_start_time: "1970-01-01T00:30:00Z," })).toEqual(["late"])
      expect(yield* labels({ filter_completion_time: ",1970-01-01T00:30:00Z" })).toEqual(["early"])
    }).pipe(Effect.provide(Clients(publish!.id)))
  )

  it.effect("of a flow are seen by its monitors, managed by its managers, and by nobody else", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const flow = yield* SpecificFlowClient
      const mine = yield* FlowsClient
      yield* mine.updateFlow(move!.id, { flow_viewers: [] })
      const place = { id: collections[0]!.id, path: "/~/" }
      const { run_id } = yield* flow.runFlow({ body: { source: place, destination: place } })
      yield* simulator.setPerson({ identity: linus })
      const app = UserApp.layer({ appName: "theirs", clientId: World.nativeClientId })
      const client = yield* Layer.build(
        FlowsClient.layerWith({ scopes: FlowsScopes.all }).pipe(Layer.provide(app), Layer.fresh)
      )
      const theirs = yield* Effect.provide(FlowsClient, client)
      const statusOf = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
        Effect.match(effect, {
          onFailure: (error) => ("status" in error ? error.status : error._tag),
          onSuccess: () => "done"
        })
      const tries = Effect.all([
        statusOf(theirs.getRun(run_id)),
        statusOf(theirs.updateRun(run_id, { label: "theirs" })),
        statusOf(theirs.updateFlow(move!.id, { title: "theirs" }))
      ])
      expect(yield* tries).toEqual([403, 403, 403])
      yield* mine.updateFlow(move!.id, { run_monitors: [urn(linus)] })
      expect(yield* tries).toEqual(["done", 403, 403])
      yield* mine.updateFlow(move!.id, { run_managers: [urn(linus)] })
      expect(yield* tries).toEqual(["done", "done", 403])
      const { runs } = yield* theirs.listRuns.page({ filter_roles: ["flow_run_manager"] })
      expect(runs).toMatchObject([{ label: "theirs", user_roles: ["flow_run_manager", "flow_run_monitor"] }])
      yield* mine.updateFlow(move!.id, { flow_administrators: [urn(linus)] })
      expect(yield* tries).toEqual(["done", "done", "done"])
    }).pipe(Effect.scoped, Effect.provide(Clients(move!.id)))
  )

  it.effect("are changed several at once", () =>
    Effect.gen(function* () {
      const flow = yield* SpecificFlowClient
      const all = yield* FlowsClient
      const one = yield* flow.runFlow({ body: {}, tags: ["a", "b"] })
      const two = yield* flow.runFlow({ body: {}, tags: ["c"] })
      const run_ids = [one.run_id, two.run_id]
      const tags = Effect.forEach(run_ids, (id) => Effect.map(all.getRun(id), (run) => run.tags))
      yield* all.updateRuns({
        filters: { run_ids },
        add: { tags: ["d"] },
        remove: { run_monitors: [urn(rosalind)] },
        set: { run_managers: [urn(linus)] }
      })
      expect(yield* tags).toEqual([
        ["a", "b", "d"],
        ["c", "d"]
      ])
      yield* all.updateRuns({ filters: { run_ids }, remove: { tags: ["a", "d"] } })
      expect(yield* tags).toEqual([["b"], ["c"]])
      yield* all.updateRuns({ filters: { run_ids: [two.run_id] }, set: { status: "cancel" } })
      expect((yield* all.getRun(two.run_id)).status).toBe("ENDED")
      expect(yield* all.getRun(one.run_id)).toMatchObject({ status: "ACTIVE", run_managers: [urn(linus)] })
      const wrong = all.updateRuns({ filters: { run_ids }, add: { run_managers: ["me"] } })
      expect(yield* Effect.flip(wrong)).toMatchObject({ status: 422 })
      // All are changed, or none.
      const partly = all.updateRuns({ filters: { run_ids: [one.run_id, project] }, set: { tags: [] } })
      expect(yield* Effect.flip(partly)).toMatchObject({ status: 403, code: "FORBIDDEN" })
      expect(yield* tags).toEqual([["b"], ["c"]])
    }).pipe(Effect.provide(Clients(publish!.id)))
  )

  it.effect("do not start if their owner wants to be told of what never happens", () =>
    Effect.gen(function* () {
      const flow = yield* SpecificFlowClient
      const policy = (status: string) => ({ activity_notification_policy: { status: [status] } })
      yield* flow.runFlow({ body: {}, ...policy("FAILED") })
      expect(yield* Effect.flip(flow.runFlow({ body: {}, ...policy("BORED") }))).toMatchObject({
        status: 422
      })
    }).pipe(Effect.provide(Clients(publish!.id)))
  )
})

describe("registered APIs", () => {
  const asked = {
    name: "Weather",
    target: {
      type: "openapi" as const,
      openapi_version: "3.1",
      destination: { method: "get" as const, url: "https://weather.example.org/now" },
      specification: { responses: {} }
    },
    subscription_id: subscription
  }

  it.effect("are registered, changed, and gone a while after they are deleted", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const all = yield* FlowsClient
      const made = yield* all.createRegisteredApi(asked)
      expect(made).toMatchObject({
        name: "Weather",
        status: "ACTIVE",
        roles: { owners: [urn(rosalind)] },
        target: { destination: { method: "get" } }
      })
      yield* TestClock.adjust("1 hour")
      const changed = yield* all.updateRegisteredApi(made.id, {
        description: "What the sky does",
        roles: { viewers: [urn(linus)] }
      })
      expect(changed).toMatchObject({
        name: "Weather",
        roles: { owners: [urn(rosalind)], viewers: [urn(linus)] },
        updated_timestamp: "1970-01-01T01:00:00.000000+00:00"
      })
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      expect(yield* all.getRegisteredApi(made.id)).toEqual(changed)
      const { registered_apis } = yield* all.listRegisteredApis.page({ filter_roles: ["owner"] })
      expect(registered_apis).toMatchObject([{ name: "Weather" }])
      expect(yield* all.listRegisteredApis.page({ filter_roles: ["viewer"] })).toMatchObject({
        registered_apis: []
      })
      expect((yield* all.deleteRegisteredApi(made.id)).status).toBe("INACTIVE")
      yield* TestClock.adjust("8 days")
      expect(yield* Effect.flip(all.getRegisteredApi(made.id))).toMatchObject({ status: 404 })
    }).pipe(Effect.provide(Clients(publish!.id)))
  )

  it.effect("are changed by those who may", () =>
    Effect.gen(function* () {
      const all = yield* FlowsClient
      const roles = { owners: [urn(linus)], viewers: [urn(rosalind)] }
      const { id } = yield* all.createRegisteredApi({ ...asked, roles })
      expect((yield* all.getRegisteredApi(id)).name).toBe("Weather")
      for (const change of [all.updateRegisteredApi(id, { name: "x" }), all.deleteRegisteredApi(id)]) {
        expect(yield* Effect.flip(change)).toMatchObject({ status: 403, code: "FORBIDDEN" })
      }
    }).pipe(Effect.provide(Clients(publish!.id)))
  )
})
