/** The collections of a server: mapped ones on its storage, and guest ones that share a directory of those. */
import { CheckResult, Collection as CollectionDocument, type GcsApi } from "@effect-globus/sdk/gcs"
import { EndpointId, gcsCollectionScopes, GlobusScope } from "@effect-globus/sdk/model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isMapped } from "../Access.ts"
import * as CollectionFiles from "../CollectionFiles.ts"
import * as Consents from "../Consents.ts"
import * as FileTree from "../FileTree.ts"
import type { Refusal } from "../Refusal.ts"
import type { Handlers } from "../Service.ts"
import * as Session from "../Session.ts"
import { type Collection, principal, rootOf, set, type State, withoutCollection } from "../State.ts"
import { Store } from "../Store.ts"
import * as Accounts from "./Accounts.ts"
import * as Credentials from "./Credentials.ts"
import { described } from "./description.ts"
import * as Domains from "./Domains.ts"
import * as OwnerStrings from "./OwnerStrings.ts"
import { describe, missingScopes, noAccount, unmetLogin } from "./Problem.ts"
import { changed, dayOf, type Fields, type Resource, saidIn, text, texts, timeoutOf } from "./Resource.ts"
import {
  addressOf,
  all,
  type Asked,
  change,
  endpointOf,
  find,
  invalidInput,
  isAdministrator,
  isOwn,
  missingRole,
  notFound,
  page,
  put,
  read,
  refusal,
  rolesOf,
  scopeOf,
  success
} from "./Server.ts"
import * as Settings from "./Settings.ts"
import * as Terms from "./Terms.ts"

// -----------------------------------------------------------------------------
// documents
// -----------------------------------------------------------------------------

const decode = Schema.decodeUnknownSync(CollectionDocument)
const decodeCheck = Schema.decodeUnknownSync(CheckResult)

const documentOf = (
  asked: Pick<Asked, "state" | "endpoint" | "url">,
  collection: Collection,
  all: Fields
) => {
  const mapped = isMapped(collection)
  const { owner_string: _, ...fields } = all
  const name = Domains.ofCollection(asked.state, collection, { endpoint: asked.endpoint, fields })
  return decode({
    DATA_TYPE: "collection#1.16.0",
    ...(mapped ? { allow_guest_collections: true, delete_protected: true } : {}),
    deleted: false,
    ...fields,
    ...described(collection),
    id: collection.id,
    collection_type: mapped ? "mapped" : "guest",
    identity_id: collection.owner,
    mapped_collection_id: collection.host?.collection ?? null,
    collection_base_path:
      collection.host === null
        ? (fields["collection_base_path"] ?? "/")
        : FileTree.formatDirectory(collection.host.path),
    default_directory: collection.default_directory,
    enable_https: collection.https,
    ...(collection.https ? { https_url: CollectionFiles.addressOf(asked.url, collection.id) } : {}),
    domain_name: name,
    tlsftp_url: `tlsftp://${name}:443`,
    manager_url: addressOf(asked.url, asked.endpoint),
    high_assurance: collection.high_assurance,
    authentication_timeout_mins: collection.authentication_timeout_mins,
    require_mfa: collection.mfa_required,
    subscription_admin_verified: collection.subscription_admin_verified
  })
}

interface Found {
  readonly collection: Collection
  readonly resource: Resource
}

const foundIn = (asked: Asked, id: string): Result.Result<Found, Refusal> =>
  Result.flatMap(find(asked, "collection", id), (resource) => {
    const collection = asked.state.collections.get(resource.id)
    return collection === undefined
      ? Result.fail(notFound("collection", id))
      : Result.succeed({ collection, resource })
  })

// -----------------------------------------------------------------------------
// who may
// -----------------------------------------------------------------------------

const manages = (asked: Asked, collection: Collection): boolean =>
  isOwn(asked, collection.owner) ||
  rolesOf(asked, collection.id).includes("administrator") ||
  isAdministrator(asked)

/** A collection that the caller may see. */
const visible = (asked: Asked, id: string): Result.Result<Found, Refusal> =>
  Result.flatMap(foundIn(asked, id), (found) =>
    found.collection.public || manages(asked, found.collection)
      ? Result.succeed(found)
      : Result.fail(notFound("collection", id))
  )

