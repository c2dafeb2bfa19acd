/** Logging in at the provider of a storage, so that a server reaches somebody's files there. */
import { TokenStorage, UserApp } from "@effect-globus/sdk/app"
import { CollectionData, Connectors, GcsClient } from "@effect-globus/sdk/gcs"
import { Transport } from "@effect-globus/sdk/service"
import { TransferClient } from "@effect-globus/sdk/transfer"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { Simulator, TestTime, World } from "../src/index.ts"
import { linus, logIn, rosalind, send } from "./Browser.ts"

const endpoint = "9a1f0c3e-52b7-4d68-8e0a-1c2d3e4f5a6b"
const drive = "ab2e1d4f-63c8-4e79-9f1b-2d3e4f5a6b7c"
const disks = "bc3f2e50-74d9-4f8a-a02c-3e4f5a6b7c8d"
const files = "cd403f61-85ea-409b-b13d-4f5a6b7c8d9e"
const buckets = "de51472a-96fb-41ac-824e-5a6b7c8d9eaf"
const objects = "ef62583b-a70c-42bd-935f-6b7c8d9eafb0"
const credential = "f073694c-b81d-43ce-a46a-7c8d9eafb0c1"

type Endpoint = NonNullable<World.Input["gcs_endpoints"]>[number]
type Policies = NonNullable<NonNullable<Endpoint["storage_gateways"]>[number]["policies"]>

const worldWith = (
  says: { readonly policies?: Policies; readonly user_credentials?: Endpoint["user_credentials"] } = {}
): World.Input => ({
  ...World.defaultWorld,
  gcs_endpoints: [
    {
      id: endpoint,
      display_name: "Data Center",
      storage_gateways: [
        {
          id: drive,
          display_name: "Drives",
          connector_id: Connectors.googleDrive.id,
          ...(says.policies === undefined ? {} : { policies: says.policies })
        },
        { id: disks, display_name: "Disks" },
        { id: buckets, display_name: "Buckets", connector_id: Connectors.s3.id }
      ],
      ...(says.user_credentials === undefined ? {} : { user_credentials: says.user_credentials })
    }
  ],
  collections: [
    {
      id: files,
      display_name: "Files",
      entity_type: "GCSv5_mapped_collection",
      storage_gateway: drive,
      default_directory: "/",
      files: { "My Drive": { "a.txt": "a" } }
    },
    {
      id: objects,
      display_name: "Objects",
      entity_type: "GCSv5_mapped_collection",
      storage_gateway: buckets,
      default_directory: "/",
      files: { bucket: {} }
    }
  ]
})

const address = `https://globus.simulator/gcs/${endpoint}`

/** Programs of ours, and a browser that goes where it is told, in one Globus. */
const inWorld = (says: Parameters<typeof worldWith>[0] = {}, autoApprove = false) => {
  const simulator = { world: worldWith(says), autoApprove }
  return Effect.provide(
    Layer.mergeAll(GcsClient.layer({ address }), TransferClient.layer).pipe(
      Layer.provideMerge(UserApp.layer({ appName: "provider", clientId: World.nativeClientId })),
      Layer.provideMerge(
        Layer.unwrap(Effect.map(Simulator, ({ environment }) => Transport.layerWith({ environment }))).pipe(
          Layer.merge(Simulator.layerLogin),
          Layer.merge(TokenStorage.layerMemory)
        )
      ),
      Layer.provideMerge(Simulator.layerBackend(simulator))
    )
  )
}

const login = {
  storage_gateway: drive,
  identity_id: rosalind,
  redirect_uri: "https://example.edu/done?x=1"
} as const

const start = Effect.gen(function* () {
  const gcs = yield* GcsClient
  return (yield* gcs.authorizeUserCredential(login)).location
})

/** Goes where a redirect leads, and says where that leads. */
const follow = (location: string | undefined) =>
  Effect.map(send(HttpClientRequest.get(location ?? "")), ({ headers, status }) => ({
    status,
    location: headers["location"]
  }))

