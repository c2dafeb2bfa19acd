/** One Globus Connect Server: which endpoint is meant, who may do what there, and how it answers. */
import { gcsEndpointScopes } from "@effect-globus/sdk/model"
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Result from "effect/Result"
import * as Principals from "../Principals.ts"
import * as Refusals from "../Refusal.ts"
import { Caller } from "../Service.ts"
import { type Collection, identitySet, type State, without as withoutKey } from "../State.ts"
import { Store } from "../Store.ts"
import { type Fields, type Kind, keyOf, number, type Resource, text } from "./Resource.ts"

// -----------------------------------------------------------------------------
// refusals and answers
// -----------------------------------------------------------------------------

export const refusal = (
  status: number,
  code: string,
  message: string,
  fields?: Readonly<Record<string, unknown>>
): Refusals.Refusal => new Refusals.Refusal({ status, code, message, fields })

/** Words for what things are called in messages. */
const nameOf = (kind: Kind): string => kind.replaceAll("_", " ")

export const notFound = (kind: Kind, id: string): Refusals.Refusal =>
  refusal(404, "not_found", `No ${nameOf(kind)} with id ${id}`, {
    detail:
      kind === "collection" || kind === "storage_gateway"
        ? { DATA_TYPE: `${kind}_not_found#1.0.0`, [`${kind}_id`]: id }
        : null
  })

export const missingRole = (role: string, collection: string | null = null): Refusals.Refusal =>
  refusal(403, "permission_denied", "Insufficient permissions", {
    detail: {
      DATA_TYPE: "missing_required_role#1.0.0",
      roles: [{ role, ...(collection === null ? {} : { collection }) }]
    }
  })

/** A field is not as it must be. */
export const invalidInput = (property: string, message: string): Refusals.Refusal =>
  refusal(422, "unprocessable_entity", "Data Validation Error", {
    detail: { DATA_TYPE: "invalid_input#1.0.0", errors: [{ property, message }] }
  })

/** What is sent back with documents, or when something was done. */
export const success = <A>(data: ReadonlyArray<A>, message: string | null = "Operation successful") => ({
  DATA_TYPE: "result#1.0.0",
  code: "success",
  detail: "success",
  http_response_code: 200,
  message,
  has_next_page: false,
  marker: "",
  data
})

/** Whether a request asks for more to be in the answer. */
export const asksFor = (include: ReadonlyArray<string> | string | undefined, what: string): boolean =>
  Array.ensure(include ?? []).includes(what)

const usualPage = 100

/** A page of documents. */
export const page = <A>(
  all: ReadonlyArray<A>,
  query: { readonly page_size?: number | undefined; readonly marker?: string | undefined }
): Result.Result<ReturnType<typeof success<A>>, Refusals.Refusal> => {
  const [, position] =
    query.marker === undefined || query.marker === "" ? ["", "0"] : (/^after-(\d+)$/.exec(query.marker) ?? [])
  if (position === undefined)
    return Result.fail(refusal(400, "bad_request", `Invalid marker: ${query.marker}`))
  const start = Number(position)
  const next = start + (query.page_size ?? usualPage)
  const more = next < all.length
  return Result.succeed({
    ...success(all.slice(start, next)),
    has_next_page: more,
    marker: more ? `after-${next}` : ""
  })
}

// -----------------------------------------------------------------------------
// the endpoint
// -----------------------------------------------------------------------------

/** The header that says which server a request is for; it is set here, whatever a client sends. */
export const header = "x-simulated-gcs-endpoint"

/** The endpoint that a request is for. */
export const endpointId: Effect.Effect<string, never, HttpServerRequest.HttpServerRequest> = Effect.map(
  HttpServerRequest.HttpServerRequest,
  ({ headers }) => headers[header] ?? ""
)

/** Where the manager of an endpoint is. */
export const addressOf = (url: string, endpoint: string): string => `${url}gcs/${endpoint}`

/** A request, where it goes and who makes it. */
export interface Asked {
  readonly state: State
  readonly endpoint: string
  readonly url: string
  readonly identity: string
  readonly client: string
  readonly grant: number | undefined
  readonly now: number
}

/** Something of the endpoint. */
export const find = (
  { endpoint, state }: Pick<Asked, "state" | "endpoint">,
  kind: Kind,
  id: string
): Result.Result<Resource, Refusals.Refusal> => {
  const found = state.gcs.get(keyOf(kind, id))
  return found?.endpoint === endpoint ? Result.succeed(found) : Result.fail(notFound(kind, id))
}

