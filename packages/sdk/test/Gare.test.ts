import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AuthorizationParameters from "../src/model/AuthorizationParameters.ts"
import * as Gare from "../src/model/Gare.ts"
import { fuzz } from "./internal/Fuzz.ts"

const detected = (body: unknown) => Option.getOrNull(Gare.detect(body).gare)

const problemsOf = (body: unknown) =>
  Gare.detect(body).problems.map(({ field, detail }) => `${field} ${detail}`)

describe("Gare.detect", () => {
  it("takes an error in the present form as it is, with what else the service sent", () => {
    const body = {
      code: "ConsentRequired",
      authorization_parameters: {
        required_scopes: ["a[b]"],
        session_required_mfa: false,
        new_field: { x: 1 }
      },
      request_id: "abc"
    }
    assert.deepStrictEqual<unknown>(detected(body), body)
    assert.deepStrictEqual(problemsOf(body), [])
  })

  it("takes a null for a field that is absent", () => {
    const body = { code: null, authorization_parameters: { session_message: "m", required_scopes: null } }
    assert.deepStrictEqual<unknown>(detected(body), {
      code: "AuthorizationRequired",
      authorization_parameters: { session_message: "m" }
    })
    assert.deepStrictEqual(problemsOf(body), [])
  })

  it("splits comma-separated policies and domains", () => {
    const authorization_parameters = {
      session_required_policies: "p1,p2",
      session_required_single_domain: "x.org"
    }
    assert.deepStrictEqual(detected({ authorization_parameters })?.authorization_parameters, {
      session_required_policies: ["p1", "p2"],
      session_required_single_domain: ["x.org"]
    })
  })

  it("converts Transfer's missing consent, with its message", () => {
    const body = {
      code: "ConsentRequired",
      message: "No consent",
      required_scopes: ["a[*b]"],
      resource: "/ls"
    }
    assert.deepStrictEqual<unknown>(detected(body), {
      code: "ConsentRequired",
      authorization_parameters: { required_scopes: ["a[*b]"], session_message: "No consent" },
      message: "No consent",
      resource: "/ls"
    })
  })

  it("converts an action provider's missing consent, with its description", () => {
    const body = { code: "ConsentRequired", description: "No consent", required_scope: "a" }
    assert.deepStrictEqual(detected(body)?.authorization_parameters, {
      required_scopes: ["a"],
      session_message: "No consent"
    })
  })

  it("converts Auth's missing dependent consent", () => {
    const body = { error: "dependent_consent_required", errors: [{ unapproved_scopes: ["a", "b"] }] }
    assert.deepStrictEqual<unknown>(detected(body), {
      code: "ConsentRequired",
      authorization_parameters: { required_scopes: ["a", "b"] }
    })
  })

  it("looks into sub-errors, and takes the first that is one", () => {
    const gare = (code: string) => ({ code, authorization_parameters: {} })
    assert.strictEqual(detected({ errors: [{ code: "X" }, "text", gare("A"), gare("B")] })?.code, "A")
    assert.strictEqual(detected({ error: gare("C"), debug_id: "d" })?.code, "C")
    assert.strictEqual(detected({ ...gare("Root"), errors: [gare("A")] })?.code, "Root")
  })

  it("prefers an error that is well-formed over one that is not", () => {
    const body = {
      code: "Broken",
      authorization_parameters: { session_required_mfa: "yes" },
      errors: [{ code: "Sound", authorization_parameters: { session_required_mfa: true } }]
    }
    assert.strictEqual(detected(body)?.code, "Sound")
    assert.deepStrictEqual(problemsOf(body), [
      "authorization_parameters.session_required_mfa must be a boolean, but is a string"
    ])
  })

  it("reports fields of a wrong type, and keeps the others", () => {
    const body = {
      errors: [
        {
          code: 17,
          authorization_parameters: {
            session_message: ["m"],
            session_required_identities: "u1,u2",
            session_required_policies: ["p"],
            session_required_single_domain: ["x.org", 1],
            prompt: {}
          }
        }
      ]
    }
    assert.deepStrictEqual<unknown>(detected(body), {
      code: "AuthorizationRequired",
      authorization_parameters: { session_required_policies: ["p"] }
    })
    assert.deepStrictEqual(problemsOf(body), [
      "errors[0].authorization_parameters.session_message must be a string, but is a list",
      "errors[0].authorization_parameters.session_required_identities must be a list of strings, but is a string",
      "errors[0].authorization_parameters.session_required_single_domain must be a list of strings, but is a list",
      "errors[0].authorization_parameters.prompt must be a string, but is an object",
      "errors[0].code must be a string, but is a number"
    ])
  })

  it.each([
    [
      { code: "ConsentRequired", required_scopes: "a" },
      "required_scopes must be a list of strings, but is a string"
    ],
    [{ code: "ConsentRequired", required_scope: ["a"] }, "required_scope must be a string, but is a list"],
    [
      { code: "X", authorization_parameters: "a" },
      "authorization_parameters must be an object, but is a string"
    ],
    [{ error: "dependent_consent_required" }, "errors must be a list with an object first, but is missing"],
    [
      { error: "dependent_consent_required", errors: [] },
      "errors must be a list with an object first, but is a list"
    ],
    [
      { error: "dependent_consent_required", errors: [{ unapproved_scopes: null }] },
      "errors[0].unapproved_scopes must be a list of strings, but is null"
    ]
  ])("reports why %j asks for nothing that a login could bring", (body, problem) => {
    assert.isNull(detected(body))
    assert.deepStrictEqual(problemsOf(body), [problem])
  })

  it.each([
    [null],
    ["text"],
    [[{ authorization_parameters: {} }]],
    [{}],
    [{ code: "ConsentRequired", message: "x" }],
    [{ code: "PermissionDenied", required_scopes: ["a"] }],
    [{ error: "invalid_grant", errors: [{ unapproved_scopes: ["a"] }] }]
  ])("finds nothing in %j", (body) => {
    assert.deepStrictEqual(Gare.detect(body), { gare: Option.none(), problems: [] })
  })

  it("never shows the value of a field in a problem", () => {
    const problems = problemsOf({ code: "X", authorization_parameters: { session_required_mfa: "secret" } })
    assert.notInclude(problems.join(), "secret")
  })

  it("is not misled by names that objects have anyway", () => {
    const body: unknown = JSON.parse(
      '{"code":"X","authorization_parameters":{"__proto__":{"session_required_mfa":true},"constructor":1,"toString":2}}'
    )
    const parameters = Object.entries(detected(body)?.authorization_parameters ?? {})
    assert.deepStrictEqual(parameters, [
      ["__proto__", { session_required_mfa: true }],
      ["constructor", 1],
      ["toString", 2]
    ])
    assert.deepStrictEqual(problemsOf(body), [])
  })

  // What a service might send by mistake: the right names, in the wrong places and with the wrong values.
  const names = Schema.Literals([
    "code",
    "error",
    "errors",
    "message",
    "authorization_parameters",
    "session_message",
    "session_required_policies",
    "session_required_mfa",
    "required_scopes",
    "required_scope",
    "unapproved_scopes"
  ])
  const text = Schema.Literals(["ConsentRequired", "dependent_consent_required", "p1,p2", "true", ""])
  const leaf = Schema.Union([Schema.Json, text, Schema.Array(text)])
  const inner = Schema.Record(names, leaf)
  const middle = Schema.Record(names, Schema.Union([leaf, inner, Schema.Array(inner)]))
  const bodies = Schema.Record(names, Schema.Union([leaf, middle, Schema.Array(middle)]))

  const isGare = Schema.is(Gare.Gare)

  it.prop(
    "gives a valid error or none for whatever a service answers",
    [Schema.Union([bodies, Schema.Json])],
    ([body]) => {
      const { gare, problems } = Gare.detect(body)
      assert.isTrue(Option.isNone(gare) || isGare(gare.value))
      for (const { field, detail } of problems)
        assert.isTrue(field.length > 0 && detail.startsWith("must be "))
    },
    fuzz
  )

  it.prop(
    "finds again what it found",
    [bodies],
    ([body]) => {
      const { gare } = Gare.detect(body)
      if (Option.isSome(gare)) {
        assert.deepStrictEqual(Gare.detect(gare.value), { gare, problems: [] })
      }
    },
    fuzz
  )

  const parameters = Arbitrary.schema(AuthorizationParameters.AuthorizationParameters)

  it.prop(
    "finds every error in the present form, and changes nothing",
    [Schema.String, parameters],
    ([code, given]) => {
      const body = { code, authorization_parameters: given }
      assert.deepStrictEqual<unknown>(Gare.detect({ errors: [body] }), {
        gare: Option.some(body),
        problems: []
      })
    }
  )
})