/** A collection that the caller may change. */
const managed = (asked: Asked, id: string): Result.Result<Found, Refusal> =>
  Result.flatMap(visible(asked, id), (found) =>
    manages(asked, found.collection) ? Result.succeed(found) : Result.fail(missingRole("administrator", id))
  )

/** Sharing what is used only after a recent login needs one, too. */
const checkLogin = (asked: Asked, mapped: Collection): Result.Result<void, Refusal> => {
  const thing = Terms.protectionOf(asked.state, mapped)
  const unmet = Session.unmet(asked.state, asked, thing, asked.now)
  return unmet === undefined ? Result.succeed(undefined) : Result.fail(unmetLogin(thing, unmet))
}

/** Sharing somebody's data needs their consent to it, unless the data are of high assurance. */
const checkDataAccess = (asked: Asked, mapped: Collection): Result.Result<void, Refusal> => {
  const manage = scopeOf(asked.endpoint)
  const { data_access } = gcsCollectionScopes(mapped.id)
  const party = { identity: asked.identity, client: asked.client }
  if (mapped.high_assurance || Consents.covers(asked.state.consents, party, [manage, data_access])) {
    return Result.succeed(undefined)
  }
  const required = GlobusScope.makeUnsafe(manage, {
    dependencies: [GlobusScope.makeUnsafe(data_access, { optional: true })]
  })
  return Result.fail(missingScopes("Missing required data_access consent", [String(required)]))
}

// -----------------------------------------------------------------------------
// lists
// -----------------------------------------------------------------------------

interface Which {
  readonly filter?: ReadonlyArray<string> | string | undefined
  readonly storage_gateway_id?: string | undefined
  readonly mapped_collection_id?: string | undefined
}

const isMeant = (asked: Asked, { collection, resource }: Found, which: Which): boolean => {
  const filters = which.filter === undefined ? [] : [which.filter].flat()
  const is = (filter: string): boolean => {
    switch (filter) {
      case "mapped_collections":
        return isMapped(collection)
      case "guest_collections":
        return !isMapped(collection)
      case "managed_by_me":
        return manages(asked, collection)
      case "created_by_me":
        return isOwn(asked, collection.owner)
      default:
        return false
    }
  }
  return (
    filters.every(is) &&
    (which.storage_gateway_id === undefined ||
      resource.fields["storage_gateway_id"] === which.storage_gateway_id) &&
    (which.mapped_collection_id === undefined || collection.host?.collection === which.mapped_collection_id)
  )
}

const listed = (asked: Asked, which: Which): ReadonlyArray<Found> =>
  all(asked, "collection").flatMap(({ id }) => {
    const found = visible(asked, id)
    return Result.isSuccess(found) && isMeant(asked, found.success, which) ? [found.success] : []
  })

// -----------------------------------------------------------------------------
// new collections
// -----------------------------------------------------------------------------

/** What Transfer learns of what is said about a collection. */
const withFields = (collection: Collection, fields: Fields): Collection => ({
  ...collection,
  display_name: text(fields, "display_name") ?? collection.display_name,
  description: fields["description"] === undefined ? collection.description : text(fields, "description"),
  organization: fields["organization"] === undefined ? collection.organization : text(fields, "organization"),
  keywords: fields["keywords"] === undefined ? collection.keywords : (texts(fields, "keywords") ?? []),
  public: typeof fields["public"] === "boolean" ? fields["public"] : collection.public,
  https: typeof fields["enable_https"] === "boolean" ? fields["enable_https"] : collection.https,
  default_directory: text(fields, "default_directory") ?? collection.default_directory
})

const fresh = (id: string, asked: Asked, fields: Fields, owner: string): Collection =>
  withFields(
    {
      id: EndpointId.make(id),
      display_name: id,
      entity_type: "GCSv5_mapped_collection",
      owner,
      description: null,
      organization: null,
      keywords: [],
      public: true,
      data_access: false,
      high_assurance: false,
      authentication_timeout_mins: 30,
      mfa_required: false,
      subscription_id: endpointOf(asked).subscription_id,
      subscription_admin_verified: false,
      authentication_policy_id: null,
      home: [],
      default_directory: "/",
      https: true,
      host: null,
      folder: null,
      quota: null,
      root: FileTree.directory({ modified: asked.now, user: "globus", group: "globus" })
    },
    fields
  )

