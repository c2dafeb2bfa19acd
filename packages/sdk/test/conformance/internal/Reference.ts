/**
 * The cases that the conformance tests run: facts about how Globus behaves on the wire, as JSON files in the directory
 * that the environment variable `GLOBUS_REFERENCE` names (default: `../shared/reference`, beside this repository).
 * Where a file is not there, its tests are skipped, and the report says so. Of requests, documents and errors this
 * repository has further cases, in `../cases`, which are run in any clone.
 *
 * ```ts
 * Reference.suite("scope-cases.json", Schema.Array(ScopeCase), (cases) => {
 *   for (const each of cases) it(each.input, () => …)
 * })
 *
 * for (const { suite } of Reference.all) {
 *   suite("error-cases.json", Schema.Array(ErrorCase), (cases) => …)
 * }
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"

/** The directory with the cases, absolute. */
export const directory = resolve(
  process.env["GLOBUS_REFERENCE"] || resolve(import.meta.dirname, "../../../../../../shared/reference")
)

/** The names of the JSON files in a folder of the directory, sorted; empty if it is not there. */
export const filesIn = (folder: string): ReadonlyArray<string> => {
  const path = resolve(directory, folder)
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(".json"))
        .toSorted()
        .map((name) => `${folder}/${name}`)
    : []
}

type Suite = <A>(file: string, schema: Schema.Codec<A, unknown>, define: (content: A) => void) => void

const suiteIn =
  (directory: string, title: (file: string) => string): Suite =>
  (file, schema, define) => {
    const path = resolve(directory, file)
    if (!existsSync(path)) {
      describe(title(file), () => {
        it("is there", ({ skip }) =>
          skip(`${path} is not there: set GLOBUS_REFERENCE to the directory that has ${file}`))
      })
      return
    }
    const content = Schema.decodeUnknownResult(Schema.fromJsonString(schema))(readFileSync(path, "utf8"))
    describe(title(file), () => {
      if (Result.isSuccess(content)) define(content.success)
      else it("has the form that the tests expect", () => assert.fail(content.failure.message))
    })
  }

/** The tests of one file: `define` gets its decoded content, and makes one test for each case in it. */
export const suite: Suite = suiteIn(directory, (file) => file)

/** The cases of this repository, and those of the directory. */
export const all: ReadonlyArray<{ readonly suite: Suite }> = [
  { suite: suiteIn(resolve(import.meta.dirname, "../cases"), (file) => `${file} of this repository`) },
  { suite }
]
