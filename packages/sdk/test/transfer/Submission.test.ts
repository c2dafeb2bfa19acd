/** Submitting transfers and deletions: never twice, and with every consent that they need. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as DeleteData from "../../src/transfer/DeleteData.ts"
import { TransferClient } from "../../src/transfer/TransferClient.ts"
import * as TransferData from "../../src/transfer/TransferData.ts"
import * as TunnelData from "../../src/transfer/TunnelData.ts"
import * as Globus from "./internal/Globus.ts"

const { destination, json, source, submissionId, taskId } = Globus

const data = TransferData.make({
  source_endpoint: source,
  destination_endpoint: destination,
  items: [{ source_path: "/a", destination_path: "/b" }]
})

const accepted = {
  DATA_TYPE: "transfer_result",
  code: "Accepted",
  task_id: taskId,
  submission_id: submissionId
}

/** A Globus that hands out submission ids and answers everything else with `others`. */
const globus = (others: (sent: Globus.Sent, index: number) => Globus.Answer, options?: { login: boolean }) =>
  Globus.make(
    (sent, index) =>
      sent.url.pathname === "/v0.10/submission_id" ? json({ value: submissionId }) : others(sent, index),
    options
  )

describe("a submission", () => {
  it.effect("gets a submission id first, and carries it", () => {
    const { bodyOf, layer, lines } = globus(() => json(accepted))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const result = yield* transfer.submitTransfer(data)
      assert.strictEqual(result.task_id, taskId)
      assert.deepStrictEqual(lines(), ["GET /v0.10/submission_id", "POST /v0.10/transfer"])
      assert.deepStrictEqual(bodyOf(1), { ...data, submission_id: submissionId })
    }).pipe(Effect.provide(layer))
  })

  it.effect("keeps the submission id that it has", () => {
    const { layer, lines } = globus(() => json(accepted))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.submitTransfer({ ...data, submission_id: submissionId })
      assert.deepStrictEqual(lines(), ["POST /v0.10/transfer"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is sent again with the same id when its answer was lost or the service was in trouble", () => {
    const { layer, lines, sent } = globus((_, index) =>
      index === 1 ? { code: "ECONNRESET" } : index === 2 ? json({}, { status: 502 }) : json(accepted)
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* Effect.forkChild(transfer.submitTransfer(data))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const posts = sent.slice(1)
      assert.deepStrictEqual(lines(), [
        "GET /v0.10/submission_id",
        ...posts.map(() => "POST /v0.10/transfer")
      ])
      assert.lengthOf(posts, 3)
      assert.strictEqual(new Set(posts.map(({ body }) => body)).size, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("of a deletion does the same", () => {
    const { bodyOf, layer, lines } = globus(() => json({ ...accepted, DATA_TYPE: "delete_result" }))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.submitDelete(DeleteData.make({ endpoint: source, items: ["/a"] }))
      assert.deepStrictEqual(lines(), ["GET /v0.10/submission_id", "POST /v0.10/delete"])
      assert.deepStrictEqual(bodyOf(1), {
        DATA_TYPE: "delete",
        DATA: [{ DATA_TYPE: "delete_item", path: "/a" }],
        endpoint: source,
        submission_id: submissionId
      })
    }).pipe(Effect.provide(layer))
  })

  it.effect("of a tunnel makes up an id of its own, and keeps it when it is sent again", () => {
    const tunnel = { data: { type: "Tunnel", id: taskId, attributes: {} } }
    const { layer, lines, sent } = Globus.make((_, index) =>
      index === 0 ? json({}, { status: 503 }) : json(tunnel)
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const fiber = yield* Effect.forkChild(
        transfer.createTunnel(TunnelData.make({ initiator: source, listener: destination }))
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(lines(), ["POST /v2/tunnels", "POST /v2/tunnels"])
      assert.match(sent[0]?.body ?? "", /"submission_id":"[0-9a-f]{8}-[0-9a-f-]{27}"/)
      assert.strictEqual(sent[0]?.body, sent[1]?.body)
    }).pipe(Effect.provide(layer))
  })
})

describe("data_access", () => {
  const all = "urn:globus:auth:scope:transfer.api.globus.org:all"
  const access = (id: string) => `*https://auth.globus.org/scopes/${id}/data_access`

  const consentRequired = json.bind(
    undefined,
    {
      code: "ConsentRequired",
      message: "Missing required data_access consent",
      required_scopes: [`${all}[${access(source)}]`],
      request_id: "abc"
    },
    { status: 403 }
  )

  const endpoint = (id: string, fields: object) => json({ id, display_name: "c", ...fields })

  const mapped = { entity_type: "GCSv5_mapped_collection", high_assurance: false }

  /** A Globus that misses a consent until the second attempt, with these two collections. */
  const missingConsent = (
    collections: { readonly source: object; readonly destination: object },
    login = true
  ) => {
    let attempts = 0
    return globus(
      ({ method, url }) => {
        if (method === "POST") return attempts++ === 0 ? consentRequired() : json(accepted)
        const id = url.pathname.endsWith(source) ? "source" : "destination"
        return endpoint(id === "source" ? source : destination, collections[id])
      },
      { login }
    )
  }

  const scopesAskedFor = ({ refusals }: Globus.Asked) =>
    refusals.map((refusal) =>
      refusal._tag === "AuthorizationRequired" ? refusal.requirement.parameters.required_scopes : refusal._tag
    )

  it.effect(
    "that is missing for both collections is asked for in one login, and the transfer goes on",
    () => {
      const { asked, layer, lines, sent } = missingConsent({ source: mapped, destination: mapped })
      return Effect.gen(function* () {
        const transfer = yield* TransferClient
        const { task_id } = yield* transfer.submitTransfer(data)
        assert.strictEqual(task_id, taskId)
        assert.deepStrictEqual(scopesAskedFor(asked), [
          [`${all}[${access(source)}]`, `${all}[${access(source)} ${access(destination)}]`]
        ])
        const [, first, ...others] = lines()
        assert.strictEqual(first, "POST /v0.10/transfer")
        assert.sameMembers(others, [
          `GET /v0.10/endpoint/${source}`,
          `GET /v0.10/endpoint/${destination}`,
          "POST /v0.10/transfer"
        ])
        assert.strictEqual(sent.at(-1)?.body, sent[1]?.body)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect(
    "is asked for only where it exists: not for guests, personal or high-assurance collections",
    () => {
      const guest = { entity_type: "GCSv5_guest_collection", high_assurance: false }
      const { asked, layer } = missingConsent({ source: mapped, destination: guest })
      const assured = missingConsent({ source: mapped, destination: { ...mapped, high_assurance: true } })
      const personal = missingConsent({
        source: mapped,
        destination: { entity_type: "GCP_mapped_collection" }
      })
      const submit = Effect.flatMap(TransferClient, (transfer) => transfer.submitTransfer(data))
      return Effect.gen(function* () {
        yield* Effect.provide(submit, layer)
        yield* Effect.provide(submit, assured.layer)
        yield* Effect.provide(submit, personal.layer)
        for (const each of [asked, assured.asked, personal.asked]) {
          assert.deepStrictEqual(scopesAskedFor(each), [[`${all}[${access(source)}]`]])
        }
      })
    }
  )

  it.effect("of a deletion is that of its one collection", () => {
    const { asked, layer } = missingConsent({ source: mapped, destination: mapped })
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.submitDelete(DeleteData.make({ endpoint: destination, items: ["/a"] }))
      assert.deepStrictEqual(scopesAskedFor(asked), [
        [`${all}[${access(source)}]`, `${all}[${access(destination)}]`]
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is what Transfer said if the collections cannot be looked up", () => {
    let attempts = 0
    const { asked, layer } = globus(
      ({ method }) =>
        method === "POST" && attempts++ > 0
          ? json(accepted)
          : method === "POST"
            ? consentRequired()
            : json({ code: "EndpointNotFound" }, { status: 404 }),
      { login: true }
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.submitTransfer(data)
      assert.deepStrictEqual(scopesAskedFor(asked), [[`${all}[${access(source)}]`]])
    }).pipe(Effect.provide(layer))
  })

  it.effect("that no login gives fails with what Transfer said, after one attempt to get it", () => {
    const { asked, layer, lines } = missingConsent({ source: mapped, destination: mapped }, false)
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      const error = yield* Effect.flip(transfer.submitTransfer(data))
      assert.strictEqual(error._tag, "ApiError")
      assert.strictEqual(error._tag === "ApiError" && error.reason._tag, "ConsentRequired")
      assert.lengthOf(asked.refusals, 1)
      assert.lengthOf(
        lines().filter((line) => line.startsWith("POST")),
        1
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("has nothing to do with a session that is asked for: no collection is looked up", () => {
    const { asked, layer, lines } = globus(() =>
      json(
        { code: "AuthorizationRequired", authorization_parameters: { session_required_mfa: true } },
        { status: 403 }
      )
    )
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* Effect.flip(transfer.submitTransfer(data))
      assert.deepStrictEqual(lines(), ["GET /v0.10/submission_id", "POST /v0.10/transfer"])
      assert.deepStrictEqual(scopesAskedFor(asked), [undefined])
    }).pipe(Effect.provide(layer))
  })

  it.effect("can be required up front, for several collections at once", () => {
    const { asked, layer, sent } = globus(() => json({}))
    return Effect.gen(function* () {
      const transfer = yield* TransferClient
      yield* transfer.addDataAccess(source, destination)
      assert.deepStrictEqual(asked.required, [
        `transfer.api.globus.org: ${all}`,
        `transfer.api.globus.org: ${all}[${access(source)} ${access(destination)}]`
      ])
      const error = yield* Effect.flip(transfer.addDataAccess(source, "tutorial"))
      assert.strictEqual(error.field, "collectionIds[1]")
      assert.lengthOf(asked.required, 2)
      assert.lengthOf(sent, 0)
    }).pipe(Effect.provide(layer))
  })
})
