import { describe, expect, it } from "@effect/vitest"
import { Option, Result } from "effect"
import * as Tokens from "../src/internal/Tokens.ts"

const code = {
  client: "app",
  identity: "ada",
  redirectUri: "http://localhost:1",
  scope: "openid",
  challenge: undefined,
  nonce: undefined,
  offline: false
}

const login = { identity: "ada", at: 0, mfa: false }

const withCode = Tokens.addCode(Tokens.empty, "the-code", code, [login], 0)

const by = { client: "app", redirectUri: "http://localhost:1" }

const accessToken = (grant: number, resourceServer: string): Tokens.AccessToken => ({
  grant,
  client: "app",
  identity: "ada",
  resourceServer,
  scopes: ["all"],
  issued: 0,
  expires: 1000
})

const isActive = (tokens: Tokens.Tokens, text: string, now = 0) =>
  Option.isSome(Tokens.active(tokens, text, now))

describe("a code", () => {
  it("is exchanged once", () => {
    const [first, tokens] = Tokens.redeem(withCode, "the-code", by, 1)
    expect(Result.isSuccess(first)).toBe(true)
    expect(Tokens.redeem(tokens, "the-code", by, 2)[0]).toEqual(Result.fail("Used"))
  })

  it("takes its tokens along when it is tried again", () => {
    const [first, redeemed] = Tokens.redeem(withCode, "the-code", by, 1)
    const { grant } = Result.getOrThrow(first)
    const issued = Tokens.addAccessToken(redeemed, "token", accessToken(grant, "transfer"))
    expect(isActive(issued, "token")).toBe(true)
    expect(isActive(Tokens.redeem(issued, "the-code", by, 2)[1], "token")).toBe(false)
  })

  it.each([
    ["Unknown", "another-code", by, 1],
    ["OtherClient", "the-code", { ...by, client: "other" }, 1],
    ["OtherRedirectUri", "the-code", { ...by, redirectUri: "http://localhost:2" }, 1],
    ["Expired", "the-code", by, Tokens.codeLifetime]
  ] as const)("is refused: %s", (reason, text, by, now) => {
    expect(Tokens.redeem(withCode, text, by, now)[0]).toEqual(Result.fail(reason))
  })

  it("is not spent by another client", () => {
    const [, tokens] = Tokens.redeem(withCode, "the-code", { ...by, client: "other" }, 1)
    expect(Result.isSuccess(Tokens.redeem(tokens, "the-code", by, 2)[0])).toBe(true)
  })
})

describe("a token", () => {
  const tokens = [
    ["transfer-1", 1, "transfer"],
    ["flows-1", 1, "flows"],
    ["transfer-2", 2, "transfer"]
  ].reduce(
    (tokens, [text, grant, resourceServer]) =>
      Tokens.addAccessToken(tokens, text as string, accessToken(grant as number, resourceServer as string)),
    Tokens.addRefreshToken(Tokens.empty, "refresh-1", { ...accessToken(1, "transfer") })
  )

  it("is good until it expires", () => {
    expect(isActive(tokens, "transfer-1", 999)).toBe(true)
    expect(isActive(tokens, "transfer-1", 1000)).toBe(false)
    expect(isActive(tokens, "unknown")).toBe(false)
  })

  it("can be made to expire", () => {
    const expired = Tokens.expireWhere(tokens, ({ resourceServer }) => resourceServer === "transfer", 5)
    expect(isActive(expired, "transfer-1", 5)).toBe(false)
    expect(isActive(expired, "flows-1", 5)).toBe(true)
  })

  it("is revoked with what came with it for the same service", () => {
    for (const text of ["transfer-1", "refresh-1"]) {
      const revoked = Tokens.revoke(tokens, text, "app")
      expect(isActive(revoked, "transfer-1")).toBe(false)
      expect(isActive(revoked, "flows-1")).toBe(true)
      expect(isActive(revoked, "transfer-2")).toBe(true)
    }
  })

  it("is not revoked by another client, and an unknown one is nothing", () => {
    expect(Tokens.revoke(tokens, "transfer-1", "other")).toBe(tokens)
    expect(Tokens.revoke(tokens, "unknown", "app")).toBe(tokens)
  })

  it("is forgotten a day after it has expired", () => {
    const day = 24 * 3_600_000
    expect(isActive(Tokens.prune(tokens, 999 + day), "transfer-1")).toBe(true)
    expect(isActive(Tokens.prune(tokens, 1000 + day), "transfer-1")).toBe(false)
  })
})
