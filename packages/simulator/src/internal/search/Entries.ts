/** The operations of Globus Search on what indices hold: queries, entries, subjects, and tasks. */
import { IndexTaskId } from "@effect-globus/sdk/model"
import type { GIngest, SearchFacet } from "@effect-globus/sdk/search"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import type * as Refusals from "../Refusal.ts"
import { Caller, type Handlers } from "../Service.ts"
import { Store } from "../Store.ts"
import * as Document from "./Document.ts"
import * as Search from "./Engine.ts"
import * as Facets from "./Facets.ts"
import * as IndexAccess from "./IndexAccess.ts"
import * as Indices from "./Indices.ts"
import { type ApiGroups, has, forbidden, invalid, notFound, opened } from "./Permissions.ts"

type Entry = Indices.Entry

/** Search gives away at most so many results of a query. */
const maximum = 10_000

/** The index that is asked, and the principals for whom it is. */
const asking = Effect.fnUntraced(function* (id: string, bypass: boolean | undefined) {
  const { identity } = yield* Caller
  const state = yield* (yield* Store).current
  const index = yield* Effect.fromResult(opened(state, id))
  const roles = IndexAccess.rolesIn(state, index, identity)
  if (bypass === true && !has(roles, "admin")) return yield* forbidden("search_bypass_visible_to")
  return { index, roles, principals: IndexAccess.principalsOf(state, identity) }
})

/** The parts of entries that are shown: the content, unless others are asked for, which not everybody may see. */
const partsOf = (
  fields: string | ReadonlyArray<string> | undefined,
  roles: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const asked = fields === undefined ? ["content"] : typeof fields === "string" ? [fields] : fields
  return asked.filter((part) => part === "content" || roles.length > 0)
}

const found = <A>(result: Result.Result<A, string>) => Effect.fromResult(Result.mapError(result, invalid))

// -----------------------------------------------------------------------------
// queries
// -----------------------------------------------------------------------------

type Query = Search.Question & {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly fields?: string | ReadonlyArray<string> | undefined
  readonly facets?: ReadonlyArray<SearchFacet.SearchFacet> | undefined
  readonly post_facet_filters?: Search.Question["filters"]
  readonly sort?: Parameters<typeof Search.bySubject>[1]
}

const query = Effect.fnUntraced(function* (id: string, asked: Query) {
  const { index, principals, roles } = yield* asking(id, asked.bypass_visible_to)
  const { facets = [], limit = 10, offset = 0 } = asked
  if (limit + offset > maximum) {
    return yield* invalid(`limit and offset may add up to ${maximum} at most; scroll for more`)
  }
  const unknown = Facets.unknownKind(facets)
  if (unknown !== undefined) return yield* invalid(`facets: there is no facet of the type ${unknown}`)
  // In the older format, the filters themselves say whether they count only after facets are counted.
  const filters = asked.filters ?? []
  const before = filters.filter((filter) => filter["post_filter"] !== true)
  const after = [
    ...filters.filter((filter) => filter["post_filter"] === true),
    ...(asked.post_facet_filters ?? [])
  ]
  // A query that has filters needs no text, whenever they count.
  const q = asked.q ?? (before.length + after.length > 0 ? "*" : undefined)
  const question = { ...asked, q, filters: before }
  const counted = yield* found(Search.find(index, question, principals))
  const hits =
    after.length === 0
      ? counted
      : yield* found(Search.find(index, { ...question, filters: [...before, ...after] }, principals))
  const subjects = Search.bySubject(hits, asked.sort)
  const page = subjects.slice(offset, offset + limit)
  const parts = partsOf(asked.fields, roles)
  return {
    "@datatype": "GSearchResult",
    "@version": "2017-09-01",
    total: subjects.length,
    count: page.length,
    offset,
    has_next_page: offset + page.length < Math.min(subjects.length, maximum),
    gmeta: page.map((subject) => Document.subjectOf(subject, parts)),
    ...(facets.length === 0
      ? {}
      : {
          facet_results: Facets.results(
            counted.map(({ entry }) => entry.content),
            facets
          )
        })
  }
})

/** The subject after which a page of a scroll begins. */
const markedBy = (marker: unknown): Result.Result<string | undefined, Refusals.Refusal> =>
  marker === undefined || marker === null
    ? Result.succeed(undefined)
    : Result.mapError(Base64Url.decodeString(typeof marker === "string" ? marker : "!"), () =>
        invalid("marker: it is of no page of a scroll")
      )

// -----------------------------------------------------------------------------
// what is written
// -----------------------------------------------------------------------------

const principalPattern =
  /^(public|all_authenticated_users|urn:globus:(auth:identity|groups:id):[0-9a-f-]{36})$/i

