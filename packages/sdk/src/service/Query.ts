/**
 * How values stand in the query of a Globus request. Each codec turns a typed value into the text that the service
 * expects, and back, so that clients and simulated services read the same contract.
 *
 * ```ts
 * import { Query } from "@effect-globus/sdk/service"
 * import { Schema } from "effect"
 *
 * const ofTaskList = { limit: Query.positive, orderby: Query.commas(Schema.String) }
 * ```
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** A whole number. */
export const integer = Schema.optional(Schema.FiniteFromString.check(Schema.isInt()))

/** A whole number from 0 on, such as how many items to leave out. */
export const natural = Schema.optional(
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))
)

/** A whole number from 1 on, such as how many items a page has. */
export const positive = Schema.optional(
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThan(0))
)

/** Any text. */
export const string = Schema.optional(Schema.String)

const truth = (text: string): boolean => ["true", "1"].includes(text.toLowerCase())

const booleanAs = (yes: string, no: string) =>
  Schema.optional(
    Schema.String.pipe(
      Schema.decodeTo(
        Schema.Boolean,
        SchemaTransformation.transform({ decode: truth, encode: (value) => (value ? yes : no) })
      )
    )
  )

/** `true` or `false`. */
export const boolean = booleanAs("true", "false")

/** `1` or `0`, as Transfer writes truth. */
export const flag = booleanAs("1", "0")

/** One value or several, joined by commas. Always several when read. */
export const commas = <Item extends Schema.Codec<string, string>>(item: Item) =>
  Schema.optional(
    Schema.String.pipe(
      Schema.decodeTo(
        Schema.Union([Schema.Array(item), item]),
        SchemaTransformation.transform<Item["Encoded"] | ReadonlyArray<Item["Encoded"]>, string>({
          decode: (text) => (text === "" ? [] : text.split(",")),
          encode: (value) => (typeof value === "string" ? value : value.join(","))
        })
      )
    )
  )

/** One value or several, each with the parameter's name before it. */
export const repeated = <Item extends Schema.Codec<string, string>>(item: Item) =>
  Schema.optional(Schema.Union([Schema.Array(item), item]))
