/** What both versions of Globus Compute do in the same way. */
import { ComputeEndpointId, ComputeTaskId, FunctionId, TaskGroupId } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Instant from "../Instant.ts"
import * as Refusals from "../Refusal.ts"
import { Caller, requiring } from "../Service.ts"
import * as Session from "../Session.ts"
import { identitySet, set, type State, without } from "../State.ts"
import { Store } from "../Store.ts"
import * as Registry from "./Registry.ts"

// -----------------------------------------------------------------------------
// refusals
// -----------------------------------------------------------------------------

export const refusal = (
  status: number,
  code: string,
  message: string,
  args: ReadonlyArray<unknown> = [],
  fields?: Readonly<Record<string, unknown>>
): Refusals.Refusal =>
  new Refusals.Refusal({ status, code, message, fields: { error_args: args, ...fields } })

const noEndpoint = (id: string) =>
  refusal(404, "ENDPOINT_NOT_FOUND", `Endpoint ${id} could not be resolved`, [id])
const noFunction = (id: string) =>
  refusal(404, "FUNCTION_NOT_FOUND", `Function ${id} could not be resolved`, [id])
export const noTask = (id: string) => refusal(404, "TASK_NOT_FOUND", `Task ${id} not found`, [id])

const notYours = (what: "ENDPOINT" | "FUNCTION", id: string) =>
  refusal(403, `${what}_ACCESS_FORBIDDEN`, `Unauthorized access to ${what.toLowerCase()} ${id}`, [id])

// -----------------------------------------------------------------------------
// requests
// -----------------------------------------------------------------------------

/** A request, and who makes it. */
export interface Asked {
  readonly state: State
  readonly identity: string
  readonly grant?: number | undefined
  readonly now: number
}

export const read = Effect.fnUntraced(function* <A>(
  how: (asked: Asked) => Result.Result<A, Refusals.Refusal>
) {
  const { modify } = yield* Store
  const { grant, identity } = yield* Caller
  const result = yield* modify((state, now) => [how({ state, identity, grant, now }), state])
  return yield* Effect.fromResult(result)
})

/** Changes what Compute knows, or refuses to. */
export const change = Effect.fnUntraced(function* <A>(
  how: (asked: Asked) => Result.Result<readonly [answer: A, compute: Registry.Compute], Refusals.Refusal>
) {
  const { change } = yield* Store
  const { grant, identity } = yield* Caller
  return yield* change((state, now) =>
    Result.map(
      how({ state, identity, grant, now }),
      ([answer, compute]) => [answer, { ...state, compute }] as const
    )
  )
})