/** What is wrong with an entry, as a program gives it. */
const problemOf = ({ content, subject, visible_to }: Partial<GIngest.GMetaEntry>): string | undefined => {
  const missing = Object.entries({ subject, content, visible_to }).find(([, value]) => value === undefined)
  if (missing !== undefined) return `${missing[0]}: Missing data for required field.`
  if (new TextEncoder().encode(subject).length > 500) return "subject: Longer than maximum length 500."
  const wrong = visible_to?.find((principal) => !principalPattern.test(principal))
  return wrong === undefined ? undefined : `visible_to: ${wrong} is no principal`
}

const entriesOf = (
  given: ReadonlyArray<GIngest.GMetaEntry>
): Result.Result<ReadonlyArray<Entry>, Refusals.Refusal> => {
  for (const [index, entry] of given.entries()) {
    const problem = problemOf(entry)
    if (problem !== undefined) {
      return Result.fail(invalid(given.length === 1 ? problem : `gmeta.${index}.${problem}`))
    }
  }
  return Result.succeed(
    given.map(({ content, id, principal_sets, subject, visible_to }) => ({
      subject,
      id: id ?? null,
      content,
      visible_to,
      principal_sets: principal_sets ?? {}
    }))
  )
}

const mappingTypes = ["geo_point", "geo_shape"] as const

/** The types of fields that were given, or the first that is none. */
const mappingOf = (
  given: GIngest.Options["field_mapping"] = {}
): Result.Result<Indices.Index["mapping"], Refusals.Refusal> => {
  const mapping: Record<string, (typeof mappingTypes)[number]> = {}
  for (const [path, wanted] of Object.entries(given)) {
    const type = mappingTypes.find((type) => type === wanted)
    if (type === undefined) return Result.fail(invalid(`field_mapping.${path}: Not a valid choice.`))
    mapping[path] = type
  }
  return Result.succeed(mapping)
}

/** Takes a task on that changes an index. */
const submit = Effect.fnUntraced(function* (
  id: string,
  operation: string,
  changeFor: (principals: ReadonlyArray<string>) => Indices.Change
) {
  const { attempt, uuid } = yield* Store
  const { identity } = yield* Caller
  const task_id = IndexTaskId.make(yield* uuid)
  yield* attempt((state, now) => {
    const index = Result.flatMap(opened(state, id), (index) =>
      has(IndexAccess.rolesIn(state, index, identity), "writer")
        ? Result.succeed(index)
        : Result.fail(forbidden(operation))
    )
    if (Result.isFailure(index)) return [Result.fail(index.failure), state]
    const duration = Math.ceil(state.pace.index_task_seconds * 1000)
    const task: Indices.Task = {
      id: task_id,
      index: index.success.id,
      type: operation,
      created: now,
      begins: now + Math.floor(duration / 2),
      completes: now + duration,
      change: changeFor(IndexAccess.principalsOf(state, identity)),
      message: ""
    }
    return [Result.succeed(task), { ...state, indexTasks: Indices.addTask(state.indexTasks, task) }]
  })
  return { acknowledged: true, task_id }
})

const ingest = Effect.fnUntraced(function* (
  id: string,
  operation: string,
  given: ReadonlyArray<GIngest.GMetaEntry>,
  field_mapping?: GIngest.Options["field_mapping"]
) {
  const entries = yield* Effect.fromResult(entriesOf(given))
  const mapping = yield* Effect.fromResult(mappingOf(field_mapping))
  return yield* submit(id, operation, () => ({ _tag: "Ingest", entries, mapping }))
})

/** The entries about a subject that the caller may see. */
const aboutSubject = Effect.fnUntraced(function* (
  id: string,
  asked: { readonly subject: string; readonly bypass_visible_to?: boolean | undefined },
  isMeant: (entry: Entry) => boolean
) {
  const { index, principals, roles } = yield* asking(id, asked.bypass_visible_to)
  const hits = (index.subjects.get(asked.subject) ?? [])
    .filter(
      (entry) => isMeant(entry) && (asked.bypass_visible_to === true || Search.isVisible(entry, principals))
    )
    .map((entry) => ({ entry, score: 1, sets: Search.setsOf(entry, principals) }))
  return hits.length === 0
    ? yield* notFound("NotFound.Generic", `Nothing about ${asked.subject} was found`)
    : Document.subjectOf({ subject: asked.subject, hits }, partsOf(undefined, roles))
})

/** A task on an index that the caller may write to. */
const watched = Effect.fnUntraced(function* (id: string, operation: string) {
  const { identity } = yield* Caller
  const state = yield* (yield* Store).current
  const index = yield* Effect.fromResult(opened(state, id))
  if (!has(IndexAccess.rolesIn(state, index, identity), "writer")) return yield* forbidden(operation)
  return { index, state, now: yield* Clock.currentTimeMillis }
})

