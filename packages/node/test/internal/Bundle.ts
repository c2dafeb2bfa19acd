/** Test programs in one file each, for tests that start many of them: they begin in a fifth of the time. */
import { afterAll } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { type Program, start } from "./Workplace.ts"

interface Bundler {
  readonly build: (options: object) => Promise<unknown>
}

/** What the test runner itself bundles with. */
const bundler = (): Bundler => {
  const ofTests = createRequire(import.meta.url)
  return createRequire(ofTests.resolve("vitest/package.json"))("vite") as Bundler
}

const programs = resolve(import.meta.dirname, "../programs")
const folder = mkdtempSync(join(tmpdir(), "effect-globus-programs-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bundles = new Map<string, Promise<string>>()

const bundle = async (name: string): Promise<string> => {
  const file = `${name}.mjs`
  await bundler().build({
    configFile: false,
    logLevel: "warn",
    root: programs,
    ssr: { noExternal: true },
    build: {
      ssr: `${name}.ts`,
      outDir: folder,
      emptyOutDir: false,
      target: "node22",
      minify: true,
      // What is no JavaScript stays outside; none of these programs loads it.
      rollupOptions: { external: [/^@napi-rs\//], output: { entryFileNames: file } }
    }
  })
  return join(folder, file)
}

/** Makes a bundle of a program in `programs`, once, and a way to start it. */
export const bundled = (
  name: string
): Effect.Effect<
  (args: ReadonlyArray<string>, env?: Record<string, string>) => Effect.Effect<Program, never, Scope>
> =>
  Effect.map(
    Effect.promise(() => {
      const known = bundles.get(name) ?? bundle(name)
      bundles.set(name, known)
      return known
    }),
    (path) => (args, env) => start(process.execPath, [path, ...args], env === undefined ? {} : { env })
  )
