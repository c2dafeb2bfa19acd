/** A login flow in which the person of a simulator goes through the pages, as one would in a browser. */
import type { LoginFlow } from "@effect-globus/sdk/app"
import { Denied, FlowUnavailable, LoginFailed } from "@effect-globus/sdk/model"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Person } from "./Store.ts"

const unavailable = (detail: string) => new LoginFailed({ reason: new FlowUnavailable({ detail }) })

const unescape = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

const code = /<code id="authorization-code">([^<]*)<\/code>/

/** The identity that the login page has chosen. */
const chosen = (html: string): string | undefined => {
  for (const [input] of html.matchAll(/<input\b[^>]*>/g)) {
    const attributes = new Map(
      Array.from(input.matchAll(/([\w-]+)(?:="([^"]*)")?/g), ([, name, value]) => [name, value ?? ""])
    )
    if (attributes.get("name") === "identity" && attributes.has("checked")) return attributes.get("value")
  }
  return undefined
}

const said = /<p>\s*([^<]*?)\s*<\/p>/

export const make = (
  httpClient: HttpClient.HttpClient,
  person: Effect.Effect<Person>
): Context.Service.Shape<typeof LoginFlow> => ({
  name: "simulated",
  run: Effect.fnUntraced(function* (request) {
    const redirectUri = Option.getOrElse(request.redirectUri, () => request.codePageUri)
    const url = request.authorizeUrl(redirectUri)

    const open = (request: HttpClientRequest.HttpClientRequest) =>
      Effect.gen(function* () {
        const response = yield* httpClient.execute(request)
        return { response, html: yield* response.text }
      }).pipe(
        // What happens in a browser is in no trace of the program.
        Effect.provideService(HttpClient.TracerDisabledWhen, constTrue),
        Effect.mapError(({ message }) => unavailable(`The simulated pages did not answer: ${message}.`))
      )

    const end = Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse, html: string) {
      const { location } = response.headers
      if (location !== undefined) {
        const { searchParams } = new URL(location)
        const issuer = searchParams.get("iss")
        const error = searchParams.get("error")
        if (error !== null) {
          const description = searchParams.get("error_description")
          return yield* new LoginFailed({
            reason: new Denied({
              error,
              ...(description === null ? {} : { description }),
              ...(issuer === null ? {} : { issuer })
            })
          })
        }
        return {
          code: Redacted.make(searchParams.get("code") ?? "", { label: "authorization code" }),
          redirectUri,
          state: Option.some(searchParams.get("state") ?? ""),
          issuer: Option.fromNullOr(issuer)
        }
      }
      const [, shown] = code.exec(html) ?? []
      if (shown !== undefined) {
        return {
          code: Redacted.make(unescape(shown), { label: "authorization code" }),
          redirectUri,
          state: Option.none<string>(),
          issuer: Option.none<string>()
        }
      }
      const [, description] = said.exec(html) ?? []
      return yield* new LoginFailed({
        reason: new Denied({
          error: response.status === 400 ? "invalid_request" : "access_denied",
          ...(description === undefined ? {} : { description: unescape(description) })
        })
      })
    })

    const first = yield* open(HttpClientRequest.get(url))
    const identity = chosen(first.html)
    // Nobody is asked: the simulator approves by itself, or the login cannot be served.
    if (identity === undefined) return yield* end(first.response, first.html)

    const { decision, mfa } = yield* person
    const submit = (fields: { readonly [name: string]: string }) =>
      open(HttpClientRequest.post(url).pipe(HttpClientRequest.bodyUrlParams(fields)))
    const who = { identity: unescape(identity) }
    const next = yield* submit(who)
    const asksForFactor = next.html.includes('name="mfa" value="no"')
    const factor = asksForFactor ? { mfa: mfa ? "yes" : "no" } : {}
    const consent = asksForFactor ? yield* submit({ ...who, ...factor }) : next
    // Without a second factor, there is nothing to consent to.
    if (!consent.html.includes('name="decision"')) return yield* end(consent.response, consent.html)
    const last = yield* submit({ ...who, ...factor, decision })
    return yield* end(last.response, last.html)
  })
})
