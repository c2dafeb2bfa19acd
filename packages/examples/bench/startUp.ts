/** How long a bundled program takes from its start to its end, beside a Node that does nothing. */
import { build } from "esbuild"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Path from "node:path"

const seconds = (args: ReadonlyArray<string>): number => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, GLOBUS_CLIENT_ID: "3f1d1c2a-0000-4000-8000-000000000001" }
  })
  if (status !== 0) throw new Error(`the bundle failed: ${stderr.toString()}`)
  return (performance.now() - start) / 1000
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

/** Medians in seconds, and the size of the bundle in bytes. */
export const startUp = async () => {
  const folder = mkdtempSync(Path.join(tmpdir(), "effect-globus-bench-"))
  try {
    // With splitting, what is only needed later, such as undici, is only read later.
    await build({
      entryPoints: [Path.join(import.meta.dirname, "bundled.ts")],
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      splitting: true,
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      target: "node22",
      logLevel: "error",
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)'
      }
    })
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(Path.join(folder, file)).size, 0)
    const bare: Array<number> = []
    const bundled: Array<number> = []
    for (let round = 0; round < 15; round++) {
      bare.push(seconds(["-e", "0"]))
      bundled.push(seconds([Path.join(folder, "bundled.mjs")]))
    }
    return { bare: median(bare), bundled: median(bundled), bytes }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
