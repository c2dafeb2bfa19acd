/** The endpoints of this machine: what their files say, and what becomes of files that say something else. */
import { LocalEndpoints } from "@effect-globus/node"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { chmodSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import * as Workplace from "./internal/Workplace.ts"

const id = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"

const dn = (name: string, user = "jane") =>
  `"/C=US/O=Globus Consortium/OU=Globus Connect User/CN=${name}" ${user}`

const findPersonal = (options: LocalEndpoints.PersonalOptions) =>
  Effect.provide(LocalEndpoints.findPersonal(options), NodeFileSystem.layer)

const findServer = (options?: LocalEndpoints.ServerOptions) =>
  Effect.provide(LocalEndpoints.findServer(options), NodeFileSystem.layer)

describe("a Globus Connect Personal", () => {
  const data = (directory: string, name: string) =>
    join(directory, ...(process.platform === "win32" ? [] : ["lta"]), name)

  const found = (files: Record<string, string>) =>
    Effect.gen(function* () {
      const directory = yield* Workplace.folder
      for (const [name, content] of Object.entries(files)) Workplace.place(data(directory, name), content)
      return yield* findPersonal({ directory })
    })

  const owner = (gridmap: string) =>
    Effect.map(found({ "client-id.txt": id, gridmap }), (personal) =>
      Option.getOrUndefined(Option.flatMap(personal, ({ owner }) => owner))
    )

  it.effect("that was never set up is not there, which is no error", () =>
    Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* found({})))
      assert.isTrue(Option.isNone(yield* found({ gridmap: dn("jane") })))
      assert.isTrue(Option.isNone(yield* findPersonal({ directory: "/nowhere/at/all" })))
    })
  )

  it.effect("says which collection it is, and where it keeps that", () =>
    Effect.gen(function* () {
      const directory = yield* Workplace.folder
      Workplace.place(data(directory, "client-id.txt"), `${id}\n`)
      assert.deepStrictEqual(Option.getOrThrow(yield* findPersonal({ directory })) as unknown, {
        collectionId: id,
        owner: Option.none(),
        directory
      })
    })
  )

  it.effect("says whose it is, by an id", () =>
    Effect.gen(function* () {
      // The identity 00000000-0000-0000-0000-000000000000 and 7deda7cc-077b-11ec-a137-67523ecffd4b.
      assert.deepStrictEqual(yield* owner(dn(`u_${"a".repeat(26)}`)), {
        _tag: "Identity",
        id: "00000000-0000-0000-0000-000000000000"
      } as never)
      assert.deepStrictEqual(yield* owner(dn("u_PXW2PTAHPMI6ZIJXM5JD5T75JM")), {
        _tag: "Identity",
        id: "7deda7cc-077b-11ec-a137-67523ecffd4b"
      } as never)
    })
  )

  it.effect.each(["jane", "u_jane", `u_${"a".repeat(25)}`, `u_${"a".repeat(25)}1`, "a=b"])(
    "or by the name `%s` of Globus ID",
    (name) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* owner(dn(name)), { _tag: "Username", username: `${name}@globusid.org` })
      })
  )

  it.effect("says so in whichever line is about it", () =>
    Effect.gen(function* () {
      const gridmap = `# comment\n"/C=DE/CN=somebody else" joe\n${dn("jane", "local")}\n${dn("joe")}\n`
      assert.deepStrictEqual(yield* owner(gridmap), { _tag: "Username", username: "jane@globusid.org" })
    })
  )

  it.effect.each(["", "nothing of use", dn("jane", ""), dn("jane", "two words"), dn("")])(
    "may not say so in a way that is understood: `%s`",
    (gridmap) => Effect.map(owner(gridmap), (owner) => assert.isUndefined(owner))
  )

  it.effect.each(["", "me", `${id} ${id}`, "<html>"])(
    "whose id is `%s` is an error that names the file",
    (text) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(found({ "client-id.txt": text }))
        assert(error._tag === "LocalEndpointUnreadable", error._tag)
        assert.include(error.message, "client-id.txt")
      })
  )

  it.effect("that may not be read is an error that says why", () =>
    Effect.gen(function* () {
      const directory = yield* Workplace.folder
      // Where a file should be there is a folder, which nobody may read as a file, root included.
      mkdirSync(data(directory, "client-id.txt"), { recursive: true })
      const error = yield* Effect.flip(findPersonal({ directory }))
      assert(error._tag === "LocalEndpointUnreadable", error._tag)
      assert.include(error.message, "client-id.txt")
    })
  )

  it.effect.skipIf(Workplace.isRoot || process.platform === "win32")(
    "nor if it belongs to somebody else",
    () =>
      Effect.gen(function* () {
        const directory = yield* Workplace.folder
        chmodSync(Workplace.place(data(directory, "client-id.txt"), id), 0)
        const error = yield* Effect.flip(findPersonal({ directory }))
        assert.include(error.message, "EACCES")
      })
  )

  it("is looked for in the home folder, on Windows in the local data folder", () => {
    assert.deepStrictEqual(
      LocalEndpoints.personalDirectory({ platform: "posix", home: "/home/me" }),
      Result.succeed("/home/me/.globusonline")
    )
    const windows = { platform: "windows", home: String.raw`C:\Users\me` } as const
    assert.deepStrictEqual(
      LocalEndpoints.personalDirectory({ ...windows, localAppData: String.raw`C:\Users\me\AppData\Local` }),
      Result.succeed(String.raw`C:\Users\me\AppData\Local\Globus Connect`)
    )
    const missing = LocalEndpoints.personalDirectory(windows)
    assert.include(Result.isFailure(missing) ? missing.failure.message : "", "LOCALAPPDATA")
  })
})

describe("a Globus Connect Server", () => {
  const found = (content?: unknown) =>
    Effect.gen(function* () {
      const file = join(yield* Workplace.folder, "info.json")
      if (content !== undefined) Workplace.place(file, content)
      return yield* findServer({ file })
    })

  it.effect("that this machine is no node of is not there", () =>
    Effect.map(found(), (server) => assert.isTrue(Option.isNone(server)))
  )

  it.effect("says which endpoint it is, and where", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        Option.getOrThrow(
          yield* found({ endpoint_id: id, domain_name: "abc.xyz.data.globus.org", client_id: "x" })
        ) as unknown,
        { endpointId: id, address: Option.some("abc.xyz.data.globus.org") }
      )
      assert.deepStrictEqual(
        Option.getOrThrow(yield* found({ endpoint_id: id, domain_name: null })) as unknown,
        {
          endpointId: id,
          address: Option.none()
        }
      )
    })
  )

  it.effect.each(["", "{", "[]", "null", '{"endpoint_id":7}', '{"domain_name":"x"}'])(
    "whose file holds `%s` is an error that names it",
    (text) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(found(text))
        assert.strictEqual(error._tag, "LocalEndpointUnreadable")
        assert.include(error.message, "info.json")
        assert.include(error.message, "endpoint_id")
      })
  )

  it.effect("is looked for where its installation puts it", () =>
    Effect.gen(function* () {
      // Machines that run tests are no nodes.
      assert.isTrue(Option.isNone(yield* findServer()))
    })
  )
})
