/** What any storage of tokens has to fulfil. Each test gets the layer anew: with nothing in it. */
import { type Account, TokenRecord, type Tokens, TokenStorage } from "@effect-globus/sdk/app"
import { ClientId } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Ref, Schema } from "effect"
import { inspect } from "node:util"

const account: Account = {
  clientId: ClientId.make("3f1d1c2a-0000-4000-8000-000000000001"),
  appName: "contract",
  environment: "production",
  profile: "DEFAULT"
}

/** Accounts that differ from `account` in one thing each. */
const others: ReadonlyArray<{ readonly what: string; readonly account: Account }> = [
  {
    what: "client",
    account: { ...account, clientId: ClientId.make("3f1d1c2a-0000-4000-8000-000000000002") }
  },
  { what: "app", account: { ...account, appName: "another" } },
  { what: "environment", account: { ...account, environment: "preview" } },
  { what: "profile", account: { ...account, profile: "work" } }
]

const decode = Schema.decodeUnknownSync(TokenRecord)
const encode = Schema.encodeSync(Schema.Record(Schema.String, TokenRecord))

/** A token, with fields added or replaced. */
const record = (server: string, fields: object = {}): TokenRecord =>
  decode({
    resource_server: server,
    scope: `${server}:all`,
    access_token: `canary-access-${server}`,
    expires_at_seconds: 2_000_000_000,
    token_type: "Bearer",
    ...fields
  })

const tokens = (...records: ReadonlyArray<TokenRecord>): Tokens =>
  Object.fromEntries(records.map((each) => [each.resource_server, each]))

const get = (of: Account = account) => Effect.flatMap(TokenStorage, (storage) => storage.get(of))

/** The tokens of an account with their secrets, for comparing. */
const revealed = (of: Account = account) => Effect.map(get(of), encode)

const modify = <A, E>(
  decide: (tokens: Tokens) => Effect.Effect<readonly [A, Tokens], E>,
  of: Account = account
) => Effect.flatMap(TokenStorage, (storage) => storage.modify(of, decide))

const put = (all: Tokens, of: Account = account) =>
  modify((kept) => Effect.succeed([undefined, { ...kept, ...all }] as const), of)

const profiles = Effect.flatMap(TokenStorage, (storage) => storage.profiles(account))

/** Adds one to the number in the `scope` of a token, slowly. */
const increment = (server: string, of: Account = account) =>
  modify(
    Effect.fnUntraced(function* (kept) {
      const count = Number(kept[server]?.scope ?? "0")
      yield* Effect.yieldNow
      return [undefined, { ...kept, [server]: record(server, { scope: String(count + 1) }) }] as const
    }),
    of
  )

const exclusively = <A, E>(effect: Effect.Effect<A, E, TokenStorage>, of: Account = account) =>
  Effect.flatMap(TokenStorage, (storage) => storage.exclusively(of, effect))

/** Somebody who runs an effect exclusively, and has begun: it waits for the gate. */
const occupied = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E, TokenStorage>) {
  const begun = yield* Deferred.make<void>()
  const gate = yield* Deferred.make<void>()
  const waits = Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate))
  const fiber = yield* Effect.forkChild(exclusively(Effect.andThen(waits, effect)))
  yield* Deferred.await(begun)
  return { fiber, gate }
})

