/** What holds of every document that an operation of any service takes or answers. */
import { describe } from "@effect/vitest"
import * as DocumentLaws from "../service/internal/DocumentLaws.ts"
import * as Contracts from "./internal/Contracts.ts"

for (const service of Object.keys(Contracts.contracts)) {
  describe(service, () => {
    const done = new Set<unknown>()
    const isNew = (schema: Contracts.Codec | undefined): schema is Contracts.Codec =>
      schema !== undefined && !done.has(schema.ast) && done.add(schema.ast).size > 0

    for (const operation of Contracts.operationsOf(service)) {
      const { name, payload, success } = operation
      if (isNew(payload)) {
        DocumentLaws.law(`what ${name} takes`, payload, Contracts.payloadsOf(operation))
      }
      if (isNew(success)) DocumentLaws.law(`what ${name} answers`, success)
    }
  })
}
