/** All that is written: the pages, and the OpenAPI descriptions. */
import { readdirSync } from "node:fs"
import { resolve } from "node:path"
import * as OpenApiDocument from "./OpenApiDocument.ts"
import * as Operations from "./Operations.ts"
import * as Pages from "./Pages.ts"
import * as Peers from "./Peers.ts"
import { services } from "./Services.ts"

/** The folder of the package, from which the files are named. */
export const root = resolve(import.meta.dirname, "../..")

/** The command that writes the files. */
export const command = "npm run docs"

const pages = "docs/operations"
const openapi = "openapi"

/** The services with their operations. */
export const described = (): ReadonlyArray<Pages.Described> => {
  const peers = Peers.read()
  return services.map((service) => ({ service, operations: Operations.of(service, peers) }))
}

/** The content of each file, by its name. */
export const files = (): ReadonlyMap<string, string> => {
  const all = described()
  return new Map([
    [`${pages}/README.md`, Pages.ofAll(all)] as const,
    ...all.flatMap((each) => [
      [`${pages}/${each.service.name}.md`, Pages.ofService(each)] as const,
      [`${openapi}/${each.service.name}.json`, OpenApiDocument.of(each.service, each.operations)] as const
    ])
  ])
}

/** The files that are there, whether they should be or not. */
export const present = (): ReadonlyArray<string> =>
  [pages, openapi].flatMap((folder) => readdirSync(resolve(root, folder)).map((name) => `${folder}/${name}`))

/** The operations of the official SDKs that are in no contract. */
export const missing = (): ReadonlyArray<string> => {
  const known = new Set(
    described().flatMap(({ operations, service }) =>
      operations.map(({ path, verb }) => `${service.name} ${Peers.shape(verb, path)}`)
    )
  )
  return Peers.read()
    .filter(({ path, service, verb }) => !known.has(`${service} ${Peers.shape(verb, path)}`))
    .map(({ path, service, verb }) => `${service}: ${verb} ${path}`)
}
