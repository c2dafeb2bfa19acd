/**
 * Writes the pages of operations and the OpenAPI descriptions from the contracts, and what is kept of the names in
 * other SDKs from the reference, if that is there. Run it as `npm run docs` after a contract has changed.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { files, missing, present, root } from "./generator/Generated.ts"
import * as Peers from "./generator/Peers.ts"

let written = 0
const write = (file: string, content: string): void => {
  if (existsSync(file) && readFileSync(file, "utf8") === content) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  written += 1
}

const peers = Peers.fromReference()
if (peers !== undefined) write(peers.file, peers.content)

const all = files()
for (const [name, content] of all) write(resolve(root, name), content)
for (const name of present()) {
  if (!all.has(name)) rmSync(resolve(root, name))
}

process.stdout.write(`${all.size} documents, ${written} of them changed.\n`)
const absent = missing()
if (absent.length > 0) {
  process.stdout.write(`In other SDKs, but in no contract:\n${absent.map((each) => `  ${each}\n`).join("")}`)
}
