import { OAuth2Client } from "@effect-globus/sdk/auth"
/**
 * The attacks on a login, each with what is sent and how it ends. `SECURITY.md` has the same table.
 *
 * What is attacked is a real login: the app, the port that it listens on, and a Globus whose answers are changed.
 */
import { LoginFailed } from "@effect-globus/sdk/model"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { World } from "@effect-globus/simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { createHash, createHmac } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { inspect } from "node:util"
import { isOpen, send, sendRaw } from "./internal/Port.ts"
import * as UnderAttack from "./internal/UnderAttack.ts"

const { changed, failsBecause, goesOn, json, tokenEndpoint, visit } = UnderAttack

interface Attack {
  readonly attack: string
  readonly sent: string
  readonly refusal: string
  readonly run: Effect.Effect<void, unknown, Scope.Scope>
}

// -----------------------------------------------------------------------------
// ways to attack
// -----------------------------------------------------------------------------

/** Something is sent to the port. It is answered with an error, and the login goes on. */
const toThePort = (
  status: number,
  request: (
    login: UnderAttack.Begun,
    world: UnderAttack.World
  ) => Effect.Effect<{ readonly status: number }, unknown>
) =>
  Effect.gen(function* () {
    const world = yield* UnderAttack.make()
    const login = yield* world.begin()
    assert.strictEqual((yield* request(login, world)).status, status)
    yield* goesOn(world, login)
  })

/** {@link toThePort}, as it is. */
const raw = (text: (login: UnderAttack.Begun) => string) => (login: UnderAttack.Begun) =>
  Effect.map(sendRaw(login.port, text(login)), (answer) => ({
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)
  }))

const pathOf = ({ redirect }: UnderAttack.Begun) => redirect.pathname + redirect.search

/** Another address of the right kind is visited. The login ends, and this is why. */
const onTheWayBack = (
  reason: string,
  elsewhere: (login: UnderAttack.Begun, world: UnderAttack.World) => Effect.Effect<URL, unknown>,
  codeExchanges: number
) =>
  Effect.gen(function* () {
    const world = yield* UnderAttack.make()
    const login = yield* world.begin()
    yield* visit(yield* elsewhere(login, world))
    yield* failsBecause(world, login, reason)
    assert.strictEqual((yield* world.simulator.activity).codeExchanges, codeExchanges)
  })

/** Somebody else, on another machine, begins a login, consents, and has the answer. */
const anothersRedirect = ({ authorizeUrl }: UnderAttack.Begun, { consent }: UnderAttack.World) =>
  consent(
    changed(authorizeUrl, {
      state: "another-state",
      code_challenge: createHash("sha256").update("another-verifier").digest("base64url")
    })
  )

/** The token endpoint answers otherwise. */
const atTheTokenEndpoint = (answer: (body: () => UnderAttack.Json) => Response) =>
  Effect.gen(function* () {
    const world = yield* UnderAttack.make((url, body) =>
      url.pathname === tokenEndpoint ? answer(body) : undefined
    )
    const login = yield* world.begin()
    yield* visit(login.redirect)
    return yield* UnderAttack.fails(world, login)
  })

const auth = UnderAttack.signer("auth")
const mallory = UnderAttack.signer("mallory")

type Forge = (claims: UnderAttack.Json) => string

/** Globus Auth has a key of the test, and another id token comes. */
const withIdToken =
  (forge: Forge): UnderAttack.Tamper =>
  (url, body) => {
    if (url.pathname.endsWith("/jwk.json")) return json({ keys: [auth.jwk] })
    if (url.pathname !== tokenEndpoint) return undefined
    const response = body()
    return json({ ...response, id_token: forge(UnderAttack.claimsOf(response)) })
  }

const idToken = (because: string, forge: Forge) =>
  Effect.gen(function* () {
    const world = yield* UnderAttack.make(withIdToken(forge))
    const login = yield* world.begin()
    yield* visit(login.redirect)
    const { reason } = yield* failsBecause(world, login, "InvalidIdToken")
    assert.deepInclude(reason, { detail: because })
  })

const seconds = () => Math.floor(Date.now() / 1000)

