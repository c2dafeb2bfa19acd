/** The documents that the official Python SDK builds, ours builds too. */
import { assert, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Mapping from "./internal/Mapping.ts"
import * as Reference from "./internal/Reference.ts"
import { services } from "./internal/services.ts"

const PayloadCase = Schema.Struct({
  id: Schema.String,
  payload: Schema.String,
  args: Schema.Record(Schema.String, Schema.Unknown),
  document: Schema.Unknown
})

const builders = new Map(Object.values(services).flatMap(({ payloads }) => Object.entries(payloads)))

for (const { suite } of Reference.all) {
  suite("payload-cases.json", Schema.Array(PayloadCase), (cases) => {
    for (const each of cases) {
      it(each.id, () => {
        // What follows the first hyphen tells cases of one document, or of one of its methods, apart.
        const build = builders.get(each.id.replace(/-.*/, "")) ?? builders.get(each.payload)
        if (build === undefined) return assert.fail(`no document of ours is known for ${each.payload}`)
        assert.deepStrictEqual(build(Mapping.withoutMissing(each.args) as Mapping.Args), each.document)
      })
    }
  })
}
