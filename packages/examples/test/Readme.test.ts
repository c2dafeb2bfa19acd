/** Every program in the README, and in the page about testing, is a file of this package, letter for letter, and so is type-checked and run. */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import * as Path from "node:path"

const examples = Path.resolve(import.meta.dirname, "../src")
const root = Path.resolve(import.meta.dirname, "../../..")
const blocksOf = (page: string) =>
  Array.from(
    readFileSync(Path.join(root, page), "utf8").matchAll(/^```ts\n(.*?)^```$/gms),
    (match) => match[1] ?? ""
  )
const files = readdirSync(examples, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, text: readFileSync(Path.join(examples, file), "utf8") }))

describe.each([
  { page: "README.md", least: 8 },
  { page: "packages/simulator/docs/testing.md", least: 4 }
])("$page", ({ least, page }) => {
  const blocks = blocksOf(page)

  it("shows programs", () => {
    assert.isAtLeast(blocks.length, least)
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