// -----------------------------------------------------------------------------
// the operations
// -----------------------------------------------------------------------------

export const handlers: Handlers<ApiGroups> = {
  search: ({ params, query: asked }) => {
    const { filter_principal_sets: sets, ...others } = asked
    return query(params.index_id, {
      ...others,
      ...(sets === undefined ? {} : { filter_principal_sets: typeof sets === "string" ? [sets] : sets })
    })
  },

  postSearch: ({ params, payload }) => query(params.index_id, payload),

  scroll: Effect.fnUntraced(function* ({ params, payload }) {
    const { index, principals, roles } = yield* asking(params.index_id, payload.bypass_visible_to)
    const after = yield* Effect.fromResult(markedBy(payload.marker))
    const hits = yield* found(Search.find(index, payload, principals))
    // In this order, what is written meanwhile moves nothing from one page to another.
    const subjects = Search.bySubject(hits).toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
    const rest = after === undefined ? subjects : subjects.filter(({ subject }) => subject > after)
    const page = rest.slice(0, payload.limit ?? 10)
    const last = page.at(-1)
    const more = page.length < rest.length && last !== undefined
    const parts = partsOf(payload.fields, roles)
    return {
      "@datatype": "GScrollResult",
      "@version": "2017-09-01",
      total: subjects.length,
      count: page.length,
      has_next_page: more,
      marker: more ? Base64Url.encode(last.subject) : null,
      gmeta: page.map((subject) => Document.subjectOf(subject, parts))
    }
  }),

  ingest: Effect.fnUntraced(function* ({ params, payload }) {
    const type: string = payload.ingest_type
    if (payload.ingest_type === "GMetaEntry") {
      return yield* ingest(params.index_id, "ingest", [payload.ingest_data], payload.field_mapping)
    }
    if (payload.ingest_type === "GMetaList") {
      const { gmeta }: Partial<GIngest.GMetaList> = payload.ingest_data
      return gmeta === undefined
        ? yield* invalid("gmeta: Missing data for required field.")
        : yield* ingest(params.index_id, "ingest", gmeta, payload.field_mapping)
    }
    return yield* invalid(`ingest_type: there is no type ${type}`)
  }),

  createEntry: ({ params, payload }) => ingest(params.index_id, "ingest", [payload]),

  updateEntry: ({ params, payload }) => ingest(params.index_id, "ingest", [payload]),

  getEntry: ({ params, query }) =>
    aboutSubject(params.index_id, query, ({ id }) => id === (query.entry_id ?? null)),

  deleteEntry: ({ params, query }) =>
    submit(params.index_id, "entry_delete", () => ({
      _tag: "DeleteEntry",
      subject: query.subject,
      id: query.entry_id ?? null
    })),

  getSubject: ({ params, query }) => aboutSubject(params.index_id, query, () => true),

  deleteSubject: ({ params, query }) =>
    submit(params.index_id, "delete_by_subject", () => ({
      _tag: "DeleteSubjects",
      subjects: [query.subject]
    })),

  batchDeleteBySubject: ({ params, payload }) =>
    submit(params.index_id, "batch_delete_by_subject", () => ({
      _tag: "DeleteSubjects",
      subjects: payload.subjects
    })),

  deleteByQuery: Effect.fnUntraced(function* ({ params, payload }) {
    const { index, principals } = yield* asking(params.index_id, payload.bypass_visible_to)
    // What is wrong with it is said now, although it is carried out later.
    yield* found(Search.find(index, payload, principals))
    return yield* submit(params.index_id, "delete_by_query", (principals) => ({
      _tag: "DeleteByQuery",
      query: payload,
      principals
    }))
  }),

  listTasks: Effect.fnUntraced(function* ({ params }) {
    const { index, now, state } = yield* watched(params.index_id, "task_list")
    const tasks = [...state.indexTasks.byId.values()].filter((task) => task.index === index.id)
    return {
      index_id: index.id,
      tasks: tasks.toSorted((a, b) => b.created - a.created).map((task) => Document.taskOf(task, now))
    }
  }),

  getTask: Effect.fnUntraced(function* ({ params }) {
    const { indexTasks } = yield* (yield* Store).current
    const task = indexTasks.byId.get(params.task_id.toLowerCase())
    if (task === undefined)
      return yield* notFound("NotFound.NoSuchTask", `There is no task ${params.task_id}`)
    const { now } = yield* watched(task.index, "task_show")
    return Document.taskOf(task, now)
  })
}
