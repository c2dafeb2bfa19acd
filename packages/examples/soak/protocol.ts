/** What the two processes of a soak have in common. */
import { Schema } from "effect"

/** What is asked of the simulated Globus: to let nothing go wrong any more, and to tell what has happened. */
export type Question = "calm" | "report"

/** Where it is, as it says first. */
export const Announcement = Schema.Struct({ url: Schema.String })

/** What has happened. */
export const Report = Schema.Struct({
  logins: Schema.Int,
  renewals: Schema.Int,
  faults: Schema.Int,
  /** The submissions that have become tasks, and the names of bookmarks. */
  submissions: Schema.Array(Schema.String),
  bookmarks: Schema.Array(Schema.String)
})

/** The id of one of the persons. */
export const identityOf = (index: number): string =>
  `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`
