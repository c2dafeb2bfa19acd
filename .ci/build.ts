/**
 * Writes `dist/` of every published package anew: no file of a source that is gone stays behind.
 */
import { spawnSync } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { published, root } from "./packages.ts"

for (const folder of published) rmSync(join(folder, "dist"), { recursive: true, force: true })

const tsc = join(root, "node_modules/typescript/bin/tsc")
const projects = published.map((folder) => join(folder, "tsconfig.src.json"))
const built = spawnSync(process.execPath, [tsc, "-b", ...projects], { cwd: root, stdio: "inherit" })
process.exitCode = built.status ?? 1
