import { World } from "@effect-globus/simulator"
import { describe, expect, it } from "@effect/vitest"
import { Result } from "effect"

const refused = (input: unknown) => {
  const result = World.make(input as World.Input)
  return Result.isFailure(result)
    ? { setting: result.failure.setting, detail: result.failure.detail }
    : "accepted"
}

const { collections, identities } = World.defaultWorld

const nothing = "0f6c2a4e-5f0b-4d0a-9c6e-3a1d2b7f8e90"

const place = { id: "1e7d3b5f-6a1c-4e1b-8d7f-4b2e3c8a9f01", display_name: "Place" }

describe("a world", () => {
  it("the default one is valid", () => {
    expect(Result.isSuccess(World.make(World.defaultWorld))).toBe(true)
  })

  it("keeps the secrets of clients out of sight", () => {
    const world = Result.getOrThrow(World.make(World.defaultWorld))
    expect(JSON.stringify(world)).not.toContain(World.confidentialClientSecret)
  })

  it("may have files as text, as a size, and in full", () => {
    const files = {
      "a.txt": "text",
      "b.bin": 12,
      "c.dat": { type: "file", size: 3, modified: "2025-01-01T00:00:00Z", permissions: "0600" },
      d: { type: "directory", entries: { "e.txt": "" }, permissions: "0700" },
      f: { g: { h: {} } }
    } as const
    expect(refused({ ...World.defaultWorld, collections: [{ ...collections[0], files }] })).toBe("accepted")
  })

  it("needs somebody to log in", () => {
    expect(refused({ ...World.defaultWorld, identities: [] })).toMatchObject({
      setting: "world.identities.0"
    })
  })

  it("says where a wrong id is", () => {
    expect(refused({ ...World.defaultWorld, identities: [{ ...identities[0], id: "me" }] })).toEqual({
      setting: "world.identities.0.id",
      detail: expect.stringContaining("a UUID") as string
    })
  })

  it("has no file whose name is a path", () => {
    const result = refused({
      ...World.defaultWorld,
      collections: [{ ...collections[0], files: { "a/b": "x" } }]
    })
    expect(result).toEqual({
      setting: "world.collections.0.files.a/b",
      detail: expect.stringContaining("name of a file") as string
    })
  })

  it("has nothing twice", () => {
    expect(refused({ ...World.defaultWorld, collections: [collections[0], collections[0]] })).toEqual({
      setting: "world.collections.1.id",
      detail: `${collections[0]?.id} is there twice`
    })
  })

  it.each([
    ["identities.0.linked_to", { identities: [{ ...identities[0], linked_to: "nobody@example.org" }] }],
    [
      "policies.0.project_id",
      { policies: [{ id: nothing, project_id: nothing.replace("0", "1"), display_name: "P" }] }
    ],
    ["projects.0.admin_ids.0", { projects: [{ id: nothing, display_name: "P", admin_ids: ["nobody"] }] }],
    ["scopes.0.client", { scopes: [{ client: nothing, scope_string: "s" }] }],
    [
      "collections.0.host.collection",
      { collections: [{ ...place, host: { collection: nothing, path: "/" } }] }
    ],
    ["collections.0.storage_gateway", { collections: [{ ...place, storage_gateway: nothing }] }],
    [
      "collections.0.authentication_policy_id",
      { collections: [{ ...place, authentication_policy_id: nothing }] }
    ],
    [
      "compute_endpoints.0.authentication_policy",
      { compute_endpoints: [{ id: nothing, name: "c", authentication_policy: nothing.replace("0", "1") }] }
    ],
    ["compute_endpoints.0.admins.0", { compute_endpoints: [{ id: nothing, name: "c", admins: ["nobody"] }] }],
    [
      "compute_functions.0.ha_endpoint_id",
      { compute_functions: [{ id: nothing, name: "f", ha_endpoint_id: place.id }] }
    ],
    [
      "insights_catalogs.0.collection_id",
      { insights_catalogs: [{ id: "c", display_name: "C", collection_id: nothing }] }
    ],
    [
      "gcs_endpoints.0.administrators.0",
      { collections: [], gcs_endpoints: [{ id: nothing, display_name: "G", administrators: ["nobody"] }] }
    ]
  ])("has nothing that refers to what is not there: %s", (setting, part) => {
    expect(refused({ ...World.defaultWorld, ...part })).toMatchObject({ setting: `world.${setting}` })
  })

  it("has no group that is below itself", () => {
    const [first, second] = World.defaultWorld.groups!
    const groups = [
      { ...first!, parent_id: second!.id },
      { ...second!, parent_id: first!.id }
    ]
    expect(refused({ ...World.defaultWorld, groups })).toEqual({
      setting: "world.groups.0.parent_id",
      detail: "the group would be below itself"
    })
  })

  it("has no collection of somebody who does not exist", () => {
    expect(
      refused({ ...World.defaultWorld, collections: [{ ...collections[0], owner: "nobody@example.org" }] })
    ).toEqual({ setting: "world.collections.0.owner", detail: "there is no identity nobody@example.org" })
  })

  it("has nothing that refers to what is not there", () => {
    const { groups, indices, timers } = World.defaultWorld
    const nobody = "00000000-0000-4000-8000-00000000dead"
    const member = { ...groups![1]!, members: [{ identity: "nobody@example.org" }] }
    const [timer] = timers!
    const flow = { ...timer!, timer_type: "flow", flow_id: nobody } as const
    const cases = [
      [{ groups: [{ ...groups![0]!, parent_id: nobody }] }, "groups.0.parent_id"],
      [{ groups: [groups![0]!, member] }, "groups.1.members.0.identity"],
      [{ indices: [{ ...indices![0]!, owner: nobody }] }, "indices.0.owner"],
      [{ timers: [{ ...timer!, client: nobody }] }, "timers.0.client"],
      [{ timers: [flow] }, "timers.0.flow_id"]
    ] as const
    for (const [part, setting] of cases) {
      expect(refused({ ...World.defaultWorld, ...part })).toMatchObject({ setting: `world.${setting}` })
    }
    expect(refused({ ...World.defaultWorld, timers: [{ ...timer!, owner: World.nativeClientId }] })).toBe(
      "accepted"
    )
  })
})