/** Who is to own a new collection; a guest collection, through which its owner's files are reached, is the caller's own. */
const ownerIn = (asked: Asked, fields: Fields, isGuest: boolean): Result.Result<string, Refusal> => {
  const named = text(fields, "identity_id")
  if (named === null) return Result.succeed(asked.identity)
  const owner = Option.getOrUndefined(principal(asked.state, named))
  if (owner === undefined) return Result.fail(invalidInput("identity_id", "There is no such identity"))
  return isGuest && !isOwn(asked, owner.id)
    ? Result.fail(invalidInput("identity_id", "It is no identity of yours"))
    : Result.succeed(owner.id)
}

const mappedCollection = (id: string, asked: Asked, fields: Fields): Result.Result<Found, Refusal> =>
  Result.gen(function* () {
    if (!isAdministrator(asked)) return yield* Result.fail(missingRole("administrator"))
    const gateway = yield* find(asked, "storage_gateway", text(fields, "storage_gateway_id") ?? "")
    const isProtected = gateway.fields["high_assurance"] === true
    const owner = yield* ownerIn(asked, fields, false)
    return {
      collection: {
        ...fresh(id, asked, fields, owner),
        data_access: !isProtected,
        high_assurance: isProtected,
        mfa_required: gateway.fields["require_mfa"] === true,
        authentication_timeout_mins: timeoutOf(gateway.fields)
      },
      resource: {
        id,
        endpoint: asked.endpoint,
        kind: "collection",
        fields: { ...fields, storage_gateway_id: gateway.id, connector_id: gateway.fields["connector_id"] }
      }
    }
  })

/** The mapped collection that the caller may share a directory of, and the directory. */
const shareable = (
  asked: Asked,
  fields: Fields
): Result.Result<Terms.Ground & { readonly path: FileTree.Path }, Refusal> =>
  Result.gen(function* () {
    const mapped = yield* visible(asked, text(fields, "mapped_collection_id") ?? "")
    if (!isMapped(mapped.collection)) {
      return yield* Result.fail(invalidInput("mapped_collection_id", "It is not a mapped collection"))
    }
    if (mapped.resource.fields["allow_guest_collections"] === false) {
      return yield* Result.fail(
        refusal(403, "permission_denied", "The collection does not allow guest collections")
      )
    }
    yield* checkDataAccess(asked, mapped.collection)
    const gateway = yield* find(
      asked,
      "storage_gateway",
      text(mapped.resource.fields, "storage_gateway_id") ?? ""
    )
    const account = yield* Result.mapError(
      Accounts.accountOf(asked.state, gateway, asked.identity),
      noAccount
    )
    const ground = { gateway, mapped: mapped.collection, settings: mapped.resource.fields }
    if (!Terms.mayShare(asked.state, ground, account.username)) {
      return yield* Result.fail(noAccount({ _tag: "InvalidUser", usernames: [account.username] }))
    }
    yield* checkLogin(asked, mapped.collection)
    const credential = text(fields, "user_credential_id")?.toLowerCase()
    const mine = Credentials.credentialsOf(asked.state, gateway, asked.identity)
    if (!mine.some(({ id }) => id === credential)) {
      return yield* Result.fail(
        refusal(422, "unprocessable_entity", "There is no such user credential of yours", {
          detail: {
            DATA_TYPE: "credential_not_found#1.0.0",
            accounts: [
              {
                identity_id: asked.identity,
                storage_gateway_id: gateway.id
              }
            ]
          }
        })
      )
    }
    const named = FileTree.parsePath(text(fields, "collection_base_path") ?? "/", mapped.collection.home)
    const root = rootOf(asked.state.collections, mapped.collection)
    // What may be shared counts where links lead.
    const ways = FileTree.ways(root, named)
    const path = ways.at(-1) ?? named
    const shared = FileTree.find(root, path)
    if (Option.isNone(shared) || shared.value._tag === "File") {
      return yield* Result.fail(
        invalidInput("collection_base_path", `There is no directory ${FileTree.formatDirectory(path)}`)
      )
    }
    yield* Result.mapError(Credentials.check(asked.state, gateway, account), noAccount)
    const allows = Terms.shareableBy(asked.state, ground, asked.identity)
    if (!ways.every((way) => allows(way, "read"))) {
      return yield* Result.fail(
        refusal(403, "permission_denied", `You may not share ${FileTree.formatDirectory(path)}`)
      )
    }
    return { ...ground, path }
  })

