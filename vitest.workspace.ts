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
      include: ["test/**/*.test.ts"]
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
