/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- answers are looked at as they came */
import { LoginFlow } from "@effect-globus/sdk/app"
import { SearchScopes, TransferScopes } from "@effect-globus/sdk/model"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer, Logger, Option, Redacted, Schema, Struct } from "effect"
import { FetchHttpClient } from "effect/http"
import { request } from "node:http"
import { Simulator, Snapshot, World } from "../src/index.ts"
import { authorize, exchange, codeFor, form, get, logIn, parameters, post, rosalind } from "./Browser.ts"

const server = (options: Parameters<typeof Simulator.layerServer>[0] = {}) =>
  Layer.merge(
    Simulator.layerServer(options),
    FetchHttpClient.layer.pipe(
      Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }))
    )
  )

const codePage = Effect.map(Simulator, ({ environment }) => `${environment.urls.auth}v2/web/auth-code`)

const logInByCode = Effect.fnUntraced(function* (scope: string) {
  const redirect_uri = yield* codePage
  const page = yield* authorize({ redirect_uri, scope })
  const [, code] = /<code id="authorization-code">([^<]+)</.exec(page.text) ?? []
  return yield* exchange(code ?? "", { redirect_uri })
})

const withFolder = <A, E, R>(use: (folder: string) => Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      return yield* use(yield* fs.makeTempDirectoryScoped())
    })
  ).pipe(Effect.provide(NodeFileSystem.layer))

const failureOf = (options: Parameters<typeof Simulator.layerServer>[0]) =>
  Effect.scoped(Effect.flip(Layer.build(Simulator.layerServer(options))))

