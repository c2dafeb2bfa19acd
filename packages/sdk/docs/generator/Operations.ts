/**
 * The operations of a service: what its contract says of each, what its clients document of each, and how the official
 * SDKs name it.
 */
import * as Context from "effect/Context"
import * as HttpApi from "effect/http-api/HttpApi"
import type * as Option from "effect/Option"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { PagingOf, Redirects, RequiredScopes } from "../../src/service/GlobusService.ts"
import type { Paging } from "../../src/service/Paging.ts"
import * as Peers from "./Peers.ts"
import type { Authorization, Client, Service } from "./Services.ts"

/** An operation. */
export interface Operation {
  readonly group: string
  /** Its name in the contract. */
  readonly name: string
  readonly client: string
  /** Its names in the client. */
  readonly names: ReadonlyArray<string>
  /** Its names in other clients, with the client's. */
  readonly also: ReadonlyArray<string>
  readonly verb: string
  /** With parameters as `{name}`. */
  readonly path: string
  readonly authorization: Authorization
  /** Any one of them suffices; if there is none, any token of the service does. */
  readonly scopes: ReadonlyArray<string>
  readonly paging: Option.Option<Paging>
  readonly redirects: boolean
  /** The first sentence of the description. */
  readonly summary: string
  readonly description: string
  /** Globus' documentation of it. */
  readonly docs: string | undefined
  readonly python: ReadonlyArray<string>
  readonly javascript: string | undefined
}

interface Documented {
  readonly description: string
  readonly docs: string | undefined
}

const member = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+):/g

/** What a client's module says of its operations, by their names. */
const documentedIn = (service: Service, client: Client): ReadonlyMap<string, Documented> => {
  const file = resolve(import.meta.dirname, "../../src", service.name, `${client.name}.ts`)
  return new Map(
    Array.from(readFileSync(file, "utf8").matchAll(member), ([, comment = "", name = ""]) => {
      const text = comment
        .replaceAll(/^\s*\* ?/gm, "")
        .replaceAll(/\{@link (?:\w+\.)?(\w+)\}/g, "`$1`")
        .replaceAll(/\s+/g, " ")
        .trim()
      const [description = "", docs] = text.split(/ ?\bDocs: /)
      return [name, { description, docs }]
    })
  )
}

/** A sentence ends where another begins; `e.g.` and file names do not end one. */
const firstSentence = (text: string): string => text.split(/(?<=[.!?]) (?=[A-Z`])/)[0] ?? text

/** The operations of a service, in the contract's order. Fails if one has no client, or is not documented. */
export const of = (service: Service, peers: ReadonlyArray<Peers.Peer>): ReadonlyArray<Operation> => {
  const peerOf = new Map(
    peers
      .filter((peer) => peer.service === service.name)
      .map((peer) => [Peers.shape(peer.verb, peer.path), peer])
  )
  const clients = service.clients.map((client) => ({
    ...client,
    documented: documentedIn(service, client),
    groups: Object.keys(client.contract.groups)
  }))

  const called = (group: string, name: string) => {
    for (const { authorization = "token", documented, groups, name: client, others } of clients) {
      if (!groups.includes(group)) continue
      const other = others?.[name]
      if (other !== undefined) {
        const { names, summary } = other
        return {
          client,
          names,
          authorization: other.authorization ?? authorization,
          description: summary,
          docs: undefined
        }
      }
      const found = documented.get(name)
      if (found !== undefined) return { client, names: [name], authorization, ...found }
    }
    throw new Error(`No client of ${service.name} has a documented operation ${name}.`)
  }

  const operations: Array<Operation> = []
  HttpApi.reflect(service.contract, {
    onGroup: () => undefined,
    onEndpoint({ endpoint, group, mergedAnnotations }) {
      const by = called(group.identifier, endpoint.identifier)
      const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}")
      const peer = peerOf.get(Peers.shape(endpoint.method, path))
      operations.push({
        group: group.identifier,
        name: endpoint.identifier,
        verb: endpoint.method,
        path,
        ...by,
        also: service.clients.flatMap(({ also, name }) =>
          (also?.[endpoint.identifier] ?? []).map((each) => `${name}.${each}`)
        ),
        summary: firstSentence(by.description),
        scopes:
          by.authorization === "token" ? Context.getOrElse(mergedAnnotations, RequiredScopes, () => []) : [],
        paging: Context.getOption(mergedAnnotations, PagingOf),
        redirects: Context.getOrElse(mergedAnnotations, Redirects, () => false),
        python: peer?.python ?? [],
        javascript: peer?.javascript
      })
    }
  })
  return operations
}