/** Submits the form of the provider's page. */
const submit = (location: string, fields: Readonly<Record<string, string>>) =>
  Effect.map(
    send(HttpClientRequest.post(location).pipe(HttpClientRequest.bodyUrlParams(fields))),
    ({ headers }) => headers["location"]
  )

const refusalOf = (collection: string) =>
  Effect.gen(function* () {
    const transfer = yield* TransferClient
    const error = yield* TestTime.passing(Effect.flip(transfer.ls(collection)))
    return "messages" in error ? error.messages.join() : ""
  })

describe("a login at a provider", () => {
  it.effect("brings a credential, with which the files are reached", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      expect(yield* refusalOf(files)).toContain('"DATA_TYPE":"credential_not_found#1.0.0"')

      const location = yield* start
      expect(location).toContain(address)
      const page = yield* send(HttpClientRequest.get(location))
      expect(page.status).toBe(200)
      expect(page.text).toContain("Log in to Google Drive")
      expect(page.text).toContain('value="rosalind@example.org"')
      const callback = yield* submit(location, { account: "rosalind@example.org", decision: "allow" })
      expect(callback).toContain(`${address}/api/v1/authcallback_google?code=`)
      const done = yield* follow(callback)
      const [made = expect.fail("there is none")] = yield* Stream.runCollect(gcs.listUserCredentials())
      expect(done).toEqual({
        status: 302,
        location: `https://example.edu/done?x=1&user_credential_id=${made.id}`
      })
      expect(made).toMatchObject({
        identity_id: rosalind,
        storage_gateway_id: drive,
        connector_id: Connectors.googleDrive.id,
        invalid: false,
        username: "rosalind@example.org",
        policies: {
          DATA_TYPE: "google_drive_user_credential_policies#1.0.0",
          email: "rosalind@example.org"
        }
      })
      expect((yield* transfer.ls(files)).DATA.map(({ name }) => name)).toEqual(["My Drive"])
      // It was good once.
      expect((yield* follow(callback)).status).toBe(400)
      const clean = yield* send(
        HttpClientRequest.get(`${address}/api/v1/authclicomplete?user_credential_id=${made.id}`)
      )
      expect(clean.json).toMatchObject({ code: "success", message: `Created user credential ${made.id}` })
    }).pipe(inWorld())
  )

  it.effect("makes a credential good that waited for it", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const waiting = yield* gcs.createUserCredential({ storage_gateway_id: drive, display_name: "Mine" })
      expect(waiting.invalid).toBe(true)
      expect(yield* refusalOf(files)).toContain(`"user_credential_id":"${waiting.id}"`)
      const guest = CollectionData.guest({
        mapped_collection_id: files,
        user_credential_id: waiting.id,
        collection_base_path: "/My Drive",
        display_name: "Shared"
      })
      expect(yield* Effect.flip(gcs.createCollection(guest))).toMatchObject({
        status: 403,
        body: { detail: { DATA_TYPE: "invalid_credential#1.0.0", user_credential_id: waiting.id } }
      })
      const callback = yield* submit(yield* start, { account: "rosalind@example.org", decision: "allow" })
      yield* follow(callback)
      expect(yield* gcs.getUserCredential(waiting.id)).toMatchObject({ invalid: false, display_name: "Mine" })
      expect((yield* gcs.createCollection(guest)).collection_type).toBe("guest")
    }).pipe(inWorld())
  )

  it.effect("may be denied, be for another account, or take too long", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const denied = yield* follow(yield* submit(yield* start, { decision: "deny" }))
      expect(denied.location).toBe("https://example.edu/done?x=1&error=access_denied")
      const other = yield* submit(yield* start, { account: "somebody@example.com", decision: "allow" })
      const { location } = yield* follow(other)
      expect(new URL(location ?? "").searchParams.get("error_description")).toBe(
        "The gateway lets rosalind@example.org in, and not somebody@example.com"
      )
      const late = yield* start
      yield* TestClock.adjust("11 minutes")
      expect((yield* send(HttpClientRequest.get(late))).json).toMatchObject({ code: "bad_request" })
      // Of those that are over, nothing is kept for ever.
      yield* start
      const { gcs: kept = [] } = yield* (yield* Simulator).snapshot
      expect(kept.filter(({ kind }) => kind === "provider_login")).toHaveLength(1)
      expect(yield* Stream.runCollect(gcs.listUserCredentials())).toEqual([])
    }).pipe(inWorld())
  )

  it.effect("may be with any account where the gateway says so", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const callback = yield* submit(yield* start, { account: "somebody@example.com", decision: "allow" })
      yield* follow(callback)
      const [made] = yield* Stream.runCollect(gcs.listUserCredentials())
      expect(made).toMatchObject({
        display_name: "somebody@example.com",
        policies: { email: "somebody@example.com" }
      })
    }).pipe(inWorld({ policies: { allow_any_account: true } }))
  )

  it.effect("needs nobody where logins are approved by themselves", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const { location } = yield* follow(yield* start)
      yield* follow(location)
      expect(yield* Stream.runCollect(gcs.listUserCredentials())).toHaveLength(1)
    }).pipe(inWorld({}, true))
  )

  it.effect("begins with a form, too, which has the token in it", () =>
    Effect.gen(function* () {
      const tokens = yield* logIn(`urn:globus:auth:scope:${endpoint}:manage_collections`)
      const begin = (fields: Readonly<Record<string, string>>) =>
        send(
          HttpClientRequest.post(`${address}/api/v1/user_credentials`).pipe(
            HttpClientRequest.bodyUrlParams({ ...login, ...fields })
          )
        )
      const begun = yield* begin({ access_token: tokens[endpoint] ?? "", login_hint: "ros@example.com" })
      expect(begun.status).toBe(303)
      const page = yield* send(HttpClientRequest.get(begun.headers["location"] ?? ""))
      expect(page.text).toContain('value="ros@example.com"')
      expect((yield* begin({})).status).toBe(401)
    }).pipe(inWorld())
  )

  it.effect("is for oneself, at a provider, and leads to a URL", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const wrong = (others: Partial<typeof login> | { readonly [field: string]: string }) =>
        Effect.map(Effect.flip(gcs.authorizeUserCredential({ ...login, ...others })), (error) =>
          "body" in error ? error.body : error
        )
      const invalid = (property: string) => ({
        code: "unprocessable_entity",
        detail: { errors: [{ property }] }
      })
      expect(yield* wrong({ storage_gateway: disks })).toMatchObject(invalid("storage_gateway"))
      expect(yield* wrong({ storage_gateway: files })).toMatchObject(invalid("storage_gateway"))
      expect(yield* wrong({ redirect_uri: "here" })).toMatchObject(invalid("redirect_uri"))
      yield* gcs.setEndpointOwner({ identity_id: linus })
      expect(yield* wrong({ identity_id: linus })).toMatchObject(invalid("identity_id"))
    }).pipe(inWorld())
  )
})

