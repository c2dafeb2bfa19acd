/** The DNS names of an endpoint and of its collections. Nothing is reached under them: addresses stay the simulator's. */
import { Domain } from "@effect-globus/sdk/gcs"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Refusal } from "../Refusal.ts"
import type { Collection, State } from "../State.ts"
import { type Fields, keepable, keyOf, recordOf, type Resource, text } from "./Resource.ts"
import { type Asked, change, put, read, success } from "./Server.ts"

const decode = Schema.decodeUnknownSync(Domain)

/** The name that administrators have given, and its certificate; without a certificate it may be but a name. */
const givenIn = (fields: Fields): Fields | undefined => {
  const domain = recordOf(fields["domain"])
  if (typeof domain?.["domain_name"] === "string") return domain
  const name = text(fields, "domain_name")
  return name === null ? undefined : { domain_name: name }
}

/** The name of an endpoint: the one it was given, or one that is made up. */
export const ofEndpoint = (state: State, endpoint: string): string =>
  text(givenIn(state.gcs.get(keyOf("endpoint", endpoint))?.fields ?? {}) ?? {}, "domain_name") ??
  `${endpoint.slice(0, 6)}.data.simulated.globus.org`

/** The name of a collection: the one it was given, or one below that of its endpoint. */
export const ofCollection = (
  state: State,
  { entity_type, id }: Collection,
  { endpoint, fields }: Pick<Resource, "endpoint" | "fields">
): string =>
  text(givenIn(fields) ?? {}, "domain_name") ??
  `${entity_type.endsWith("guest_collection") ? "g" : "m"}-${id.slice(0, 6)}.${ofEndpoint(state, endpoint)}`

/** What has a name. */
interface Named {
  readonly resource: Resource
  readonly name: string
}

/** The operations on the name of something that whoever asks may change. */
export const operations = (what: (asked: Asked) => Result.Result<Named, Refusal>) => ({
  get: () =>
    read((asked) =>
      Result.map(what(asked), ({ name, resource }) =>
        success([
          decode({
            DATA_TYPE: "domain#1.0.0",
            wildcard: false,
            ...givenIn(resource.fields),
            domain_name: name
          })
        ])
      )
    ),

  set: (payload: Fields) =>
    change((asked) =>
      Result.map(what(asked), ({ resource }) => {
        const { DATA_TYPE: _, ...domain } = keepable(payload)
        const { domain_name: __, ...fields } = resource.fields
        return [
          success<never>([], "Updated the domain"),
          put(asked.state, { ...resource, fields: { ...fields, domain } })
        ] as const
      })
    ),

  remove: () =>
    change((asked) =>
      Result.map(what(asked), ({ resource }) => {
        const { domain: _, domain_name: __, ...fields } = resource.fields
        return [success<never>([], "Deleted the domain"), put(asked.state, { ...resource, fields })] as const
      })
    )
})
