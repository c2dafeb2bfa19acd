/** What Globus Auth sends back after a login, as parameters of the redirect or as what a person pastes. */
import { Denied, LoginFailed, PlainText } from "@effect-globus/sdk/model"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** The code, and what came with it. */
export interface Code {
  readonly _tag: "Code"
  readonly code: Redacted.Redacted<string>
  readonly state: Option.Option<string>
  readonly issuer: Option.Option<string>
}

/** An error of RFC 6749 §4.1.2.1. */
export interface Refusal {
  readonly _tag: "Refusal"
  readonly state: Option.Option<string>
  readonly failure: LoginFailed
}

/** Neither. */
export interface Unusable {
  readonly _tag: "Unusable"
  /** What to tell the person. */
  readonly why: string
}

export type Answer = Code | Refusal | Unusable

/** RFC 6749 §A.11: visible characters of ASCII. */
const isCode = (text: string): boolean => /^[\x20-\x7e]+$/.test(text)

const unusable = (why: string): Unusable => ({ _tag: "Unusable", why })

/** The answer in the parameters of a redirect. */
export const fromParameters = (parameters: URLSearchParams): Answer => {
  // RFC 6749 §3.1: no parameter may occur twice.
  if (
    ["code", "state", "iss", "error", "error_description"].some((name) => parameters.getAll(name).length > 1)
  ) {
    return unusable("It holds a parameter twice.")
  }
  const get = (name: string) => Option.fromNullOr(parameters.get(name))
  const state = get("state")
  const issuer = get("iss")
  const error = parameters.get("error")
  if (error !== null) {
    const description = parameters.get("error_description")
    return {
      _tag: "Refusal",
      state,
      failure: new LoginFailed({
        reason: new Denied({
          error: PlainText.oneLine(error, 100),
          ...(description === null ? {} : { description: PlainText.oneLine(description, 500) }),
          ...(Option.isNone(issuer) ? {} : { issuer: issuer.value })
        })
      })
    }
  }
  const code = parameters.get("code")?.trim() ?? ""
  if (code === "") return unusable("There is no code in it.")
  if (!isCode(code)) return unusable("There are characters in the code that none has.")
  return { _tag: "Code", code: Redacted.make(code), state, issuer }
}

/** The answer in what a person entered: a code, or the address that holds it. */
export const fromText = (entered: string): Answer => {
  // A terminal may wrap what is pasted in escape sequences.
  const text = PlainText.oneLine(entered.replace(/\p{Cc}\[[0-9;]*[~A-Za-z]/gu, ""), Infinity)
  if (text === "") return unusable("Nothing was entered.")
  if (/\s/.test(text)) return unusable("There are spaces in it.")
  if (/^https?:\/\//i.test(text)) {
    return URL.canParse(text) ? fromParameters(new URL(text).searchParams) : unusable("It is no address.")
  }
  if (/^[?&]?(code|state|iss|error)=/.test(text)) {
    return fromParameters(new URLSearchParams(text.replace(/^[?&]/, "")))
  }
  if (!isCode(text)) return unusable("There are characters in it that no code has.")
  return { _tag: "Code", code: Redacted.make(text), state: Option.none(), issuer: Option.none() }
}
