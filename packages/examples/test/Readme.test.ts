/** Every program in the README is a file of this package, letter for letter, and so is type-checked and run. */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import * as Path from "node:path"

const examples = Path.resolve(import.meta.dirname, "../src")
const readme = readFileSync(Path.resolve(import.meta.dirname, "../../../README.md"), "utf8")
const blocks = Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), (match) => match[1] ?? "")
const files = readdirSync(examples, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, text: readFileSync(Path.join(examples, file), "utf8") }))

describe("the README", () => {
  it("shows programs", () => {
    assert.isAtLeast(blocks.length, 8)
  })

  for (const block of blocks) {
    it(`shows a file: ${block.split("\n").findLast((line) => line.startsWith("export") || line.includes("pipe")) ?? block}`, () => {
      assert.isTrue(
        files.some(({ text }) => text === block),
        `no file in packages/examples/src is:\n${block}`
      )
    })
  }
})
