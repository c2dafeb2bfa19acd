/** Globus Transfer: collections and their files, tasks, bookmarks. */
import {
  BookmarkId,
  dataAccess,
  EndpointId,
  gcsCollectionScopes,
  IdentityId,
  SubmissionId,
  TaskId,
  TransferScopes
} from "@effect-globus/sdk/model"
import { TransferApi } from "@effect-globus/sdk/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Consents from "./Consents.ts"
import * as FileTree from "./FileTree.ts"
import * as Instant from "./Instant.ts"
import * as Listing from "./Listing.ts"
import * as Refusals from "./Refusal.ts"
import { at, Caller, type Handlers, make as makeService } from "./Service.ts"
import { type Bookmark, type Collection, principal, set, type State, without } from "./State.ts"
import { Store } from "./Store.ts"
import * as TransferTasks from "./TransferTasks.ts"

type Groups = (typeof TransferApi)["groups"] extends { readonly [name: string]: infer G } ? G : never

const refusal = (status: number, code: string, message: string, fields?: Readonly<Record<string, unknown>>) =>
  new Refusals.Refusal({ status, code, message, fields })

const badRequest = (message: string) => refusal(400, "ClientError.BadRequest", message)

/** What is said when something was done. */
const result = (code: string, message: string, type = "result") =>
  Effect.map(at, ({ requestId, resource }) => ({
    DATA_TYPE: type,
    code,
    message,
    request_id: requestId,
    resource
  }))

// -----------------------------------------------------------------------------
// collections
// -----------------------------------------------------------------------------

const collectionOf = (state: State, id: string): Result.Result<Collection, Refusals.Refusal> => {
  const collection = state.collections.get(id.toLowerCase())
  return collection === undefined
    ? Result.fail(refusal(404, "EndpointNotFound", `No such endpoint '${id}'`))
    : Result.succeed(collection)
}

const isMapped = ({ entity_type }: Collection): boolean => entity_type.endsWith("mapped_collection")

const endpointOf = (state: State, collection: Collection, identity: string) => {
  const owner = Option.getOrUndefined(principal(state, collection.owner))
  const isOwner = collection.owner === identity
  return {
    DATA_TYPE: "endpoint",
    id: collection.id,
    display_name: collection.display_name,
    entity_type: collection.entity_type,
    owner_id: IdentityId.make(collection.owner),
    owner_string: owner?.username ?? null,
    canonical_name: `${collection.owner}#${collection.id}`,
    name: collection.id,
    username: owner?.username ?? null,
    organization: collection.organization,
    department: null,
    keywords: collection.keywords.length === 0 ? null : collection.keywords.join(","),
    description: collection.description,
    contact_email: owner?.email ?? null,
    contact_info: null,
    info_link: null,
    user_message: null,
    user_message_link: null,
    public: collection.public,
    subscription_id: null,
    subscription_admin_verified: false,
    french_english_bilingual: false,
    default_directory: collection.default_directory,
    my_effective_roles: isOwner ? ["administrator"] : [],
    mapped_collection_id: null,
    mapped_collection_display_name: null,
    host_endpoint_id: null,
    host_endpoint: null,
    host_endpoint_display_name: null,
    host_path: null,
    shareable: isMapped(collection),
    acl_available: !isMapped(collection),
    acl_editable: !isMapped(collection) && isOwner,
    acl_max_expiration_period_mins: null,
    high_assurance: collection.high_assurance,
    authentication_timeout_mins: null,
    authentication_policy_id: null,
    mfa_required: false,
    requester_pays: false,
    force_encryption: false,
    force_verify: false,
    disable_verify: false,
    disable_anonymous_writes: false,
    is_globus_connect: collection.entity_type.startsWith("GCP"),
    gcp_connected: collection.entity_type.startsWith("GCP") ? true : null,
    gcp_paused: collection.entity_type.startsWith("GCP") ? false : null,
    globus_connect_setup_key: null,
    gcs_version: collection.entity_type.startsWith("GCSv5") ? "5.4.80" : null,
    gcs_manager_url: null,
    https_server: null,
    tlsftp_server: null,
    local_user_info_available: isMapped(collection),
    network_use: null,
    location: null,
    max_concurrency: null,
    preferred_concurrency: null,
    max_parallelism: null,
    preferred_parallelism: null,
    non_functional: collection.entity_type === "GCSv5_endpoint",
    non_functional_endpoint_id: null,
    non_functional_endpoint_display_name: null,
    in_use: false,
    expires_in: -1,
    activated: false,
    last_accessed_time: null,
    DATA: []
  }
}