/** Transfer asks for another login, with these parameters. Gives the address that the browser is sent to. */
const askedByAService = (parameters: UnderAttack.Json) =>
  Effect.gen(function* () {
    const world = yield* UnderAttack.make((url) =>
      url.pathname.startsWith("/transfer/")
        ? json({ code: "AuthorizationRequired", authorization_parameters: parameters }, 403)
        : undefined
    )
    yield* goesOn(world, yield* world.begin())
    const transfer = Context.get(world.context, TransferClient)
    const login = yield* world.begin(transfer.getEndpoint(World.defaultWorld.collections[0]?.id ?? ""))
    yield* Fiber.interrupt(login.fiber)
    return { url: login.authorizeUrl, screen: world.screen.stderr }
  })

const escapes = "\u001b[2J\u001b]0;title\u0007\r\n$ \u202e\u009b31m"

// -----------------------------------------------------------------------------
// the table
// -----------------------------------------------------------------------------

const attacks: ReadonlyArray<Attack> = [
  {
    attack: "forged `state`",
    sent: "the code and the `state` of a login that somebody else began",
    refusal: "400, and the login goes on (RFC 6749 §10.12)",
    run: toThePort(400, (login, world) =>
      Effect.flatMap(anothersRedirect(login, world), (redirect) => visit(redirect))
    )
  },
  {
    attack: "forged `state`, pasted",
    sent: "the address that somebody else's login led to, to a person who pastes it into the command line",
    refusal: "`StateMismatch`, and the code goes nowhere (RFC 6749 §10.12)",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make(undefined, [
        "https://auth.globus.org/v2/web/auth-code?code=injected&state=another-state"
      ])
      const error = yield* Effect.flip(world.app.login({ force: true }))
      assert(error instanceof LoginFailed)
      assert.strictEqual(error.reason._tag, "StateMismatch")
      assert.strictEqual((yield* world.simulator.activity).codeExchanges, 0)
      assert.lengthOf(yield* world.stored, 0)
    })
  },
  {
    attack: "missing `state`",
    sent: "a code alone",
    refusal: "400, and the login goes on (RFC 6749 §10.12)",
    run: toThePort(400, ({ redirect }) => visit(changed(redirect, { state: undefined })))
  },
  {
    attack: "doubled parameters",
    sent: "`&%73tate=…` or `&c%6Fde=…` beside the real ones",
    refusal: "404, and the login goes on (RFC 6749 §3.1)",
    run: Effect.andThen(
      toThePort(404, (login) => send(login.port, `${pathOf(login)}&%73tate=forged`)),
      toThePort(404, (login) => send(login.port, `${pathOf(login)}&c%6Fde=injected`))
    )
  },
  {
    attack: "forged denial",
    sent: "`error=access_denied` without the `state`",
    refusal: "400, and the login goes on",
    run: toThePort(400, ({ port }) => send(port, "/?error=access_denied"))
  },
  {
    attack: "code injection",
    sent: "the right `state`, and the code of somebody else's login",
    refusal: "`InvalidCode`: it does not fit the PKCE verifier (RFC 7636 §4.6)",
    run: onTheWayBack(
      "InvalidCode",
      (login, world) =>
        Effect.map(anothersRedirect(login, world), ({ searchParams }) =>
          changed(login.redirect, { code: searchParams.get("code") ?? "" })
        ),
      0
    )
  },
  {
    attack: "stolen code",
    sent: "the code of this login, to Globus Auth, by whoever has seen the redirect",
    refusal: "worthless without the PKCE verifier, which never leaves the program (RFC 7636 §1)",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      const login = yield* world.begin()
      assert.strictEqual(login.authorizeUrl.searchParams.get("code_challenge_method"), "S256")
      const thief = yield* Effect.provide(
        OAuth2Client.make({ clientId: World.nativeClientId }),
        world.context
      )
      const error = yield* Effect.flip(
        thief.exchangeCode({
          code: Redacted.make(login.redirect.searchParams.get("code") ?? ""),
          redirectUri: login.authorizeUrl.searchParams.get("redirect_uri") ?? "",
          codeVerifier: Redacted.make(login.authorizeUrl.searchParams.get("code_challenge") ?? "")
        })
      )
      assert.deepInclude(error, { _tag: "ApiError", code: "invalid_grant" })
      yield* Fiber.interrupt(login.fiber)
    })
  },
  {
    attack: "replayed code",
    sent: "the right `state`, and a code that was used before",
    refusal: "`InvalidCode` (RFC 6749 §4.1.2)",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      const first = yield* world.begin()
      yield* goesOn(world, first)
      yield* world.app.logout({ sweep: true })
      const second = yield* world.begin()
      yield* visit(changed(second.redirect, { code: first.redirect.searchParams.get("code") ?? "" }))
      yield* failsBecause(world, second, "InvalidCode")
    })
  },
  {
    attack: "mix-up",
    sent: "an `iss` other than Globus Auth",
    refusal: "`IssuerMismatch`, and the code goes nowhere (RFC 9207 §2.4)",
    run: onTheWayBack(
      "IssuerMismatch",
      ({ redirect }) => Effect.succeed(changed(redirect, { iss: `https://evil.example/${escapes}` })),
      0
    )
  },
  {
    attack: "mix-up without `iss`",
    sent: "no `iss`, though Globus Auth announces that it sends one",
    refusal: "`IssuerMismatch`, and the code goes nowhere (RFC 9207 §2.4)",
    run: onTheWayBack(
      "IssuerMismatch",
      ({ redirect }) => Effect.succeed(changed(redirect, { iss: undefined })),
      0
    )
  },
  {
    attack: "mix-up of a denial",
    sent: "`error=access_denied` with the right `state`, and an `iss` other than Globus Auth",
    refusal: "`IssuerMismatch`: it is not said that anybody denied anything (RFC 9207 §2.4)",
    run: onTheWayBack(
      "IssuerMismatch",
      ({ redirect }) =>
        Effect.succeed(
          changed(redirect, { code: undefined, error: "access_denied", iss: "https://evil.example" })
        ),
      0
    )
  },
  {
    attack: "second callback",
    sent: "the same answer once more",
    refusal: "404 or no connection: the code was taken once, and the port is closed",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      const login = yield* world.begin()
      const answers = yield* Effect.all(
        Array.from({ length: 5 }, () => Effect.option(visit(login.redirect))),
        { concurrency: "unbounded" }
      )
      const taken = answers.filter((answer) => answer._tag === "Some" && answer.value.status === 200)
      assert.lengthOf(taken, 1)
      yield* Fiber.join(login.fiber)
      assert.isFalse(yield* isOpen(login.port))
      assert.strictEqual((yield* world.simulator.activity).codeExchanges, 1)
    })
  },
  {
    attack: "foreign `Host`",
    sent: "the answer, under a name that DNS rebinding made lead here",
    refusal: "404, and the login goes on",
    run: toThePort(404, (login) => send(login.port, pathOf(login), { host: `evil.example:${login.port}` }))
  },
  {
    attack: "smuggled `Host`",
    sent: "a second `Host`, one with a space before the colon, one in the request line, one in `X-Forwarded-Host`",
    refusal: "400 or 404, and the login goes on (RFC 9112 §3.2)",
    run: Effect.gen(function* () {
      const rest = "Connection: close\r\n\r\n"
      const host = ({ port }: UnderAttack.Begun) => `Host: localhost:${port}\r\n`
      yield* toThePort(
        400,
        raw((login) => `GET ${pathOf(login)} HTTP/1.1\r\n${host(login)}Host : evil.example\r\n${rest}`)
      )
      yield* toThePort(
        404,
        raw((login) => `GET ${pathOf(login)} HTTP/1.1\r\n${host(login)}Host: evil.example\r\n${rest}`)
      )
      yield* toThePort(
        404,
        raw((login) => `GET http://evil.example${pathOf(login)} HTTP/1.1\r\n${host(login)}${rest}`)
      )
      yield* toThePort(
        404,
        raw(
          (login) =>
            `GET ${pathOf(login)} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-${host(login)}${rest}`
        )
      )
    })
  },
  {
    attack: "foreign path",
    sent: "the answer at `/callback`, `//`, `/x/..` or `/%2e`",
    refusal: "404, and the login goes on",
    run: Effect.forEach(["/callback", "//", "/x/..", "/%2e"], (path) =>
      toThePort(404, ({ port, redirect }) => send(port, path + redirect.search))
    ).pipe(Effect.asVoid)
  },
  {
    attack: "another method",
    sent: "the answer by POST, HEAD, OPTIONS or PUT",
    refusal: "404, and the login goes on",
    run: Effect.forEach(["POST", "HEAD", "OPTIONS", "PUT"], (method) =>
      toThePort(404, (login) => send(login.port, pathOf(login), { method }))
    ).pipe(Effect.asVoid)
  },
  {
    attack: "page of another origin",
    sent: "the answer as an image, a frame or by a script of a page that is open in the browser",
    refusal: "404, and the login goes on (Fetch Metadata §2)",
    run: Effect.forEach(
      [
        ["no-cors", "image"],
        ["navigate", "iframe"],
        ["cors", "empty"]
      ] as const,
      ([mode, destination]) =>
        toThePort(404, (login) =>
          send(login.port, pathOf(login), {
            headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": destination }
          })
        )
    ).pipe(Effect.asVoid)
  },
  {
    attack: "oversize request",
    sent: "headers or an address of more than 16 KiB",
    refusal: "431, and the login goes on",
    run: Effect.andThen(
      toThePort(
        431,
        raw(
          (login) =>
            `GET ${pathOf(login)}&x=${"y".repeat(70_000)} HTTP/1.1\r\nHost: localhost:${login.port}\r\n\r\n`
        )
      ),
      toThePort(
        431,
        raw((login) => `GET / HTTP/1.1\r\nHost: localhost:${login.port}\r\nX: ${"y".repeat(70_000)}\r\n\r\n`)
      )
    )
  },
  {
    attack: "slow requests",
    sent: "300 connections that begin a request and never end it",
    refusal: "the oldest make way, each ends within seconds, and the login goes on",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      const login = yield* world.begin()
      const slow = yield* Effect.forEach(Array.from({ length: 300 }), () =>
        Effect.forkChild(sendRaw(login.port, `GET ${pathOf(login)} HTTP/1.1\r\nX: `))
      )
      yield* Effect.sleep("100 millis")
      yield* goesOn(world, login)
      yield* Effect.forEach(slow, Fiber.join)
    })
  },
  {
    attack: "HTML in `error_description`",
    sent: "`<script>` in what the page might repeat",
    refusal: "`Denied`, and a page of constant text under a policy that runs nothing",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      const login = yield* world.begin()
      const script = "<script>alert(1)</script>"
      const { body, headers } = yield* visit(
        changed(login.redirect, { code: undefined, error: script, error_description: script })
      )
      assert.notInclude(body, "script")
      assert.match(String(headers["content-security-policy"]), /^default-src 'none'; style-src 'sha256-/)
      yield* failsBecause(world, login, "Denied")
    })
  },
  {
    attack: "terminal escapes in `error_description`",
    sent: "sequences that clear the screen, set its title, or begin a line",
    refusal: "`Denied`, whose message is one line of plain text",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      const login = yield* world.begin()
      yield* visit(changed(login.redirect, { code: undefined, error: "no", error_description: escapes }))
      const { message } = yield* failsBecause(world, login, "Denied")
      assert.include(message, "(no: [2J ]0;title $ 31m)")
    })
  },
  {
    attack: "terminal escapes from the token endpoint",
    sent: "the same in its `error_description`",
    refusal: "`InvalidCode`, whose message is one line of plain text",
    run: Effect.gen(function* () {
      const error = yield* atTheTokenEndpoint(() =>
        json({ error: "invalid_grant", error_description: escapes }, 400)
      )
      assert.include(error.message, "([2J ]0;title $ 31m)")
    })
  },
  {
    attack: "page from the token endpoint",
    sent: "HTML instead of JSON, as a success and as an error",
    refusal: "`ResponseError` and `ApiError`, which repeat nothing of the page",
    run: Effect.gen(function* () {
      const page = (status: number) => () =>
        new Response("<h1>canary</h1>", { status, headers: { "content-type": "text/html" } })
      const [success, failure] = [yield* atTheTokenEndpoint(page(200)), yield* atTheTokenEndpoint(page(400))]
      assert.strictEqual(success._tag, "ResponseError")
      assert.strictEqual(failure._tag, "ApiError")
      assert.notInclude(success.message + failure.message, "canary")
    })
  },
  {
    attack: "error that repeats a secret",
    sent: "an error of the token endpoint with tokens in its body",
    refusal: "an error that keeps its code, and nothing of its body",
    run: Effect.gen(function* () {
      const error = yield* atTheTokenEndpoint((body) =>
        json({ ...body(), access_token: "canary-token", error: "server_error" }, 503)
      )
      assert.strictEqual(error._tag, "ApiError")
      assert.notInclude(inspect(error, { depth: 20, showHidden: true }), "canary-token")
    })
  },
  {
    attack: "token that ends its header",
    sent: "an access token with line ends in it",
    refusal: "`ResponseError` (RFC 6749 §A.12)",
    run: Effect.gen(function* () {
      const error = yield* atTheTokenEndpoint((body) =>
        json({ ...body(), access_token: "canary\r\nX-Evil: 1" })
      )
      assert.strictEqual(error._tag, "ResponseError")
      assert.notInclude(error.message, "canary")
    })
  },
  {
    attack: "open redirect through login parameters",
    sent: "a service's demand for another login, with `redirect_uri`, `client_id`, `state` and the like in it",
    refusal: "only the documented parameters reach the address, each encoded, and none takes another's place",
    run: Effect.gen(function* () {
      const evil = "https://evil.example/"
      const { url } = yield* askedByAService({
        redirect_uri: evil,
        client_id: "evil",
        state: "known",
        response_type: "token",
        response_mode: "form_post",
        code_challenge: "known",
        code_challenge_method: "plain",
        prompt: `login&redirect_uri=${evil}`,
        session_message: `#${evil}`,
        session_required_policies: [`x&redirect_uri=${evil}`]
      })
      assert.match(url.searchParams.get("redirect_uri") ?? "", /^http:\/\/localhost:\d+$/)
      assert.strictEqual(url.searchParams.get("client_id"), World.nativeClientId)
      assert.match(url.searchParams.get("state") ?? "", /^[\w-]{43}$/)
      assert.strictEqual(url.searchParams.get("response_type"), "code")
      assert.isNull(url.searchParams.get("response_mode"))
      assert.match(url.searchParams.get("code_challenge") ?? "", /^[\w-]{43}$/)
      assert.strictEqual(url.searchParams.get("code_challenge_method"), "S256")
      assert.strictEqual(url.searchParams.get("prompt"), `login&redirect_uri=${evil}`)
      const names = [...url.searchParams.keys()]
      assert.lengthOf(names, new Set(names).size)
      assert.strictEqual(url.hash, "")
    })
  },
  {
    attack: "terminal escapes in `session_message`",
    sent: "a service's demand for another login, with sequences that control a terminal",
    refusal: "one line of plain text is shown",
    run: Effect.gen(function* () {
      const { screen } = yield* askedByAService({ session_message: escapes })
      assert.include(screen, "\n[2J ]0;title $ 31m\n")
      assert.notMatch(screen, /(?!\n)\p{C}/u)
    })
  },
  {
    attack: "id token for another client",
    sent: "a wrong `aud`",
    refusal: "`InvalidIdToken` (OpenID Connect Core §3.1.3.7 (3))",
    run: idToken("its claim aud is not as expected", (claims) =>
      auth.sign({ ...claims, aud: World.confidentialClientId })
    )
  },
  {
    attack: "id token of another issuer",
    sent: "a wrong `iss`",
    refusal: "`InvalidIdToken` (OpenID Connect Core §3.1.3.7 (2))",
    run: idToken("its claim iss is not as expected", (claims) =>
      auth.sign({ ...claims, iss: "https://evil.example" })
    )
  },
  {
    attack: "unsigned id token",
    sent: "`alg: none`",
    refusal: "`InvalidIdToken` (RFC 8725 §3.1)",
    run: idToken("its algorithm is not allowed", (claims) =>
      UnderAttack.withSignature({ alg: "none" }, claims, () => "")
    )
  },
  {
    attack: "id token signed with what everybody knows",
    sent: "`alg: HS512`, with the public key as the secret",
    refusal: "`InvalidIdToken` (RFC 8725 §2.1)",
    run: idToken("its algorithm is not allowed", (claims) =>
      UnderAttack.withSignature({ alg: "HS512", kid: "auth" }, claims, (text) =>
        createHmac("sha512", auth.publicKey.export({ format: "pem", type: "spki" }))
          .update(text)
          .digest("base64url")
      )
    )
  },
  {
    attack: "id token with a key of its own",
    sent: "a signature by a key that is not among Globus Auth's",
    refusal: "`InvalidIdToken`, after the keys were fetched anew (OpenID Connect Core §10.1.1)",
    run: idToken("it is signed with an unknown key", (claims) => mallory.sign(claims))
  },
  {
    attack: "changed id token",
    sent: "a signature over other claims",
    refusal: "`InvalidIdToken` (OpenID Connect Core §3.1.3.7 (6))",
    run: idToken("its signature is wrong", (claims) => {
      const [, , signature] = auth.sign(claims).split(".")
      return UnderAttack.withSignature(
        { alg: "RS512", kid: "auth" },
        { ...claims, sub: World.defaultWorld.identities[1]?.id },
        () => signature ?? ""
      )
    })
  },
  {
    attack: "expired id token",
    sent: "`exp` more than 300 s ago",
    refusal: "`InvalidIdToken` (OpenID Connect Core §3.1.3.7 (9))",
    run: idToken("it has expired", (claims) => auth.sign({ ...claims, exp: seconds() - 301 }))
  },
  {
    attack: "replayed id token",
    sent: "another `nonce` than the one that was sent, where one was",
    refusal: "`InvalidIdToken` (OpenID Connect Core §3.1.3.7 (11))",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      const client = yield* Effect.provide(
        OAuth2Client.make({ clientId: World.nativeClientId }),
        world.context
      )
      const verifier = "a-verifier-of-at-least-forty-three-characters-0123456789"
      const redirectUri = "http://localhost:54321/"
      const { searchParams } = yield* world.consent(
        new URL(
          client.authorizeUrl({
            redirectUri,
            scope: "openid",
            state: "s",
            codeChallenge: createHash("sha256").update(verifier).digest("base64url"),
            query: { nonce: "mine" }
          })
        )
      )
      const { id_token: token } = yield* client.exchangeCode({
        code: Redacted.make(searchParams.get("code") ?? ""),
        redirectUri,
        codeVerifier: Redacted.make(verifier)
      })
      if (token === undefined || token === null) return assert.fail("no id token")
      assert.strictEqual((yield* client.verifyIdToken(token, { nonce: "mine" })).nonce, "mine")
      const error = yield* Effect.flip(client.verifyIdToken(token, { nonce: "another" }))
      assert(error instanceof LoginFailed)
      assert.deepInclude(error.reason, {
        _tag: "InvalidIdToken",
        detail: "its nonce belongs to another login"
      })
    })
  },
  {
    attack: "no id token",
    sent: "tokens that do not say whose they are",
    refusal: "`MissingIdentity`, and they are not stored",
    run: Effect.gen(function* () {
      const error = yield* atTheTokenEndpoint((body) => json({ ...body(), id_token: undefined }))
      assert.strictEqual(error._tag, "MissingIdentity")
    })
  },
  {
    attack: "another identity",
    sent: "a login as somebody else than the stored tokens belong to",
    refusal: "`IdentityMismatch`, and the stored tokens stay",
    run: Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      yield* goesOn(world, yield* world.begin())
      const before = yield* world.stored
      yield* world.simulator.setPerson({ identity: World.defaultWorld.identities[1]?.id })
      const login = yield* world.begin()
      yield* visit(login.redirect)
      const error = yield* Effect.flip(Fiber.join(login.fiber))
      assert.strictEqual(error._tag, "IdentityMismatch")
      assert.deepStrictEqual(yield* world.stored, before)
    })
  }
]

