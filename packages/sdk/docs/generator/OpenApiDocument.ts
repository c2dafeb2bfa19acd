/** The OpenAPI description of a service: Effect's own, with what only this SDK knows of an operation. */
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type { Operation } from "./Operations.ts"
import type { Service } from "./Services.ts"

/** An operation of the description, with what is added to it. */
type Described = Omit<OpenApi.OpenAPISpecOperation, "operationId"> & {
  readonly operationId: string
  /** Any one of these scopes suffices; the first is the one to ask for. */
  readonly "x-globus-scopes"?: ReadonlyArray<string>
  /** How it goes on from one page to the next. */
  readonly "x-globus-paging"?: Readonly<Record<string, unknown>>
}

/** What an OpenAPI description is made of, beyond what it is about. */
const license = { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" }

const isModule = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === "[object Module]"

/** The names that users know documents by: `Flow`, `TransferData.TransferItem`. */
const namesOf = (service: Service): ReadonlyMap<SchemaAST.AST, string> => {
  const names = new Map<SchemaAST.AST, string>()
  const name = (exports: Readonly<Record<string, unknown>>, prefix: string | undefined) => {
    for (const [key, schema] of Object.entries(exports)) {
      if (!Schema.isSchema(schema)) continue
      const { ast } = Schema.toCodecJson(schema)
      // Strings are plain wherever they are, so that ids need not be looked up.
      if (ast._tag === "String" || names.has(ast)) continue
      names.set(ast, prefix === undefined || prefix === key ? key : `${prefix}.${key}`)
    }
  }
  name(service.exports, undefined)
  for (const [prefix, exports] of Object.entries(service.exports)) {
    if (isModule(exports)) name(exports, prefix)
  }
  return names
}

/** What is left out of a query is not `null` either. */
const withoutNull = (schema: object): object => {
  if (!("anyOf" in schema) || !Array.isArray(schema.anyOf)) return schema
  const { anyOf, ...others } = schema
  const all: ReadonlyArray<unknown> = anyOf
  const some = all.filter((each) => !(Predicate.isObject(each) && each["type"] === "null"))
  const [only] = some
  return some.length === 1 && Predicate.isObject(only) ? { ...others, ...only } : { ...others, anyOf: some }
}

/** Where a browser has to go on, in place of a document. */
const redirect: OpenApi.OpenAPISpecResponses = {
  303: {
    description: "Where a browser has to go on.",
    headers: { location: { schema: { type: "string" }, required: true } }
  }
}

const describe = (described: OpenApi.OpenAPISpecOperation, operation: Operation): Described => {
  const { authorization, description, docs, paging, redirects, scopes, summary } = operation
  return {
    operationId: described.operationId,
    tags: described.tags,
    summary,
    ...(description === summary ? {} : { description }),
    ...(docs === undefined ? {} : { externalDocs: { url: docs } }),
    parameters: described.parameters.map((parameter) => ({
      ...parameter,
      schema: withoutNull(parameter.schema)
    })),
    ...(described.requestBody === undefined ? {} : { requestBody: described.requestBody }),
    responses: redirects ? redirect : described.responses,
    // A native client names itself in the form, without a secret.
    security:
      authorization === "token" ? described.security : authorization === "client" ? [{ client: [] }, {}] : [],
    ...(authorization === "token" ? { "x-globus-scopes": scopes } : {}),
    ...Option.match(paging, {
      onNone: () => ({}),
      onSome: ({ _tag, ...others }) => ({ "x-globus-paging": { kind: _tag, ...others } })
    })
  }
}

/** The OpenAPI description of a service. */
export const of = (service: Service, operations: ReadonlyArray<Operation>): string => {
  const names = namesOf(service)
  const api = service.contract.annotateMerge(
    OpenApi.annotations({
      title: service.title,
      version: "1",
      description: `${service.description} Documentation: ${service.docs}`,
      license,
      servers: service.servers
    })
  )
  const described = OpenApi.fromApi(api, {
    referencePolicy: ({ ast, identifier }) => names.get(ast) ?? identifier
  })
  const byRequest = new Map(operations.map((operation) => [`${operation.verb} ${operation.path}`, operation]))
  const paths = Object.entries(described.paths).map(([path, item]): readonly [string, unknown] => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([verb, each]) => {
        const operation = byRequest.get(`${verb.toUpperCase()} ${path}`)
        if (operation === undefined || !("operationId" in each)) {
          throw new Error(`${verb} ${path} is no operation of ${service.name}.`)
        }
        return [verb, describe(each, operation)]
      })
    )
  ])
  const { schemas, securitySchemes } = described.components
  // A document that only an answer of a redirect had is not referred to any more.
  const references = JSON.stringify([paths, schemas])
  const isReferredTo = (name: string) => references.includes(`"#/components/schemas/${name}"`)
  const client: OpenApi.OpenAPISecurityScheme = { type: "http", scheme: "basic" }
  const document = {
    openapi: described.openapi,
    info: described.info,
    servers: described.servers,
    tags: described.tags,
    paths: Object.fromEntries<unknown>(paths),
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas)
          .filter(([name]) => isReferredTo(name))
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
      ),
      securitySchemes: {
        ...securitySchemes,
        ...(operations.some(({ authorization }) => authorization === "client") ? { client } : {})
      }
    }
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}
