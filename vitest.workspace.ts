import { existsSync, readdirSync } from "node:fs"
import { defineConfig } from "vitest/config"

/** One Node project for each package that has tests: `npm test -- --project sdk`. */
const projects = readdirSync(new URL("packages", import.meta.url))
  .filter((name) => existsSync(new URL(`packages/${name}/test`, import.meta.url)))
  .map((name) => ({
    extends: true as const,
    test: {
      name,
      root: `packages/${name}`,
      environment: "node",
      include: ["test/**/*.test.ts"],
      // Tests wait for what they wait for, not for so long; a machine that is busy with other things may take its time.
      testTimeout: 30_000,
      hookTimeout: 30_000
    }
  }))

export default defineConfig({
  test: {
    projects,
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      reportsDirectory: "coverage"
    }
  }
})
