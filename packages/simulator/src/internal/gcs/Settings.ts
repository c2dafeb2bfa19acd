/**
 * What the server of a collection says about it that Transfer and HTTPS go by. A guest collection is bound by what is said
 * about the collection that it shares a part of, too.
 */
import type { Collection, State } from "../State.ts"
import { type Fields, flag, keyOf, number, recordOf, text, texts } from "./Resource.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Files come into a collection, or go out of it. */
export type Direction = "inbound" | "outbound"

/** What is said about a collection, its own word and that of what it shares a part of taken together. */
export interface Settings {
  /** Whether access rules may let everybody write. */
  readonly anonymousWrites: boolean
  /** How long an access rule may last at most. */
  readonly ruleMinutes: number | null
  readonly encrypts: boolean
  /** Whether checksums are always compared, or never; otherwise as is asked for. Of both, always. */
  readonly verifies: boolean | undefined
  readonly keepsTimes: (direction: Direction) => boolean
  /** Whether the other side of a transfer must be of high assurance. */
  readonly isClosed: (direction: Direction) => boolean
  /** Whether it is safe from being deleted. */
  readonly isProtected: boolean
  /** What may be done over HTTPS; everything if there are no methods. */
  readonly methods: ReadonlyArray<string> | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

const nothing: Fields = { delete_protected: false }

const fieldsOf = (state: State, id: string): Fields =>
  state.gcs.get(keyOf("collection", id))?.fields ?? nothing

/** What is said about a collection; nothing, if it has no server. */
export const of = (state: State, { host, id }: Collection): Settings => {
  const own = fieldsOf(state, id)
  const both = host === null ? [own] : [own, fieldsOf(state, host.collection)]
  const says = (name: string): boolean => both.some((fields) => flag(fields, name) === true)
  const directions = (name: string) => (direction: Direction) =>
    both.some((fields) => fields[name] === direction || fields[name] === "all")
  const minutes = both.flatMap((fields) => number(fields, "acl_expiration_mins") ?? [])
  const methods = both.flatMap((fields) => {
    const listed = texts(fields, "https_methods")
    return listed === undefined ? [] : [listed]
  })
  return {
    anonymousWrites: !says("disable_anonymous_writes"),
    ruleMinutes: minutes.length === 0 ? null : Math.min(...minutes),
    encrypts: says("force_encryption"),
    verifies: says("force_verify") ? true : says("disable_verify") ? false : undefined,
    keepsTimes: directions("preserve_modtime"),
    isClosed: directions("restrict_transfers_to_high_assurance"),
    isProtected: host === null && own["delete_protected"] !== false,
    methods: methods[0]?.filter((method) => methods.every((listed) => listed.includes(method)))
  }
}

/** What is said of a collection or an endpoint for people to read, as Transfer shows it. */
export const shown = (state: State, { host, id }: Collection) => {
  const resource = state.gcs.get(keyOf("collection", id)) ?? state.gcs.get(keyOf("endpoint", id))
  const fields = resource?.fields ?? {}
  const server = state.gcs.get(keyOf("endpoint", resource?.endpoint ?? ""))?.fields ?? {}
  const mapped = host === null ? fields : fieldsOf(state, host.collection)
  const day = text(fields, "last_access")
  return {
    department: text(fields, "department"),
    contact_email: text(fields, "contact_email"),
    contact_info: text(fields, "contact_info"),
    info_link: text(fields, "info_link"),
    user_message: text(fields, "user_message"),
    user_message_link: text(fields, "user_message_link"),
    preserve_modtime: text(fields, "preserve_modtime"),
    restrict_transfers_to_high_assurance: text(fields, "restrict_transfers_to_high_assurance"),
    network_use: text(server, "network_use"),
    max_concurrency: number(server, "max_concurrency") ?? null,
    preferred_concurrency: number(server, "preferred_concurrency") ?? null,
    max_parallelism: number(server, "max_parallelism") ?? null,
    preferred_parallelism: number(server, "preferred_parallelism") ?? null,
    auto_delete_timeout: number(mapped, "auto_delete_timeout") ?? null,
    skip_auto_delete: flag(fields, "skip_auto_delete") ?? null,
    guest_collection_activity_notification_policy: recordOf(fields["activity_notification_policy"]) ?? null,
    associated_flow_policy: recordOf(fields["associated_flow_policy"]) ?? null,
    last_accessed_time: day === null ? null : `${day}T00:00:00+00:00`,
    shareable: host === null && flag(fields, "allow_guest_collections") !== false
  }
}
