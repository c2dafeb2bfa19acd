/** Whoever imports one service pays for that one alone. */
import { assert, describe, it } from "@effect/vitest"
import { contractsIn, loadedBy, specifiers } from "../bench/loadedModules.ts"

/** The contracts that an import loads beside none: an app logs in through Auth, and Transfer knows where collections are. */
const contracts: Readonly<Record<string, ReadonlyArray<string>>> = {
  "@effect-globus/sdk": ["auth"],
  "@effect-globus/sdk/model": [],
  "@effect-globus/sdk/service": [],
  "@effect-globus/sdk/app": ["auth"],
  "@effect-globus/sdk/collection": ["transfer"]
}

describe("importing", () => {
  it.each(specifiers)(
    "%s loads no contract of another service",
    (specifier) => {
      const own = specifier.replace("@effect-globus/sdk/", "")
      assert.deepStrictEqual(contractsIn(loadedBy(specifier)), contracts[specifier] ?? [own])
    },
    30_000
  )
})
