/** The pages on which a person logs in, consents, and gets the code. They keep nothing: all is in the URL and the forms. */
import { GlobusScope } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as AuthorizationRequest from "./AuthorizationRequest.ts"
import * as Consents from "./Consents.ts"
import * as KnownScopes from "./KnownScopes.ts"
import * as Page from "./Page.ts"
import { type Principal, primaryOf, type State } from "./State.ts"
import { count, type LoginAttempt, Store } from "./Store.ts"
import * as Tokens from "./Tokens.ts"

const { html } = Page

/** A field of a form. */
export const first = (form: UrlParams.UrlParams, name: string): string | undefined =>
  Option.getOrUndefined(UrlParams.getFirst(form, name))

// -----------------------------------------------------------------------------
// what is remembered
// -----------------------------------------------------------------------------

const remembered = 100

const isSame = (a: AuthorizationRequest.Parameters, b: AuthorizationRequest.Parameters) =>
  JSON.stringify(a) === JSON.stringify(b)

/** Notes a login, or what became of the one that was asked for with the same parameters. */
const note = (attempt: LoginAttempt) =>
  Effect.flatMap(Store, ({ activity }) =>
    Ref.update(activity, (before) => {
      const others = before.logins.filter(
        ({ outcome, parameters }) => outcome !== "pending" || !isSame(parameters, attempt.parameters)
      )
      return { ...before, logins: [...others, attempt].slice(-remembered) }
    })
  )

// -----------------------------------------------------------------------------
// pages
// -----------------------------------------------------------------------------

const message = (request: AuthorizationRequest.AuthorizationRequest): Page.Html =>
  html`${request.message === undefined ? Page.nothing : html`<p class="message">${request.message}</p>`}${
    request.session.length === 0
      ? Page.nothing
      : html`<ul class="soft">
          ${request.session.map((wish) => html`<li>${wish}</li>`)}
        </ul>`
  }`

const loginPage = (request: AuthorizationRequest.AuthorizationRequest, hint: string) => {
  const choice = (who: Principal, index: number) =>
    html`<label
      ><input
        type="radio"
        name="identity"
        value="${who.id}"
        ${index === 0 ? html` checked` : Page.nothing}
      /><span>${who.name}<small>${who.username}</small></span></label
    >`
  return Page.respond(
    `Log in to ${request.client.name}`,
    html`${message(request)}
      <form method="post">
        <fieldset>
          <legend>Who are you today?</legend>
          ${request.candidates.map(choice)}
        </fieldset>
        <p class="actions"><button class="primary" type="submit">Continue</button></p>
      </form>
      ${hint === "" ? Page.nothing : html`<p class="soft">${hint}</p>`}`
  )
}

const scopeList = (state: State, scopes: ReadonlyArray<GlobusScope.GlobusScope>): Page.Html =>
  html`<ul>
    ${scopes.map(({ dependencies, scope }) => {
      const known = KnownScopes.find(state, scope)
      return html`<li>
        ${Option.match(known, {
          onNone: () => scope,
          onSome: ({ description }) => description
        })}<small>${scope}</small>${dependencies.length === 0 ? Page.nothing : scopeList(state, dependencies)}
      </li>`
    })}
  </ul>`

/** A second factor is whatever the person says it is. */
const factorPage = (who: Principal) =>
  Page.respond(
    "Is it really you?",
    html`<p>This login needs a second factor of ${who.name} (${who.username}).</p>
      <form method="post">
        <input type="hidden" name="identity" value="${who.id}" />
        <p class="actions">
          <button class="primary" type="submit" name="mfa" value="yes">Confirm with it</button>
          <button type="submit" name="mfa" value="no">I have none</button>
        </p>
      </form>`
  )

const consentPage = (
  state: State,
  request: AuthorizationRequest.AuthorizationRequest,
  who: Principal,
  mfa: boolean
) =>
  Page.respond(
    `${request.client.name} would like to…`,
    html`${scopeList(state, KnownScopes.withDependencies(state, request.scopes))}
      <p>
        You are ${who.name}
        (${who.username}).${request.offline ? html` Access lasts until it is revoked.` : Page.nothing}
      </p>
      <form method="post">
        <input type="hidden" name="identity" value="${who.id}" />
        ${mfa ? html`<input type="hidden" name="mfa" value="yes" />` : Page.nothing}
        <p class="actions">
          <button class="primary" type="submit" name="decision" value="allow">Allow</button>
          <button type="submit" name="decision" value="deny">Deny</button>
        </p>
      </form>`
  )

const codePage = (request: AuthorizationRequest.AuthorizationRequest, code: string) =>
  Page.respond(
    "You are logged in",
    html`<p>Give this code to ${request.client.name}. It can be used once, within ten minutes.</p>
      <p><code id="authorization-code">${code}</code></p>
      <p class="soft">You may close this page afterwards.</p>`
  )

const withParameters = (uri: string, parameters: { readonly [name: string]: string | undefined }): string => {
  const url = new URL(uri)
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url.href
}

