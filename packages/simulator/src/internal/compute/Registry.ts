/** What is registered with Globus Compute, and the calls that were made: how far each is follows from the time. */
import {
  ComputeEndpointId,
  ContainerId,
  FunctionId,
  PolicyId,
  SubscriptionId
} from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as World from "../../World.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const TextOrNull = Schema.NullOr(Schema.String)
const NumberOrNull = Schema.NullOr(Schema.Number)

export const Endpoint = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  display_name: Schema.String,
  description: TextOrNull,
  owner: Schema.String,
  /** Ids of those who manage it beside the owner. */
  admins: Schema.Array(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  public: Schema.Boolean,
  multi_user: Schema.Boolean,
  high_assurance: Schema.Boolean,
  online: Schema.Boolean,
  workers: Schema.Int,
  allowed_functions: Schema.NullOr(Schema.Array(Schema.String)),
  authentication_policy: TextOrNull,
  subscription: TextOrNull,
  verified: Schema.Boolean,
  /** What it says of itself. */
  metadata: Schema.Record(Schema.String, Schema.Unknown),
  /** Until when it cannot be registered, in milliseconds since 1970. */
  locked: NumberOrNull
})
export type Endpoint = typeof Endpoint.Type

export const Function = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  description: TextOrNull,
  code: Schema.String,
  owner: Schema.String,
  public: Schema.Boolean,
  /** The endpoint on which alone it may run. */
  ha_endpoint: TextOrNull.pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  metadata: Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)),
  returns: TextOrNull,
  throws: TextOrNull,
  seconds: NumberOrNull
})
export type Function = typeof Function.Type

/** A call. */
export const Task = Schema.Struct({
  id: Schema.String,
  owner: Schema.String,
  group: Schema.String,
  endpoint: Schema.String,
  /** Milliseconds since 1970. */
  submitted: Schema.Number,
  /** How long it runs, in milliseconds. */
  duration: Schema.Number,
  /** When it runs; null while its endpoint is not there. */
  begins: NumberOrNull,
  result: TextOrNull,
  exception: TextOrNull
})
export type Task = typeof Task.Type

export const Container = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  type: Schema.String,
  location: TextOrNull,
  /** When it is built, in milliseconds since 1970; null for one that was there already. */
  built: NumberOrNull
})
export type Container = typeof Container.Type

/** All that Globus Compute knows, as a list of each kind. */
export const Registry = Schema.Struct({
  endpoints: Schema.Array(Endpoint),
  functions: Schema.Array(Function),
  tasks: Schema.Array(Task),
  containers: Schema.Array(Container)
})
export type Registry = typeof Registry.Type

