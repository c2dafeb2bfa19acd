/** A token or a client's secret: nothing shows it from the moment it was decoded. */
import * as Schema from "effect/Schema"

export const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)
