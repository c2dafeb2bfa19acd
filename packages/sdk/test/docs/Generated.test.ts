/** The pages of operations and the OpenAPI descriptions are those of the contracts, and good ones. */
import { assert, describe, it } from "@effect/vitest"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { command, described, files, present, root } from "../../docs/generator/Generated.ts"
import { knownCodes } from "../../docs/generator/KnownCodes.ts"

const generated = files()
const services = described()

/** Compared by lines, so that git may have changed how they end. */
const linesOf = (text: string): ReadonlyArray<string> => text.split(/\r?\n/)

describe("what is generated from the contracts", () => {
  for (const [name, content] of generated) {
    it(`${name} is not stale`, () => {
      const path = resolve(root, name)
      const lines = existsSync(path) ? linesOf(readFileSync(path, "utf8")) : []
      const stale = linesOf(content).findIndex((line, index) => line !== lines[index])
      if (stale !== -1 || lines.length !== linesOf(content).length) {
        assert.fail(
          `packages/sdk/${name} is stale from line ${stale === -1 ? lines.length : stale + 1} on: run \`${command}\`.`
        )
      }
    })
  }

  it("there is no file of a service that is gone", () =>
    assert.deepEqual(
      present().filter((name) => !generated.has(name)),
      [],
      `run \`${command}\``
    ))

  it("every folder with a contract has its documents", () =>
    assert.sameMembers(
      services.map(({ service }) => service.name),
      readdirSync(resolve(root, "src")).filter((name) => existsSync(resolve(root, "src", name, "Api.ts")))
    ))

  it("codes are known of each service, once each", () => {
    assert.sameMembers(
      Object.keys(knownCodes),
      services.map(({ service }) => service.name)
    )
    for (const codes of Object.values(knownCodes)) {
      const names = codes.map(({ code }) => code)
      assert.deepEqual(names, Array.from(new Set(names)))
    }
  })
})

// -----------------------------------------------------------------------------
// OpenAPI
// -----------------------------------------------------------------------------

const Parameter = Schema.Struct({
  name: Schema.String,
  in: Schema.Literals(["path", "query", "header"]),
  required: Schema.Boolean,
  schema: Schema.Record(Schema.String, Schema.Unknown)
})

const Operation = Schema.Struct({
  operationId: Schema.NonEmptyString,
  summary: Schema.NonEmptyString,
  tags: Schema.NonEmptyArray(Schema.String),
  parameters: Schema.Array(Parameter),
  requestBody: Schema.optionalKey(
    Schema.Struct({
      required: Schema.Literal(true),
      content: Schema.Record(Schema.String, Schema.Struct({ schema: Schema.Unknown }))
    })
  ),
  responses: Schema.Record(
    Schema.String.check(Schema.isPattern(/^[1-5]\d\d$/)),
    Schema.Struct({ description: Schema.String })
  ),
  security: Schema.Array(Schema.Record(Schema.String, Schema.Array(Schema.String))),
  "x-globus-scopes": Schema.optionalKey(Schema.Array(Schema.NonEmptyString))
})

const OpenApiDocument = Schema.Struct({
  openapi: Schema.String.check(Schema.isPattern(/^3\.1\.\d+$/)),
  info: Schema.Struct({ title: Schema.NonEmptyString, version: Schema.NonEmptyString }),
  servers: Schema.NonEmptyArray(
    Schema.Struct({ url: Schema.String.check(Schema.isPattern(/^https:.*[^/]$/)) })
  ),
  tags: Schema.Array(Schema.Struct({ name: Schema.String })),
  paths: Schema.Record(
    Schema.String.check(Schema.isPattern(/^\//)),
    Schema.Record(
      Schema.Literals(["get", "head", "post", "put", "patch", "delete"]),
      Schema.optionalKey(Operation)
    )
  ),
  components: Schema.Struct({
    schemas: Schema.Record(Schema.String.check(Schema.isPattern(/^[\w.-]+$/)), Schema.Unknown),
    securitySchemes: Schema.Record(Schema.String, Schema.Unknown)
  })
})

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(OpenApiDocument))

/** Every `$ref` in it. */
const refsIn = (value: unknown): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap(refsIn)
  if (!Predicate.isObject(value)) return []
  const { $ref, ...others } = value
  return [...(typeof $ref === "string" ? [$ref] : []), ...Object.values(others).flatMap(refsIn)]
}

/** What a JSON Pointer (RFC 6901) in a fragment leads to. */
const resolved = (document: unknown, ref: string): unknown =>
  ref
    .replace(/^#\//, "")
    .split("/")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((at, part) => (Predicate.hasProperty(at, part) ? at[part] : undefined), document)

describe("an OpenAPI description", () => {
  for (const { operations, service } of services) {
    const text = generated.get(`openapi/${service.name}.json`) ?? ""

    describe(service.name, () => {
      it("has the form that OpenAPI gives it", () => void decode(text))

      const document = decode(text)
      const described = Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).flatMap(([verb, each]) =>
          each === undefined ? [] : [{ path, request: `${verb.toUpperCase()} ${path}`, ...each }]
        )
      )

      it("has every operation of the contract, by an id of its own", () => {
        assert.sameMembers(
          described.map(({ request }) => request),
          operations.map(({ path, verb }) => `${verb} ${path}`)
        )
        const ids = described.map(({ operationId }) => operationId)
        assert.deepEqual(ids, Array.from(new Set(ids)))
      })

      it("declares every parameter of a path, and no other", () => {
        for (const { parameters, path, request } of described) {
          const inPath = parameters.filter((parameter) => parameter.in === "path")
          assert.sameMembers(
            inPath.map(({ name }) => name),
            Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name),
            request
          )
          assert.isTrue(
            inPath.every(({ required }) => required),
            request
          )
        }
      })

      it("declares no parameter twice", () => {
        for (const { parameters, request } of described) {
          const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
          assert.deepEqual(names, Array.from(new Set(names)), request)
        }
      })

      it("refers only to what is there", () => {
        const whole: unknown = JSON.parse(text)
        const refs = refsIn(whole)
        assert.isNotEmpty(refs)
        assert.deepEqual(
          refs.filter((ref) => !Predicate.isObject(resolved(whole, ref))),
          []
        )
      })

      it("describes no document that nothing refers to", () => {
        const refs = new Set(refsIn(JSON.parse(text)))
        assert.deepEqual(
          Object.keys(document.components.schemas).filter(
            (name) => !refs.has(`#/components/schemas/${name}`)
          ),
          []
        )
      })

      it("uses only tags and security schemes that it declares", () => {
        const tags = document.tags.map(({ name }) => name)
        const schemes = Object.keys(document.components.securitySchemes)
        for (const { request, security, tags: used } of described) {
          assert.includeMembers(tags, [...used], request)
          assert.includeMembers(schemes, security.flatMap(Object.keys), request)
        }
      })

      it("says which scopes suffice wherever a token is needed", () => {
        for (const { request, security, "x-globus-scopes": scopes } of described) {
          const withToken = security.some((requirement) => Object.hasOwn(requirement, "bearer"))
          assert.strictEqual(scopes !== undefined, withToken, request)
        }
      })
    })
  }
})
