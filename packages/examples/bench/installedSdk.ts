/** A project that has installed the SDK, which has the declarations of `dist/` to read. */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as Path from "node:path"

const sdk = Path.dirname(createRequire(import.meta.url).resolve("@effect-globus/sdk/package.json"))
const compiler = Path.resolve(import.meta.dirname, "../../../node_modules/typescript/bin/tsc")

/** Runs the compiler in a folder. Fails with what it says if it finds a mistake. */
export const compile = (folder: string, args: ReadonlyArray<string>): void => {
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...args], {
    cwd: folder,
    encoding: "utf8"
  })
  if (status !== 0) throw new Error(`tsc ${args.join(" ")} failed:\n${stdout}`)
}

/** Installs the SDK, as it is now, in a folder: as a package manager does, with what it is published with. */
export const install = (folder: string): void => {
  compile(sdk, ["-b", "tsconfig.src.json"])
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
