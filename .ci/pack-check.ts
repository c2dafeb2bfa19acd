/**
 * Packs every published package and uses it the way its users do: installed from the tarball, imported by
 * plain Node, and type-checked.
 */
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, matchesGlob } from "node:path"
import { type Manifest, published, readManifest, root } from "./packages.ts"

const manager = readManifest(root).packageManager ?? "pnpm"
const work = realpathSync(mkdtempSync(join(tmpdir(), "pack-check-")))
const problems: Array<string> = []

const run = (command: string, args: ReadonlyArray<string>, cwd: string): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32"
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")}\n${stdout}${stderr}`)
  return stdout
}

const pnpm = (args: ReadonlyArray<string>, cwd: string): string =>
  run("npx", ["-y", "--prefer-offline", manager, ...args], cwd)

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The version that the workspace has installed of a dependency, so that the check needs no other. */
const installedVersion = (folder: string, name: string): string =>
  readManifest(join(folder, "node_modules", name)).version

/** In a pattern of exports, a star is any text, slashes included. */
const anyDepth = (pattern: string): string => pattern.replace("*", "**/*")

const filesOf = (target: Manifest["exports"][string]): ReadonlyArray<string> =>
  target === null ? [] : typeof target === "string" ? [target] : Object.values(target)

/** What can be imported of a package: by its subpaths, and by the modules that are meant by a pattern of those. */
const specifiersOf = ({ exports, name }: Manifest, folder: string) => {
  const hidden = Object.keys(exports).filter((subpath) => exports[subpath] === null)
  const entries = Object.keys(exports).filter((subpath) => !/\*|\.json$/.test(subpath))
  const modules = Object.entries(exports).flatMap(([subpath, target]) => {
    const pattern = filesOf(target).find((file) => file.includes("*") && file.endsWith(".js"))
    if (pattern === undefined) return []
    const [before = "", after = ""] = pattern.replace(/^\.\//, "").split("*")
    return globSync(anyDepth(pattern), { cwd: folder })
      .map((file) => file.replaceAll("\\", "/").slice(before.length, -after.length))
      .map((module) => subpath.replace("*", module))
      .filter((path) => !hidden.some((pattern) => matchesGlob(path, anyDepth(pattern))))
  })
  const named = (subpath: string) => name + subpath.slice(1)
  return { entries: entries.map(named), modules: modules.map(named) }
}

const checkManifest = (manifest: Manifest, folder: string): void => {
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    for (const file of filesOf(target)) {
      if (globSync(anyDepth(file), { cwd: folder }).length === 0)
        problems.push(`${manifest.name}: "${subpath}" is ${file}: no such file`)
      if (/(?<!\.d)\.ts$/.test(file)) problems.push(`${manifest.name}: "${subpath}" is a source, ${file}`)
    }
  }
  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (/^(workspace|catalog|link|file):/.test(range))
      problems.push(`${manifest.name}: ${name} is "${range}"`)
  }
  for (const [command, file] of Object.entries(manifest.bin ?? {})) {
    if (!file.endsWith(".js")) problems.push(`${manifest.name}: the command ${command} is a source, ${file}`)
  }
  for (const file of ["LICENSE", "README.md"]) {
    if (!existsSync(join(folder, file))) problems.push(`${manifest.name}: ${file} is missing`)
  }
}

const consumer = join(work, "consumer")
mkdirSync(consumer)

try {
  const tarballs: Record<string, string> = {}
  const others: Record<string, string> = {}
  for (const folder of published) {
    const manifest = readManifest(folder)
    pnpm(["pack", "--pack-destination", work], folder)
    const tarball = join(work, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`)
    tarballs[manifest.name] = `file:${tarball}`
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (!name.startsWith("@effect-globus/")) others[name] = installedVersion(folder, name)
    }
  }
  const types = "@types/node"
  const typesVersion = installedVersion(root, types)
  // What a user has not asked for must come with the package: only peers and types are in the manifest.
  const peers = published.flatMap((folder) => Object.keys(readManifest(folder).peerDependencies ?? {}))
  writeFileSync(
    join(consumer, "package.json"),
    json({
      name: "consumer",
      private: true,
      type: "module",
      dependencies: {
        ...tarballs,
        ...Object.fromEntries(peers.map((name) => [name, others[name]])),
        [types]: typesVersion
      }
    })
  )
  writeFileSync(
    join(consumer, "pnpm-workspace.yaml"),
    json({
      overrides: { ...tarballs, ...others, [types]: typesVersion, "@effect/platform-node>redis": "-" }
    })
  )
  pnpm(["install", "--prefer-offline", "--ignore-scripts", "--reporter=silent"], consumer)

  const packages = Object.keys(tarballs).map((name) => {
    const folder = join(consumer, "node_modules", name)
    const manifest = readManifest(folder)
    checkManifest(manifest, folder)
    return specifiersOf(manifest, folder)
  })

  for (const name of Object.keys(tarballs)) {
    const { bin, version } = readManifest(join(consumer, "node_modules", name))
    for (const command of Object.keys(bin ?? {})) {
      try {
        const said = run(join(consumer, "node_modules/.bin", command), ["--version"], consumer)
        if (!said.includes(version)) problems.push(`${command} --version says ${said.trim()}, not ${version}`)
      } catch (error) {
        problems.push(`${command} does not start\n${String(error)}`)
      }
    }
  }

  const entries = packages.flatMap(({ entries }) => entries)
  const modules = packages.flatMap(({ modules }) => modules)
  const imports = (specifiers: ReadonlyArray<string>) => {
    const program = specifiers.map((specifier) => `await import("${specifier}")`).join("\n")
    try {
      run(process.execPath, ["--input-type=module", "--eval", program], consumer)
    } catch (error) {
      problems.push(`cannot be imported: ${specifiers.join(", ")}\n${String(error)}`)
    }
  }
  // Each entry point for itself, as the first of its process.
  for (const specifier of entries) imports([specifier])
  imports(modules)

  writeFileSync(
    join(consumer, "tsconfig.json"),
    json({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        module: "NodeNext",
        target: "ES2022",
        lib: ["ES2024", "DOM", "DOM.Iterable"],
        types: ["node"],
        skipLibCheck: false
      },
      files: ["index.ts"]
    })
  )
  writeFileSync(
    join(consumer, "index.ts"),
    [...entries, ...modules]
      .map((specifier, index) => `export * as module${index} from "${specifier}"\n`)
      .join("")
  )
  try {
    run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], consumer)
  } catch (error) {
    problems.push(`the types do not resolve\n${String(error)}`)
  }

  for (const problem of problems) process.stderr.write(`${problem}\n`)
  if (problems.length === 0) {
    const names = Object.values(tarballs).map((tarball) => basename(tarball))
    process.stdout.write(
      `${names.join(", ")}: ${entries.length} entry points and ${modules.length} modules install, import and type-check.\n`
    )
  }
} catch (error) {
  problems.push(String(error))
  process.stderr.write(`${String(error)}\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}

process.exitCode = problems.length === 0 ? 0 : 1
