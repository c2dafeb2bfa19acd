/** Many people who use one program at once, for a while, and what they expect of it. */
import { JsonTokenStorage, NodeGlobus } from "@effect-globus/node"
import { GlobusApp, LoginFlow, UserApp } from "@effect-globus/sdk/app"
import { Environment, FlowUnavailable, type GlobusError, LoginFailed } from "@effect-globus/sdk/model"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient, TransferData } from "@effect-globus/sdk/transfer"
import { World } from "@effect-globus/simulator"
import { Clock, Effect, Layer, Option, Random, Redacted, Ref, Schedule } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { randomUUID } from "node:crypto"
import { identityOf } from "./protocol.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What users remember of what they did, in order to look for it afterwards. */
export interface Ledger {
  readonly calls: number
  /** How many calls failed as calls may fail when such things go wrong, by kind. */
  readonly failures: Readonly<Record<string, number>>
  /** Failures that no fault explains. */
  readonly unexplained: ReadonlyArray<string>
  /** The submissions and bookmarks that were acknowledged, and those of which nobody knows. */
  readonly acknowledged: ReadonlyArray<string>
  readonly uncertain: ReadonlyArray<string>
}

const nothing: Ledger = { calls: 0, failures: {}, unexplained: [], acknowledged: [], uncertain: [] }

export interface Options {
  /** Where the simulated Globus is. */
  readonly url: string
  /** Where token files are. Ten users share one. */
  readonly directory: string
  readonly users: number
  readonly seconds: number
}

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

/** One person's login: goes through the page that a browser would show. */
const loginAs = (identity: string) =>
  Layer.effect(
    LoginFlow,
    Effect.map(HttpClient.HttpClient, (httpClient) => ({
      name: "soak",
      run: Effect.fnUntraced(function* ({ authorizeUrl, codePageUri }) {
        const request = HttpClientRequest.post(authorizeUrl(codePageUri)).pipe(
          HttpClientRequest.bodyUrlParams({ identity, decision: "allow" })
        )
        const page = yield* Effect.flatMap(httpClient.execute(request), ({ text }) => text).pipe(
          Effect.orElseSucceed(() => "")
        )
        const [, code] = /<code id="authorization-code">([^<]*)</.exec(page) ?? []
        if (code === undefined) {
          return yield* new LoginFailed({ reason: new FlowUnavailable({ detail: "there was no code" }) })
        }
        return {
          code: Redacted.make(code),
          redirectUri: codePageUri,
          state: Option.none(),
          issuer: Option.none()
        }
      })
    }))
  )

/** A login that nobody is there for. */
const nobody = Layer.succeed(LoginFlow, {
  name: "nobody",
  run: () => Effect.fail(new LoginFailed({ reason: new FlowUnavailable({ detail: "nobody is there" }) }))
})

/** A user's program: ten of them keep their tokens in one file. */
const programOf = (index: number) =>
  TransferClient.layer.pipe(
    Layer.provideMerge(
      UserApp.layer({
        appName: `soak ${Math.floor(index / 10)}`,
        clientId: World.nativeClientId,
        profile: `user-${index}`,
        requestRefreshTokens: true
      })
    )
  )

/** What all users' programs share: connections, and the folder for tokens. */
export const layer = ({ directory, url }: Options) => {
  const transport = Layer.unwrap(
    Effect.map(
      Effect.fromResult(
        Environment.withOverrides(Environment.production, {
          auth: `${url}auth/`,
          transfer: `${url}transfer/`
        })
      ),
      // A renewal that is given up although it was answered leaves nobody with a good refresh token, which is no fault of
      // the program's; a busy machine must not make one of every delay.
      (environment) => Transport.layerWith({ environment, timeout: "10 seconds", maxDelay: "1 second" })
    )
  )
  return Layer.merge(transport, JsonTokenStorage.layerWith({ directory })).pipe(
    Layer.provideMerge(NodeGlobus.layerHttpClient)
  )
}

// -----------------------------------------------------------------------------
// what users do
// -----------------------------------------------------------------------------

/** What may come of a call when things go wrong on the way: no answer, one that is none, or a service in trouble. */
const isExplained = (error: GlobusError): boolean => {
  switch (error._tag) {
    case "NetworkError":
    case "ResponseError":
      return true
    case "ApiError":
      return error.status === 429 || error.status === 401 || error.status >= 500
    default:
      return false
  }
}

