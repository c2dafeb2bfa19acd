/** The endpoint of a server itself, and what it tells everybody. */
import { Connectors, Endpoint, type GcsApi } from "@effect-globus/sdk/gcs"
import { ClientId, EndpointId, SubscriptionId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Groups from "../groups/Groups.ts"
import * as Principals from "../Principals.ts"
import type { Handlers } from "../Service.ts"
import { principal, set, type State } from "../State.ts"
import { Store } from "../Store.ts"
import { described } from "./description.ts"
import * as Domains from "./Domains.ts"
import * as OwnerStrings from "./OwnerStrings.ts"
import { changed, type Fields, saidIn } from "./Resource.ts"
import {
  addressOf,
  administrator,
  all,
  type Asked,
  asksFor,
  change,
  endpointId,
  endpointOf,
  find,
  invalidInput,
  put,
  read,
  refusal,
  success
} from "./Server.ts"

/** A version of Globus Connect Server that has all of this. */
export const managerVersion = "5.4.88"

const decode = Schema.decodeUnknownSync(Endpoint)

const documentOf = (asked: Pick<Asked, "state" | "endpoint" | "url">, all: Fields) => {
  const { domain: _, owner_string: __, ...fields } = all
  const endpoint = endpointOf(asked)
  return decode({
    DATA_TYPE: "endpoint#1.2.0",
    allow_udt: false,
    contact_email: Option.getOrNull(Option.map(principal(asked.state, endpoint.owner), ({ email }) => email)),
    gridftp_control_channel_port: 443,
    network_use: "normal",
    ...fields,
    ...described(endpoint),
    subscription_id: endpoint.subscription_id,
    id: endpoint.id,
    gcs_manager_url: addressOf(asked.url, endpoint.id)
  })
}

/** What has operations of its own, or is nobody's to say. */
const fixed = ["domain", "domain_name", "earliest_last_access", "owner_string"]

/** Changes what is said about the endpoint; some of it Transfer knows, too. */
const update = (
  payload: Fields,
  { anew, include }: { readonly anew: boolean; readonly include: ReadonlyArray<string> | string | undefined }
) =>
  change((asked) =>
    Result.gen(function* () {
      yield* administrator(asked)
      const before = yield* find(asked, "endpoint", asked.endpoint)
      const given = saidIn(payload)
      const fields = changed(before.fields, given, { anew, fixed })
      const endpoint = endpointOf(asked)
      const after = put(
        {
          ...asked.state,
          collections: set(asked.state.collections, {
            ...endpoint,
            display_name: textOf(given["display_name"]) ?? endpoint.display_name,
            description:
              given["description"] === undefined ? endpoint.description : textOf(given["description"]),
            organization:
              given["organization"] === undefined ? endpoint.organization : textOf(given["organization"]),
            public: typeof given["public"] === "boolean" ? given["public"] : endpoint.public
          })
        },
        { ...before, fields }
      )
      const data = asksFor(include, "endpoint") ? [documentOf({ ...asked, state: after }, fields)] : []
      return [success(data, `Updated endpoint ${asked.endpoint}`), after] as const
    })
  )

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null)

/** Hands the endpoint over. */
const withOwner = (state: State, endpoint: string, owner: string): State => {
  const before = state.collections.get(endpoint)
  return before === undefined
    ? state
    : { ...state, collections: set(state.collections, { ...before, owner }) }
}

/** The subscriptions of the groups that somebody belongs to. */
const subscriptionsOf = ({ identity, state }: Asked): ReadonlyArray<string> => {
  const mine = Principals.identitiesOf(state, identity)
  return [...state.groups.values()].flatMap((group) =>
    group.subscription !== null && Groups.roleIn(group, mine) !== undefined ? [group.subscription.id] : []
  )
}

const decodeSubscriptionId = Schema.decodeResult(SubscriptionId)

