/**
 * How long type-checking takes in a project that has installed the SDK, which has the declarations of `dist/` to read:
 * of a program that uses all clients, and of one that does nothing.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Path from "node:path"
import { compile, install } from "./installedSdk.ts"

const rounds = 7

const run = (folder: string, program: string): number => {
  const start = performance.now()
  compile(folder, ["-p", `${program}.json`])
  return (performance.now() - start) / 1000
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
      for (const program of programs) seconds[program].push(run(folder, program))
    }
    return { emptyProgram: median(seconds.emptyProgram), allClients: median(seconds.allClients) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
