/**
 * Logging in at the provider of a storage, so that a server may reach somebody's files there. The provider is simulated
 * with a page of its own, below the manager; from there on, the browser goes where it goes in Globus: to the callback of
 * the manager, which makes the credential, and to the program that asked for it. What the program learns there
 * (`user_credential_id`, or `error`) is as the callbacks themselves have it; it is not documented.
 */
import { type GcsApi, ResultDocument } from "@effect-globus/sdk/gcs"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Instant from "../Instant.ts"
import * as Page from "../Page.ts"
import * as Refusals from "../Refusal.ts"
import { type Handlers, say } from "../Service.ts"
import { principal, type State } from "../State.ts"
import { count, Store } from "../Store.ts"
import { uuidOf } from "../uuidOf.ts"
import * as Accounts from "./Accounts.ts"
import * as Credentials from "./Credentials.ts"
import { noAccount } from "./Problem.ts"
import { type Fields, flag, keyOf, recordOf, type Resource, text } from "./Resource.ts"
import {
  addressOf,
  change,
  endpointId,
  find,
  invalidInput,
  isAdministrator,
  isOwn,
  put,
  refusal,
  success,
  without,
  withoutExpired
} from "./Server.ts"

const { html } = Page

// -----------------------------------------------------------------------------
// logins under way
// -----------------------------------------------------------------------------

/** How long somebody may take to log in. */
const patience = 10 * 60_000

interface Login {
  readonly resource: Resource
  readonly gateway: Resource
  readonly provider: Credentials.Provider
  readonly identity: string
  readonly redirectUri: string
  /** As what the gateway knows the identity. */
  readonly username: string
}

const unknown = refusal(400, "bad_request", "There is no such login, or it has taken too long")

const loginOf = (
  state: State,
  endpoint: string,
  id: string,
  now: number
): Result.Result<Login, Refusals.Refusal> => {
  const resource = state.gcs.get(keyOf("provider_login", id))
  const fields: Fields = resource?.fields ?? {}
  const gateway = state.gcs.get(keyOf("storage_gateway", text(fields, "storage_gateway_id") ?? ""))
  const provider = gateway === undefined ? undefined : Credentials.providerOf(gateway)
  const expires = fields["expires"]
  if (
    resource?.endpoint !== endpoint ||
    gateway === undefined ||
    provider === undefined ||
    typeof expires !== "number" ||
    expires <= now
  ) {
    return Result.fail(unknown)
  }
  const identity = text(fields, "identity_id") ?? ""
  return Result.map(
    Result.mapError(Accounts.accountOf(state, gateway, identity), noAccount),
    ({ username }) => ({
      resource,
      gateway,
      provider,
      identity,
      username,
      redirectUri: text(fields, "redirect_uri") ?? ""
    })
  )
}

const withParameters = (
  address: string,
  parameters: Readonly<Record<string, string | undefined>>
): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url.href
}

const path = "/simulated/provider/login"

/** Begins a login; the answer is where the browser has to go. */
export const providerLogins: Handlers<(typeof GcsApi)["groups"]["userCredentials"]> = {
  authorizeUserCredential: Effect.fnUntraced(function* ({ payload }) {
    const { secret } = yield* Store
    const id = yield* secret
    const location = yield* change((asked) =>
      Result.gen(function* () {
        const invalid = (property: string, message: string) => Result.fail(invalidInput(property, message))
        const gateway = yield* Result.orElse(find(asked, "storage_gateway", payload.storage_gateway), () =>
          invalid("storage_gateway", "There is no such storage gateway")
        )
        if (Credentials.providerOf(gateway) === undefined) {
          return yield* invalid("storage_gateway", "Nobody logs in to reach this storage")
        }
        const identity = payload.identity_id.toLowerCase()
        if (!isOwn(asked, identity) && !isAdministrator(asked)) {
          return yield* invalid("identity_id", "It is no identity of yours")
        }
        if (!URL.canParse(payload.redirect_uri)) return yield* invalid("redirect_uri", "It is no URL")
        yield* Result.mapError(Accounts.accountOf(asked.state, gateway, identity), noAccount)
        const resource: Resource = {
          id,
          endpoint: asked.endpoint,
          kind: "provider_login",
          fields: {
            storage_gateway_id: gateway.id,
            identity_id: identity,
            redirect_uri: payload.redirect_uri,
            login_hint: payload.login_hint ?? null,
            expires: asked.now + patience
          }
        }
        const address = addressOf(asked.url, asked.endpoint)
        // Those that nobody has brought to an end lead nowhere.
        const state = put(withoutExpired(asked.state, "provider_login", asked.now), resource)
        return [withParameters(`${address}${path}`, { state: id }), state] as const
      })
    )
    // What is answered is no document but a place, which only what is said instead of a document can be.
    return yield* new Refusals.Refusal({
      status: 303,
      code: "success",
      message: "Log in at the provider of the storage",
      headers: { location }
    })
  })
}