/** The collections that one of an identity's tasks uses. */
const used = (state: State, identity: string): ReadonlySet<string> =>
  new Set(
    TransferTasks.ofOwner(state.tasks, identity).flatMap(({ destination, source }) =>
      destination === null ? [source] : [source, destination]
    )
  )

const isInScope = (state: State, identity: string, scope: string): ((collection: Collection) => boolean) => {
  const isOwn = ({ owner }: Collection) => owner === identity
  const isGuest = ({ entity_type }: Collection) => entity_type.endsWith("guest_collection")
  switch (scope) {
    case "all":
      return (collection) => collection.public || isOwn(collection)
    case "my-endpoints":
    case "administered-by-me":
      return isOwn
    case "my-gcp-endpoints":
      return (collection) => isOwn(collection) && collection.entity_type === "GCP_mapped_collection"
    case "shared-by-me":
      return (collection) => isOwn(collection) && isGuest(collection)
    case "shared-with-me":
      return (collection) => !isOwn(collection) && isGuest(collection) && collection.public
    case "recently-used":
    case "in-use": {
      const ids = used(state, identity)
      return ({ id }) => ids.has(id)
    }
    default:
      return () => false
  }
}

/** Whether every word is in what is said about a collection. */
const isAbout = (state: State, collection: Collection, text: string): boolean => {
  const owner = Option.getOrUndefined(principal(state, collection.owner))
  const said = [
    collection.id,
    collection.display_name,
    collection.description,
    collection.organization,
    owner?.username,
    ...collection.keywords
  ]
    .join(" ")
    .toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word))
}

const scopes = new Set([
  "all",
  "my-endpoints",
  "administered-by-me",
  "my-gcp-endpoints",
  "shared-by-me",
  "shared-with-me",
  "recently-used",
  "in-use"
])

// -----------------------------------------------------------------------------
// files
// -----------------------------------------------------------------------------

interface Who {
  readonly identity: string
  readonly client: string
}

/** Refuses if the data of a collection need a consent that was not given. */
const checkConsents = (
  state: State,
  who: Who,
  collections: ReadonlyArray<Collection>
): Result.Result<void, Refusals.Refusal> => {
  const missing = collections.filter(
    ({ data_access, id }) =>
      data_access &&
      !Consents.covers(state.consents, who, [TransferScopes.all, gcsCollectionScopes(id).data_access])
  )
  return missing.length === 0
    ? Result.succeed(undefined)
    : Result.fail(
        refusal(403, "ConsentRequired", "Missing required data_access consent", {
          required_scopes: missing.map(({ id }) => String(dataAccess(id)))
        })
      )
}

/** A collection whose files may be used. */
const usable = (state: State, who: Who, id: string): Result.Result<Collection, Refusals.Refusal> =>
  Result.flatMap(collectionOf(state, id), (collection) =>
    collection.entity_type === "GCSv5_endpoint"
      ? Result.fail(
          refusal(409, "NotSupported", `'${collection.display_name}' is no collection, so it has no files`)
        )
      : Result.map(checkConsents(state, who, [collection]), () => collection)
  )

const withCollection = Effect.fnUntraced(function* (id: string) {
  const state = yield* (yield* Store).current
  const who = yield* Caller
  return yield* Effect.fromResult(usable(state, who, id))
})

const sizeOfDirectory = 4096

const fileOf = (name: string, node: FileTree.Node) => ({
  DATA_TYPE: "file",
  name,
  type: node._tag === "File" ? ("file" as const) : ("dir" as const),
  size: node._tag === "File" ? node.size : sizeOfDirectory,
  last_modified: Instant.ofFile(node.modified),
  permissions: node.permissions,
  user: node.user,
  group: node.group,
  link_target: null,
  link_size: null,
  link_user: null,
  link_group: null,
  link_last_modified: null
})

const noSuchFile = (collection: Collection, path: string) =>
  refusal(
    404,
    "ClientError.NotFound",
    `File or directory not found, on endpoint '${collection.display_name}' (${collection.id}): ${path}`
  )

/** Changes the files of a collection at once, or says why not. */
const changeFiles = Effect.fnUntraced(function* (
  id: string,
  how: (
    collection: Collection,
    defaults: FileTree.Defaults
  ) => Result.Result<FileTree.Directory, Refusals.Refusal>
) {
  const { attempt } = yield* Store
  const who = yield* Caller
  const user = "globus"
  yield* attempt((state, now) => {
    const changed = Result.flatMap(usable(state, who, id), (collection) =>
      Result.map(how(collection, { modified: now, user, group: user }), (root) => ({ ...collection, root }))
    )
    return [
      changed,
      Result.isSuccess(changed) ? { ...state, collections: set(state.collections, changed.success) } : state
    ]
  })
})

