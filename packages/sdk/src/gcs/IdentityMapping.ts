/**
 * How the identities of a gateway's users become local accounts: by expressions, or by a program of the administrator's
 * own. The first mapping that gives an account decides.
 *
 * ```ts
 * import { IdentityMapping } from "@effect-globus/sdk/gcs"
 *
 * // jane@example.edu becomes the local user jane.
 * const byName = IdentityMapping.expression({
 *   mappings: [{ source: "{username}", match: "(.*)@example\\.edu", output: "{0}" }]
 * })
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/identity-mapping-guide/
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const Expression = DataType.kind("expression_identity_mapping", {
  mappings: Schema.optional(
    Schema.NullOr(
      Schema.Array(
        Document.make(
          Field.sent({
            /** What is looked at: text with properties of the identity in braces. */
            source: Field.text,
            /** The regular expression that all of it must match. */
            match: Field.text,
            /** The local account: text with the expression's groups in braces. */
            output: Field.text,
            ignore_case: Field.flag,
            /** Whether `match` is plain text. */
            literal: Field.flag
          })
        )
      )
    )
  )
})

const External = DataType.kind("external_identity_mapping", {
  /** The program and its arguments. */
  command: Schema.optional(Field.texts)
})

const kinds = [Expression, External] as const

/** A way from identities to local accounts, told apart by `DATA_TYPE`. */
export const IdentityMapping = DataType.oneOf(kinds)
export type IdentityMapping = typeof IdentityMapping.Type

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** By expressions over the properties of an identity. */
export const expression = Expression.make

/** By a program, which is given identities and answers accounts. */
export const external = External.make

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/** Whether a mapping is of this kind, in whatever version: `is(mapping, "external_identity_mapping")`. */
export const is = DataType.isKind(kinds)
