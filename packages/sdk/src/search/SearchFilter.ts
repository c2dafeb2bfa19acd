/**
 * Filters of queries: which entries are found, by what their fields hold. Filters are plain data in the form that Search
 * reads, so they can be written by hand just as well; those in a list all have to match.
 *
 * ```ts
 * import { SearchFilter } from "@effect-globus/sdk/search"
 *
 * const recentImages = SearchFilter.and([
 *   SearchFilter.matchAny("file.format", ["tiff", "png"]),
 *   SearchFilter.range("file.created", { gte: "2024-01-01" }),
 *   SearchFilter.not(SearchFilter.exists("file.withdrawn"))
 * ])
 * ```
 *
 * Docs: https://docs.globus.org/api/search/reference/post_query
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Fields that every filter may have. */
const common = {
  /** Whether it counts only after facets are counted. Of the older format of queries; see `post_facet_filters`. */
  post_filter: Schema.optional(Schema.Boolean)
}

const onField = {
  ...common,
  /** The path of the field, such as `author.name`; a dot in a name is written `\.`. */
  field_name: Schema.NonEmptyString
}

/** The field holds all of the values. */
export const MatchAll = Document.make({
  ...onField,
  type: Schema.Literal("match_all"),
  values: Schema.Array(Schema.Unknown)
})
export type MatchAll = typeof MatchAll.Type

/** The field holds one of the values, or several. */
export const MatchAny = Document.make({
  ...onField,
  type: Schema.Literal("match_any"),
  values: Schema.Array(Schema.Unknown)
})
export type MatchAny = typeof MatchAny.Type

const bound = Schema.optional(Schema.Union([Schema.String, Schema.Finite]))

/** The bounds of a range of numbers or dates: `from` and `to` belong to it, and `*` leaves a side open. */
export const Range = Document.make({ from: bound, to: bound, gte: bound, gt: bound, lte: bound, lt: bound })
export type Range = typeof Range.Type

/** The field holds a number or a date within one of the ranges. */
export const InRange = Document.make({
  ...onField,
  type: Schema.Literal("range"),
  values: Schema.Array(Range)
})
export type InRange = typeof InRange.Type

/** A place on earth, in degrees. */
export const Coordinate = Document.make({
  /** Latitude, from -90 to 90. */
  lat: Schema.Finite.check(Schema.isBetween({ minimum: -90, maximum: 90 })),
  /** Longitude, from -180 to 180. */
  lon: Schema.Finite.check(Schema.isBetween({ minimum: -180, maximum: 180 }))
})
export type Coordinate = typeof Coordinate.Type

/** The field holds a place within the box. */
export const BoundingBox = Document.make({
  ...onField,
  type: Schema.Literal("geo_bounding_box"),
  top_left: Coordinate,
  bottom_right: Coordinate
})
export type BoundingBox = typeof BoundingBox.Type

/** A shape as GeoJSON has it (RFC 7946 §3.1.6): the rings of a polygon, each a list of longitude and latitude. */
export const Shape = Document.make({
  type: Document.openLiterals(["Polygon"]),
  coordinates: Schema.Array(Schema.Array(Schema.Unknown))
})
export type Shape = typeof Shape.Type

/** The field holds a shape that meets the given one, or lies within it. */
export const GeoShape = Document.make({
  ...onField,
  type: Schema.Literal("geo_shape"),
  shape: Shape,
  /** Default: `intersects`. */
  relation: Schema.optional(Document.openLiterals(["intersects", "within"]))
})
export type GeoShape = typeof GeoShape.Type

/** The field is there. */
export const Exists = Document.make({ ...onField, type: Schema.Literal("exists") })
export type Exists = typeof Exists.Type

/** The field holds a text like this one, in which `*` stands for any text and `?` for one character. */
export const Like = Document.make({ ...onField, type: Schema.Literal("like"), value: Schema.String })
export type Like = typeof Like.Type

const Nested: Schema.Codec<SearchFilter, unknown> = Schema.suspend(() => SearchFilter)