// -----------------------------------------------------------------------------
// tasks
// -----------------------------------------------------------------------------

const day = 86_400_000

const taskOf = (state: State, task: TransferTasks.Task, now: number) => {
  const progress = TransferTasks.progress(task, now)
  const { plan } = task
  const source = state.collections.get(task.source)
  const destination = task.destination === null ? undefined : state.collections.get(task.destination)
  const owner = Option.getOrUndefined(principal(state, task.owner))
  const total = plan.files.length + plan.directories.length + plan.removals.length
  const isOver = progress.status !== "ACTIVE"
  const done = progress.status === "SUCCEEDED" ? total : progress.filesDone
  const isCanceled = task.canceled !== null && isOver
  const left = total - done
  return {
    DATA_TYPE: "task",
    task_id: TaskId.make(task.id),
    type: task.type,
    status: progress.status,
    label: task.label,
    owner_id: IdentityId.make(task.owner),
    username: owner?.username ?? null,
    request_time: Instant.ofTask(task.requested),
    completion_time: progress.ended === null ? null : Instant.ofTask(progress.ended),
    deadline: Instant.ofTask(task.deadline),
    source_endpoint: source?.display_name ?? null,
    source_endpoint_id: EndpointId.make(task.source),
    source_endpoint_display_name: source?.display_name ?? null,
    destination_endpoint: destination?.display_name ?? null,
    destination_endpoint_id: task.destination === null ? null : EndpointId.make(task.destination),
    destination_endpoint_display_name: destination?.display_name ?? null,
    ...task.options,
    command: "API 0.10",
    history_deleted: false,
    faults: progress.fatalError === null || isCanceled ? 0 : 1,
    files: plan.files.length + plan.skippedFiles + (task.type === "DELETE" ? plan.removals.length : 0),
    directories: plan.directories.length,
    symlinks: 0,
    files_skipped: plan.skippedFiles,
    files_transferred: progress.filesDone,
    subtasks_total: total,
    subtasks_pending: isOver ? 0 : left,
    subtasks_retrying: 0,
    subtasks_succeeded: done,
    subtasks_expired: progress.fatalError?.code === "EXPIRED" ? left : 0,
    subtasks_canceled: isCanceled ? left : 0,
    subtasks_failed: isOver && progress.fatalError !== null && !isCanceled ? Math.max(left, 1) : 0,
    subtasks_skipped_errors: plan.skippedErrors.length,
    bytes_transferred: progress.bytes,
    bytes_checksummed: task.options["verify_checksum"] === true ? progress.bytes : 0,
    effective_bytes_per_second: progress.bytesPerSecond,
    nice_status: isOver ? null : now < task.begins ? "Queued" : "OK",
    nice_status_short_description: isOver ? null : now < task.begins ? "Queued" : "OK",
    nice_status_details: null,
    nice_status_expires_in: null,
    is_ok: isOver ? null : true,
    is_paused: false,
    fatal_error: progress.fatalError,
    canceled_by_admin: null,
    canceled_by_admin_message: null
  }
}

/** A task of whoever asks. */
const ownTask = (state: State, who: Who, id: string): Result.Result<TransferTasks.Task, Refusals.Refusal> =>
  Option.match(
    Option.filter(TransferTasks.get(state.tasks, id), ({ owner }) => owner === who.identity),
    {
      onNone: () => Result.fail(refusal(404, "TaskNotFound", `No such task '${id}'`)),
      onSome: (task) => Result.succeed(task)
    }
  )

const withTask = Effect.fnUntraced(function* (id: string) {
  const state = yield* (yield* Store).current
  const who = yield* Caller
  return {
    state,
    task: yield* Effect.fromResult(ownTask(state, who, id)),
    now: yield* Clock.currentTimeMillis
  }
})

