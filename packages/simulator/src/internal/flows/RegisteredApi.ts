/** APIs that flows may call, as they are kept. */
import type * as World from "../../World.ts"
import * as Instant from "../Instant.ts"

export interface RegisteredApi {
  readonly id: World.RegisteredApi["id"]
  readonly name: string
  readonly description: string
  readonly target: World.RegisteredApi["target"]
  readonly owners: ReadonlyArray<string>
  readonly administrators: ReadonlyArray<string>
  readonly viewers: ReadonlyArray<string>
  readonly subscription: NonNullable<World.RegisteredApi["subscription_id"]> | null
  /** Milliseconds since 1970. */
  readonly created: number
  readonly edited: number
  /** When it will be gone. */
  readonly deletion: number | null
}

/** An API of a world. */
export const fromWorld = (api: World.RegisteredApi, owner: string, now: number): RegisteredApi => {
  const created = api.created === undefined ? now : Date.parse(api.created)
  return {
    id: api.id,
    name: api.name,
    description: api.description ?? "",
    target: api.target,
    owners: api.owners ?? [owner],
    administrators: api.administrators ?? [],
    viewers: api.viewers ?? [],
    subscription: api.subscription_id ?? null,
    created,
    edited: api.edited === undefined ? created : Date.parse(api.edited),
    deletion: api.scheduled_deletion === undefined ? null : Date.parse(api.scheduled_deletion)
  }
}

/** An API as a world describes it. */
export const toWorld = (api: RegisteredApi): World.RegisteredApi => ({
  id: api.id,
  name: api.name,
  description: api.description,
  target: api.target,
  owners: api.owners,
  administrators: api.administrators,
  viewers: api.viewers,
  ...(api.subscription === null ? {} : { subscription_id: api.subscription }),
  created: Instant.format(api.created),
  edited: Instant.format(api.edited),
  ...(api.deletion === null ? {} : { scheduled_deletion: Instant.format(api.deletion) })
})