describe("keys", () => {
  it.effect("are what buckets are reached with", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      expect(yield* refusalOf(objects)).toContain("credential_not_found#1.0.0")
      yield* gcs.createUserCredential({ storage_gateway_id: buckets })
      expect((yield* transfer.ls(objects)).DATA.map(({ name }) => name)).toEqual(["bucket"])
    }).pipe(inWorld())
  )
})

describe("credentials of a world", () => {
  const user_credentials = [
    { id: credential, storage_gateway: drive, identity: "rosalind@example.org", invalid: true },
    { storage_gateway: buckets, identity: "rosalind@example.org", display_name: "Keys" }
  ]

  it.effect("are there from the start, and kept", () =>
    Effect.gen(function* () {
      const gcs = yield* GcsClient
      const transfer = yield* TransferClient
      expect(yield* refusalOf(files)).toContain(`"user_credential_id":"${credential}"`)
      expect((yield* transfer.ls(objects)).DATA).toHaveLength(1)
      yield* gcs.deleteUserCredential(credential)
      const { gcs_endpoints: [now] = [] } = yield* (yield* Simulator).world
      expect(now?.user_credentials).toMatchObject([
        { storage_gateway: buckets, identity: rosalind, display_name: "Keys" }
      ])
    }).pipe(inWorld({ user_credentials }))
  )
})
