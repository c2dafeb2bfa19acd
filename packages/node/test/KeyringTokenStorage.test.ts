/** The encrypted token file: what it shows, when it opens, and what happens without its key. */
import { Keyring, KeyringTokenStorage } from "@effect-globus/node"
import { type Account, TokenStorage } from "@effect-globus/sdk/app"
import { InvalidConfiguration } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { inspect } from "node:util"
import { asideOf, failureOf, fileContract } from "./internal/fileContract.ts"
import {
  account,
  fileIn,
  folder,
  get,
  logged,
  place,
  put,
  readJson,
  record,
  reveal,
  startProgram
} from "./internal/Workplace.ts"

fileContract("keyring", "encrypted")

const auth = "auth.globus.org"

const encryptedIn = (directory: string) => fileIn(directory, "encrypted")

/** A keyring that can be looked into, and emptied. */
const openKeyring = () => {
  const secrets = new Map<string, Redacted.Redacted>()
  const layer = Layer.succeed(
    Keyring.Keyring,
    Keyring.Keyring.of({
      get: (name) => Effect.sync(() => Option.fromUndefinedOr(secrets.get(name))),
      set: (name, secret) => Effect.sync(() => void secrets.set(name, secret))
    })
  )
  return { secrets, layer }
}

const within =
  (directory: string, keyring: Layer.Layer<Keyring.Keyring>, options: KeyringTokenStorage.Options = {}) =>
  <A, E, R>(effect: Effect.Effect<A, E, R | TokenStorage>) =>
    Effect.provide(effect, Layer.fresh(KeyringTokenStorage.layerWith({ directory, keyring, ...options })))

const File = Schema.Struct({
  format_version: Schema.Literal("1.0"),
  data: Schema.Record(
    Schema.String,
    Schema.Struct({ key: Schema.String, nonce: Schema.String, ciphertext: Schema.String })
  )
})

const fileOf = (directory: string) => Schema.decodeUnknownSync(File)(readJson(encryptedIn(directory)))

describe("an encrypted file", () => {
  it.live("shows nothing of a token, and the keyring nothing but a key", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer, secrets } = openKeyring()
      yield* put([record(auth, { refresh_token: "canary-refresh" })]).pipe(within(directory, layer))
      const text = readFileSync(encryptedIn(directory), "latin1")
      for (const secret of ["canary", auth, "scope"]) {
        assert.notInclude(text, secret)
        assert.notInclude(text, Buffer.from(secret).toString("base64").slice(0, -2))
      }
      assert.lengthOf([...secrets], 1)
      const [[name, key]] = [...secrets] as [[string, Redacted.Redacted]]
      assert.include(name, "tokens of")
      assert.lengthOf(Buffer.from(Redacted.value(key), "base64"), 32)
      assert.notInclude(text, Redacted.value(key))
    })
  )

  it.live("has a nonce of its own each time it is written, and keeps its key", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* Effect.gen(function* () {
        const nonces = new Set<string>()
        const keys = new Set<string>()
        for (let round = 0; round < 10; round++) {
          yield* put([record(auth)])
          const { DEFAULT } = fileOf(directory).data
          assert.lengthOf(Buffer.from(DEFAULT?.nonce ?? "", "base64"), 12)
          nonces.add(DEFAULT?.nonce ?? "")
          keys.add(DEFAULT?.key ?? "")
        }
        assert.strictEqual(nonces.size, 10)
        assert.strictEqual(keys.size, 1)
      }).pipe(within(directory, Keyring.layerMemory))
    })
  )

  it.live("has another key for each app", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer, secrets } = openKeyring()
      yield* put([record(auth)]).pipe(within(directory, layer))
      yield* put([record(auth)], { ...account, environment: "sandbox" }).pipe(within(directory, layer))
      assert.strictEqual(new Set(Array.from(secrets.values(), Redacted.value)).size, 2)
    })
  )

  it.live("does not open for another account, nor when it was changed: that is set aside", () =>
    Effect.gen(function* () {
      const other: Account = { ...account, profile: "other" }
      const { data, ...rest } = yield* Effect.gen(function* () {
        const directory = yield* folder
        yield* put([record(auth)]).pipe(within(directory, keyring.layer))
        yield* put([record("b")], other).pipe(within(directory, keyring.layer))
        return fileOf(directory)
      })
      const mine = data["DEFAULT"]!
      const theirs = data["other"]!
      const flipped = (text: string) => {
        const bytes = Buffer.from(text, "base64")
        bytes[0] = bytes[0]! ^ 1
        return bytes.toString("base64")
      }
      for (const record of [
        theirs,
        { ...mine, nonce: theirs.nonce },
        { ...mine, ciphertext: flipped(mine.ciphertext) },
        { ...mine, ciphertext: "" },
        { ...mine, nonce: "" }
      ]) {
        const directory = yield* folder
        const { layer, lines } = logged()
        const content = { ...rest, data: { DEFAULT: record, other: theirs } }
        place(encryptedIn(directory), content)
        const read = (of: Account) => get(of).pipe(within(directory, keyring.layer), Effect.provide(layer))
        assert.deepStrictEqual(yield* read(account), {})
        assert.deepStrictEqual(Object.keys(yield* read(other)), ["b"])
        const [aside = ""] = asideOf(encryptedIn(directory))
        assert.deepStrictEqual(readJson(aside), content)
        assert.lengthOf(lines, 1)
        assert.include(lines[0], aside)
        assert.include(lines[0], `"DEFAULT": it was changed since it was encrypted, or is another account's`)
      }
    })
  )

  it.live("keeps what it does not know", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer } = openKeyring()
      const content = { format_version: "1.0", data: { other: { of: "a version to come" } }, more: 1 }
      place(encryptedIn(directory), content)
      yield* put([record(auth)]).pipe(within(directory, layer))
      const { data, ...rest } = readJson(encryptedIn(directory)) as typeof content
      assert.deepStrictEqual(rest, { format_version: "1.0", more: 1 })
      assert.deepStrictEqual(data.other, content.data.other)
      assert.sameMembers(Object.keys(data), ["DEFAULT", "other"])
    })
  )

  it.live("of a version to come is reported, and left as it is", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const content = `{"format_version":"2.0","data":[]}`
      place(encryptedIn(directory), content)
      const error = yield* failureOf(get().pipe(within(directory, openKeyring().layer)))
      assert.strictEqual(error.kind, "unknownVersion")
      assert.strictEqual(readFileSync(encryptedIn(directory), "utf8"), content)
    })
  )
})

