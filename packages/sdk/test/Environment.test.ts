import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Environment from "../src/model/Environment.ts"
import * as Reference from "./conformance/internal/Reference.ts"

const Environments = Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.String))

Reference.suite("environments.json", Environments, (expected) => {
  for (const [name, urls] of Object.entries(expected)) {
    it(name, () => {
      assert.deepStrictEqual<unknown>(Result.getOrThrow(Environment.fromName(name)), { name, urls })
    })
  }

  it("names every environment", () => {
    assert.deepStrictEqual(Environment.Name.literals.toSorted(), Object.keys(expected).toSorted())
  })
})

const withVariables = (env: Record<string, string>) =>
  Environment.config.parse(ConfigProvider.fromEnv({ env }))

describe("Environment", () => {
  it("fromName tells the valid names when it does not know one", () => {
    const error = Result.getOrThrow(Result.flip(Environment.fromName("prod")))
    assert.strictEqual(error._tag, "EnvironmentError")
    assert.strictEqual(
      error.message,
      'The environment "prod" is not known: use one of production, sandbox, integration, test, preview, staging.'
    )
  })

  it("fromName does not take for an environment what objects have anyway", () => {
    for (const name of ["constructor", "__proto__", ""])
      assert.isTrue(Result.isFailure(Environment.fromName(name)))
  })

  it("only production's token files have no prefix", () => {
    assert.strictEqual(Environment.tokenFilePrefix(Environment.production), "")
    assert.strictEqual(Environment.tokenFilePrefix(Environment.environments.preview), "preview-")
  })

  describe("withOverrides", () => {
    const override = (url: string) => Environment.withOverrides(Environment.production, { transfer: url })

    it("changes the given addresses only, and not the environment that it is given", () => {
      const { name, urls } = Result.getOrThrow(override("http://localhost:8080/"))
      assert.strictEqual(name, "production")
      assert.deepStrictEqual(urls, { ...Environment.production.urls, transfer: "http://localhost:8080/" })
      assert.strictEqual(Environment.production.urls.transfer, "https://transfer.api.globus.org/")
    })

    it.each([
      ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"],
      ["https://example.org/globus/transfer", "https://example.org/globus/transfer/"],
      ["HTTPS://Example.org/", "https://example.org/"]
    ])("writes %s as %s", (given, expected) => {
      assert.strictEqual(Result.getOrThrow(override(given)).urls.transfer, expected)
    })

    it.each([
      ["localhost:8080", "http://"],
      ["/transfer", "absolute"],
      ["ftp://example.org", "http://"],
      ["http:example.org", "http://"],
      ["http://", "absolute"],
      ["http://example.org/?a=b", "what follows the path"],
      ["http://example.org/#a", "what follows the path"],
      ["", "absolute"]
    ])("refuses %j, naming service and value", (given, hint) => {
      const { message } = Result.getOrThrow(Result.flip(override(given)))
      assert.include(message, "transfer")
      assert.include(message, JSON.stringify(given))
      assert.include(message, hint)
    })

    it.each(["http://user:hunter2@example.org/", "user:hunter2@example.org", "http://hunter2@example.org"])(
      "refuses a user name or password, without repeating it: %s",
      (given) => {
        const error = Result.getOrThrow(Result.flip(override(given)))
        assert.notInclude(JSON.stringify(error) + error.message, "hunter2")
      }
    )
  })

  describe("config", () => {
    it.effect("is production if no variable is set, or only to nothing", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* withVariables({}), Environment.production)
        const variables = { GLOBUS_SDK_ENVIRONMENT: "", GLOBUS_SDK_SERVICE_URL_AUTH: "" }
        assert.deepStrictEqual(yield* withVariables(variables), Environment.production)
      })
    )

    it.effect("takes environment and addresses from variables", () =>
      Effect.gen(function* () {
        const environment = yield* withVariables({
          GLOBUS_SDK_ENVIRONMENT: "preview",
          GLOBUS_SDK_SERVICE_URL_TRANSFER: "http://localhost:8080/transfer",
          GLOBUS_SDK_SERVICE_URL_APP: "http://localhost:8080"
        })
        assert.deepStrictEqual(environment, {
          name: "preview",
          urls: {
            ...Environment.environments.preview.urls,
            transfer: "http://localhost:8080/transfer/",
            webapp: "http://localhost:8080/"
          }
        })
      })
    )

    for (const service of Environment.Service.literals) {
      it.effect(`lets ${Environment.serviceUrlVariables[service]} override ${service}`, () =>
        Effect.gen(function* () {
          const { urls } = yield* withVariables({
            [Environment.serviceUrlVariables[service]]: "http://localhost"
          })
          assert.deepStrictEqual(urls, { ...Environment.production.urls, [service]: "http://localhost/" })
        })
      )
    }

    it.effect("names the variable, its value and what would be right", () =>
      Effect.gen(function* () {
        const name = yield* Effect.flip(withVariables({ GLOBUS_SDK_ENVIRONMENT: "prod" }))
        assert.include(name.message, "GLOBUS_SDK_ENVIRONMENT")
        assert.include(name.message, '"prod"')
        assert.include(name.message, "production, sandbox, integration, test, preview, staging")
        const url = yield* Effect.flip(withVariables({ GLOBUS_SDK_SERVICE_URL_FLOWS: "localhost:8080" }))
        assert.include(url.message, "GLOBUS_SDK_SERVICE_URL_FLOWS")
        assert.include(url.message, '"localhost:8080"')
        assert.include(url.message, "http://")
      })
    )
  })
})