/** The filter does not match. */
export interface Not {
  readonly type: "not"
  readonly filter: SearchFilter
  readonly post_filter?: boolean | undefined
  readonly [field: string]: unknown
}
export const Not: Schema.Codec<Not, unknown> = Document.make({
  ...common,
  type: Schema.Literal("not"),
  filter: Nested
})

/** One of the filters matches, or several. */
export interface Or {
  readonly type: "or"
  readonly filters: ReadonlyArray<SearchFilter>
  readonly post_filter?: boolean | undefined
  readonly [field: string]: unknown
}
export const Or: Schema.Codec<Or, unknown> = Document.make({
  ...common,
  type: Schema.Literal("or"),
  filters: Schema.Array(Nested)
})

/** All of the filters match. */
export interface And {
  readonly type: "and"
  readonly filters: ReadonlyArray<SearchFilter>
  readonly post_filter?: boolean | undefined
  readonly [field: string]: unknown
}
export const And: Schema.Codec<And, unknown> = Document.make({
  ...common,
  type: Schema.Literal("and"),
  filters: Schema.Array(Nested)
})

const OtherType = Field.otherThan(
  "match_all",
  "match_any",
  "range",
  "geo_bounding_box",
  "geo_shape",
  "exists",
  "like",
  "not",
  "or",
  "and"
).pipe(Schema.brand("OtherFilterType"))

/** A filter of a kind that is not known here, see {@link other}. */
export const Other = Document.make({ type: OtherType })
export type Other = typeof Other.Type

/** A filter of any kind. */
export type SearchFilter =
  | MatchAll
  | MatchAny
  | InRange
  | BoundingBox
  | GeoShape
  | Exists
  | Like
  | Not
  | Or
  | And
  | Other

/** The schema of a filter. */
export const SearchFilter: Schema.Codec<SearchFilter, unknown> = Schema.Union([
  MatchAll,
  MatchAny,
  InRange,
  BoundingBox,
  GeoShape,
  Exists,
  Like,
  Not,
  Or,
  And,
  Other
])

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The field holds all of the values. */
export const matchAll = (field_name: string, values: ReadonlyArray<unknown>): MatchAll => ({
  type: "match_all",
  field_name,
  values
})

/** The field holds one of the values, or several. */
export const matchAny = (field_name: string, values: ReadonlyArray<unknown>): MatchAny => ({
  type: "match_any",
  field_name,
  values
})

/** The field holds a number or a date within the range, or within one of several. */
export const range = (field_name: string, ...values: readonly [Range, ...ReadonlyArray<Range>]): InRange => ({
  type: "range",
  field_name,
  values
})

/** The field holds a place within the box between these corners. */
export const boundingBox = (
  field_name: string,
  corners: { readonly top_left: Coordinate; readonly bottom_right: Coordinate }
): BoundingBox => ({ type: "geo_bounding_box", field_name, ...corners })

/** The field holds a shape that meets this polygon, or with `within` lies within it. */
export const geoShape = (
  field_name: string,
  shape: Shape,
  relation: "intersects" | "within" = "intersects"
): GeoShape => ({ type: "geo_shape", field_name, shape, relation })

/** The field is there. */
export const exists = (field_name: string): Exists => ({ type: "exists", field_name })

/** The field holds a text like this one, in which `*` stands for any text and `?` for one character. */
export const like = (field_name: string, value: string): Like => ({ type: "like", field_name, value })

/** The filter does not match. */
export const not = (filter: SearchFilter): Not => ({ type: "not", filter })

/** One of the filters matches, or several. */
export const or = (filters: ReadonlyArray<SearchFilter>): Or => ({ type: "or", filters })

/** All of the filters match. */
export const and = (filters: ReadonlyArray<SearchFilter>): And => ({ type: "and", filters })

/**
 * A filter of a kind that Globus has added since: its `type` and its fields. One of the types above is refused when the
 * query is sent.
 */
export const other = (type: string, fields: { readonly [field: string]: unknown }): Other => ({
  ...fields,
  type: OtherType.make(type, { disableChecks: true })
})