const keyring = openKeyring()

describe("a key that is gone", () => {
  it.live("is asked for, and what it closed stays as it is until it is back", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer, secrets } = openKeyring()
      yield* put([record(auth)]).pipe(within(directory, layer))
      const text = readFileSync(encryptedIn(directory), "utf8")
      const kept = [...secrets]
      const another = openKeyring()
      yield* put([record(auth)]).pipe(within(yield* folder, another.layer))
      for (const left of [[], [...another.secrets]]) {
        secrets.clear()
        for (const [name, secret] of left) secrets.set(name, secret)
        for (const use of [get(), Effect.asVoid(put([record("b")]))]) {
          const error = yield* failureOf(use.pipe(within(directory, layer)))
          assert.strictEqual(error.kind, "noKey")
          for (const part of [encryptedIn(directory), "without its key", "move the file away"]) {
            assert.include(error.message, part)
          }
          assert.notInclude(inspect(error, { depth: 10 }), "canary")
        }
        assert.strictEqual(readFileSync(encryptedIn(directory), "utf8"), text)
        assert.deepStrictEqual(readdirSync(dirname(encryptedIn(directory))), ["tokens.encrypted"])
      }
      for (const [name, secret] of kept) secrets.set(name, secret)
      assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory, layer))), [auth])
    })
  )

  it.live("while a program runs is not used any more: what it writes opens for the next one", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer, secrets } = openKeyring()
      yield* Effect.gen(function* () {
        yield* put([record(auth)])
        secrets.clear()
        yield* put([record("b")])
      }).pipe(within(directory, layer))
      assert.deepStrictEqual(Object.keys(yield* get().pipe(within(directory, layer))), [auth, "b"])
    })
  )

  it.live("and something else in its place is reported", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer, secrets } = openKeyring()
      yield* put([record(auth)]).pipe(within(directory, layer))
      for (const odd of ["", "canary, no key", Buffer.from("canary").toString("base64")]) {
        for (const name of secrets.keys()) secrets.set(name, Redacted.make(odd))
        const error = yield* failureOf(get().pipe(within(directory, layer)))
        assert.strictEqual(error.kind, "noKey")
        assert.include(error.message, "is no key")
        assert.notInclude(error.message, "canary")
      }
    })
  )

  it.live("from a keyring that forgets at once is not used: nothing is written that could not be read", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const forgetful = Layer.succeed(
        Keyring.Keyring,
        Keyring.Keyring.of({ get: () => Effect.succeedNone, set: () => Effect.void })
      )
      const error = yield* failureOf(put([record(auth)]).pipe(within(directory, forgetful)))
      assert.strictEqual(error.kind, "noKey")
      assert.isFalse(existsSync(encryptedIn(directory)))
    })
  )
})

