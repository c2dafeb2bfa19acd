/**
 * The direction of imports: which package, folder and file may know which other. A new package or folder is
 * one line in `packages` or `folders`; a rule has its reason beside it.
 */
import { describe, expect, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { dirname, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"

interface Import {
  readonly specifier: string
  /** What a relative specifier points at, from the root of the repository: `packages/sdk/src/…`. */
  readonly target: string | undefined
}

interface Module {
  /** From the root of the repository. */
  readonly path: string
  readonly package: string
  /** The first folder inside `src`, or `""` for a file directly in it. */
  readonly folder: string
  /** From `src`. */
  readonly inSrc: string
  readonly imports: ReadonlyArray<Import>
}

const root = fileURLToPath(new URL("../../..", import.meta.url))

// oxfmt puts every static import at the beginning of a line, so the examples in comments do not match.
const importStatement =
  /^(?:import|export)\s(?:[^"';]*?\sfrom\s*)?"([^"]+)"|^[^*\n/]*\bimport\(\s*"([^"]+)"\s*\)/gm

const modules: ReadonlyArray<Module> = globSync("packages/*/src/**/*.ts", { cwd: root })
  .map((file) => file.split(sep).join("/"))
  .map((path) => {
    const [, packageName = "", , ...rest] = path.split("/")
    const source = readFileSync(resolve(root, path), "utf8")
    return {
      path,
      package: packageName,
      folder: rest.length > 1 ? (rest[0] ?? "") : "",
      inSrc: rest.join("/"),
      imports: Array.from(source.matchAll(importStatement), (match) => {
        const specifier = match[1] ?? match[2] ?? ""
        const target = specifier.startsWith(".")
          ? resolve(root, dirname(path), specifier).slice(resolve(root).length + 1)
          : undefined
        return { specifier, target: target?.split(sep).join("/") }
      })
    }
  })

/** `file: import` for every import of a module in `where` that `isWrong`. */
const wrong = (
  where: (module: Module) => boolean,
  isWrong: (specifier: string, module: Module, target: string | undefined) => boolean
): ReadonlyArray<string> =>
  modules
    .filter(where)
    .flatMap((module) =>
      module.imports
        .filter(({ specifier, target }) => isWrong(specifier, module, target))
        .map(({ specifier }) => `${module.path}: ${specifier}`)
    )

const isOutside = (specifier: string): boolean => !specifier.startsWith(".")

const sdk = /^@effect-globus\/sdk(\/|$)/
const effect = /^effect\//
const platformNode = /^@effect\/platform-node(-shared)?\//
const nodeBuiltin = /^node:/

/** What each library may import from outside itself. `examples` is where everything meets. */
const packages: Record<string, (module: Module) => ReadonlyArray<RegExp>> = {
  sdk: ({ inSrc }) => (inSrc === "auth/IdToken.ts" ? [effect, /^jose(\/|$)/] : [effect]),
  node: () => [effect, sdk, platformNode, nodeBuiltin, /^open$/, /^@napi-rs\/keyring$/],
  // In process it needs no platform: what listens, runs by itself or reads folders is kept apart.
  simulator: ({ inSrc }) =>
    /(^|\/)(main|\w*Server|Folders)\.ts$/.test(inSrc)
      ? [effect, sdk, platformNode, nodeBuiltin]
      : [effect, sdk, /^jose(\/|$)/]
}

const isLibrary = (module: Module): boolean => module.package in packages

/** The folders of the sdk, from what knows most to what knows least. Folders in one row do not know each other. */
const folders: ReadonlyArray<ReadonlyArray<string>> = [
  // A collection's address is in its document, which Transfer has.
  ["collection"],
  ["transfer", "flows", "groups", "search", "timers", "compute", "gcs"],
  ["app"],
  ["auth"],
  ["service"],
  ["model"]
]

const rowOf = (folder: string): number => folders.findIndex((row) => row.includes(folder))

const folderOf = (path: string): string => path.split("/").slice(0, -1)[3] ?? ""

describe("packages", () => {
  it("there are sources, and their imports are found", () => {
    expect(modules.filter(isLibrary).length).toBeGreaterThan(0)
    expect(modules.flatMap((module) => module.imports).length).toBeGreaterThan(0)
  })

  it("a library imports only what it is allowed to know", () => {
    expect(
      wrong(isLibrary, (specifier, module) => {
        const allowed = packages[module.package]?.(module) ?? []
        return isOutside(specifier) && !allowed.some((pattern) => pattern.test(specifier))
      })
    ).toEqual([])
  })

  it("another package is imported by its name, never by a path", () => {
    expect(
      wrong(
        () => true,
        (_, module, target) => target !== undefined && !target.startsWith(`packages/${module.package}/src/`)
      )
    ).toEqual([])
  })

  it("a library imports modules, not barrels, because a barrel loads everything behind it", () => {
    const module = /^effect(\/[a-z-]+)*\/[A-Z]\w*$|^@effect\/platform-node(-shared)?\/[A-Z]\w*$/
    expect(
      wrong(
        isLibrary,
        (specifier) =>
          specifier === "@effect-globus/sdk" ||
          (/^@?effect\b(?!-)/.test(specifier) && !module.test(specifier))
      )
    ).toEqual([])
  })

  it("a library that is not Effect's is imported in one module, so that it can be replaced there", () => {
    const importers = new Map<string, Array<string>>()
    for (const module of modules.filter(isLibrary)) {
      for (const { specifier } of module.imports) {
        if (/^(\.|node:|@?effect\b)/.test(specifier)) continue
        const key = `${module.package}: ${specifier}`
        importers.set(key, [...(importers.get(key) ?? []), module.path])
      }
    }
    expect(Array.from(importers).filter(([, paths]) => new Set(paths).size > 1)).toEqual([])
  })
})

describe("folders of the sdk", () => {
  it("every source lies in a folder that has its place in the order", () => {
    expect(
      modules
        .filter((module) => module.package === "sdk" && module.inSrc !== "index.ts")
        .filter((module) => rowOf(module.folder) === -1)
        .map((module) => module.path)
    ).toEqual([])
  })

  it("imports point down the order, and services do not know each other", () => {
    expect(
      wrong(
        (module) => module.package === "sdk" && module.folder !== "",
        (_, module, target) => {
          if (target === undefined) return false
          const folder = folderOf(target)
          return folder !== module.folder && rowOf(folder) <= rowOf(module.folder)
        }
      )
    ).toEqual([])
  })
})

describe("files", () => {
  it("what is internal to a folder is imported only inside it", () => {
    expect(
      wrong(
        () => true,
        (_, module, target) => {
          const home = target?.split("/internal/")[0]
          return home !== undefined && home !== target && !module.path.startsWith(`${home}/`)
        }
      )
    ).toEqual([])
  })

  it("an index gathers modules for users; sources import the modules themselves", () => {
    expect(
      wrong(
        (module) => isLibrary(module) && !module.inSrc.endsWith("index.ts"),
        (_, __, target) => target?.endsWith("/index.ts") === true
      )
    ).toEqual([])
  })

  it("no file imports itself around a corner", () => {
    const byPath = new Map(modules.map((module) => [module.path, module]))
    const done = new Set<string>()
    const cycles: Array<string> = []
    const visit = (path: string, trail: ReadonlyArray<string>): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "))
        return
      }
      if (done.has(path)) return
      done.add(path)
      for (const { target } of byPath.get(path)?.imports ?? []) {
        if (target !== undefined) visit(target, [...trail, path])
      }
    }
    for (const { path } of modules) visit(path, [])
    expect(cycles).toEqual([])
  })

  it("a public module of a library is named for its concept, in PascalCase", () => {
    expect(
      modules
        .filter(isLibrary)
        .filter(({ inSrc }) => !inSrc.includes("internal/"))
        .map(({ path }) => path)
        .filter((path) => !/\/([A-Z]\w*|index|main)\.ts$/.test(path))
    ).toEqual([])
  })

  it("nothing is called utils, helpers or common", () => {
    const name = /(^|\/)(utils?|helpers?|commons?|misc|shared|lib)(\/|\.ts$)/i
    expect(
      modules.map(({ inSrc, package: owner }) => `${owner}/${inSrc}`).filter((path) => name.test(path))
    ).toEqual([])
  })
})
