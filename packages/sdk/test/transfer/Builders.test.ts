/** The documents that are submitted, and the filters of listings. */
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import { pipe } from "effect/Function"
import * as Schema from "effect/Schema"
import * as DeleteData from "../../src/transfer/DeleteData.ts"
import * as TransferData from "../../src/transfer/TransferData.ts"
import * as TransferFilter from "../../src/transfer/TransferFilter.ts"
import * as TunnelData from "../../src/transfer/TunnelData.ts"
import { destination, source, submissionId } from "./internal/Globus.ts"

const collections = { source_endpoint: source, destination_endpoint: destination }

describe("TransferData", () => {
  it("is a document as Transfer reads it", () => {
    assert.deepStrictEqual(
      pipe(
        TransferData.make({ ...collections, label: "l", sync_level: "mtime", an_option_of_the_future: 7 }),
        TransferData.addItem({ source_path: "/a/", destination_path: "/b/", recursive: true }),
        TransferData.addFilterRule({ name: "*.tmp" }),
        TransferData.addFilterRule({ name: "keep*", method: "include", type: "file" })
      ),
      {
        DATA_TYPE: "transfer",
        DATA: [{ DATA_TYPE: "transfer_item", source_path: "/a/", destination_path: "/b/", recursive: true }],
        ...collections,
        label: "l",
        sync_level: 2,
        filter_rules: [
          { DATA_TYPE: "filter_rule", method: "exclude", name: "*.tmp" },
          { DATA_TYPE: "filter_rule", method: "include", name: "keep*", type: "file" }
        ],
        an_option_of_the_future: 7
      }
    )
  })

  it("names sync levels, and takes them as numbers too", () => {
    const levels = (["exists", "size", "mtime", "checksum", 0, 1, 2, 3] as const).map(
      (sync_level) => TransferData.make({ ...collections, sync_level }).sync_level
    )
    assert.deepStrictEqual(levels, [0, 1, 2, 3, 0, 1, 2, 3])
  })

  it("takes a deadline as text or as a date with its time zone", () => {
    const at = DateTime.makeUnsafe("2026-01-01T12:00:00Z")
    const zoned = DateTime.makeZonedUnsafe("2026-01-01T12:00:00Z", { timeZone: "America/Chicago" })
    const deadline = (value: string | DateTime.DateTime) =>
      TransferData.make({ ...collections, deadline: value }).deadline
    assert.strictEqual(deadline("2026-01-01T12:00:00+00:00"), "2026-01-01T12:00:00+00:00")
    assert.strictEqual(deadline(at), "2026-01-01T12:00:00.000Z")
    assert.strictEqual(deadline(zoned), "2026-01-01T06:00:00.000-06:00")
  })

  it("is not changed by what is added to it", () => {
    const empty = TransferData.make(collections)
    const item = { source_path: "/a", destination_path: "/b" }
    const one = TransferData.addItem(empty, item)
    const three = TransferData.addItems(one, new Set([{ ...item, recursive: false }, item]))
    assert.deepStrictEqual([empty.DATA.length, one.DATA.length, three.DATA.length], [0, 1, 3])
  })

  it("keeps the kind of an item that is given", () => {
    const link = { DATA_TYPE: "transfer_symlink_item", source_path: "/l", destination_path: "/m" }
    assert.deepStrictEqual(TransferData.make({ ...collections, items: [link] }).DATA, [link])
  })

  it("that was written by hand is completed when it is submitted", () => {
    const encode = Schema.encodeSync(TransferData.TransferDocument)
    assert.deepStrictEqual(
      encode({
        ...collections,
        sync_level: "checksum",
        filter_rules: [{ name: "x" }],
        DATA: [{ source_path: "/a", destination_path: "/b" }]
      }),
      {
        DATA_TYPE: "transfer",
        DATA: [{ DATA_TYPE: "transfer_item", source_path: "/a", destination_path: "/b" }],
        ...collections,
        sync_level: 3,
        filter_rules: [{ DATA_TYPE: "filter_rule", method: "exclude", name: "x" }]
      }
    )
  })

  it("reads back what was submitted", () => {
    const data = TransferData.make({
      ...collections,
      submission_id: submissionId,
      sync_level: "size",
      items: [{ source_path: "/a", destination_path: "/b" }]
    })
    const decode = Schema.decodeUnknownSync(TransferData.TransferDocument)
    assert.deepStrictEqual(decode(JSON.parse(JSON.stringify(data))), data)
  })
})

describe("DeleteData", () => {
  it("takes paths and items", () => {
    assert.deepStrictEqual(
      pipe(
        DeleteData.make({ endpoint: source, recursive: true, items: ["/a", { path: "/b" }] }),
        DeleteData.addItem("/c")
      ),
      {
        DATA_TYPE: "delete",
        DATA: [
          { DATA_TYPE: "delete_item", path: "/a" },
          { DATA_TYPE: "delete_item", path: "/b" },
          { DATA_TYPE: "delete_item", path: "/c" }
        ],
        endpoint: source,
        recursive: true
      }
    )
  })
})

describe("TunnelData", () => {
  it("puts everything but its two sides among the attributes", () => {
    const { data } = TunnelData.make({
      initiator: source,
      listener: destination,
      lifetime_mins: 5,
      later: true
    })
    assert.deepStrictEqual(data.attributes, { lifetime_mins: 5, later: true })
    assert.strictEqual(data.relationships?.initiator?.data.id, source)
    assert.strictEqual(data.relationships?.listener?.data.id, destination)
  })
})

describe("TransferFilter", () => {
  const name = Schema.String.check(Schema.isPattern(/^[a-z_]+$/))
  const value = Schema.String.check(Schema.isPattern(/^[^/,]+$/))

  it.prop(
    "a filter that was written is read as it was meant",
    [Schema.Record(name, Schema.NonEmptyArray(value))],
    ([clauses]) => {
      assert.deepStrictEqual(TransferFilter.parse(TransferFilter.format(clauses)), { ...clauses })
    }
  )

  it("text is taken as it is", () => {
    assert.strictEqual(TransferFilter.format("status:ACTIVE"), "status:ACTIVE")
    assert.deepStrictEqual(TransferFilter.parse("a:b:c/d"), { a: ["b:c"], d: [] })
    assert.deepStrictEqual(TransferFilter.parse(""), {})
  })
})