describe("where there is no keyring", () => {
  const detail = "nobody answers on the bus"
  const unavailable = Effect.fail(new Keyring.KeyringUnavailable({ detail }))
  const none = Layer.succeed(
    Keyring.Keyring,
    Keyring.Keyring.of({ get: () => unavailable, set: () => unavailable })
  )

  it.live("tokens are kept in the JSON file, and a warning says so, once", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer, lines } = logged()
      yield* Effect.gen(function* () {
        yield* put([record(auth)])
        assert.deepStrictEqual(Object.keys(reveal(yield* get()) as object), [auth])
        assert.strictEqual(yield* (yield* TokenStorage).location(account), fileIn(directory))
      }).pipe(within(directory, none), Effect.provide(layer))
      assert.deepStrictEqual(readdirSync(dirname(fileIn(directory))), ["tokens.json"])
      assert.lengthOf(lines, 1)
      for (const part of ["Warn", detail, "JSON file", "not encrypted"]) assert.include(lines[0], part)
    })
  )

  it.live("it is an error for those who ask for that", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(
          Effect.asVoid(TokenStorage),
          KeyringTokenStorage.layerWith({ directory: "/nowhere", keyring: none, fallback: "fail" })
        )
      )
      assert.instanceOf(error, InvalidConfiguration)
      assert.include(error.message, detail)
      assert.include(error.message, "json or sqlite")
    })
  )

  it.live("while a program runs, tokens that cannot be opened are reported", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const { layer } = openKeyring()
      yield* put([record(auth)]).pipe(within(directory, layer))
      let asked = 0
      const leaving = Layer.succeed(
        Keyring.Keyring,
        Keyring.Keyring.of({
          get: () => Effect.suspend(() => (asked++ === 0 ? Effect.succeedNone : unavailable)),
          set: () => unavailable
        })
      )
      const error = yield* failureOf(get().pipe(within(directory, leaving)))
      assert.strictEqual(error.kind, "noKey")
      assert.include(error.message, detail)
    })
  )
})

describe("the keyring of the operating system", () => {
  const asked = "keeps a secret"
  if (process.env["GLOBUS_TEST_KEYRING"] === undefined) {
    it(asked, ({ skip }) => skip("set GLOBUS_TEST_KEYRING=1 to leave one in the keyring of this machine"))
  } else {
    it.live(
      asked,
      () =>
        Effect.gen(function* () {
          const { get, set } = yield* Keyring.Keyring
          assert.deepStrictEqual(yield* get("nothing"), Option.none())
          for (const text of ["canary", "another 語"]) {
            yield* set("test", Redacted.make(text))
            assert.deepStrictEqual(Option.map(yield* get("test"), Redacted.value), Option.some(text))
          }
        }).pipe(Effect.provide(Keyring.layer)),
      130_000
    )

    it.live("has the key of a storage, also for a later program", () =>
      Effect.gen(function* () {
        const directory = yield* folder
        yield* put([record(auth)]).pipe(within(directory, Keyring.layer, { fallback: "fail" }))
        const found = yield* get().pipe(within(directory, Keyring.layer, { fallback: "fail" }))
        assert.deepStrictEqual(Object.keys(found), [auth])
        assert.isTrue(existsSync(encryptedIn(directory)))
      })
    )
  }

  it.live("that is missing makes the storage fall back, and says so: for real", ({ skip }) =>
    Effect.gen(function* () {
      if (process.platform !== "linux") return skip("only on Linux a keyring can be kept out of sight")
      const home = yield* folder
      const program = yield* startProgram("storage", ["location", "default"], {
        GLOBUS_TOKEN_STORAGE: "keyring",
        HOME: home,
        DBUS_SESSION_BUS_ADDRESS: `unix:path=${home}/no-bus`,
        XDG_RUNTIME_DIR: home
      })
      const { code, stderr, stdout } = yield* program.end
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.include(stdout, "The keyring of this machine cannot be used: ")
      assert.include(stdout, "not encrypted")
      assert.include(stdout, fileIn(join(home, ".globus", "app")))
    })
  )
})