/** Goes on with a payload that lacks none of these fields. */
export const complete = <A, E, R>(
  payload: object,
  names: ReadonlyArray<string>,
  then: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E | Refusals.Refusal, R> =>
  Effect.andThen(requiring(Refusals.compute, payload, ...names), Effect.suspend(then))

// -----------------------------------------------------------------------------
// endpoints
// -----------------------------------------------------------------------------

/** Whether somebody may manage an endpoint, with any identity of theirs. */
export const manages = (state: State, endpoint: Registry.Endpoint, identity: string): boolean =>
  endpoint.owner === identity || identitySet(state, identity).some(({ id }) => endpoint.admins.includes(id))

/** An endpoint that the caller may see. */
export const visibleEndpoint = (
  { identity, state }: Asked,
  id: string
): Result.Result<Registry.Endpoint, Refusals.Refusal> => {
  const endpoint = state.compute.endpoints.get(id.toLowerCase())
  if (endpoint === undefined) return Result.fail(noEndpoint(id))
  return manages(state, endpoint, identity) || endpoint.public || endpoint.multi_user
    ? Result.succeed(endpoint)
    : Result.fail(notYours("ENDPOINT", id))
}

/** An endpoint that the caller manages. */
export const ownEndpoint = (asked: Asked, id: string): Result.Result<Registry.Endpoint, Refusals.Refusal> =>
  Result.flatMap(visibleEndpoint(asked, id), (endpoint) =>
    manages(asked.state, endpoint, asked.identity)
      ? Result.succeed(endpoint)
      : Result.fail(notYours("ENDPOINT", id))
  )

const lockTime = 24 * 3_600_000

export const lockEndpoint = (id: string) =>
  change((asked) =>
    Result.map(ownEndpoint(asked, id), (endpoint) => {
      const { compute } = asked.state
      const locked = asked.now + lockTime
      return [
        {
          endpoint_id: ComputeEndpointId.make(endpoint.id),
          lock_expiration_timestamp: Instant.withMicroseconds(locked)
        },
        { ...compute, endpoints: set(compute.endpoints, { ...endpoint, locked }) }
      ] as const
    })
  )

export const deleteEndpoint = <A>(id: string, answer: A) =>
  change((asked) =>
    Result.map(ownEndpoint(asked, id), (endpoint) => {
      const { compute } = asked.state
      return [answer, { ...compute, endpoints: without(compute.endpoints, endpoint.id) }] as const
    })
  )

/** What an endpoint says when it is registered. */
export interface Registration {
  readonly endpoint_name: string
  readonly display_name?: string | null | undefined
  readonly multi_user?: boolean | null | undefined
  readonly allowed_functions?: ReadonlyArray<string> | null | undefined
  readonly authentication_policy?: string | null | undefined
  readonly high_assurance?: boolean | null | undefined
  readonly subscription_uuid?: string | null | undefined
  readonly public?: boolean | null | undefined
  readonly admins?: ReadonlyArray<string> | null | undefined
  readonly metadata?: { readonly [field: string]: unknown } | null | undefined
}

/**
 * Where queues are said to be: nobody listens there, because simulated endpoints get their tasks without a queue, and
 * results are had by asking for tasks. No resolver finds the host (RFC 6761 §6.4).
 */
export const connectionUrl = Redacted.make("amqps://simulated:nothing@mq.globus.invalid", {
  label: "connection_url"
})

const queue = (id: string, name: string) => ({
  connection_url: connectionUrl,
  exchange: name,
  queue: `${id}.${name}`
})

/** Registers an endpoint or registers it anew; with it there, its tasks begin. */
export const registerEndpoint = (
  id: string,
  registration: Registration,
  { isThere }: { readonly isThere: boolean }
) =>
  change((asked) =>
    Result.gen(function* () {
      const { identity, now, state } = asked
      const { compute } = state
      const known = isThere ? yield* ownEndpoint(asked, id) : compute.endpoints.get(id)
      if (known !== undefined && !manages(state, known, identity)) {
        return yield* Result.fail(
          refusal(
            409,
            "ENDPOINT_ALREADY_REGISTERED",
            `Endpoint ${id} was already registered by a different user`,
            [id]
          )
        )
      }
      if (known?.locked !== null && known !== undefined && known.locked > now) {
        return yield* Result.fail(
          refusal(423, "ENDPOINT_LOCKED", `Endpoint ${id} is temporarily locked`, [id])
        )
      }
      const before = known ?? Registry.newEndpoint(id, identity)
      const endpoint: Registry.Endpoint = {
        ...before,
        name: registration.endpoint_name,
        display_name: registration.display_name ?? registration.endpoint_name,
        description: textOf(registration.metadata?.["description"]) ?? before.description,
        public: registration.public ?? before.public,
        admins: registration.admins?.map((admin) => admin.toLowerCase()) ?? before.admins,
        multi_user: registration.multi_user ?? before.multi_user,
        high_assurance: registration.high_assurance ?? before.high_assurance,
        allowed_functions: registration.allowed_functions ?? null,
        authentication_policy: registration.authentication_policy ?? null,
        subscription: registration.subscription_uuid ?? before.subscription,
        metadata: registration.metadata ?? before.metadata,
        online: true
      }
      const waiting = [...compute.tasks.values()].filter(
        (task) => task.endpoint === endpoint.id && task.begins === null
      )
      const after = { ...compute, endpoints: set(compute.endpoints, endpoint) }
      return [
        {
          endpoint_id: ComputeEndpointId.make(endpoint.id),
          ...(endpoint.multi_user
            ? { command_queue_info: queue(endpoint.id, "commands") }
            : { task_queue_info: queue(endpoint.id, "tasks") }),
          result_queue_info: { ...queue(endpoint.id, "results"), queue_publish_kwargs: {} },
          warnings: []
        },
        Registry.schedule(after, endpoint, waiting, now)
      ] as const
    })
  )

export const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null)

// -----------------------------------------------------------------------------
// functions
// -----------------------------------------------------------------------------

/** What is said about a new function. */
export interface NewFunction {
  readonly function_name: string
  readonly function_code: string
  readonly description?: string | null | undefined
  readonly public?: boolean | null | undefined
  readonly ha_endpoint_id?: string | null | undefined
}

export const registerFunction = Effect.fnUntraced(function* (
  asked: NewFunction,
  metadata: { readonly [field: string]: unknown } | null
) {
  const id = yield* (yield* Store).uuid
  return yield* change((given) => {
    const { identity, state } = given
    const { compute } = state
    const { ha_endpoint_id: only } = asked
    const endpoint = typeof only === "string" ? visibleEndpoint(given, only) : undefined
    if (endpoint !== undefined && Result.isFailure(endpoint)) return Result.fail(endpoint.failure)
    const added: Registry.Function = {
      id,
      name: asked.function_name,
      description: asked.description ?? null,
      code: asked.function_code,
      owner: identity,
      public: asked.public ?? false,
      ha_endpoint: endpoint?.success.id ?? null,
      metadata,
      returns: null,
      throws: null,
      seconds: null
    }
    return Result.succeed([
      {
        function_uuid: FunctionId.make(id),
        ...(endpoint === undefined || endpoint.success.high_assurance
          ? {}
          : { ha_warning: `Endpoint ${endpoint.success.id} is not of high assurance` })
      },
      { ...compute, functions: set(compute.functions, added) }
    ])
  })
})