describe("a simulator on a port", () => {
  it.live("answers as it does in process, and says that it is a simulation", () =>
    Effect.gen(function* () {
      const { environment, url, variables } = yield* Simulator
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
      expect(environment.urls.transfer).toBe(`${url}transfer/`)
      expect(variables).toMatchObject({ GLOBUS_SDK_SERVICE_URL_AUTH: `${url}auth/` })
      const { json } = yield* logInByCode(`openid ${TransferScopes.all}`)
      const token = json.other_tokens[0].access_token as string
      const endpoint = yield* get("transfer", `v0.10/endpoint/${World.defaultWorld.collections[0]!.id}`, {
        token
      })
      expect(endpoint.status).toBe(200)
      expect(endpoint.headers["x-globus-simulator"]).toBe("true")
      const configuration = yield* get("auth", ".well-known/openid-configuration")
      expect(configuration.json).toMatchObject({
        issuer: `${url}auth`,
        authorization_endpoint: `${url}auth/v2/oauth2/authorize`,
        jwks_uri: `${url}auth/jwk.json`
      })
    }).pipe(Effect.provide(server({ autoApprove: true })))
  )

  it.live("has a page that says what it is", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator
      const [front, nothing, webapp] = yield* Effect.promise(() =>
        Promise.all(["", "nonsense", "webapp/v2/webapp"].map((path) => fetch(`${url}${path}`)))
      )
      expect(yield* Effect.promise(() => front!.text())).toContain("GLOBUS_SDK_SERVICE_URL_TRANSFER")
      expect(nothing!.status).toBe(404)
      expect(webapp!.status).toBe(501)
    }).pipe(Effect.provide(server()))
  )

  it.live("says that it is a simulation, whatever it answers", () =>
    Effect.gen(function* () {
      const { environment, fault, url } = yield* Simulator
      yield* fault({ match: { method: "PUT" }, effect: { type: "garbage", kind: "html", status: 502 } })
      const requests: ReadonlyArray<readonly [string, RequestInit?]> = [
        [url],
        [`${url}nonsense`],
        [`${url}compute/v2/version`],
        [`${environment.urls.auth}v2/oauth2/authorize`],
        [`${environment.urls.auth}v2/oauth2/token`, { method: "POST" }],
        [`${environment.urls.auth}jwk.json`],
        [`${environment.urls.transfer}v0.10/task_list`],
        [`${environment.urls.transfer}nonsense`, { method: "PUT", body: "x" }],
        [`${environment.urls.flows}flows`, { method: "HEAD" }]
      ]
      for (const [target, options] of requests) {
        const response = yield* Effect.promise(() => fetch(target, options))
        expect(response.headers.get("x-globus-simulator")).toBe("true")
        const isOwnPage =
          response.headers.get("content-type")?.includes("text/html") && response.status !== 502
        if (isOwnPage === true) {
          expect(yield* Effect.promise(() => response.text())).toContain("This is not Globus.")
        }
      }
    }).pipe(Effect.scoped, Effect.provide(server()))
  )

  it.live("is reached under a name of this machine alone", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator
      const statusFor = (host: string) =>
        Effect.callback<number | undefined>((resume) => {
          request(url, { headers: { host } }, (response) => {
            response.resume()
            expect(response.headers["x-globus-simulator"]).toBe("true")
            resume(Effect.succeed(response.statusCode))
          }).end()
        })
      expect(yield* statusFor("localhost:1234")).toBe(200)
      expect(yield* statusFor("127.0.0.1")).toBe(200)
      expect(yield* statusFor("rebound.example.org")).toBe(421)
    }).pipe(Effect.provide(server()))
  )

  it.live("answers scripts of pages that this machine serves, and of no others", () =>
    Effect.gen(function* () {
      const { environment, fault } = yield* Simulator
      const endpoint = `${environment.urls.transfer}v0.10/endpoint/${World.defaultWorld.collections[0]!.id}`
      const ask = (method: string, origin: string, headers: Record<string, string> = {}) =>
        Effect.promise(() => fetch(endpoint, { method, headers: { origin, ...headers } }))
      const allowed = (answer: Response) => answer.headers.get("access-control-allow-origin")
      const before = {
        "access-control-request-method": "PUT",
        "access-control-request-headers": "authorization,content-type"
      }
      for (const origin of ["http://localhost:5173", "https://127.0.0.1", "http://[::1]:8000"]) {
        const preflight = yield* ask("OPTIONS", origin, before)
        expect([preflight.status, allowed(preflight)]).toEqual([204, origin])
        expect(preflight.headers.get("access-control-allow-methods")).toBe("PUT")
        expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization,content-type")
        const answer = yield* ask("GET", origin)
        expect([answer.status, allowed(answer)]).toEqual([401, origin])
        expect(answer.headers.get("access-control-expose-headers")).toContain("retry-after")
      }
      for (const origin of [
        "https://example.org",
        "http://localhost.example.org",
        "null",
        "http://10.0.0.1"
      ]) {
        expect(allowed(yield* ask("OPTIONS", origin, before))).toBeNull()
        expect(allowed(yield* ask("GET", origin))).toBeNull()
      }
      // What goes wrong is for scripts to see as well, but for the question whether they may ask.
      yield* fault({ effect: { type: "rate_limit", retry_after: 3 } })
      const origin = "http://localhost:5173"
      expect((yield* ask("OPTIONS", origin, before)).status).toBe(204)
      const limited = yield* ask("GET", origin)
      expect([limited.status, allowed(limited)]).toEqual([429, origin])
    }).pipe(Effect.scoped, Effect.provide(server()))
  )

  it.live("listens where others can reach it only when told so", () =>
    Effect.gen(function* () {
      const refused = yield* failureOf({ host: "0.0.0.0" })
      expect(refused).toMatchObject({ _tag: "InvalidConfiguration", setting: "host" })
      yield* Effect.scoped(
        Effect.gen(function* () {
          const context = yield* Layer.build(Simulator.layerServer({ host: "0.0.0.0", allowRemote: true }))
          expect(Context.get(context, Simulator).url).toMatch(/^http:\/\/0\.0\.0\.0:\d+\/$/)
        })
      )
    })
  )

  it.live("says that its port is taken", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator
      const port = Number(new URL(url).port)
      const error = yield* failureOf({ port })
      expect(error).toMatchObject({ _tag: "SimulatorError", kind: "address", location: `127.0.0.1:${port}` })
      expect(error.message).toContain("another program listens there")
    }).pipe(Effect.provide(server()))
  )

  it.live("says that a port or an address is none", () =>
    Effect.gen(function* () {
      expect(yield* failureOf({ port: 70_000 })).toMatchObject({
        _tag: "InvalidConfiguration",
        setting: "port"
      })
      const error = yield* failureOf({ host: "192.0.2.1", allowRemote: true })
      expect(error.message).toContain("this machine has no such address")
    })
  )

  it.live("ends although clients keep connections open", () =>
    Effect.gen(function* () {
      const started = performance.now()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { url } = Context.get(yield* Layer.build(Simulator.layerServer()), Simulator)
          yield* Effect.promise(() => fetch(url).then((response) => response.text()))
        })
      )
      expect(performance.now() - started).toBeLessThan(3000)
    })
  )
})

