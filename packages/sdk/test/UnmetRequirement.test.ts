/** Unmet requirements say what to do, whatever a token file holds: another program may have written it. */
import { ExpiredToken, IdentityId, IdentityMismatch, ResourceServer } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

const resourceServer = ResourceServer.make("transfer.api.globus.org")

describe("an expired token", () => {
  it("says when it expired", () => {
    assert.strictEqual(
      new ExpiredToken({ resourceServer, expiredAt: 0 }).message,
      "The token for transfer.api.globus.org expired at 1970-01-01T00:00:00.000Z: log in again."
    )
  })

  it.each([1e300, Number.NaN])("says nothing about when if that is no date: %d", (expiredAt) => {
    assert.strictEqual(
      new ExpiredToken({ resourceServer, expiredAt }).message,
      "The token for transfer.api.globus.org expired: log in again."
    )
  })
})

describe("another identity", () => {
  it("may be stored under an id that is none", () => {
    const received = IdentityId.make("ae341a98-d274-11e5-b888-dbae3a8ba545")
    const stored = Schema.decodeUnknownSync(IdentityMismatch.fields.stored)("somebody")
    assert.include(
      new IdentityMismatch({ stored, received }).message,
      "but the stored tokens belong to somebody"
    )
  })
})
