/**
 * The format of the encrypted token file: JSON that has, for each namespace, the name of a key, a nonce, and what
 * AES-256-GCM makes of the JSON of its tokens. The account is authenticated with it, so that a record that is moved to
 * another account does not open. What this SDK does not know of the file is kept.
 */
import type { Account, Tokens } from "@effect-globus/sdk/app"
import { Document, TokenStorageError } from "@effect-globus/sdk/model"
import * as Aead from "effect/crypto/Aead"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { Keyring, type KeyringUnavailable } from "../Keyring.ts"
import type { Format } from "./fileStorage.ts"
import * as TokenRecords from "./tokenRecords.ts"

/** What an encrypted token file says. */
export interface EncryptedFile {
  /** Everything beside the namespaces. */
  readonly rest: { readonly [key: string]: unknown }
  readonly namespaces: { readonly [namespace: string]: unknown }
}

const version = "1.0"

const Versioned = Document.make({ format_version: Schema.String })
const Version1 = Document.make({ data: Schema.Record(Schema.String, Schema.Unknown) })

/** What is kept of an account. */
const Sealed = Document.make({
  /** Which key opens it. */
  key: Schema.String,
  /** Unlike that of any other record ever, as AES-GCM needs it. */
  nonce: Schema.Uint8ArrayFromBase64,
  ciphertext: Schema.Uint8ArrayFromBase64
})

const decodeVersioned = Schema.decodeUnknownResult(Versioned)
const decodeVersion1 = Schema.decodeUnknownResult(Version1)
const decodeSealed = Schema.decodeUnknownResult(Sealed)
const encodeSealed = Schema.encodeEffect(Sealed)

/** Reads an encrypted token file, without opening anything. */
export const parse = (bytes: Uint8Array): Result.Result<EncryptedFile, TokenRecords.Misunderstood> =>
  Result.gen(function* () {
    const json = yield* TokenRecords.parseJsonBytes(bytes)
    const { format_version } = yield* Result.mapError(decodeVersioned(json), () =>
      TokenRecords.corrupt("it has no format_version, so it is no token file")
    )
    if (format_version !== version) {
      return yield* Result.fail(
        new TokenRecords.Misunderstood({
          kind: "unknownVersion",
          detail: `its format is ${JSON.stringify(format_version.slice(0, 20))}; ${version} is known`
        })
      )
    }
    const { data, ...rest } = yield* Result.mapError(decodeVersion1(json), (error) =>
      TokenRecords.corrupt(TokenRecords.misfit(error))
    )
    return { rest, namespaces: data }
  })

const serialize = ({ namespaces, rest }: EncryptedFile): string =>
  `${JSON.stringify({ data: namespaces, ...rest, format_version: version }, null, 2)}\n`

/** What is authenticated with the tokens of an account: whose they are, and how they are written. */
const associatedData = ({ appName, clientId, environment, profile }: Account): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify(["effect-globus", version, clientId, environment, appName, profile])
  )

/** The name of an app's key in the keyring. */
const keyName = ({ appName, clientId, environment }: Account): string =>
  `tokens of ${JSON.stringify([clientId, environment, appName])}`

/** A key, and the name by which a record says that it needs this one. */
interface Key {
  readonly id: string
  readonly key: Aead.Key
}

const idOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16)

/** The format of encrypted token files, with keys from the keyring at hand. */
export const make: Effect.Effect<
  Format<EncryptedFile>,
  never,
  FileSystem.FileSystem | Keyring | Aead.Aead | SecureRandom.SecureRandom
> = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const keyring = yield* Keyring
  const aead = yield* Aead.Aead
  const { randomBytes } = yield* SecureRandom.SecureRandom
  const known = new Map<string, Key>()

  const noKey = (location: string) => (error: KeyringUnavailable) =>
    new TokenStorageError({ location, kind: "noKey", detail: error.message })

  /** The key that the keyring has now. */
  const lookUp = Effect.fnUntraced(function* (account: Account, location: string) {
    const secret = yield* Effect.mapError(keyring.get(keyName(account)), noKey(location))
    if (Option.isNone(secret)) return Option.none<Key>()
    const key = yield* Effect.fromResult(Base64.decode(Redacted.value(secret.value))).pipe(
      Effect.flatMap((bytes) =>
        Effect.map(Aead.key(Aead.aes256Gcm, bytes), (key): Key => ({ key, id: idOf(bytes) }))
      ),
      Effect.mapError(
        () =>
          new TokenStorageError({
            location,
            kind: "noKey",
            detail: `what the keyring has under ${JSON.stringify(keyName(account))} is no key`
          })
      )
    )
    known.set(keyName(account), key)
    return Option.some(key)
  })

  /** The key to close with. There is one at a time who may write, so there is one who makes it. */
  const keyToClose = Effect.fnUntraced(function* (account: Account, location: string) {
    // Not the one that is remembered: what is closed with a key that is gone by now would never open again.
    const found = yield* lookUp(account, location)
    if (Option.isSome(found)) return found.value
    const secret = Redacted.make(Base64.encode(yield* randomBytes(Aead.aes256Gcm.keyLength)))
    yield* Effect.mapError(keyring.set(keyName(account), secret), noKey(location))
    // What counts is what later programs will find.
    return yield* Effect.flatMap(
      lookUp(account, location),
      Option.match({
        onNone: () =>
          new TokenStorageError({
            location,
            kind: "noKey",
            detail: "the keyring does not keep what it is given"
          }),
        onSome: Effect.succeed
      })
    )
  })

  /** The key to open with. */
  const keyToOpen = Effect.fnUntraced(function* (account: Account, id: string, location: string) {
    const last = known.get(keyName(account))
    const found = last?.id === id ? Option.some(last) : yield* lookUp(account, location)
    if (Option.isSome(found) && found.value.id === id) return found.value
    return yield* new TokenStorageError({
      location,
      kind: "noKey",
      detail:
        `they were encrypted with the key ${JSON.stringify(id.slice(0, 20))}, which the keyring of this machine ` +
        "does not have. If nobody has it, move the file away and log in again"
    })
  })

  const contentsOf = Effect.fnUntraced(function* (
    { namespaces }: EncryptedFile,
    account: Account,
    location: string
  ) {
    const { profile } = account
    const spoilt = (detail: string): TokenRecords.Contents => ({ tokens: {}, spoilt: [detail] })
    if (!Object.hasOwn(namespaces, profile)) return { tokens: {}, spoilt: [] }
    const sealed = decodeSealed(namespaces[profile])
    if (Result.isFailure(sealed)) return spoilt(TokenRecords.misfit(sealed.failure, profile))
    const { ciphertext, key: id, nonce } = sealed.success
    const { key } = yield* keyToOpen(account, id, location)
    const opened = yield* Effect.result(
      aead.decrypt(key, ciphertext, { nonce, aad: associatedData(account) })
    )
    const records = Result.getOrUndefined(
      Result.flatMap(
        Result.mapError(opened, () => undefined),
        TokenRecords.parseJsonBytes
      )
    )
    return Predicate.isReadonlyObject(records)
      ? TokenRecords.decode(profile, Object.entries(records))
      : spoilt(`${JSON.stringify(profile)}: it was changed since it was encrypted, or is another account's`)
  })

  const seal = Effect.fnUntraced(function* (account: Account, tokens: Tokens, location: string) {
    const unwritable = (detail: string) => new TokenStorageError({ location, kind: "unwritable", detail })
    const records = yield* Effect.mapError(
      Effect.fromResult(TokenRecords.encode(account.profile, tokens)),
      unwritable
    )
    const { id, key } = yield* keyToClose(account, location)
    const nonce = yield* randomBytes(key.algorithm.nonceLength)
    const plaintext = new TextEncoder().encode(JSON.stringify(records))
    return yield* aead.encrypt(key, plaintext, { nonce, aad: associatedData(account) }).pipe(
      Effect.flatMap((ciphertext) => encodeSealed({ key: id, nonce, ciphertext })),
      Effect.mapError((error) => unwritable(`it cannot be encrypted: ${error.message}`))
    )
  })

  return {
    extension: "encrypted",
    companions: [],
    empty: { rest: {}, namespaces: {} },
    read: (path) => Effect.flatMap(fs.readFile(path), (bytes) => Effect.fromResult(parse(bytes))),
    contentsOf,
    // An account without tokens has no record.
    profilesOf: ({ namespaces }) => Object.keys(namespaces),
    write: Effect.fnUntraced(function* (place, file, account, tokens) {
      const others = Object.entries(file.namespaces).filter(([namespace]) => namespace !== account.profile)
      const own =
        Object.keys(tokens).length === 0
          ? []
          : [[account.profile, yield* seal(account, tokens, place.path)] as const]
      const text = serialize({ ...file, namespaces: Object.fromEntries([...others, ...own]) })
      yield* place.replace((draft) => fs.writeFileString(draft, text))
    }),
    copy: (from, to) => Effect.flatMap(fs.readFile(from), (bytes) => fs.writeFile(to, bytes))
  }
})
