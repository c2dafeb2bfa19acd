import { assert, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AuthorizationParameters from "../../src/model/AuthorizationParameters.ts"
import * as Gare from "../../src/model/Gare.ts"
import * as Reference from "./internal/Reference.ts"

const Json = Schema.Record(Schema.String, Schema.Unknown)

const Expected = Schema.StructWithRest(
  Schema.Struct({ code: Schema.String, authorization_parameters: Json }),
  [Json]
)

const GareCase = Schema.Struct({
  id: Schema.String,
  body: Schema.Unknown,
  gare: Schema.NullOr(Expected),
  gareWithExtra: Schema.NullOr(Expected)
})

/**
 * Where a field has a wrong type, the official SDK drops the whole error, or passes the field on as an unknown one.
 * Better: the field alone is dropped, and reported. These are the fields, and what is left of the error.
 */
const malformed: Readonly<
  Record<string, { readonly fields: ReadonlyArray<string>; readonly gare: unknown }>
> = {
  "gare-bad-type-scopes": {
    fields: ["authorization_parameters.required_scopes"],
    gare: { code: "ConsentRequired", authorization_parameters: {} }
  },
  "gare-bad-type-mfa": {
    fields: ["authorization_parameters.session_required_mfa"],
    gare: { code: "ConsentRequired", authorization_parameters: {} }
  },
  "gare-code-int": {
    fields: ["code"],
    gare: { code: "AuthorizationRequired", authorization_parameters: { session_message: "m" } }
  },
  "legacy-authz-params": {
    fields: [
      "authorization_parameters.session_required_identities",
      "authorization_parameters.session_required_mfa"
    ],
    gare: {
      code: "PermissionDenied",
      message: "x",
      authorization_parameters: {
        session_message: "m",
        session_required_policies: ["p1", "p2"],
        session_required_single_domain: ["d1", "d2"]
      }
    }
  }
}

const isDocumented = (name: string) => Object.hasOwn(AuthorizationParameters.fields, name)

const documentedOf = (parameters: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => isDocumented(name)))

Reference.suite("gare-cases.json", Schema.Array(GareCase), (cases) => {
  for (const { id, body, gare: expected, gareWithExtra } of cases) {
    it(id, () => {
      const { gare, problems } = Gare.detect(body)
      const reported = problems.map(({ field }) => field)
      const actual = Option.getOrNull(gare)

      const known = malformed[id]
      if (known !== undefined) {
        assert.deepStrictEqual(reported, known.fields)
        assert.deepStrictEqual<unknown>(actual, known.gare)
      }
      if (expected === null || gareWithExtra === null) {
        // What the official SDK drops may be detected if the reason why it was dropped is reported; or if that was the
        // prompt, which may be `login` only in the older shapes.
        const prompt = actual?.authorization_parameters.prompt
        if (actual !== null && (prompt === undefined || prompt === "login")) assert.isNotEmpty(reported)
        return
      }
      if (actual === null) return assert.fail("no Globus Auth Requirements Error was detected")

      const left = ([name, value]: readonly [string, unknown]) =>
        !reported.some((field) => field.endsWith(`authorization_parameters.${name}`)) &&
        // A documented field that is null is as good as absent.
        !(value === null && isDocumented(name))
      const wanted = Object.fromEntries(Object.entries(gareWithExtra.authorization_parameters).filter(left))
      assert.deepStrictEqual<unknown>(actual, { ...gareWithExtra, authorization_parameters: wanted })
      assert.deepStrictEqual<unknown>(
        { code: actual.code, authorization_parameters: documentedOf(actual.authorization_parameters) },
        // Beside comma-separated strings the official SDK takes `required_scopes` for an unknown field.
        {
          ...expected,
          authorization_parameters: { ...expected.authorization_parameters, ...documentedOf(wanted) }
        }
      )
    })
  }
})