// -----------------------------------------------------------------------------
// the provider
// -----------------------------------------------------------------------------

const parameters = Effect.map(
  Effect.all([HttpServerRequest.HttpServerRequest, Store]),
  ([{ url }, store]) => new URL(url, store.url).searchParams
)

const current = Effect.gen(function* () {
  const { modify } = yield* Store
  const endpoint = yield* endpointId
  const id = (yield* parameters).get("state") ?? ""
  return yield* Effect.flatMap(
    modify((state, now) => [
      Result.map(loginOf(state, endpoint, id, now), (login) => ({ login, state })),
      state
    ]),
    (result) => Effect.fromResult(result)
  )
})

/** The accounts at the provider that a person may have. */
const accountsOf = (state: State, { identity, resource, username }: Login): ReadonlyArray<string> => {
  const who = Option.getOrUndefined(principal(state, identity))
  return [
    ...new Set(
      [text(resource.fields, "login_hint"), username, who?.email ?? null].filter(
        (account) => account !== null
      )
    )
  ]
}

const loginPage = (state: State, login: Login) => {
  const [first = ""] = accountsOf(state, login)
  return Page.respond(
    `Log in to ${login.provider.name}`,
    html`<p>
        ${text(login.gateway.fields, "display_name") ?? "A storage gateway"} would like to read and write your
        files there.
      </p>
      <form method="post">
        <fieldset>
          <legend>Which account is it?</legend>
          ${accountsOf(state, login).map(
            (account) =>
              html`<label
                ><input
                  type="radio"
                  name="account"
                  value="${account}"
                  ${account === first ? html` checked` : Page.nothing}
                /><span>${account}</span></label
              >`
          )}
        </fieldset>
        <p class="actions">
          <button class="primary" type="submit" name="decision" value="allow">Allow</button>
          <button type="submit" name="decision" value="deny">Deny</button>
        </p>
      </form>`
  )
}

/** Sends the browser back to the manager, with a code for an account or without. */
const decide = Effect.fnUntraced(function* (login: Login, account: string | undefined) {
  const { modify, secret, url } = yield* Store
  const code = yield* secret
  const { fields, id } = login.resource
  if (account !== undefined) {
    const known: Resource = { ...login.resource, fields: { ...fields, account, code } }
    yield* modify((state) => [undefined, put(state, known)])
  }
  return Page.redirect(
    withParameters(
      `${addressOf(url, login.resource.endpoint)}${login.provider.callback}`,
      account === undefined ? { error: "access_denied", state: id } : { code, state: id }
    )
  )
})

const show = Effect.gen(function* () {
  const { login, state } = yield* current
  const { person, settings } = yield* Store
  if (!settings.autoApprove) {
    yield* count("pagesShown")
    return loginPage(state, login)
  }
  const { decision } = yield* Ref.get(person)
  return yield* decide(login, decision === "allow" ? accountsOf(state, login)[0] : undefined)
})