const guestCollection = (id: string, asked: Asked, fields: Fields): Result.Result<Found, Refusal> =>
  Result.gen(function* () {
    const { gateway, mapped, path } = yield* shareable(asked, fields)
    const owner = yield* ownerIn(asked, fields, true)
    return {
      collection: {
        ...fresh(id, asked, fields, owner),
        entity_type: "GCSv5_guest_collection",
        high_assurance: mapped.high_assurance,
        authentication_timeout_mins: mapped.authentication_timeout_mins,
        mfa_required: mapped.mfa_required,
        host: { collection: mapped.id, path }
      },
      resource: {
        id,
        endpoint: asked.endpoint,
        kind: "collection",
        fields: {
          ...fields,
          mapped_collection_id: mapped.id,
          storage_gateway_id: gateway.id,
          connector_id: gateway.fields["connector_id"]
        }
      }
    }
  })

const fieldsOf = (payload: Fields): Fields => {
  const { collection_type: _, ...fields } = saidIn(payload)
  return fields
}

/** What has operations of its own, or stays as it was at the creation. */
const fixed = [
  "identity_id",
  "owner_string",
  "storage_gateway_id",
  "connector_id",
  "mapped_collection_id",
  "collection_base_path",
  "created_at",
  "last_access"
]

const checkPolicy = (asked: Asked, fields: Fields): Result.Result<void, Refusal> => {
  const policy = text(fields, "guest_auth_policy_id")
  return policy === null || asked.state.policies.has(policy)
    ? Result.succeed(undefined)
    : Result.fail(invalidInput("guest_auth_policy_id", "There is no such authentication policy"))
}

const update = (id: string, payload: Fields, anew: boolean) =>
  change((asked) =>
    Result.gen(function* () {
      const { collection, resource } = yield* managed(asked, id)
      const said = fieldsOf(payload)
      yield* checkPolicy(asked, said)
      const fields = changed(resource.fields, said, { anew, fixed })
      const updated = withFields(collection, said)
      const after = put(
        { ...asked.state, collections: set(asked.state.collections, updated) },
        { ...resource, fields }
      )
      return [
        success([documentOf({ ...asked, state: after }, updated, fields)], `Updated collection ${id}`),
        after
      ] as const
    })
  )

const remove = (asked: Asked, id: string): Result.Result<State, Refusal> =>
  Result.flatMap(managed(asked, id), ({ collection }) => {
    const guests = [...asked.state.collections.values()].filter(
      ({ host }) => host?.collection === collection.id
    )
    if (guests.length > 0) {
      return Result.fail(
        refusal(409, "conflict", "There are guest collections on it", {
          detail: {
            DATA_TYPE: "resource_conflict#1.0.0",
            resources: guests.map((guest) => `/api/collections/${guest.id}`)
          }
        })
      )
    }
    // Of the codes that are documented for this, only that of what one may not do fits.
    return Settings.of(asked.state, collection).isProtected
      ? Result.fail(refusal(403, "permission_denied", "The collection is protected from being deleted"))
      : Result.succeed(withoutCollection(asked.state, collection.id))
  })

/** A guest collection can be used as long as its owner has an account that may share. */
const checked = ({ state }: Asked, { collection }: Found) => {
  const account = isMapped(collection)
    ? Result.succeed(undefined)
    : Terms.accountFor(state, collection, collection.owner)
  const problem = Result.isFailure(account) ? describe(account.failure) : undefined
  return decodeCheck({
    DATA_TYPE: "check_result#1.0.0",
    id: collection.id,
    message: problem?.message ?? "The collection is configured correctly",
    error: problem?.detail ?? null
  })
}

// -----------------------------------------------------------------------------
// handlers
// -----------------------------------------------------------------------------

const domainOf = (id: string) =>
  Domains.operations((asked) =>
    Result.map(managed(asked, id), ({ collection, resource }) => ({
      resource,
      name: Domains.ofCollection(asked.state, collection, resource)
    }))
  )