describe("an attack on a login is refused", () => {
  for (const { attack, refusal, run, sent } of attacks) {
    it.live(`${attack}: ${sent} → ${refusal}`, () => Effect.scoped(run))
  }
})

describe("what the attacks change is all that is wrong with them", () => {
  it.live("a login that nobody attacks succeeds", () =>
    Effect.gen(function* () {
      const world = yield* UnderAttack.make()
      yield* goesOn(world, yield* world.begin())
    })
  )

  it.live("with a key of the test, too, and an id token that expired a moment ago", () =>
    Effect.gen(function* () {
      const world = yield* UnderAttack.make(
        withIdToken((claims) => auth.sign({ ...claims, exp: seconds() - 290 }))
      )
      yield* goesOn(world, yield* world.begin())
    })
  )
})

describe("SECURITY.md", () => {
  const root = resolve(import.meta.dirname, "../../..")
  const text = readFileSync(join(root, "SECURITY.md"), "utf8")

  it("has this table", () => {
    const rows = text.matchAll(
      /^\| \[(.+)\]\(packages\/node\/test\/Attacks\.test\.ts\) +\| (.+?) +\| (.+?) +\|$/gm
    )
    assert.deepStrictEqual(
      Array.from(rows, ([, attack, sent, refusal]) => ({ attack, sent, refusal })),
      attacks.map(({ attack, refusal, sent }) => ({ attack, sent, refusal }))
    )
  })

  it("names tests that exist", () => {
    const links = Array.from(text.matchAll(/\[([^\]]+)\]\((packages\/[^)]+\.ts)\)/g))
    assert.isAbove(links.length, attacks.length)
    const missing = links.filter(([, name = "", path = ""]) => {
      const file = join(root, path)
      return !existsSync(file) || !readFileSync(file, "utf8").includes(name)
    })
    assert.deepStrictEqual(
      missing.map(([link]) => link),
      []
    )
  })
})