/** Declares the tests of the contract for a storage; `layer` is built for each of them. */
export const contract = <E>(name: string, layer: Layer.Layer<TokenStorage, E>): void => {
  const within = <A, E2>(effect: Effect.Effect<A, E2, TokenStorage>) =>
    Effect.provide(effect, Layer.fresh(layer))

  describe(`a storage of tokens: ${name}`, () => {
    it.live("has nothing at first, and says where it would keep it", () =>
      within(
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* get(), {})
          assert.deepStrictEqual(yield* profiles, [])
          assert.isAbove((yield* (yield* TokenStorage).location(account)).length, 0)
        })
      )
    )

    describe("what is decided", () => {
      it.live("is what is kept from then on", () =>
        within(
          Effect.gen(function* () {
            const kept = tokens(record("transfer.api.globus.org"), record("flows.globus.org"))
            yield* put(kept)
            assert.deepStrictEqual(yield* revealed(), encode(kept))
          })
        )
      )

      it.live("is decided on what is kept, and may have a result", () =>
        within(
          Effect.gen(function* () {
            yield* put(tokens(record("a"), record("b")))
            const seen = yield* modify((kept) =>
              Effect.succeed([Object.keys(kept), tokens(...Object.values(kept).slice(1))] as const)
            )
            assert.deepStrictEqual(seen, ["a", "b"])
            assert.deepStrictEqual(yield* revealed(), encode(tokens(record("b"))))
          })
        )
      )

      it.live("may be that nothing changes, or that nothing is kept", () =>
        within(
          Effect.gen(function* () {
            yield* put(tokens(record("a")))
            assert.strictEqual(yield* modify((kept) => Effect.succeed([7, kept] as const)), 7)
            assert.deepStrictEqual(Object.keys(yield* get()), ["a"])
            yield* modify(() => Effect.succeed([undefined, {}] as const))
            assert.deepStrictEqual(yield* get(), {})
          })
        )
      )
    })

    describe("a token", () => {
      it.live("comes back with all its fields, those too that nobody knows here", () =>
        within(
          Effect.gen(function* () {
            const full = record("a", {
              identity_id: "ae341a98-d274-11e5-b888-dbae3a8ba545",
              refresh_token: "canary-refresh",
              scope: "a:all b é ☃",
              extra: { nested: [1, null, { deep: "value" }] },
              of_another_program: { kept: true },
              'odd " name\n': 'odd " value\n'
            })
            yield* put(tokens(full))
            yield* put(tokens(record("b")))
            assert.deepStrictEqual(yield* revealed(), encode(tokens(full, record("b"))))
          })
        )
      )

      it.live("does not show", () =>
        within(
          Effect.gen(function* () {
            yield* put(tokens(record("a", { refresh_token: "canary-refresh" })))
            const storage = yield* TokenStorage
            const shown = [yield* get(), storage, yield* storage.location(account)]
            assert.notMatch(inspect(shown, { depth: 20, showHidden: true }), /canary/)
            assert.notMatch(JSON.stringify(shown), /canary/)
          })
        )
      )
    })

    describe("nothing is written", () => {
      const before = tokens(record("a"))

      it.live("if the decision fails", () =>
        within(
          Effect.gen(function* () {
            yield* put(before)
            assert.strictEqual(yield* Effect.flip(modify(() => Effect.fail("no"))), "no")
            assert.deepStrictEqual(yield* revealed(), encode(before))
          })
        )
      )

      it.live("if the decision dies", () =>
        within(
          Effect.gen(function* () {
            yield* put(before)
            const exit = yield* Effect.exit(modify(() => Effect.die(new Error("a bug"))))
            assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
            assert.deepStrictEqual(yield* revealed(), encode(before))
          })
        )
      )

      it.live("if it is interrupted while it decides; and others may go on", () =>
        within(
          Effect.gen(function* () {
            yield* put(before)
            const begun = yield* Deferred.make<void>()
            const fiber = yield* Effect.forkChild(
              modify(() => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
            )
            yield* Deferred.await(begun)
            yield* Fiber.interrupt(fiber)
            assert.deepStrictEqual(yield* revealed(), encode(before))
            yield* put(tokens(record("b")))
            assert.deepStrictEqual(Object.keys(yield* get()), ["a", "b"])
          })
        )
      )

      it.live("if it is interrupted while it waits for its turn", () =>
        within(
          Effect.gen(function* () {
            const begun = yield* Deferred.make<void>()
            const gate = yield* Deferred.make<void>()
            const first = yield* Effect.forkChild(
              modify((kept) =>
                Deferred.succeed(begun, undefined).pipe(
                  Effect.andThen(Deferred.await(gate)),
                  Effect.as([undefined, { ...kept, ...tokens(record("first")) }] as const)
                )
              )
            )
            yield* Deferred.await(begun)
            const second = yield* Effect.forkChild(put(tokens(record("second"))))
            for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
            yield* Fiber.interrupt(second)
            yield* Deferred.succeed(gate, undefined)
            yield* Fiber.join(first)
            yield* put(tokens(record("third")))
            assert.sameMembers(Object.keys(yield* get()), ["first", "third"])
          })
        )
      )
    })

    describe("accounts are apart", () => {
      it.live.each(others)("by their $what", ({ account: other }) =>
        within(
          Effect.gen(function* () {
            const mine = tokens(record("a", { access_token: "canary-mine" }))
            const theirs = tokens(record("a", { access_token: "canary-theirs" }))
            yield* put(mine)
            assert.deepStrictEqual(yield* get(other), {})
            yield* put(theirs, other)
            assert.deepStrictEqual(yield* revealed(), encode(mine))
            assert.deepStrictEqual(yield* revealed(other), encode(theirs))
            yield* modify(() => Effect.succeed([undefined, {}] as const), other)
            assert.deepStrictEqual(yield* revealed(), encode(mine))
          })
        )
      )

      it.live("and the profiles of an app are known, if there is something in them", () =>
        within(
          Effect.gen(function* () {
            const profile = (name: string): Account => ({ ...account, profile: name })
            yield* put(tokens(record("a")))
            yield* put(tokens(record("a")), profile("work"))
            yield* put(tokens(record("a")), profile("left"))
            yield* modify(() => Effect.succeed([undefined, {}] as const), profile("left"))
            yield* put(tokens(record("a")), { ...account, appName: "another", profile: "elsewhere" })
            yield* get(profile("only asked for"))
            assert.sameMembers([...(yield* profiles)], ["DEFAULT", "work"])
          })
        )
      )

      it.live.each(["a/b", "..", "with space", "é ☃", "constructor", "__proto__"])(
        "under whatever name: %j",
        (profile) =>
          within(
            Effect.gen(function* () {
              const odd = { ...account, profile }
              assert.deepStrictEqual(yield* get(odd), {})
              yield* put(tokens(record("a")), odd)
              assert.deepStrictEqual(yield* revealed(odd), encode(tokens(record("a"))))
              assert.deepStrictEqual(yield* profiles, [profile])
              assert.deepStrictEqual(yield* get(), {})
            })
          )
      )
    })

    describe("at the same time", () => {
      const fifty = Array.from({ length: 50 })

      it.live("changes to one token lose nothing of each other", () =>
        within(
          Effect.gen(function* () {
            yield* Effect.forEach(fifty, () => increment("a"), { concurrency: "unbounded" })
            assert.strictEqual((yield* get())["a"]?.scope, "50")
          })
        )
      )

      it.live(
        "nor do changes to different tokens, profiles and apps",
        () =>
          within(
            Effect.gen(function* () {
              const accounts = [account, ...others.map((other) => other.account)]
              yield* Effect.forEach(
                fifty,
                (_, index) =>
                  Effect.forEach(accounts, (of) => increment(`server-${index % 5}`, of), {
                    concurrency: "unbounded",
                    discard: true
                  }),
                { concurrency: "unbounded", discard: true }
              )
              for (const of of accounts) {
                const scopes = Object.values(yield* get(of)).map(({ scope }) => scope)
                assert.deepStrictEqual(scopes, ["10", "10", "10", "10", "10"])
              }
            })
          ),
        // 250 changes, each brought to the disk.
        30_000
      )

      it.live("one decides after the other, and nobody sees what is not decided yet", () =>
        within(
          Effect.gen(function* () {
            const deciding = yield* Ref.make(0)
            const decide = (kept: Tokens) =>
              Effect.gen(function* () {
                assert.strictEqual(yield* Ref.updateAndGet(deciding, (count) => count + 1), 1)
                for (let turn = 0; turn < 5; turn++) yield* Effect.yieldNow
                yield* Ref.update(deciding, (count) => count - 1)
                return [undefined, { ...kept, ...tokens(record("a"), record("b")) }] as const
              })
            const reads = Effect.forEach(fifty, () => Effect.map(get(), (kept) => Object.keys(kept).length))
            const [seen] = yield* Effect.all(
              [reads, Effect.all([modify(decide), modify(decide), modify(decide)], { concurrency: 3 })],
              { concurrency: 2 }
            )
            assert.isTrue(seen.every((count) => count === 0 || count === 2))
          })
        )
      )
    })

    describe("what runs exclusively", () => {
      it.live("gives its result, or its error", () =>
        within(
          Effect.gen(function* () {
            assert.strictEqual(yield* exclusively(Effect.succeed("done")), "done")
            assert.strictEqual(yield* Effect.flip(exclusively(Effect.fail("no"))), "no")
            assert.strictEqual(yield* exclusively(Effect.succeed("again")), "again")
          })
        )
      )

      it.live("runs one after the other", () =>
        within(
          Effect.gen(function* () {
            const running = yield* Ref.make(0)
            const turn = Effect.gen(function* () {
              assert.strictEqual(yield* Ref.updateAndGet(running, (count) => count + 1), 1)
              for (let turn = 0; turn < 5; turn++) yield* Effect.yieldNow
              yield* Ref.update(running, (count) => count - 1)
            })
            const turns = Array.from({ length: 8 }, () => exclusively(turn))
            yield* Effect.all(turns, { concurrency: "unbounded", discard: true })
          })
        )
      )

      it.live("keeps nobody from reading and changing tokens, nor what runs so from doing it", () =>
        within(
          Effect.gen(function* () {
            const { fiber, gate } = yield* occupied(put(tokens(record("inside"))))
            yield* put(tokens(record("outside")))
            assert.deepStrictEqual(Object.keys(yield* get()), ["outside"])
            yield* Deferred.succeed(gate, undefined)
            yield* Fiber.join(fiber)
            assert.deepStrictEqual(Object.keys(yield* get()), ["outside", "inside"])
          })
        )
      )

      it.live.each(others)("keeps nobody from doing so for another $what", ({ account: other }) =>
        within(
          Effect.gen(function* () {
            const { fiber } = yield* occupied(Effect.void)
            assert.strictEqual(yield* exclusively(Effect.succeed("done"), other), "done")
            yield* Fiber.interrupt(fiber)
          })
        )
      )

      it.live("makes room when it is interrupted, and who waited comes next", () =>
        within(
          Effect.gen(function* () {
            const { fiber } = yield* occupied(Effect.void)
            const next = yield* Effect.forkChild(exclusively(Effect.succeed("done")))
            for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
            assert.isUndefined(next.pollUnsafe())
            yield* Fiber.interrupt(fiber)
            assert.strictEqual(yield* Fiber.join(next), "done")
          })
        )
      )

      it.live("need not be waited for to the end", () =>
        within(
          Effect.gen(function* () {
            const { fiber, gate } = yield* occupied(Effect.succeed("done"))
            const next = yield* Effect.forkChild(exclusively(Effect.die("it must not run")))
            for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
            yield* Fiber.interrupt(next)
            yield* Deferred.succeed(gate, undefined)
            assert.strictEqual(yield* Fiber.join(fiber), "done")
            assert.strictEqual(yield* exclusively(Effect.succeed("again")), "again")
          })
        )
      )
    })
  })
}