const ownerStringOf = (id: string) =>
  OwnerStrings.operations((asked) =>
    Result.map(managed(asked, id), ({ collection: { owner }, resource }) => ({ owner, resource }))
  )

export const collections: Handlers<(typeof GcsApi)["groups"]["collections"]> = {
  listCollections: ({ query }) =>
    read((asked) =>
      page(
        listed(asked, query).map(({ collection, resource }) =>
          documentOf(asked, collection, resource.fields)
        ),
        query
      )
    ),

  createCollection: Effect.fnUntraced(function* ({ payload }) {
    const id = yield* (yield* Store).uuid
    return yield* change((asked) =>
      Result.gen(function* () {
        const fields = { ...fieldsOf(payload), created_at: dayOf(asked.now) }
        yield* checkPolicy(asked, fields)
        const make = payload.collection_type === "guest" ? guestCollection : mappedCollection
        const { collection, resource } = yield* make(id, asked, fields)
        const after = put({ ...asked.state, collections: set(asked.state.collections, collection) }, resource)
        const document = documentOf({ ...asked, state: after }, collection, resource.fields)
        return [
          { ...success([document], `Created collection ${id}`), http_response_code: 201 },
          after
        ] as const
      })
    )
  }),

  getCollection: ({ params }) =>
    read((asked) =>
      Result.map(visible(asked, params.collection_id), ({ collection, resource }) =>
        success([documentOf(asked, collection, resource.fields)])
      )
    ),

  updateCollection: ({ params, payload }) => update(params.collection_id, payload, false),

  replaceCollection: ({ params, payload }) => update(params.collection_id, payload, true),

  deleteCollection: ({ params }) =>
    change((asked) =>
      Result.map(
        remove(asked, params.collection_id),
        (after) => [success<never>([], `Deleted collection ${params.collection_id}`), after] as const
      )
    ),

  deleteCollections: ({ payload }) =>
    change((asked) => {
      const ids: Array<EndpointId> = []
      let { state } = asked
      for (const id of payload.ids) {
        const found = managed({ ...asked, state }, id)
        if (Result.isFailure(found) || isMapped(found.success.collection)) continue
        ids.push(found.success.collection.id)
        state = withoutCollection(state, found.success.collection.id)
      }
      return Result.succeed([
        success([{ DATA_TYPE: "batch#1.0.0" as const, ids }], "Collections will be deleted"),
        state
      ])
    }),

  checkCollections: ({ query }) =>
    read((asked) =>
      page(
        listed(asked, query).map((found) => checked(asked, found)),
        query
      )
    ),

  checkCollection: ({ params }) =>
    read((asked) =>
      Result.map(visible(asked, params.collection_id), (found) => success([checked(asked, found)]))
    ),

  setCollectionOwner: ({ params, payload }) =>
    change((asked) =>
      Result.gen(function* () {
        const { collection } = yield* managed(asked, params.collection_id)
        const owner = Option.getOrUndefined(principal(asked.state, payload.identity_id))
        if (owner === undefined)
          return yield* Result.fail(invalidInput("identity_id", "There is no such identity"))
        return [
          success<never>([], `Set the owner of collection ${collection.id}`),
          { ...asked.state, collections: set(asked.state.collections, { ...collection, owner: owner.id }) }
        ] as const
      })
    ),

  setCollectionOwnerString: ({ params, payload }) =>
    ownerStringOf(params.collection_id).set(payload.identity_id),
  resetCollectionOwnerString: ({ params }) => ownerStringOf(params.collection_id).reset(),

  getCollectionDomain: ({ params }) => domainOf(params.collection_id).get(),
  setCollectionDomain: ({ params, payload }) => domainOf(params.collection_id).set(payload),
  deleteCollectionDomain: ({ params }) => domainOf(params.collection_id).remove(),

  setSubscriptionAdminVerified: ({ params, payload }) =>
    change((asked) =>
      Result.map(
        managed(asked, params.collection_id),
        ({ collection }) =>
          [
            success<never>([], "Updated the collection"),
            {
              ...asked.state,
              collections: set(asked.state.collections, {
                ...collection,
                subscription_admin_verified: payload.subscription_admin_verified
              })
            }
          ] as const
      )
    )
}