/** A function that the caller may call. */
export const callable = (
  { identity, state }: Asked,
  id: string
): Result.Result<Registry.Function, Refusals.Refusal> => {
  const called = state.compute.functions.get(id.toLowerCase())
  if (called === undefined) return Result.fail(noFunction(id))
  return called.owner === identity || called.public
    ? Result.succeed(called)
    : Result.fail(notYours("FUNCTION", id))
}

// -----------------------------------------------------------------------------
// tasks
// -----------------------------------------------------------------------------

/** A call that is to be made. */
export interface Call {
  readonly id: string
  readonly function: string
  readonly endpoint: string
  readonly arguments: string
}

/** Refuses a call that may not be made. */
const checkCall = (
  asked: Asked,
  call: Call
): Result.Result<
  { readonly endpoint: Registry.Endpoint; readonly called: Registry.Function },
  Refusals.Refusal
> =>
  Result.gen(function* () {
    const endpoint = yield* visibleEndpoint(asked, call.endpoint)
    const called = yield* callable(asked, call.function)
    const isElsewhere = called.ha_endpoint !== null && called.ha_endpoint !== endpoint.id
    if (isElsewhere || endpoint.allowed_functions?.includes(called.id) === false) {
      return yield* Result.fail(
        refusal(
          403,
          "FUNCTION_NOT_PERMITTED",
          `Function ${called.id} not permitted on endpoint ${endpoint.id}`,
          [called.id, endpoint.id]
        )
      )
    }
    const unmet = Session.unmet(
      asked.state,
      asked,
      {
        high_assurance: endpoint.high_assurance,
        authentication_timeout_mins: 30,
        mfa_required: false,
        authentication_policy_id: endpoint.authentication_policy
      },
      asked.now
    )
    if (unmet !== undefined) {
      return yield* Result.fail(
        refusal(403, "AUTHENTICATION_POLICY_NOT_SATISFIED", unmet.session_message ?? "", [endpoint.id], {
          authorization_parameters: unmet
        })
      )
    }
    return { endpoint, called }
  })

/** Takes calls on; each is refused for itself. */
export const takeOn = (
  asked: Asked,
  group: string,
  calls: ReadonlyArray<Call>
): readonly [results: ReadonlyArray<Result.Result<Call, Refusals.Refusal>>, compute: Registry.Compute] => {
  const { pace } = asked.state
  let { compute } = asked.state
  const results: Array<Result.Result<Call, Refusals.Refusal>> = []
  const byEndpoint = new Map<
    string,
    { readonly endpoint: Registry.Endpoint; readonly tasks: Array<Registry.Task> }
  >()
  for (const call of calls) {
    const checked = checkCall(asked, call)
    results.push(Result.map(checked, () => call))
    if (Result.isFailure(checked)) continue
    const { called, endpoint } = checked.success
    const entry = byEndpoint.get(endpoint.id) ?? { endpoint, tasks: [] }
    byEndpoint.set(endpoint.id, entry)
    entry.tasks.push({
      id: call.id,
      owner: asked.identity,
      group,
      endpoint: endpoint.id,
      submitted: asked.now,
      duration: Math.ceil((called.seconds ?? pace.function_seconds) * 1000),
      begins: null,
      result: called.throws === null ? (called.returns ?? call.arguments) : null,
      exception: called.throws
    })
  }
  for (const { endpoint, tasks } of byEndpoint.values()) {
    compute = Registry.schedule(
      compute,
      endpoint,
      tasks,
      asked.now + Math.ceil(pace.task_start_seconds * 1000)
    )
  }
  return [results, compute]
}

/** A task of the caller's. */
export const ownTask = (
  { identity, state }: Asked,
  id: string
): Result.Result<Registry.Task, Refusals.Refusal> => {
  const task = state.compute.tasks.get(id.toLowerCase())
  return task?.owner === identity ? Result.succeed(task) : Result.fail(noTask(id))
}

/** A task, and what has come of it. */
export const taskOf = (task: Registry.Task, now: number) => {
  const status = Registry.statusOf(task, now)
  const end = Registry.endOf(task)
  return {
    task_id: ComputeTaskId.make(task.id),
    status,
    ...(end === null || end > now
      ? {}
      : {
          completion_t: String(end / 1000),
          ...(task.result === null ? {} : { result: task.result }),
          ...(task.exception === null ? {} : { exception: task.exception })
        })
  }
}

/** What was noted while a task ran. */
export const detailsOf = (task: Registry.Task, now: number) => {
  const end = Registry.endOf(task)
  return {
    os: "Linux (simulated)",
    python_version: "3.12.6",
    dill_version: "0.3.9",
    globus_compute_sdk_version: "2.31.0",
    task_transitions: {
      ...(task.begins === null || task.begins > now ? {} : { "execution-start": task.begins / 1000 }),
      ...(end === null || end > now ? {} : { "execution-end": end / 1000 })
    }
  }
}

export const groupId = (id: string): TaskGroupId => TaskGroupId.make(id)