/** All things of a kind that the endpoint has. */
export const all = (
  { endpoint, state }: Pick<Asked, "state" | "endpoint">,
  kind: Kind
): ReadonlyArray<Resource> =>
  [...state.gcs.values()].filter((resource) => resource.endpoint === endpoint && resource.kind === kind)

/** The endpoint, as Transfer knows it. */
export const endpointOf = ({ endpoint, state }: Pick<Asked, "state" | "endpoint">): Collection =>
  // A request for another endpoint does not come here.
  state.collections.get(endpoint) as Collection

// -----------------------------------------------------------------------------
// roles
// -----------------------------------------------------------------------------

/** Whether an identity is one of the caller's. */
export const isOwn = ({ identity, state }: Asked, id: unknown): boolean =>
  identitySet(state, identity).some((own) => own.id === id)

/** The roles that somebody has, on a collection or on the endpoint. */
export const rolesOf = (asked: Asked, collection: string | null): ReadonlyArray<string> => {
  const mine = Principals.principalsOf(asked.state, asked.identity)
  return all(asked, "role").flatMap(({ fields }) =>
    (fields["collection"] ?? null) === collection && mine.includes(String(fields["principal"]))
      ? [String(fields["role"])]
      : []
  )
}

/** Whether somebody administers the endpoint. */
export const isAdministrator = (asked: Asked): boolean =>
  isOwn(asked, endpointOf(asked).owner) ||
  rolesOf(asked, null).some((role) => role === "owner" || role === "administrator")

/** Refuses those who do not administer the endpoint. */
export const administrator = (asked: Asked): Result.Result<void, Refusals.Refusal> =>
  isAdministrator(asked) ? Result.succeed(undefined) : Result.fail(missingRole("administrator"))

/** Refuses nobody. */
export const everybody = (): Result.Result<void> => Result.succeed(undefined)

/** What is somebody's own is for them, and for those who administer the endpoint. */
export const mayUse = (asked: Asked, fields: Fields): Result.Result<void, Refusals.Refusal> => {
  const owner = text(fields, "identity_id")
  return isOwn(asked, owner) || isAdministrator(asked)
    ? Result.succeed(undefined)
    : Result.fail(
        refusal(403, "permission_denied", "It belongs to somebody else", {
          detail: { DATA_TYPE: "not_resource_owner#1.0.0", id: owner }
        })
      )
}

/** The scope that all but the public operations need. */
export const scopeOf = (endpoint: string): string => gcsEndpointScopes(endpoint).manage_collections

// -----------------------------------------------------------------------------
// requests
// -----------------------------------------------------------------------------

/** Reads the state, or refuses to. */
export const read = Effect.fnUntraced(function* <A>(
  how: (asked: Asked) => Result.Result<A, Refusals.Refusal>
) {
  const { modify, url } = yield* Store
  const { client, grant, identity } = yield* Caller
  const endpoint = yield* endpointId
  const result = yield* modify((state, now) => [
    how({ state, now, url, endpoint, identity, client, grant }),
    state
  ])
  return yield* Effect.fromResult(result)
})

/** Changes the state, or refuses to and leaves it as it is. */
export const change = Effect.fnUntraced(function* <A>(
  how: (asked: Asked) => Result.Result<readonly [answer: A, state: State], Refusals.Refusal>
) {
  const { change, url } = yield* Store
  const { client, grant, identity } = yield* Caller
  const endpoint = yield* endpointId
  return yield* change((state, now) => how({ state, now, url, endpoint, identity, client, grant }))
})

/** A state in which a resource is as given. */
export const put = (state: State, resource: Resource): State => ({
  ...state,
  gcs: new Map(state.gcs).set(keyOf(resource.kind, resource.id), resource)
})

/** A state without a resource. */
export const without = (state: State, { id, kind }: Resource): State => ({
  ...state,
  gcs: withoutKey(state.gcs, keyOf(kind, id))
})

/** A state without those resources of a kind whose time is over, in the unit in which they say when that is. */
export const withoutExpired = (state: State, kind: Kind, now: number): State =>
  drop(state, ({ fields, kind: other }) => other === kind && (number(fields, "expires") ?? Infinity) <= now)

/** A state without these resources. */
export const drop = (state: State, which: (resource: Resource) => boolean): State => ({
  ...state,
  gcs: new Map([...state.gcs].filter(([, resource]) => !which(resource)))
})
