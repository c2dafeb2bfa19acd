import { GlobusScope } from "@effect-globus/sdk/model"
import { describe, expect, it } from "@effect/vitest"
import { Result } from "effect"
import * as Consents from "../src/internal/Consents.ts"

const party = { identity: "ada", client: "app" }

const scopes = (text: string) => Result.getOrThrow(GlobusScope.parse(text))

const granted = (text: string, consents = Consents.empty) =>
  Consents.grant(consents, party, scopes(text), 1000)

describe("consents", () => {
  it("cover a scope, and its dependencies on its behalf only", () => {
    const consents = granted("transfer[*access[deep]] other")
    expect(Consents.covers(consents, party, ["transfer"])).toBe(true)
    expect(Consents.covers(consents, party, ["transfer", "access", "deep"])).toBe(true)
    expect(Consents.covers(consents, party, ["other", "access"])).toBe(false)
    expect(Consents.covers(consents, party, ["access"])).toBe(false)
  })

  it("are those of one identity for one client", () => {
    const consents = granted("transfer")
    expect(Consents.covers(consents, { ...party, client: "other" }, ["transfer"])).toBe(false)
    expect(Consents.covers(consents, { ...party, identity: "linus" }, ["transfer"])).toBe(false)
    expect(Consents.of(consents, { identity: "ada" })).toHaveLength(1)
    expect(Consents.of(consents, { identity: "ada", client: "other" })).toHaveLength(0)
  })

  it("keep their ids when more is consented to", () => {
    const first = granted("transfer[a]")
    const second = granted("transfer[a b] openid", first)
    expect(Consents.toList(second).map(({ path, scope }) => [scope, path])).toEqual([
      ["transfer", [1]],
      ["a", [1, 2]],
      ["b", [1, 3]],
      ["openid", [4]]
    ])
  })

  it("name what may be used on behalf of a scope", () => {
    const consents = granted("transfer[*a[c] b]")
    expect(Consents.below(consents, party, ["transfer"]).map(({ scope }) => scope)).toEqual(["a", "b"])
    expect(Consents.below(consents, party, ["transfer", "a"]).map(({ scope }) => scope)).toEqual(["c"])
    expect(Consents.below(consents, party, ["nothing"])).toEqual([])
  })

  it("go with what they depend on when it is revoked, and alone otherwise", () => {
    const consents = granted("transfer[*a[c] b]")
    const without = (scope: string) =>
      Consents.toList(Consents.revoke(consents, (consent) => consent.scope === scope)).map(
        ({ scope }) => scope
      )
    expect(without("a")).toEqual(["transfer", "b"])
    expect(without("transfer")).toEqual([])
  })

  it("are the same after they were written down, and go on counting", () => {
    const consents = granted("transfer[*a b]")
    const again = Consents.fromList(Consents.toList(consents))
    expect(Consents.toList(again)).toEqual(Consents.toList(consents))
    expect(Consents.toList(granted("openid", again)).at(-1)?.id).toBe(4)
  })
})
