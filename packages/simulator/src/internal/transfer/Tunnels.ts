/**
 * Tunnels, and the stream access points that they run between, which are the stream gateways of Globus Connect Server.
 * No byte goes through them: how far a tunnel is follows from the time, and from whether it was told where to listen.
 */
import { EndpointId, IdentityId, StreamAccessPointId, SubmissionId, TunnelId } from "@effect-globus/sdk/model"
import type { TransferApi } from "@effect-globus/sdk/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Access from "../Access.ts"
import * as Accounts from "../gcs/Accounts.ts"
import { describe } from "../gcs/Problem.ts"
import { type Fields, keyOf, type Resource } from "../gcs/Resource.ts"
import * as Terms from "../gcs/Terms.ts"
import * as Instant from "../Instant.ts"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import * as Session from "../Session.ts"
import { principal, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import { badRequest, refusal } from "./Answer.ts"
import { jsonApiPage, meta } from "./JsonApi.ts"
import type { Tunnel } from "./Records.ts"

// -----------------------------------------------------------------------------
// stream access points
// -----------------------------------------------------------------------------

const textOf = (fields: Fields, name: string): string | null =>
  typeof fields[name] === "string" ? fields[name] : null

const accessPointOf = (state: State, { endpoint, fields, id }: Resource) => {
  const server = state.collections.get(endpoint)
  const owner = server === undefined ? undefined : Option.getOrUndefined(principal(state, server.owner))
  return {
    type: "StreamAccessPoint" as const,
    id: StreamAccessPointId.make(id),
    attributes: {
      display_name: textOf(fields, "display_name"),
      tlsftp_server: `tlsftp://${id}.simulated.globus.org:443`,
      advertised_owner: owner?.username ?? null,
      contact_email: textOf(fields, "contact_email"),
      contact_info: textOf(fields, "contact_info"),
      department: textOf(fields, "department"),
      description: textOf(fields, "description"),
      info_link: textOf(fields, "info_link"),
      keywords: null,
      organization: textOf(fields, "organization")
    },
    relationships: { host_endpoint: { data: { type: "Endpoint" as const, id: EndpointId.make(endpoint) } } }
  }
}

const accessPoints = (state: State): ReadonlyArray<Resource> =>
  [...state.gcs.values()].filter(({ kind }) => kind === "stream_gateway")

const accessPoint = (state: State, id: string): Result.Result<Resource, Refusals.Refusal> => {
  const found = state.gcs.get(keyOf("stream_gateway", id))
  return found === undefined
    ? Result.fail(refusal(404, "StreamAccessPointNotFound", `No such stream access point '${id}'`))
    : Result.succeed(found)
}

/** A stream access point that somebody may use: with an account there, after a login that is recent enough. */
const usablePoint = (
  state: State,
  who: { readonly identity: string; readonly grant?: number | undefined },
  id: string,
  now: number
): Result.Result<Resource, Refusals.Refusal> =>
  Result.gen(function* () {
    const gateway = yield* accessPoint(state, id)
    const unmet = Session.unmet(state, who, Terms.protectionAt(gateway), now)
    if (unmet !== undefined) return yield* Result.fail(Session.refusal("AuthorizationRequired", unmet))
    yield* Result.mapError(Accounts.accountOf(state, gateway, who.identity), (problem) =>
      refusal(403, "PermissionDenied", describe(problem).message)
    )
    return gateway
  })

// -----------------------------------------------------------------------------
// tunnels
// -----------------------------------------------------------------------------

const establishing = 1000
const minute = 60_000

/** When a tunnel ends: when it is stopped, or when its time is over. */
export const endOf = ({ created, lifetime, stopped }: Tunnel): number =>
  stopped ?? created + lifetime * minute

const statusOf = (tunnel: Tunnel, now: number): readonly [state: string, status: string] => {
  if (endOf(tunnel) <= now) return ["STOPPED", "The tunnel has been stopped."]
  if (tunnel.listening === null) return ["AWAITING_LISTENER", "The tunnel is waiting for listening."]
  return tunnel.listening + establishing > now
    ? ["STARTING", "The tunnel is being established."]
    : ["ACTIVE", "The tunnel is active."]
}

const timeOf = (milliseconds: number): string => Instant.withMicroseconds(milliseconds).replace("+00:00", "")

const tunnelOf = (tunnel: Tunnel, now: number) => {
  const [state, status] = statusOf(tunnel, now)
  const side = (id: string) => ({
    data: { type: "StreamAccessPoint" as const, id: StreamAccessPointId.make(id) }
  })
  return {
    type: "Tunnel" as const,
    id: TunnelId.make(tunnel.id),
    attributes: {
      label: tunnel.label,
      state,
      status,
      created_time: timeOf(tunnel.created),
      lifetime_mins: tunnel.lifetime,
      restartable: tunnel.restartable,
      submission_id: SubmissionId.make(tunnel.submission),
      initiator_ip_address: null,
      initiator_port: null,
      listener_ip_address: tunnel.address,
      listener_port: tunnel.port
    },
    relationships: {
      initiator: side(tunnel.initiator),
      listener: side(tunnel.listener),
      owner: { data: { type: "Identity" as const, id: IdentityId.make(tunnel.owner) } }
    }
  }
}

const eventsOf = (tunnel: Tunnel, now: number) => {
  const { listening } = tunnel
  const end = endOf(tunnel)
  const events = [
    ...(listening === null
      ? []
      : [
          {
            at: listening,
            code: "STARTED",
            description: "started",
            details: "Attempting tunnel establishment"
          },
          {
            at: listening + establishing,
            code: "TUNNEL_ACTIVE",
            description: "tunnel is active",
            details: "Tunnel has been established"
          }
        ].filter(({ at }) => at <= end)),
    {
      at: end,
      code: "TUNNEL_STOPPED",
      description: "tunnel has been stopped",
      details:
        tunnel.stopped === null ? "The lifetime of the tunnel is over." : "Tunnel stopped as requested."
    }
  ]
  return events
    .filter(({ at }) => at <= now)
    .map(({ at, code, description, details }, index) => ({
      type: "TunnelEvent" as const,
      id: index + 1,
      attributes: { code, is_error: false, description, details, time: timeOf(at) }
    }))
}

/** A tunnel of whoever asks. */
const ownTunnel = (state: State, identity: string, id: string): Result.Result<Tunnel, Refusals.Refusal> => {
  const tunnel = state.tunnels.get(id.toLowerCase())
  return tunnel?.owner === identity
    ? Result.succeed(tunnel)
    : Result.fail(refusal(404, "TunnelNotFound", `No such tunnel '${id}'`))
}

const asked = Effect.gen(function* () {
  const { current, url } = yield* Store
  const { identity } = yield* Caller
  return { identity, url, state: yield* current, now: yield* Clock.currentTimeMillis }
})

const usualLifetime = 360

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

export const tunnels: Handlers<(typeof TransferApi)["groups"]["tunnels"]> = {
  createTunnel: Effect.fnUntraced(function* ({ payload: { data } }) {
    const { attempt, uuid } = yield* Store
    const who = yield* Caller
    const { identity } = who
    const id = yield* uuid
    const { attributes = {}, relationships } = data
    const initiator = relationships?.initiator?.data.id
    const listener = relationships?.listener?.data.id
    const submission = attributes.submission_id
    if (initiator === undefined || listener === undefined) {
      return yield* badRequest("A tunnel needs an initiator and a listener")
    }
    if (submission === undefined) return yield* badRequest("A submission_id is required")
    const tunnel = yield* attempt((state, now) => {
      const known = [...state.tunnels.values()].find(
        (tunnel) => tunnel.owner === identity && tunnel.submission === submission
      )
      if (known !== undefined) return [Result.succeed(tunnelOf(known, now)), state]
      const sides = Result.all([
        usablePoint(state, who, initiator, now),
        usablePoint(state, who, listener, now)
      ])
      if (Result.isFailure(sides)) return [Result.fail(sides.failure), state]
      const port = attributes.listener_port ?? null
      const made: Tunnel = {
        id,
        owner: identity,
        submission,
        initiator: initiator.toLowerCase(),
        listener: listener.toLowerCase(),
        label: attributes.label ?? null,
        lifetime: attributes.lifetime_mins ?? usualLifetime,
        restartable: attributes.restartable ?? false,
        address: attributes.listener_ip_address ?? null,
        port,
        created: now,
        listening: port === null ? null : now,
        stopped: null
      }
      return [Result.succeed(tunnelOf(made, now)), { ...state, tunnels: set(state.tunnels, made) }]
    })
    return { data: tunnel, ...(yield* meta) }
  }),

  listTunnels: Effect.fnUntraced(function* ({ query }) {
    const { identity, now, state, url } = yield* asked
    const own = [...state.tunnels.values()].filter(({ owner }) => owner === identity)
    const { items, links } = yield* Effect.fromResult(jsonApiPage(own, query, `${url}transfer/v2/tunnels`))
    return { data: items.map((tunnel) => tunnelOf(tunnel, now)), links, ...(yield* meta) }
  }),

  getTunnel: Effect.fnUntraced(function* ({ params }) {
    const { identity, now, state } = yield* asked
    const tunnel = yield* Effect.fromResult(ownTunnel(state, identity, params.tunnel_id))
    return { data: tunnelOf(tunnel, now), ...(yield* meta) }
  }),

  updateTunnel: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    const said = payload.data?.attributes ?? {}
    const tunnel = yield* attempt((state, now) => {
      const found = ownTunnel(state, identity, params.tunnel_id)
      if (Result.isFailure(found)) return [Result.fail(found.failure), state]
      const before = found.success
      const port = said.listener_port === undefined ? before.port : said.listener_port
      const changed: Tunnel = {
        ...before,
        label: said.label === undefined ? before.label : said.label,
        address: said.listener_ip_address === undefined ? before.address : said.listener_ip_address,
        port,
        listening: before.listening ?? (port === null ? null : now),
        stopped: before.stopped ?? (said.state === "STOPPING" ? Math.min(now, endOf(before)) : null)
      }
      return [Result.succeed(tunnelOf(changed, now)), { ...state, tunnels: set(state.tunnels, changed) }]
    })
    return { data: tunnel, ...(yield* meta) }
  }),

  deleteTunnel: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const found = ownTunnel(state, identity, params.tunnel_id)
      return Result.isSuccess(found)
        ? [found, { ...state, tunnels: without(state.tunnels, found.success.id) }]
        : [found, state]
    })
    return { data: null, ...(yield* meta) }
  }),

  listTunnelEvents: Effect.fnUntraced(function* ({ params, query }) {
    const { identity, now, state, url } = yield* asked
    const tunnel = yield* Effect.fromResult(ownTunnel(state, identity, params.tunnel_id))
    const events = eventsOf(tunnel, now).filter(
      ({ attributes }) =>
        (query.code_name === undefined || query.code_name === attributes.code) &&
        (query.is_error === undefined || query.is_error === attributes.is_error)
    )
    const address = `${url}transfer/v2/tunnels/${tunnel.id}/events`
    const { items, links } = yield* Effect.fromResult(jsonApiPage(events, query, address))
    return { data: items, links, ...(yield* meta) }
  }),

  listStreamAccessPoints: Effect.fnUntraced(function* ({ query }) {
    const { identity, state, url } = yield* asked
    const text = query["filter[fulltext]"]?.toLowerCase()
    const isMine = ({ endpoint }: Resource) => {
      const server = state.collections.get(endpoint)
      return server !== undefined && Access.rolesOf(state, server, identity).includes("administrator")
    }
    const found = accessPoints(state).filter(
      (resource) =>
        (text === undefined || JSON.stringify(resource.fields).toLowerCase().includes(text)) &&
        (query["filter[endpoint_admin]"] !== true || isMine(resource))
    )
    const address = `${url}transfer/v2/stream_access_points`
    const { items, links } = yield* Effect.fromResult(jsonApiPage(found, query, address))
    return { data: items.map((resource) => accessPointOf(state, resource)), links, ...(yield* meta) }
  }),

  getStreamAccessPoint: Effect.fnUntraced(function* ({ params }) {
    const { state } = yield* asked
    const found = yield* Effect.fromResult(accessPoint(state, params.stream_ap_id))
    return { data: accessPointOf(state, found), ...(yield* meta) }
  })
}
