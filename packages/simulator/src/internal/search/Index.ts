/** An index of Globus Search, as it is kept. */
import type { IndexId, IndexRoleId, SubscriptionId } from "@effect-globus/sdk/model"
import type { IndexRoleName } from "../../world/Index.ts"

/** One entry about a subject. */
export interface Entry {
  readonly subject: string
  /** What tells the entries about a subject apart. */
  readonly id: string | null
  readonly content: { readonly [field: string]: unknown }
  readonly visible_to: ReadonlyArray<string>
  readonly principal_sets: { readonly [set: string]: ReadonlyArray<string> }
}

export interface Role {
  readonly id: IndexRoleId
  readonly role_name: IndexRoleName
  readonly principal: string
  /** Milliseconds since 1970. */
  readonly created: number
}

export interface Index {
  readonly id: IndexId
  readonly display_name: string
  readonly description: string
  readonly status: "open" | "delete-pending"
  readonly subscription: SubscriptionId | null
  readonly max_size_in_mb: number
  readonly created: number
  /** When its entries were changed last. */
  readonly modified: number | null
  readonly roles: ReadonlyMap<string, Role>
  readonly subjects: ReadonlyMap<string, ReadonlyArray<Entry>>
  readonly mapping: { readonly [path: string]: "geo_point" | "geo_shape" }
}
