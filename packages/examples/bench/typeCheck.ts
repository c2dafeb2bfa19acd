/**
 * How long type-checking takes in a project that has installed the SDK, which has the declarations of `dist/` to read:
 * of a program that uses all clients, and of one that does nothing.
 */
import { spawnSync } from "node:child_process"
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import * as Path from "node:path"

const rounds = 7

const sdk = Path.dirname(createRequire(import.meta.url).resolve("@effect-globus/sdk/package.json"))
const compiler = Path.resolve(import.meta.dirname, "../../../node_modules/typescript/bin/tsc")

const run = (cwd: string, args: ReadonlyArray<string>): number => {
  const start = performance.now()
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...args], { cwd, encoding: "utf8" })
  if (status !== 0) throw new Error(`tsc ${args.join(" ")} failed:\n${stdout}`)
  return (performance.now() - start) / 1000
}

/** The SDK as a package manager installs it, with what it is published with. */
const install = (folder: string): void => {
  run(sdk, ["-b", "tsconfig.src.json"])
  const installed = Path.join(folder, "node_modules/@effect-globus/sdk")
  mkdirSync(installed, { recursive: true })
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(Path.join(sdk, "package.json"), "utf8")) as {
    readonly publishConfig: object
  }
  writeFileSync(Path.join(installed, "package.json"), JSON.stringify({ ...manifest, ...publishConfig }))
  symlinkSync(Path.join(sdk, "dist"), Path.join(installed, "dist"), "junction")
  symlinkSync(
    realpathSync(Path.join(sdk, "node_modules/effect")),
    Path.join(folder, "node_modules/effect"),
    "junction"
  )
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const programs = ["emptyProgram", "allClients"] as const

/** Medians in seconds. */
export const typeCheck = (): Record<(typeof programs)[number], number> => {
  const folder = mkdtempSync(Path.join(tmpdir(), "effect-globus-bench-"))
  try {
    install(folder)
    const seconds: Record<(typeof programs)[number], Array<number>> = { emptyProgram: [], allClients: [] }
    for (const program of programs) {
      copyFileSync(Path.join(import.meta.dirname, `${program}.ts`), Path.join(folder, `${program}.ts`))
      writeFileSync(
        Path.join(folder, `${program}.json`),
        JSON.stringify({
          files: [`${program}.ts`],
          compilerOptions: {
            module: "nodenext",
            noEmit: true,
            skipLibCheck: true,
            strict: true,
            target: "es2022",
            types: []
          }
        })
      )
    }
    for (let round = 0; round < rounds; round++) {
      for (const program of programs) seconds[program].push(run(folder, ["-p", `${program}.json`]))
    }
    return { emptyProgram: median(seconds.emptyProgram), allClients: median(seconds.allClients) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
