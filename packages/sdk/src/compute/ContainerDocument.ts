/**
 * Containers of Globus Compute: what functions may run in, registered or built by the service.
 *
 * ```ts
 * import type { ContainerBuild } from "@effect-globus/sdk/compute"
 *
 * const science: ContainerBuild = { name: "science", apt: ["graphviz"], pip: ["numpy"] }
 * ```
 *
 * Docs: https://compute.api.globus.org/redoc
 */
import * as Schema from "effect/Schema"
import * as Document from "../model/Document.ts"
import { ContainerId, received } from "../model/Id.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What a container is for. */
export const ContainerRuntime = Document.openLiterals(["docker", "singularity"])
export type ContainerRuntime = typeof ContainerRuntime.Type

/** How far a container is: `provided`, `ready` and `failed` are final. */
export const BuildStatus = Document.openLiterals([
  "provided",
  "submitted",
  "initialized",
  "queued",
  "building",
  "ready",
  "failed"
])
export type BuildStatus = typeof BuildStatus.Type

/** A container that is there already, to be registered. */
export const NewContainer = Document.given({
  name: Schema.NonEmptyString,
  description: Field.optional(Schema.String),
  type: ContainerRuntime,
  /** Where the image is. */
  location: Schema.NonEmptyString
})
export type NewContainer = typeof NewContainer.Type

const packages = Field.optional(Schema.Array(Schema.String))

/** A container to be built, and the packages in it. */
export const ContainerBuild = Document.given({
  name: Schema.NonEmptyString,
  description: Field.optional(Schema.String),
  apt: packages,
  pip: packages,
  conda: packages,
  /** Where to find what else belongs in it. */
  payload_url: Field.optional(Schema.String)
})
export type ContainerBuild = typeof ContainerBuild.Type

/** That a container is registered, or will be built. */
export const ContainerRegistered = Document.make({ container_id: received(ContainerId) })
export type ContainerRegistered = typeof ContainerRegistered.Type

/** How far a container is that is built. */
export const ContainerBuildStatus = Document.make({ status: BuildStatus })
export type ContainerBuildStatus = typeof ContainerBuildStatus.Type

/** A container, and where it is. */
export const ContainerStatus = Document.make({
  container: Document.make({
    container_uuid: received(ContainerId),
    name: Schema.String,
    build_status: BuildStatus,
    type: Field.maybe(ContainerRuntime),
    location: Field.string,
    /** What building it has said. */
    build_stderr: Field.string,
    err_message: Field.string
  })
})
export type ContainerStatus = typeof ContainerStatus.Type