describe("an app at a simulator on a port", () => {
  it.live("logs in without anybody, if it is told to", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const { codePageUri, run } = yield* Effect.map(LoginFlow, ({ run }) => ({
        run,
        codePageUri: `${simulator.environment.urls.auth}v2/web/auth-code`
      }))
      const query = yield* parameters()
      const request = {
        appName: "test",
        codePageUri,
        redirectUri: Option.none(),
        message: Option.none(),
        authorizeUrl: (redirect_uri: string) =>
          `${simulator.environment.urls.auth}v2/oauth2/authorize?${String(new URLSearchParams({ ...query, redirect_uri }))}`
      }
      const { code, redirectUri } = yield* run(request)
      expect((yield* exchange(Redacted.value(code), { redirect_uri: redirectUri })).status).toBe(200)
      yield* simulator.setPerson({ decision: "deny" })
      expect(yield* Effect.flip(run(request))).toMatchObject({
        _tag: "LoginFailed",
        reason: { _tag: "Denied" }
      })
      const wrong = {
        ...request,
        authorizeUrl: () => `${simulator.environment.urls.auth}v2/oauth2/authorize`
      }
      expect(yield* Effect.flip(run(wrong))).toMatchObject({ reason: { error: "invalid_request" } })
      const nowhere = { ...request, authorizeUrl: () => "http://127.0.0.1:1/" }
      expect(yield* Effect.flip(run(nowhere))).toMatchObject({ reason: { _tag: "FlowUnavailable" } })
    }).pipe(Effect.provide(Simulator.layerLogin.pipe(Layer.provideMerge(server()))))
  )

  it.live("has its redirects read, not followed", () =>
    Effect.gen(function* () {
      const { environment } = yield* Simulator
      const { run } = yield* LoginFlow
      const query = yield* parameters()
      const response = yield* run({
        appName: "test",
        codePageUri: "",
        redirectUri: Option.some("http://localhost:54321/"),
        message: Option.none(),
        authorizeUrl: (redirect_uri: string) =>
          `${environment.urls.auth}v2/oauth2/authorize?${String(new URLSearchParams({ ...query, redirect_uri }))}`
      })
      expect(response).toMatchObject({
        redirectUri: "http://localhost:54321/",
        state: Option.some("a-state"),
        issuer: Option.some(environment.urls.auth.slice(0, -1))
      })
      expect((yield* exchange(Redacted.value(response.code))).status).toBe(200)
    }).pipe(Effect.provide(Simulator.layerLogin.pipe(Layer.provideMerge(server()))))
  )
})

describe("a state file", () => {
  it.live("keeps tokens, consents and the key from one process to the next", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const stateFile = `${folder}/deep/state.json`
        const kept = Effect.provide(server({ stateFile, autoApprove: true }))
        const first = yield* Effect.gen(function* () {
          const { json } = yield* logInByCode("openid")
          const keys = yield* get("auth", "jwk.json")
          return { token: json.access_token as string, keys: keys.json as unknown }
        }).pipe(kept)
        const fs = yield* FileSystem.FileSystem
        expect((yield* fs.stat(stateFile)).mode & 0o777).toBe(0o600)
        const second = yield* Effect.gen(function* () {
          const { token } = first
          const consents = yield* get("auth", `v2/api/identities/${rosalind}/consents`, { token })
          const keys = yield* get("auth", "jwk.json")
          return { consents: consents.json.consents as unknown, keys: keys.json as unknown }
        }).pipe(kept)
        expect(second.consents).toHaveLength(1)
        expect(second.keys).toEqual(first.keys)
      })
    )
  )

  it.live("is begun anew for another world", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const stateFile = `${folder}/state.json`
        const token = yield* Effect.gen(function* () {
          const { json } = yield* logInByCode("openid")
          return json.access_token as string
        }).pipe(Effect.provide(server({ stateFile, autoApprove: true })))
        const world = { ...World.defaultWorld, collections: [] }
        const { status } = yield* get("auth", "v2/oauth2/userinfo", { token }).pipe(
          Effect.provide(server({ stateFile, world }))
        )
        expect(status).toBe(401)
      })
    )
  )

  it.live("that is none is left alone", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const stateFile = `${folder}/state.json`
        yield* fs.writeFileString(stateFile, "{ torn")
        const error = yield* failureOf({ stateFile })
        expect(error).toMatchObject({ _tag: "SimulatorError", kind: "stateFile", location: stateFile })
        expect(error.message).toContain("Move it away")
        expect(yield* fs.readFileString(stateFile)).toBe("{ torn")
      })
    )
  )

  it.live("that could not be written for a while is written after that", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const stateFile = `${folder}/state.json`
        const nextGrant = Effect.map(
          fs.readFileString(stateFile),
          (text) => (JSON.parse(text) as Snapshot).nextGrant
        )
        yield* Effect.gen(function* () {
          const inTheWay = `${stateFile}.new`
          yield* fs.makeDirectory(inTheWay)
          yield* logInByCode("openid")
          yield* Effect.sleep("500 millis")
          expect(yield* nextGrant).toBe(1)
          yield* fs.remove(inTheWay, { recursive: true })
          yield* Effect.sleep("1500 millis")
          expect(yield* nextGrant).toBe(2)
        }).pipe(
          Effect.provide(Layer.provideMerge(server({ stateFile, autoApprove: true }), Logger.layer([])))
        )
      })
    )
  )

  it.live("that cannot be read or written is said to be so", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        expect(yield* failureOf({ stateFile: folder })).toMatchObject({ kind: "stateFile", location: folder })
        yield* fs.writeFileString(`${folder}/file`, "")
        const below = `${folder}/file/state.json`
        expect(yield* failureOf({ stateFile: below })).toMatchObject({ kind: "stateFile", location: below })
      })
    )
  )
})

