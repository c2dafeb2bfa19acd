/** The parts of Transfer's JSON:API documents (https://jsonapi.org/format/1.1), and how their lists are paged. */
import * as Schema from "effect/Schema"
import * as Document from "../../model/Document.ts"
import * as Query from "../../service/Query.ts"
import * as Field from "./field.ts"

/** How many items a page has, and where it begins: a mark from the `links.next` of the page before. */
export const page = {
  "page[marker]": Query.string,
  "page[limit]": Query.positive
} as const

/** About the response itself. */
export const meta = Schema.optionalKey(Document.make({ request_id: Field.string }))

/** Where the list goes on. */
export const links = Schema.optionalKey(Schema.NullOr(Document.make({ next: Field.stringOrNull })))

/** A link to another resource, which may be gone. */
export const relationship = <const Type extends string, Id extends Schema.Codec<string, string>>(
  type: Type,
  id: Id
) =>
  Schema.optionalKey(
    Document.make({
      data: Schema.optionalKey(Schema.NullOr(Document.make({ type: Field.oneOf([type]), id })))
    })
  )

/** The type of a resource in a payload, filled in where it was left out. */
export const impliedType = Field.implied

/** A link to another resource in a payload. */
export const givenRelationship = <Id extends Schema.Codec<string, string>>(type: string, id: Id) =>
  Schema.optional(Document.make({ data: Document.make({ type: impliedType(type), id }) }))