export interface Compute {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly functions: ReadonlyMap<string, Function>
  readonly tasks: ReadonlyMap<string, Task>
  readonly containers: ReadonlyMap<string, Container>
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const byId = <A extends { readonly id: string }>(things: ReadonlyArray<A>): ReadonlyMap<string, A> =>
  new Map(things.map((thing) => [thing.id, thing]))

export const fromRegistry = ({ containers, endpoints, functions, tasks }: Registry): Compute => ({
  endpoints: byId(endpoints),
  functions: byId(functions),
  tasks: byId(tasks),
  containers: byId(containers)
})

export const toRegistry = ({ containers, endpoints, functions, tasks }: Compute): Registry => ({
  endpoints: [...endpoints.values()],
  functions: [...functions.values()],
  tasks: [...tasks.values()],
  containers: [...containers.values()]
})

const workers = 4

export const fromWorld = (world: World.World, idOf: (name: string | undefined) => string): Compute =>
  fromRegistry({
    endpoints: (world.compute_endpoints ?? []).map((endpoint) => ({
      id: endpoint.id,
      name: endpoint.name,
      display_name: endpoint.display_name ?? endpoint.name,
      description: endpoint.description ?? null,
      owner: idOf(endpoint.owner),
      admins: (endpoint.admins ?? []).map(idOf),
      public: endpoint.public ?? false,
      multi_user: endpoint.multi_user ?? false,
      high_assurance: endpoint.high_assurance ?? false,
      online: endpoint.online ?? true,
      workers: endpoint.workers ?? workers,
      allowed_functions: endpoint.allowed_functions ?? null,
      authentication_policy: endpoint.authentication_policy ?? null,
      subscription: endpoint.subscription_id ?? null,
      verified: endpoint.subscription_admin_verified ?? false,
      metadata: {},
      locked: null
    })),
    functions: (world.compute_functions ?? []).map((called) => ({
      id: called.id,
      name: called.name,
      description: called.description ?? null,
      code: called.code ?? "",
      owner: idOf(called.owner),
      public: called.public ?? false,
      ha_endpoint: called.ha_endpoint_id ?? null,
      metadata: null,
      returns: called.returns ?? null,
      throws: called.throws ?? null,
      seconds: called.seconds ?? null
    })),
    tasks: [],
    containers: []
  })

export const endpointsOfWorld = ({ endpoints }: Compute): ReadonlyArray<World.ComputeEndpoint> =>
  Array.from(endpoints.values(), (endpoint) => ({
    id: ComputeEndpointId.make(endpoint.id),
    name: endpoint.name,
    display_name: endpoint.display_name,
    ...(endpoint.description === null ? {} : { description: endpoint.description }),
    owner: endpoint.owner,
    admins: endpoint.admins,
    public: endpoint.public,
    multi_user: endpoint.multi_user,
    high_assurance: endpoint.high_assurance,
    online: endpoint.online,
    workers: endpoint.workers,
    ...(endpoint.allowed_functions === null
      ? {}
      : { allowed_functions: endpoint.allowed_functions.map((id) => FunctionId.make(id)) }),
    ...(endpoint.authentication_policy === null
      ? {}
      : { authentication_policy: PolicyId.make(endpoint.authentication_policy) }),
    ...(endpoint.subscription === null
      ? {}
      : { subscription_id: SubscriptionId.make(endpoint.subscription) }),
    subscription_admin_verified: endpoint.verified
  }))

export const functionsOfWorld = ({ functions }: Compute): ReadonlyArray<World.ComputeFunction> =>
  Array.from(functions.values(), (called) => ({
    id: FunctionId.make(called.id),
    name: called.name,
    code: called.code,
    owner: called.owner,
    public: called.public,
    ...(called.ha_endpoint === null ? {} : { ha_endpoint_id: ComputeEndpointId.make(called.ha_endpoint) }),
    ...(called.description === null ? {} : { description: called.description }),
    ...(called.returns === null ? {} : { returns: called.returns }),
    ...(called.throws === null ? {} : { throws: called.throws }),
    ...(called.seconds === null ? {} : { seconds: called.seconds })
  }))

/** An endpoint that has just been registered: it is there, and belongs to whoever registers it. */
export const newEndpoint = (id: string, owner: string): Endpoint => ({
  id,
  name: id,
  display_name: id,
  description: null,
  owner,
  admins: [],
  public: false,
  multi_user: false,
  high_assurance: false,
  online: true,
  workers,
  allowed_functions: null,
  authentication_policy: null,
  subscription: null,
  verified: false,
  metadata: {},
  locked: null
})

export const containerId = (id: string): ContainerId => ContainerId.make(id)

// -----------------------------------------------------------------------------
// progress
// -----------------------------------------------------------------------------

/** When a task ends, if it is known. */
export const endOf = ({ begins, duration }: Task): number | null =>
  begins === null ? null : begins + duration

export type Status = "received" | "waiting-for-ep" | "waiting-for-nodes" | "running" | "success" | "failed"

const received = 100

export const statusOf = (task: Task, now: number): Status => {
  if (task.begins === null) return "waiting-for-ep"
  if (now < task.begins) return now < task.submitted + received ? "received" : "waiting-for-nodes"
  if (now < task.begins + task.duration) return "running"
  return task.exception === null ? "success" : "failed"
}

export const hasEnded = (task: Task, now: number): boolean => {
  const end = endOf(task)
  return end !== null && end <= now
}

/** The tasks of an endpoint that have not ended. */
export const outstanding = ({ tasks }: Compute, endpoint: string, now: number): ReadonlyArray<Task> =>
  [...tasks.values()].filter((task) => task.endpoint === endpoint && !hasEnded(task, now))

/** When each worker of an endpoint is free, the first one first. */
const freeAt = (compute: Compute, { id, workers }: Endpoint, from: number): Array<number> => {
  const ends = outstanding(compute, id, from)
    .flatMap((task) => endOf(task) ?? [])
    .toSorted((a, b) => a - b)
  // As many tasks as there are workers may run at once; the others follow them.
  const busy = ends.slice(Math.max(0, ends.length - workers))
  return [...Array.from({ length: workers - busy.length }, () => from), ...busy]
}

/** Gives tasks their turn on an endpoint, if it is there. */
export const schedule = (
  compute: Compute,
  endpoint: Endpoint,
  waiting: ReadonlyArray<Task>,
  from: number
): Compute => {
  const tasks = new Map(compute.tasks)
  const free = freeAt(compute, endpoint, from)
  for (const task of waiting) {
    const begins = endpoint.online ? Math.max(from, free.shift() ?? from) : null
    tasks.set(task.id, { ...task, begins })
    if (begins === null) continue
    const end = begins + task.duration
    const position = free.findIndex((other) => other > end)
    free.splice(position === -1 ? free.length : position, 0, end)
  }
  return { ...compute, tasks }
}