describe("a snapshot", () => {
  const inProcess = Effect.provide(Simulator.layerBackend())
  const [tutorial1, tutorial2] = World.defaultWorld.collections

  it.effect("brings back what was, and forgets what came after", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const { "transfer.api.globus.org": token } = yield* logIn(TransferScopes.all)
      const path = `v0.10/operation/endpoint/${tutorial2!.id}/ls`
      const names = Effect.map(get("transfer", path, { token }), ({ json }) =>
        (json.DATA as ReadonlyArray<{ name: string }>).map(({ name }) => name)
      )
      const before = yield* simulator.snapshot
      yield* simulator.revokeTokens()
      expect((yield* get("transfer", path, { token })).status).toBe(401)
      yield* simulator.restore(before)
      expect(yield* names).toEqual(["README.txt"])
    }).pipe(inProcess)
  )

  it.effect("of an earlier version, which knew less, is good", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const { "transfer.api.globus.org": token } = yield* logIn(TransferScopes.all)
      const written = yield* Schema.encodeEffect(Snapshot)(yield* simulator.snapshot)
      const earlier = {
        ...Struct.omit(written, ["scans"]),
        sessions: written.sessions?.map(({ grant, logins }) => ({ grant, logins })),
        timers: written.timers.map((timer) => Struct.omit(timer, ["consented"]))
      }
      yield* simulator.restore(yield* Schema.decodeUnknownEffect(Snapshot)(earlier))
      const path = `v0.10/operation/endpoint/${tutorial2!.id}/ls`
      expect((yield* get("transfer", path, { token })).status).toBe(200)
      expect((yield* simulator.world).timers).toHaveLength(1)
    }).pipe(inProcess)
  )

  it.effect("survives JSON with what nobody has given a name", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const { "search.api.globus.org": token } = yield* logIn(SearchScopes.all)
      const { json: made } = yield* post(
        "search",
        "v1/index",
        { display_name: "", description: "" },
        { token }
      )
      const text = yield* Schema.encodeEffect(Schema.fromJsonString(Snapshot))(yield* simulator.snapshot)
      yield* simulator.restore(yield* Schema.decodeEffect(Schema.fromJsonString(Snapshot))(text))
      const { json: found } = yield* get("search", `v1/index/${made.id}`, { token })
      expect(found).toMatchObject({ id: made.id, display_name: "" })
    }).pipe(inProcess)
  )

  it.effect("survives JSON with all that is under way", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const { "transfer.api.globus.org": token } = yield* logIn(`openid ${TransferScopes.all}`)
      const submitted = yield* post(
        "transfer",
        "v0.10/transfer",
        {
          submission_id: "00000000-0000-4000-8000-000000000001",
          source_endpoint: tutorial1!.id,
          destination_endpoint: tutorial2!.id,
          DATA: [{ source_path: "/home/share/godata/", destination_path: "/~/x/" }]
        },
        { token }
      )
      yield* post(
        "transfer",
        "v0.10/bookmark",
        { name: "b", endpoint_id: tutorial1!.id, path: "/" },
        { token }
      )
      const [, archiving] = World.defaultWorld.flows!
      const { [archiving!.id]: flowToken } = yield* logIn(
        `https://auth.globus.org/scopes/${archiving!.id}/flow_${archiving!.id.replaceAll("-", "_")}_user`
      )
      yield* post("flows", `flows/${archiving!.id}/run`, { body: { exposures: 1 } }, { token: flowToken })
      yield* codeFor({ access_type: "offline" })
      const taken = yield* simulator.snapshot
      expect(JSON.stringify(taken)).not.toContain(token)
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(taken)
      const again = yield* Schema.decodeEffect(json)(written)
      const other = yield* Layer.build(Simulator.layerBackend())
      yield* Effect.gen(function* () {
        const simulator = yield* Simulator
        yield* simulator.restore(again)
        expect(yield* Schema.encodeEffect(json)(yield* simulator.snapshot)).toBe(written)
        const task = yield* get("transfer", `v0.10/task/${submitted.json.task_id}`, { token })
        expect(task.json).toMatchObject({ status: "ACTIVE", files: 7 })
        const answer = yield* form("v2/oauth2/token", { grant_type: "authorization_code" })
        expect(answer.status).toBe(400)
      }).pipe(Effect.provide(other))
    }).pipe(Effect.scoped, inProcess)
  )
})