describe("AuthorizationParameters", () => {
  it.effect("keeps the fields that Globus adds later", () =>
    Effect.gen(function* () {
      const document = { session_required_mfa: true, session_required_planet: "earth" }
      const decoded = yield* Schema.decodeUnknownEffect(AuthorizationParameters.AuthorizationParameters)(
        document
      )
      assert.deepStrictEqual<unknown>(decoded, document)
    })
  )

  it("merge asks for what either asks for", () => {
    assert.deepStrictEqual<unknown>(
      AuthorizationParameters.merge(
        { session_message: "one", required_scopes: ["a", "b"], session_required_mfa: true, kept: 1 },
        { session_message: "two", required_scopes: ["b", "c"], session_required_mfa: false, prompt: "login" }
      ),
      {
        session_message: "two",
        required_scopes: ["a", "b", "c"],
        session_required_mfa: true,
        prompt: "login",
        kept: 1
      }
    )
  })

  it("merge adds no field that neither has", () => {
    assert.deepStrictEqual<unknown>(AuthorizationParameters.merge({}, {}), {})
    assert.deepStrictEqual<unknown>(AuthorizationParameters.merge({ session_required_mfa: false }, {}), {
      session_required_mfa: false
    })
    assert.deepStrictEqual<unknown>(AuthorizationParameters.merge({}, { session_required_policies: ["p"] }), {
      session_required_policies: ["p"]
    })
  })
})
