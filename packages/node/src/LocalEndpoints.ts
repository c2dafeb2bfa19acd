/**
 * The Globus endpoints of this machine: the collection of a Globus Connect Personal that somebody has set up here, and
 * the endpoint of a Globus Connect Server that this machine is a node of. What they say about themselves is read from
 * their files, which anybody who may write them may have changed.
 *
 * ```ts
 * import { LocalEndpoints } from "@effect-globus/node"
 * import { TransferClient } from "@effect-globus/sdk/transfer"
 * import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
 * import { Console, Effect, Option, Stream } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const personal = yield* LocalEndpoints.findPersonal()
 *   if (Option.isNone(personal)) return yield* Console.log("There is no Globus Connect Personal here.")
 *   const transfer = yield* TransferClient
 *   yield* Stream.runForEach(transfer.listFiles(personal.value.collectionId), ({ name }) => Console.log(name))
 * }).pipe(Effect.provide(NodeFileSystem.layer))
 * ```
 */
import { Document, EndpointId, IdentityId, InvalidConfiguration, received } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Path from "node:path"
import * as Gridmap from "./internal/gridmap.ts"
import * as Machine from "./internal/machine.ts"
import { describe } from "./internal/platformError.ts"
import type * as TokenPath from "./TokenPath.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Who a Globus Connect Personal belongs to: an identity, or in older installations a user name of Globus ID. */
export type Owner =
  | { readonly _tag: "Identity"; readonly id: IdentityId }
  | { readonly _tag: "Username"; readonly username: string }

/** A Globus Connect Personal that was set up on this machine; whether it runs is another matter. */
export interface GlobusConnectPersonal {
  readonly collectionId: EndpointId
  /** None where the installation does not say so in a way that can be read. */
  readonly owner: Option.Option<Owner>
  /** The folder of its configuration. */
  readonly directory: string
}

/** The endpoint of a Globus Connect Server that this machine is a node of. */
export interface GlobusConnectServer {
  readonly endpointId: EndpointId
  /** Where its manager is, as `GcsClient.layer` takes it. */
  readonly address: Option.Option<string>
}

/** Where a Globus Connect Personal is looked for. */
export interface PersonalOptions {
  /** The folder of its configuration, as its `-dir` says. Default: `~/.globusonline`, on Windows `%LOCALAPPDATA%\Globus Connect`. */
  readonly directory?: string | undefined
}

/** Where a Globus Connect Server is looked for. */
export interface ServerOptions {
  /** The file in which a node keeps what it is. Default: `/var/lib/globus-connect-server/info.json`. */
  readonly file?: string | undefined
}

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** The folder in which Globus Connect Personal keeps its configuration. Fails where Windows does not say where data are. */
export const personalDirectory = (
  machine: TokenPath.Machine
): Result.Result<string, InvalidConfiguration> => {
  if (machine.platform === "posix") return Result.succeed(Path.posix.join(machine.home, ".globusonline"))
  return machine.localAppData === undefined || machine.localAppData === ""
    ? Result.fail(
        new InvalidConfiguration({
          setting: "LOCALAPPDATA",
          detail:
            "it is not set, so that Globus Connect Personal cannot be found. Set it, or pass `directory`."
        })
      )
    : Result.succeed(Path.win32.join(machine.localAppData, "Globus Connect"))
}

/** The text of a file, or none if it is not there. */
const textOf = (path: string) =>
  FileSystem.FileSystem.pipe(
    Effect.flatMap((fs) => fs.readFileString(path)),
    Effect.asSome,
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "NotFound"
        ? Effect.succeedNone
        : Effect.fail(new LocalEndpointUnreadable({ file: path, detail: describe(error) }))
    )
  )

const decodeId = Schema.decodeUnknownOption(EndpointId)

/** Looks for a Globus Connect Personal. None if there is none; fails if its files cannot be read or understood. */
export const findPersonal: (
  options?: PersonalOptions
) => Effect.Effect<
  Option.Option<GlobusConnectPersonal>,
  LocalEndpointUnreadable | InvalidConfiguration,
  FileSystem.FileSystem
> = Effect.fn("LocalEndpoints.findPersonal")(function* (options: PersonalOptions = {}) {
  const directory =
    options.directory ??
    (yield* Effect.flatMap(Machine.current, (machine) => Effect.fromResult(personalDirectory(machine))))
  const data = Machine.isWindows ? directory : Path.join(directory, "lta")
  const file = Path.join(data, "client-id.txt")
  const id = yield* textOf(file)
  if (Option.isNone(id)) return Option.none()
  const collectionId = decodeId(id.value.trim())
  if (Option.isNone(collectionId)) {
    return yield* new LocalEndpointUnreadable({ file, detail: "it holds no id of a collection" })
  }
  const gridmap = yield* textOf(Path.join(data, "gridmap"))
  const owner = Option.map(Option.flatMap(gridmap, Gridmap.ownerOf), (owner): Owner =>
    owner._tag === "Identity" ? { _tag: "Identity", id: IdentityId.make(owner.id) } : owner
  )
  return Option.some({ collectionId: collectionId.value, owner, directory })
})

/** What a node keeps about itself, as far as it is needed here. */
const Info = Document.make({
  endpoint_id: received(EndpointId),
  domain_name: Schema.optionalKey(Schema.NullOr(Schema.String))
})

const decodeInfo = Schema.decodeUnknownOption(Schema.fromJsonString(Info))

/** Looks for the endpoint that this machine is a node of. None if it is none; fails if its file cannot be read or understood. */
export const findServer: (
  options?: ServerOptions
) => Effect.Effect<Option.Option<GlobusConnectServer>, LocalEndpointUnreadable, FileSystem.FileSystem> =
  Effect.fn("LocalEndpoints.findServer")(function* ({
    file = "/var/lib/globus-connect-server/info.json"
  }: ServerOptions = {}) {
    const text = yield* textOf(file)
    if (Option.isNone(text)) return Option.none()
    const info = decodeInfo(text.value)
    if (Option.isNone(info)) {
      return yield* new LocalEndpointUnreadable({ file, detail: "it is not JSON with an endpoint_id" })
    }
    return Option.some({
      endpointId: info.value.endpoint_id,
      address: Option.fromNullishOr(info.value.domain_name)
    })
  })

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

/** There is an endpoint on this machine, but its file cannot be read, or is not as it should be. */
export class LocalEndpointUnreadable extends Schema.TaggedError<LocalEndpointUnreadable>()(
  "LocalEndpointUnreadable",
  {
    file: Schema.String,
    /** What the system said, or what is wrong with what is there. */
    detail: Schema.String
  }
) {
  override get message() {
    return `The file ${this.file} of an endpoint on this machine cannot be used: ${this.detail}`
  }
}