/** Tells that there is no login: to the program where it can be told so, or else to the person. */
const refusal = (
  problem: AuthorizationRequest.Problem,
  options: { readonly issuer: string; readonly state: string | undefined; readonly title: string }
) =>
  problem.redirectUri === undefined
    ? Page.respond(
        options.title,
        html`<p>${problem.description}</p>
          <p class="soft">Error: ${problem.error}</p>`,
        {
          status: problem.error === "access_denied" ? 200 : 400
        }
      )
    : Page.redirect(
        withParameters(problem.redirectUri, {
          error: problem.error,
          error_description: problem.description,
          state: options.state,
          iss: options.issuer
        })
      )

// -----------------------------------------------------------------------------
// decisions
// -----------------------------------------------------------------------------

const decide = Effect.fnUntraced(function* (
  request: AuthorizationRequest.AuthorizationRequest,
  parameters: AuthorizationRequest.Parameters,
  who: Principal,
  { decision, mfa }: { readonly decision: "allow" | "deny"; readonly mfa: boolean }
) {
  const store = yield* Store
  const issuer = `${store.url}auth`
  const { redirectUri, showsCode, state } = request
  if (decision === "deny") {
    yield* note({ parameters, outcome: "denied", username: who.username })
    return refusal(
      {
        error: "access_denied",
        description: "The request was denied.",
        redirectUri: showsCode ? undefined : redirectUri
      },
      { issuer, state, title: "You did not allow it" }
    )
  }
  const code = yield* store.secret
  const { challenge, client, nonce, offline, scopes } = request
  yield* store.modify((before, now) => {
    const party = { client: client.id, identity: primaryOf(before, who.id) }
    const after = {
      ...before,
      consents: Consents.grant(before.consents, party, KnownScopes.withDependencies(before, scopes), now),
      tokens: Tokens.addCode(
        before.tokens,
        code,
        { ...party, redirectUri, scope: GlobusScope.serialize(scopes), challenge, nonce, offline },
        // Whoever has to be there with several accounts is asked for them one after the other.
        [who.id, ...request.alsoRequired(who.id)].map((identity) => ({ identity, at: now, mfa })),
        now
      )
    }
    return [undefined, after]
  })
  yield* note({ parameters, outcome: "allowed", username: who.username })
  return showsCode
    ? codePage(request, code)
    : // RFC 9207 §2: the issuer goes along.
      Page.redirect(withParameters(redirectUri, { code, state, iss: issuer }))
})

// -----------------------------------------------------------------------------
// pages by address
// -----------------------------------------------------------------------------

const readRequest = Effect.gen(function* () {
  const { url } = yield* HttpServerRequest.HttpServerRequest
  const store = yield* Store
  const { identity: preferred } = yield* Ref.get(store.person)
  const parameters = Object.fromEntries(new URL(url, store.url).searchParams)
  const state = yield* store.current
  const request = AuthorizationRequest.read(state, parameters, { authUrl: `${store.url}auth/`, preferred })
  return { parameters, request, state }
})

const refuse = Effect.fnUntraced(function* (
  problem: AuthorizationRequest.Problem,
  parameters: AuthorizationRequest.Parameters
) {
  const { url } = yield* Store
  yield* note({ parameters, outcome: "refused", username: null })
  return refusal(problem, {
    issuer: `${url}auth`,
    state: parameters["state"],
    title: "This login cannot be served"
  })
})

const withoutFactor = ({
  redirectUri,
  showsCode
}: AuthorizationRequest.AuthorizationRequest): AuthorizationRequest.Problem => ({
  error: "access_denied",
  description: "A second factor is required.",
  redirectUri: showsCode ? undefined : redirectUri
})

const show = Effect.gen(function* () {
  const { parameters, request } = yield* readRequest
  if (Result.isFailure(request)) return yield* refuse(request.failure, parameters)
  const { person, settings } = yield* Store
  const [who] = request.success.candidates
  if (settings.autoApprove) {
    const { decision, mfa } = yield* Ref.get(person)
    return request.success.mfa && !mfa
      ? yield* refuse(withoutFactor(request.success), parameters)
      : yield* decide(request.success, parameters, who, { decision, mfa: request.success.mfa })
  }
  yield* count("pagesShown")
  yield* note({ parameters, outcome: "pending", username: null })
  return loginPage(request.success, "")
})

const submit = Effect.gen(function* () {
  const { parameters, request, state } = yield* readRequest
  if (Result.isFailure(request)) return yield* refuse(request.failure, parameters)
  const form = yield* Effect.orElseSucceed(
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ urlParamsBody }) => urlParamsBody),
    () => UrlParams.empty
  )
  const who = request.success.candidates.find(({ id }) => id === first(form, "identity"))
  if (who === undefined) return loginPage(request.success, "Choose one of these identities to go on.")
  const decision = first(form, "decision")
  const factor = first(form, "mfa")
  if (request.success.mfa && decision !== "deny" && factor !== "yes") {
    return factor === undefined ? factorPage(who) : yield* refuse(withoutFactor(request.success), parameters)
  }
  const mfa = factor === "yes"
  return decision === "allow" || decision === "deny"
    ? yield* decide(request.success, parameters, who, { decision, mfa })
    : consentPage(state, request.success, who, mfa)
})

/** The pages by method and path. */
export const pages = {
  "GET /v2/oauth2/authorize": show,
  "POST /v2/oauth2/authorize": submit
}