const eventsOf = (task: TransferTasks.Task, now: number) => {
  const progress = TransferTasks.progress(task, now)
  const event = (time: number, code: string, description: string, details: unknown, isError = false) => ({
    DATA_TYPE: "event",
    code,
    is_error: isError,
    description,
    details: typeof details === "string" ? details : JSON.stringify(details),
    time: Instant.ofTask(time)
  })
  const events = []
  if (now >= task.begins && (task.canceled === null || task.canceled >= task.begins)) {
    events.push(event(task.begins, "STARTED", "started", { type: task.type.toLowerCase() }))
  }
  for (const { source } of now >= task.begins ? task.plan.skippedErrors : []) {
    events.push(
      event(task.begins, "FILE_NOT_FOUND", "file not found", `No such file or directory: ${source}`, true)
    )
  }
  if (progress.ended !== null) {
    const { bytes, bytesPerSecond, ended, fatalError, filesDone } = progress
    if (task.type === "TRANSFER" && filesDone > 0) {
      events.push(
        event(ended, "PROGRESS", "progress", {
          bytes_transferred: bytes,
          files_transferred: filesDone,
          mbps: Math.round((bytesPerSecond * 8) / 10_000) / 100
        })
      )
    }
    events.push(
      fatalError === null
        ? event(ended, "SUCCEEDED", "succeeded", { files_succeeded: filesDone })
        : event(
            ended,
            fatalError.code,
            fatalError.code.toLowerCase().replaceAll("_", " "),
            fatalError.description,
            true
          )
    )
  }
  return events.toReversed()
}

/** A page of a list that goes on from a marker, which is a position in it. */
const markedPage = <A>(items: ReadonlyArray<A>, marker: string | undefined) => {
  const size = 100
  const start = Number(marker ?? 0)
  const next = start + size
  return { marker: start, next_marker: next < items.length ? next : null, DATA: items.slice(start, next) }
}

interface Submission {
  readonly submission_id?: string | undefined
  readonly label?: string | null | undefined
  readonly deadline?: string | null | undefined
}

const queueLimit = 100

/** Takes a task on; a submission id that was used before brings the task that it became. */
const submit = Effect.fnUntraced(function* (
  submission: Submission,
  kind: "transfer" | "delete",
  decide: (
    state: State,
    who: Who
  ) => Result.Result<
    Pick<TransferTasks.Task, "source" | "destination" | "options" | "preservesTimes" | "plan">,
    Refusals.Refusal
  >
) {
  const { attempt, uuid } = yield* Store
  const who = yield* Caller
  const newId = yield* uuid
  const { code, id } = yield* attempt(
    (
      state,
      now
    ): readonly [Result.Result<{ code: "Accepted" | "Duplicate"; id: string }, Refusals.Refusal>, State] => {
      const submissionId = submission.submission_id
      if (submissionId === undefined) {
        return [Result.fail(badRequest("A submission_id is required")), state]
      }
      const known = TransferTasks.ofSubmission(state.tasks, who.identity, submissionId)
      if (Option.isSome(known)) return [Result.succeed({ code: "Duplicate", id: known.value.id }), state]
      const queued = TransferTasks.ofOwner(state.tasks, who.identity).filter(
        (task) => TransferTasks.ended(task, now) === null
      )
      if (queued.length >= queueLimit) {
        return [
          Result.fail(refusal(409, "Conflict", `There are ${queueLimit} tasks in your queue already`)),
          state
        ]
      }
      const deadline = submission.deadline ?? null
      const until = deadline === null ? now + day : Date.parse(deadline)
      if (Number.isNaN(until)) return [Result.fail(badRequest(`Invalid deadline: ${deadline}`)), state]
      if (until <= now) return [Result.fail(badRequest("The deadline is in the past")), state]
      const decided = decide(state, who)
      if (Result.isFailure(decided)) return [Result.fail(decided.failure), state]
      const task: TransferTasks.Task = {
        ...decided.success,
        id: newId,
        type: kind === "transfer" ? "TRANSFER" : "DELETE",
        owner: who.identity,
        submission: submissionId,
        label: submission.label ?? null,
        requested: now,
        begins: now + Math.ceil(state.pace.task_start_seconds * 1000),
        deadline: until,
        canceled: null,
        settled: false
      }
      return [
        Result.succeed({ code: "Accepted", id: newId }),
        { ...state, tasks: TransferTasks.add(state.tasks, task) }
      ]
    }
  )
  return {
    ...(yield* result(
      code,
      code === "Accepted"
        ? `The ${kind} has been accepted and a task has been created and queued for execution`
        : `A ${kind} with id ${id} was already submitted`,
      `${kind}_result`
    )),
    code,
    submission_id: SubmissionId.make(submission.submission_id ?? ""),
    task_id: TaskId.make(id),
    task_link: {
      DATA_TYPE: "link",
      href: `/v0.10/task/${id}?format=json`,
      rel: "related",
      resource: "task",
      title: "related task"
    }
  }
})

const isPath = (path: string): boolean => /^(\/|~(\/|$))/.test(path)

const checkPaths = (paths: ReadonlyArray<string>): Result.Result<void, Refusals.Refusal> => {
  const wrong = paths.find((path) => !isPath(path))
  return wrong === undefined
    ? Result.succeed(undefined)
    : Result.fail(badRequest(`A path must begin with "/" or "~/": ${wrong}`))
}