const submit = Effect.gen(function* () {
  const { login } = yield* current
  const form = yield* Effect.orElseSucceed(
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ urlParamsBody }) => urlParamsBody),
    () => UrlParams.empty
  )
  const field = (name: string) => Option.getOrUndefined(UrlParams.getFirst(form, name))
  return yield* decide(login, field("decision") === "allow" ? field("account") : undefined)
})

// -----------------------------------------------------------------------------
// the callbacks
// -----------------------------------------------------------------------------

/** The credential that a login brings: the one that waited for it, or a new one. */
const credentialOf = (state: State, login: Login, account: string, newId: string, now: number): Resource => {
  const { gateway, identity, provider, resource, username } = login
  const before = Credentials.credentialsOf(state, gateway, identity)[0]
  return {
    id: before?.id ?? newId,
    endpoint: resource.endpoint,
    kind: "user_credential",
    fields: {
      display_name: account,
      ...before?.fields,
      storage_gateway_id: gateway.id,
      connector_id: gateway.fields["connector_id"],
      identity_id: before?.fields["identity_id"] ?? identity,
      username,
      home_directory: "/",
      invalid: false,
      provisioned: false,
      policies: {
        DATA_TYPE: provider.policies,
        email: account,
        sub: uuidOf(`${account} at ${provider.name}`),
        token_expiry: Instant.format(now + 3_600_000)
      }
    }
  }
}

/** What becomes of a login: where the browser goes on, and what is known then. */
const finish = (
  state: State,
  login: Login,
  code: string | null,
  newId: string,
  now: number
): Result.Result<readonly [location: string, State], Refusals.Refusal> => {
  const { gateway, redirectUri, resource, username } = login
  const after = without(state, resource)
  const end = (parameters: Readonly<Record<string, string>>, state = after) =>
    Result.succeed([withParameters(redirectUri, parameters), state] as const)
  if (code === null) return end({ error: "access_denied" })
  const account = text(resource.fields, "account")
  if (account === null || code !== resource.fields["code"]) {
    return Result.fail(refusal(400, "bad_request", "The code is not that of the login"))
  }
  const policies = recordOf(gateway.fields["policies"]) ?? {}
  if (account.toLowerCase() !== username.toLowerCase() && flag(policies, "allow_any_account") !== true) {
    const error_description = `The gateway lets ${username} in, and not ${account}`
    return end({ error: "access_denied", error_description })
  }
  const credential = credentialOf(state, login, account, newId, now)
  return end({ user_credential_id: credential.id }, put(after, credential))
}

const complete = Effect.gen(function* () {
  const { change, uuid } = yield* Store
  const endpoint = yield* endpointId
  const query = yield* parameters
  const newId = yield* uuid
  const code = query.get("error") === null ? (query.get("code") ?? "") : null
  const location = yield* change((state, now) =>
    Result.flatMap(loginOf(state, endpoint, query.get("state") ?? "", now), (login) =>
      finish(state, login, code, newId, now)
    )
  )
  return Page.redirect(location)
})

const encodeResult = Schema.encodeSync(ResultDocument)

/** Where the browser of a program without pages ends up. */
const completeForPrograms = Effect.map(parameters, (query) => {
  const id = query.get("user_credential_id")
  const message = id === null ? "There is no credential" : `Created user credential ${id}`
  return HttpServerResponse.jsonUnsafe(encodeResult(success<never>([], message)))
})

const served = (
  page: Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    Refusals.Refusal,
    Store | HttpServerRequest.HttpServerRequest
  >
) => Effect.catchTag(page, "Refusal", (refusal) => say(Refusals.gcs, refusal))

/** The pages of the provider, and those operations of the manager that only browsers call, by method and path. */
export const pages = {
  [`GET ${path}`]: served(show),
  [`POST ${path}`]: served(submit),
  "GET /api/v1/authcallback": served(complete),
  "GET /api/v1/authcallback_google": served(complete),
  "GET /api/v1/authclicomplete": served(completeForPrograms)
}
