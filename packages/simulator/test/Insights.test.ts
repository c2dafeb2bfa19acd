import { SearchQuery } from "@effect-globus/sdk/search"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, Snapshot, World } from "../src/index.ts"
import { linus, rosalind } from "./Browser.ts"
import { clientOf } from "./SearchPeople.ts"

const { collections, groups, identities, indices } = World.defaultWorld
const [tutorial] = collections
const [observatory] = groups!
const [images] = indices!

const stranger = "b7d40c1e-52f8-4a69-9e03-6c1f8a2d7e55"
const configuration = "nightly"

const world = {
  ...World.defaultWorld,
  identities: [...identities, { id: stranger, username: "eve@elsewhere.example", name: "Eve" }],
  insights_catalogs: [
    {
      id: "tutorial-files",
      display_name: "Tutorial files",
      collection_id: tutorial!.id,
      collection_configuration_id: configuration,
      file_datamart_id: images!.id,
      visible_to_group_id: observatory!.id
    }
  ]
} as const satisfies World.Input

const inProcess = Effect.provide(Simulator.layerWith({ world }))

const seen = (path: string, size_bytes: number) => ({
  scan_observed_timestamp: "2025-03-14T00:00:00Z",
  attributes: {
    object_type: "file" as const,
    path,
    inode: 7,
    size_bytes,
    uid: 1000,
    gid: 1000,
    mode_str: "-rw-r--r--",
    atime: "2025-03-14T00:00:00Z",
    ctime: "2025-03-14T00:00:00Z",
    mtime: "2025-03-14T00:00:00Z"
  }
})

describe("a catalog", () => {
  it.effect("is for the members of its group, and for those who administer the collection", () =>
    Effect.gen(function* () {
      const [owner, member, other] = [
        yield* clientOf(rosalind),
        yield* clientOf(linus),
        yield* clientOf(stranger)
      ]
      const [catalog] = (yield* owner.listInsightsCatalogs()).catalogs ?? []
      expect(catalog).toMatchObject({
        id: "tutorial-files",
        display_name: "Tutorial files",
        collection_id: tutorial!.id,
        visible_to_group_id: observatory!.id,
        file_datamart_id: images!.id,
        created_timestamp: "1970-01-01T00:00:00.000000+00:00"
      })
      expect(yield* member.getInsightsCatalog("tutorial-files")).toEqual(catalog)
      expect(yield* other.listInsightsCatalogs()).toEqual({ catalogs: [] })
      expect(yield* Effect.flip(other.getInsightsCatalog("tutorial-files"))).toMatchObject({
        status: 404,
        code: "NotFound.Generic"
      })
      const elsewhere = { filter_collection_ids: [collections[1]!.id] }
      expect(yield* owner.listInsightsCatalogs(elsewhere)).toEqual({ catalogs: [] })
    }).pipe(Effect.scoped, inProcess)
  )
})

describe("a scan", () => {
  it.effect("tells what it sees until it ends, and the group can search it", () =>
    Effect.gen(function* () {
      const owner = yield* clientOf(rosalind)
      const member = yield* clientOf(linus)
      const { scan_id } = yield* owner.startInsightsScan(configuration, { scan_type: "full", scope: "/" })
      const events = [seen("/home/a.fits", 10), seen("/home/b.fits", 2000)]
      expect(yield* owner.ingestInsights(configuration, { scan_id, events })).toEqual({ acknowledged: true })
      const large = SearchQuery.make({
        q: "*",
        filters: [{ type: "range", field_name: "size_bytes", values: [{ from: 1000, to: "*" }] }]
      })
      const found = (search: typeof owner) =>
        Effect.map(search.postSearch.page(images!.id, large), ({ gmeta }) =>
          gmeta.map(({ subject }) => subject)
        )
      expect(yield* found(member)).toEqual([])
      yield* TestClock.adjust("1 second")
      expect(yield* found(member)).toEqual([`globus://${tutorial!.id}/home/b.fits`])
      expect(yield* found(yield* clientOf(stranger))).toEqual([])
      yield* owner.stopInsightsScan(configuration, scan_id, { status: "succeeded" })
      for (const late of [
        owner.ingestInsights(configuration, { scan_id, events }),
        owner.stopInsightsScan(configuration, scan_id, { status: "failed" })
      ]) {
        expect(yield* Effect.flip(late)).toMatchObject({ status: 409, code: "Conflict.Generic" })
      }
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("is for those who administer the collection", () =>
    Effect.gen(function* () {
      const member = yield* clientOf(linus)
      const scan = { scan_type: "discovery", scope: "/" } as const
      expect(yield* Effect.flip(member.startInsightsScan(configuration, scan))).toMatchObject({
        status: 403,
        code: "Forbidden.Generic"
      })
      const owner = yield* clientOf(rosalind)
      for (const nothing of [
        Effect.asVoid(owner.startInsightsScan("nowhere", scan)),
        owner.stopInsightsScan(configuration, "never", { status: "failed" })
      ]) {
        expect(yield* Effect.flip(nothing)).toMatchObject({ status: 404 })
      }
      for (const wrong of [
        Effect.asVoid(owner.startInsightsScan(configuration, { scan_type: "sideways", scope: "/" })),
        owner.stopInsightsScan(configuration, "never", { status: "bored" })
      ]) {
        expect(yield* Effect.flip(wrong)).toMatchObject({ status: 400, code: "BadRequest.ValidationError" })
      }
    }).pipe(Effect.scoped, inProcess)
  )

  it.effect("goes on where it was after a snapshot", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const owner = yield* clientOf(rosalind)
      const { scan_id } = yield* owner.startInsightsScan(configuration, { scan_type: "full", scope: "/" })
      const json = Schema.fromJsonString(Snapshot)
      const written = yield* Schema.encodeEffect(json)(yield* simulator.snapshot)
      yield* owner.stopInsightsScan(configuration, scan_id, { status: "terminated" })
      yield* simulator.restore(yield* Schema.decodeEffect(json)(written))
      expect(yield* Schema.encodeEffect(json)(yield* simulator.snapshot)).toBe(written)
      expect(yield* owner.ingestInsights(configuration, { scan_id })).toEqual({ acknowledged: true })
    }).pipe(Effect.scoped, inProcess)
  )
})