const kindOf = (error: GlobusError): string =>
  error._tag === "ApiError"
    ? `ApiError ${error.status}`
    : error._tag === "NetworkError"
      ? `NetworkError ${error.kind}`
      : error._tag

const [from = "", to = ""] = World.defaultWorld.collections.map(({ id }) => id)

/** Does something, and writes down what came of it. */
const act = Effect.fnUntraced(function* (ledger: Ref.Ref<Ledger>) {
  const transfer = yield* TransferClient
  const note = (change: (before: Ledger) => Partial<Ledger>) =>
    Ref.update(ledger, (before) => ({ ...before, ...change(before) }))

  const call = <A>(effect: Effect.Effect<A, GlobusError>, leaves?: string) =>
    Effect.matchEffect(effect, {
      onSuccess: () =>
        note(({ acknowledged, calls }) => ({
          calls: calls + 1,
          acknowledged: leaves === undefined ? acknowledged : [...acknowledged, leaves]
        })),
      onFailure: (error) =>
        note(({ calls, failures, uncertain, unexplained }) => ({
          calls: calls + 1,
          failures: { ...failures, [kindOf(error)]: (failures[kindOf(error)] ?? 0) + 1 },
          uncertain: leaves === undefined ? uncertain : [...uncertain, leaves],
          unexplained: isExplained(error) ? unexplained : [...unexplained, `${error._tag}: ${error.message}`]
        }))
    })

  const id = randomUUID()
  switch (yield* Random.nextIntBetween(0, 9)) {
    case 0:
      return yield* call(transfer.createBookmark({ name: id, endpoint_id: from, path: "/home/" }), id)
    case 1:
      return yield* call(
        transfer.submitTransfer(
          TransferData.make({
            submission_id: id,
            source_endpoint: from,
            destination_endpoint: to,
            items: [{ source_path: "/home/share/godata/README.md", destination_path: `/~/${id}` }]
          })
        ),
        id
      )
    case 2:
    case 3:
      return yield* call(transfer.ls(from, { path: "/home/share/godata/" }))
    default:
      return yield* call(transfer.getEndpoint(from))
  }
})

/** Logs in, whatever goes wrong on the way. */
const arrive = Effect.retry(
  Effect.flatMap(GlobusApp, (app) => app.login()),
  { while: (error) => isExplained(error), schedule: Schedule.spaced("200 millis") }
)

/** All users at once: each logs in, and is then at it with short breaks until the time is up. */
export const work = Effect.fnUntraced(function* ({ seconds, users }: Options) {
  const ledger = yield* Ref.make(nothing)
  const programs = yield* Effect.forEach(Array.from({ length: users }), (_, index) =>
    Layer.build(programOf(index).pipe(Layer.provide(loginAs(identityOf(index)))))
  )
  const all = <A, E>(effect: Effect.Effect<A, E, TransferClient | GlobusApp>) =>
    Effect.forEach(programs, (program) => Effect.provideContext(effect, program), {
      concurrency: "unbounded",
      discard: true
    })

  yield* all(arrive)
  const end = (yield* Clock.currentTimeMillis) + seconds * 1000
  const pause = Effect.flatMap(Random.next, (random) => Effect.sleep(200 + 800 * random))
  yield* all(
    Effect.repeat(Effect.andThen(act(ledger), pause), {
      until: () => Effect.map(Clock.currentTimeMillis, (now) => now >= end)
    })
  )
  return yield* Ref.get(ledger)
}, Effect.scoped)

/** Each user's program is started anew, with nobody there to log in: who of them cannot go on from what was kept? */
export const stranded = ({ users }: Options) =>
  Effect.forEach(
    Array.from({ length: users }),
    (_, index) =>
      Effect.flatMap(TransferClient, (transfer) => transfer.getEndpoint(from)).pipe(
        Effect.as([]),
        Effect.catch((error: { readonly message: string }) =>
          Effect.succeed([`user ${index}: ${error.message}`])
        ),
        Effect.provide(programOf(index).pipe(Layer.provide(nobody)))
      ),
    { concurrency: 16 }
  ).pipe(Effect.map((found) => found.flat()))
