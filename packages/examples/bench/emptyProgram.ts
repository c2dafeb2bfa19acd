/** What type-checking is measured against: a program of Effect alone that does nothing. */
import { Effect } from "effect"

export const program = Effect.void
