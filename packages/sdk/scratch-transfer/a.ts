import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Effect from "effect/Effect"
import * as Document from "../src/model/Document.ts"
import * as Query from "../src/service/Query.ts"

const dataType = (name: string) => Schema.optionalKey(Schema.String).pipe(
  Schema.decodeTo(Schema.optionalKey(Schema.String), {
    decode: SchemaGetter.passthrough(),
    encode: SchemaGetter.withDefault(Effect.succeed(name))
  })
)
const Mkdir = Document.make({ DATA_TYPE: dataType("mkdir"), path: Schema.NonEmptyString, local_user: Schema.optional(Schema.String) })
console.log(Schema.encodeUnknownSync(Mkdir)({ path: "a", extra: 1, local_user: undefined }))
console.log(Schema.encodeUnknownSync(Mkdir)({ path: "a", DATA_TYPE: "x" }))
console.log(Schema.decodeUnknownSync(Mkdir)({ path: "a" }), Schema.decodeUnknownSync(Mkdir)({ path: "a", DATA_TYPE: "mkdir" }))
const Q = Document.make({ limit: Query.integer, orderby: Query.commas(Schema.String), f: Query.flag })
console.log(Schema.encodeUnknownSync(Q)({ limit: 3, orderby: ["a","b"], f: true, x: 1 }))
console.log(Schema.decodeUnknownSync(Q)({ limit: "3", orderby: "a,b", f: "1", x: 1 }))
type T = typeof Mkdir.Type
const t: T = { path: "b" }
console.log(t)