const levelOf = { exists: 0, size: 1, mtime: 2, checksum: 3 } as const

// -----------------------------------------------------------------------------
// bookmarks
// -----------------------------------------------------------------------------

const bookmarkOf = ({ endpoint_id, id, name, path }: Bookmark) => ({
  DATA_TYPE: "bookmark",
  id: BookmarkId.make(id),
  name,
  endpoint_id: EndpointId.make(endpoint_id),
  path
})

const ownBookmark = (state: State, who: Who, id: string): Result.Result<Bookmark, Refusals.Refusal> => {
  const bookmark = state.bookmarks.get(id.toLowerCase())
  return bookmark?.owner === who.identity
    ? Result.succeed(bookmark)
    : Result.fail(refusal(404, "BookmarkNotFound", `No such bookmark '${id}'`))
}

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

const handlers: Handlers<Groups> = {
  getEndpoint: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    return endpointOf(state, yield* Effect.fromResult(collectionOf(state, params.endpoint_id)), identity)
  }),

  updateEndpoint: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const changed = Result.flatMap(collectionOf(state, params.endpoint_id), (collection) =>
        collection.owner === identity
          ? Result.succeed({
              ...collection,
              display_name: payload.display_name ?? collection.display_name,
              description: payload.description === undefined ? collection.description : payload.description,
              organization:
                payload.organization === undefined ? collection.organization : payload.organization,
              keywords:
                payload.keywords === undefined
                  ? collection.keywords
                  : (payload.keywords ?? "").split(",").filter((word) => word !== ""),
              public: payload.public ?? collection.public,
              default_directory: payload.default_directory ?? collection.default_directory
            } satisfies Collection)
          : Result.fail(refusal(403, "PermissionDenied", "You are not an administrator of this collection"))
      )
      return Result.isSuccess(changed)
        ? [changed, { ...state, collections: set(state.collections, changed.success) }]
        : [changed, state]
    })
    return yield* result("Updated", "Endpoint updated successfully")
  }),

  deleteEndpoint: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const { identity } = yield* Caller
    yield* attempt((state) => {
      const found = Result.flatMap(collectionOf(state, params.endpoint_id), (collection) =>
        collection.owner === identity
          ? Result.succeed(collection)
          : Result.fail(refusal(403, "PermissionDenied", "You are not an administrator of this collection"))
      )
      return Result.isSuccess(found)
        ? [found, { ...state, collections: without(state.collections, found.success.id) }]
        : [found, state]
    })
    return yield* result("Deleted", "Endpoint deleted successfully")
  }),

  searchEndpoints: Effect.fnUntraced(function* ({ query }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const scope = query.filter_scope ?? "all"
    const text = query.filter_fulltext?.trim() ?? ""
    if (!scopes.has(scope)) return yield* refusal(400, "BadRequest", `Invalid filter_scope: ${scope}`)
    const isNarrow =
      text !== "" || query.filter_owner_id !== undefined || query.filter_host_endpoint !== undefined
    if (scope === "all" && !isNarrow) {
      return yield* refusal(400, "BadRequest", "filter_fulltext is required when filter_scope is 'all'")
    }
    const isMeant = isInScope(state, identity, scope)
    const found = [...state.collections.values()].filter(
      (collection) =>
        isMeant(collection) &&
        (text === "" || isAbout(state, collection, text)) &&
        (query.filter_owner_id === undefined || query.filter_owner_id === collection.owner) &&
        query.filter_host_endpoint === undefined &&
        (query.filter_entity_type === undefined || query.filter_entity_type === collection.entity_type) &&
        (query.filter_non_functional === undefined ||
          query.filter_non_functional === (collection.entity_type === "GCSv5_endpoint"))
    )
    const limits = { orderby: undefined, limit: 100, maximum: 100 }
    const { items, limit, offset, total } = Listing.page(
      found.map((collection) => endpointOf(state, collection, identity)),
      query,
      limits
    )
    return {
      DATA_TYPE: "endpoint_list",
      DATA: items,
      limit,
      offset,
      has_next_page: offset + items.length < Math.min(total, 1000)
    }
  }),

  listMyEffectivePauseRules: Effect.fnUntraced(function* ({ params }) {
    yield* Effect.fromResult(collectionOf(yield* (yield* Store).current, params.endpoint_id))
    return { DATA_TYPE: "pause_rule_list", DATA: [] }
  }),

  ls: Effect.fnUntraced(function* ({ params, query }) {
    const collection = yield* withCollection(params.endpoint_id)
    const asked = query.path === undefined || query.path === "" ? collection.default_directory : query.path
    const path = FileTree.parsePath(asked, collection.home)
    const node = Option.getOrUndefined(FileTree.get(collection.root, path))
    if (node === undefined) return yield* noSuchFile(collection, asked)
    if (node._tag === "File") {
      return yield* refusal(502, "ExternalError.DirListingFailed.NotDirectory", `Not a directory: ${asked}`)
    }
    const visible = FileTree.list(node).filter(
      ([name]) => query.show_hidden !== false || !name.startsWith(".")
    )
    const { items, limit, offset, total } = Listing.page(
      visible.map(([name, node]) => fileOf(name, node)),
      query,
      { orderby: undefined, limit: 100_000, maximum: 100_000 }
    )
    return {
      DATA_TYPE: "file_list",
      DATA: items,
      endpoint: collection.id,
      path: asked.endsWith("/") ? asked : `${asked}/`,
      absolute_path: FileTree.formatDirectory(path),
      rename_supported: true,
      symlink_supported: false,
      length: items.length,
      total,
      limit,
      offset
    }
  }),

  stat: Effect.fnUntraced(function* ({ params, query }) {
    const collection = yield* withCollection(params.endpoint_id)
    const asked = query.path ?? collection.default_directory
    const path = FileTree.parsePath(asked, collection.home)
    const node = Option.getOrUndefined(FileTree.get(collection.root, path))
    return node === undefined ? yield* noSuchFile(collection, asked) : fileOf(path.at(-1) ?? "/", node)
  }),

  mkdir: Effect.fnUntraced(function* ({ params, payload }) {
    yield* Effect.fromResult(checkPaths([payload.path]))
    yield* changeFiles(params.endpoint_id, (collection, defaults) => {
      const made = FileTree.makeDirectory(
        collection.root,
        FileTree.parsePath(payload.path, collection.home),
        defaults
      )
      return Result.mapError(made, (problem) =>
        problem === "Exists"
          ? refusal(502, "ExternalError.MkdirFailed.Exists", `Path already exists: ${payload.path}`)
          : problem === "NotFound"
            ? noSuchFile(collection, payload.path)
            : refusal(502, "ExternalError.MkdirFailed", `Not a directory on the way to ${payload.path}`)
      )
    })
    return yield* result("DirectoryCreated", "The directory was created successfully", "mkdir_result")
  }),

  rename: Effect.fnUntraced(function* ({ params, payload }) {
    yield* Effect.fromResult(checkPaths([payload.old_path, payload.new_path]))
    yield* changeFiles(params.endpoint_id, (collection) => {
      const renamed = FileTree.rename(
        collection.root,
        FileTree.parsePath(payload.old_path, collection.home),
        FileTree.parsePath(payload.new_path, collection.home)
      )
      return Result.mapError(renamed, (problem) =>
        problem === "NotFound"
          ? noSuchFile(collection, payload.old_path)
          : problem === "Exists"
            ? refusal(502, "ExternalError.RenameFailed.Exists", `Path already exists: ${payload.new_path}`)
            : refusal(502, "ExternalError.RenameFailed", `Cannot rename to ${payload.new_path}`)
      )
    })
    return yield* result("FileRenamed", "File or directory renamed successfully")
  }),

  getSubmissionId: Effect.fnUntraced(function* () {
    const { uuid } = yield* Store
    return { DATA_TYPE: "submission_id", value: SubmissionId.make(yield* uuid) }
  }),

  submitTransfer: ({ payload }) =>
    submit(payload, "transfer", (state, who) => {
      const items = payload.DATA ?? []
      if (items.length === 0) {
        return Result.fail(
          refusal(400, "ClientError.BadRequest.NoTransferItems", "A transfer requires at least one item")
        )
      }
      const { destination_endpoint: to, source_endpoint: from } = payload
      if (from === undefined) return Result.fail(badRequest("source_endpoint is required"))
      if (to === undefined) return Result.fail(badRequest("destination_endpoint is required"))
      return Result.gen(function* () {
        yield* checkPaths(
          items.flatMap(({ destination_path, source_path }) => [source_path, destination_path])
        )
        const source = yield* collectionOf(state, from)
        const destination = yield* collectionOf(state, to)
        yield* checkConsents(state, who, source === destination ? [source] : [source, destination])
        const level = payload.sync_level ?? null
        const syncLevel = typeof level === "string" ? levelOf[level] : level
        const plan = TransferTasks.planTransfer(
          {
            items: items.map(({ destination_path, recursive, source_path }) => ({
              source: source_path,
              destination: destination_path,
              recursive
            })),
            rules: (payload.filter_rules ?? []).map(({ method, name, type }) => ({
              method: method ?? "exclude",
              name,
              type: type ?? null
            })),
            syncLevel,
            deletesExtra: payload.delete_destination_extra ?? false,
            skipsErrors: payload.skip_source_errors ?? false
          },
          source,
          destination,
          state.pace
        )
        return {
          source: source.id,
          destination: destination.id,
          plan,
          preservesTimes: payload.preserve_timestamp ?? false,
          options: {
            sync_level: syncLevel,
            encrypt_data: payload.encrypt_data ?? false,
            verify_checksum: payload.verify_checksum ?? true,
            preserve_timestamp: payload.preserve_timestamp ?? false,
            delete_destination_extra: payload.delete_destination_extra ?? false,
            skip_source_errors: payload.skip_source_errors ?? false,
            fail_on_quota_errors: payload.fail_on_quota_errors ?? false,
            recursive_symlinks: payload.recursive_symlinks ?? "ignore",
            filter_rules: payload.filter_rules ?? null
          }
        }
      })
    }),

  submitDelete: ({ payload }) =>
    submit(payload, "delete", (state, who) => {
      const paths = (payload.DATA ?? []).map(({ path }) => path)
      if (paths.length === 0) {
        return Result.fail(
          refusal(400, "ClientError.BadRequest.NoDeleteItems", "A delete requires at least one item")
        )
      }
      const { endpoint } = payload
      if (endpoint === undefined) return Result.fail(badRequest("endpoint is required"))
      return Result.gen(function* () {
        yield* checkPaths(paths)
        const collection = yield* usable(state, who, endpoint)
        return {
          source: collection.id,
          destination: null,
          preservesTimes: false,
          options: {},
          plan: TransferTasks.planDelete(
            {
              paths,
              recursive: payload.recursive ?? false,
              ignoresMissing: payload.ignore_missing ?? false,
              interpretsGlobs: payload.interpret_globs ?? false
            },
            collection,
            state.pace
          )
        }
      })
    }),

  listTasks: Effect.fnUntraced(function* ({ query }) {
    const state = yield* (yield* Store).current
    const { identity } = yield* Caller
    const now = yield* Clock.currentTimeMillis
    const { items, limit, offset, total } = Listing.page(
      TransferTasks.ofOwner(state.tasks, identity).map((task) => taskOf(state, task, now)),
      query,
      { orderby: undefined, limit: 10, maximum: 1000 }
    )
    return { DATA_TYPE: "task_list", DATA: items, length: items.length, limit, offset, total }
  }),

  getTask: Effect.fnUntraced(function* ({ params }) {
    const { now, state, task } = yield* withTask(params.task_id)
    return taskOf(state, task, now)
  }),

  updateTask: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    yield* attempt((state, now) => {
      const changed = Result.gen(function* () {
        const task = yield* ownTask(state, who, params.task_id)
        if (TransferTasks.ended(task, now) !== null) {
          return yield* Result.fail(refusal(409, "Conflict", "The task has ended, so it cannot be changed"))
        }
        const deadline = payload.deadline ?? null
        const until = deadline === null ? task.deadline : Date.parse(deadline)
        if (Number.isNaN(until)) return yield* Result.fail(badRequest(`Invalid deadline: ${deadline}`))
        return { ...task, label: payload.label === undefined ? task.label : payload.label, deadline: until }
      })
      return Result.isSuccess(changed)
        ? [changed, { ...state, tasks: TransferTasks.change(state.tasks, changed.success) }]
        : [changed, state]
    })
    return yield* result("Updated", "Updated task successfully")
  }),

  cancelTask: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    const canceled = yield* attempt((state, now) => {
      const task = ownTask(state, who, params.task_id)
      if (Result.isFailure(task)) return [Result.fail(task.failure), state]
      return TransferTasks.ended(task.success, now) === null
        ? [
            Result.succeed(true),
            { ...state, tasks: TransferTasks.change(state.tasks, { ...task.success, canceled: now }) }
          ]
        : [Result.succeed(false), state]
    })
    return yield* canceled
      ? result("Canceled", "The task has been cancelled successfully.")
      : result("TaskComplete", "The task completed before the cancel request was processed.")
  }),

  getTaskPauseInfo: Effect.fnUntraced(function* ({ params }) {
    yield* withTask(params.task_id)
    return {
      DATA_TYPE: "pause_info_limited",
      pause_rules: [],
      source_pause_message: null,
      source_pause_message_share: null,
      destination_pause_message: null,
      destination_pause_message_share: null
    }
  }),

  listTaskEvents: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    const { items, limit, offset, total } = Listing.page(eventsOf(task, now), query, {
      orderby: undefined,
      limit: 10,
      maximum: 1000
    })
    return { DATA_TYPE: "event_list", DATA: items, length: items.length, limit, offset, total }
  }),

  listTaskSuccessfulTransfers: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    const { filesDone, status } = TransferTasks.progress(task, now)
    if (task.type === "DELETE" || status === "ACTIVE") {
      return yield* badRequest("Successful transfers are listed for transfers that have ended")
    }
    const done = task.plan.files.slice(0, filesDone).map(({ destination, file, source }) => ({
      DATA_TYPE: "successful_transfer",
      source_path: source,
      destination_path: destination,
      checksum: null,
      checksum_algorithm: null,
      dynamic: false,
      size: file.size
    }))
    return { DATA_TYPE: "successful_transfers", ...markedPage(done, query.marker) }
  }),

  listTaskSkippedErrors: Effect.fnUntraced(function* ({ params, query }) {
    const { now, task } = yield* withTask(params.task_id)
    const skipped = (now < task.begins ? [] : task.plan.skippedErrors).map(({ destination, source }) => ({
      DATA_TYPE: "skipped_error",
      error_code: "FILE_NOT_FOUND" as const,
      error_details: `No such file or directory: ${source}`,
      error_time: Instant.ofTask(task.begins),
      source_path: source,
      destination_path: destination,
      is_directory: false,
      is_symlink: false,
      is_delete_destination_extra: false,
      external_checksum: null,
      checksum_algorithm: null
    }))
    return { DATA_TYPE: "skipped_errors", ...markedPage(skipped, query.marker) }
  }),

  listBookmarks: Effect.fnUntraced(function* () {
    const { bookmarks } = yield* (yield* Store).current
    const { identity } = yield* Caller
    return {
      DATA_TYPE: "bookmark_list",
      DATA: [...bookmarks.values()].filter(({ owner }) => owner === identity).map(bookmarkOf)
    }
  }),

  createBookmark: Effect.fnUntraced(function* ({ payload }) {
    const { attempt, uuid } = yield* Store
    const { identity } = yield* Caller
    const id = yield* uuid
    const { endpoint_id, name, path } = payload
    if (name === undefined || endpoint_id === undefined || path === undefined) {
      return yield* badRequest("A bookmark needs a name, an endpoint_id and a path")
    }
    const bookmark: Bookmark = { id, owner: identity, name, endpoint_id, path }
    yield* attempt((state) => {
      const isTaken = [...state.bookmarks.values()].some(
        (other) => other.owner === identity && other.name === name
      )
      if (isTaken)
        return [Result.fail(refusal(409, "BookmarkExists", `There is a bookmark '${name}' already`)), state]
      const collection = collectionOf(state, endpoint_id)
      return Result.isSuccess(collection)
        ? [collection, { ...state, bookmarks: set(state.bookmarks, bookmark) }]
        : [collection, state]
    })
    return bookmarkOf(bookmark)
  }),

  getBookmark: Effect.fnUntraced(function* ({ params }) {
    const state = yield* (yield* Store).current
    return bookmarkOf(yield* Effect.fromResult(ownBookmark(state, yield* Caller, params.bookmark_id)))
  }),

  updateBookmark: Effect.fnUntraced(function* ({ params, payload }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    const bookmark = yield* attempt((state) => {
      const changed = Result.map(ownBookmark(state, who, params.bookmark_id), (bookmark) => ({
        ...bookmark,
        name: payload.name ?? bookmark.name
      }))
      return Result.isSuccess(changed)
        ? [changed, { ...state, bookmarks: set(state.bookmarks, changed.success) }]
        : [changed, state]
    })
    return bookmarkOf(bookmark)
  }),

  deleteBookmark: Effect.fnUntraced(function* ({ params }) {
    const { attempt } = yield* Store
    const who = yield* Caller
    yield* attempt((state) => {
      const found = ownBookmark(state, who, params.bookmark_id)
      return Result.isSuccess(found)
        ? [found, { ...state, bookmarks: without(state.bookmarks, found.success.id) }]
        : [found, state]
    })
    return yield* result("Deleted", "Bookmark deleted successfully")
  })
}

/** Globus Transfer. */
export const make = makeService({
  name: "transfer",
  voice: Refusals.transfer,
  api: TransferApi,
  handlers,
  open: new Set(),
  need: (_, scopes) => ({
    isFor: (resourceServer) => resourceServer === TransferScopes.resourceServer,
    anyOf: scopes.length === 0 ? [TransferScopes.all] : [...scopes, TransferScopes.all]
  })
})