/** Puts the endpoint under a subscription, with all that is on it; `DEFAULT` is the only one that the caller has. */
const subscribe = (id: string | null) =>
  change((asked) =>
    Result.gen(function* () {
      yield* administrator(asked)
      const [own, ...others] = subscriptionsOf(asked)
      if (id === "DEFAULT" && (own === undefined || others.length > 0)) {
        return yield* Result.fail(
          invalidInput("subscription_id", `You have ${own === undefined ? "no subscription" : "several"}`)
        )
      }
      const chosen = id === "DEFAULT" ? (own ?? null) : id
      const subscription_id =
        chosen === null
          ? null
          : yield* Result.mapError(decodeSubscriptionId(chosen), () =>
              invalidInput("subscription_id", "It is not a valid UUID")
            )
      const on = [
        endpointOf(asked),
        ...all(asked, "collection").flatMap(({ id }) => asked.state.collections.get(id) ?? [])
      ]
      const collections = on.reduce(
        (collections, collection) => set(collections, { ...collection, subscription_id }),
        asked.state.collections
      )
      return [
        success<never>([], "Set the subscription of the endpoint"),
        { ...asked.state, collections }
      ] as const
    })
  )

/** The endpoint, for those who administer it. */
const administered = (asked: Asked) =>
  Result.flatMap(administrator(asked), () =>
    Result.map(find(asked, "endpoint", asked.endpoint), (resource) => ({
      resource,
      name: Domains.ofEndpoint(asked.state, asked.endpoint),
      owner: endpointOf(asked).owner
    }))
  )

const domain = Domains.operations(administered)
const ownerString = OwnerStrings.operations(administered)

export const endpoint: Handlers<(typeof GcsApi)["groups"]["endpoint"]> = {
  getEndpoint: () =>
    read((asked) =>
      Result.map(find(asked, "endpoint", asked.endpoint), ({ fields }) =>
        success([documentOf(asked, fields)])
      )
    ),
  updateEndpoint: ({ payload, query }) => update(payload, { anew: false, include: query.include }),
  replaceEndpoint: ({ payload, query }) => update(payload, { anew: true, include: query.include }),
  setEndpointOwner: ({ payload }) =>
    change((asked) =>
      Result.flatMap(administrator(asked), () =>
        Option.match(principal(asked.state, payload.identity_id), {
          onNone: () => Result.fail(refusal(422, "unprocessable_entity", "There is no such identity")),
          onSome: ({ id }) =>
            Result.succeed([
              success<never>([], `Set the owner of endpoint ${asked.endpoint}`),
              withOwner(asked.state, asked.endpoint, id)
            ])
        })
      )
    ),
  setEndpointSubscriptionId: ({ payload }) => subscribe(payload.subscription_id),
  setEndpointOwnerString: ({ payload }) => ownerString.set(payload.identity_id),
  resetEndpointOwnerString: ownerString.reset,
  getEndpointDomain: domain.get,
  setEndpointDomain: ({ payload }) => domain.set(payload),
  deleteEndpointDomain: domain.remove
}

/** All kinds of storage can be reached, POSIX first. */
const connectors = [Connectors.posix, ...Connectors.all.filter(({ id }) => id !== Connectors.posix.id)].map(
  ({ id, name }) => ({
    DATA_TYPE: "connector#1.1.0" as const,
    display_name: name,
    id,
    is_baa: false,
    is_ha: false
  })
)

export const info: Handlers<(typeof GcsApi)["groups"]["info"]> = {
  getInfo: Effect.fnUntraced(function* () {
    const state = yield* (yield* Store).current
    const id = yield* endpointId
    return success([
      {
        DATA_TYPE: "info#1.0.0" as const,
        api_version: "1.29.0",
        client_id: ClientId.make(id),
        domain_name: Domains.ofEndpoint(state, id),
        endpoint_id: EndpointId.make(id),
        manager_version: managerVersion
      },
      ...connectors
    ])
  })
}
