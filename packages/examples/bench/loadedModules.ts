/** Which modules an import loads, as a Node process of its own sees it. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"

const manifest = createRequire(import.meta.url).resolve("@effect-globus/sdk/package.json")
const sources = Path.join(Path.dirname(manifest), "src")

/** What the SDK exports, as it is imported: `@effect-globus/sdk/transfer`. */
export const specifiers = Object.keys(
  (JSON.parse(readFileSync(manifest, "utf8")) as { readonly exports: Readonly<Record<string, unknown>> })
    .exports
)
  .filter((subpath) => !/\*|\.json$/.test(subpath))
  .map((subpath) => `@effect-globus/sdk${subpath.slice(1)}`)

export interface Loaded {
  /** How many modules were loaded, Effect's included. */
  readonly count: number
  /** The SDK's own among them, such as `transfer/Api.ts`. */
  readonly own: ReadonlyArray<string>
}

const script = `
  import { registerHooks } from "node:module"
  const urls = []
  registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) })
  await import(process.argv[1])
  console.log(JSON.stringify(urls))
`

/** What importing this loads. */
export const loadedBy = (specifier: string): Loaded => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", script, specifier],
    { cwd: import.meta.dirname, encoding: "utf8" }
  )
  if (status !== 0) throw new Error(`importing ${specifier} failed: ${stderr}`)
  const urls = JSON.parse(stdout) as ReadonlyArray<string>
  return {
    count: urls.length,
    own: urls
      .filter((url) => url.startsWith("file:"))
      .map((url) => Path.relative(sources, fileURLToPath(url)).replaceAll("\\", "/"))
      .filter((path) => !path.startsWith("../"))
  }
}

/** The services whose contracts are among these modules: all of one is in its `Api.ts` and its folder `api`. */
export const contractsIn = ({ own }: Loaded): ReadonlyArray<string> =>
  Array.from(new Set(own.flatMap((path) => /^(\w+)\/(?:Api\.ts|api\/)/.exec(path)?.[1] ?? []))).toSorted()
