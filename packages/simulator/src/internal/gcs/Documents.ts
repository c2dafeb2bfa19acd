/** Documents of which a server has many and knows little: listed, created, changed and removed all in one way. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Refusal } from "../Refusal.ts"
import type { State } from "../State.ts"
import { Store } from "../Store.ts"
import { changed, type Fields, type Kind, type Resource, saidIn } from "./Resource.ts"
import { all, type Asked, change, find, page, put, read, success, without } from "./Server.ts"

/** What is particular to a kind of document. */
export interface Options<S extends Schema.ConstraintCodec<unknown, unknown>> {
  readonly kind: Kind
  readonly schema: S
  /** The version of the documents. */
  readonly version: string
  /** Who may read one, and who may change one; asked before it is created, too. */
  readonly mayRead: (asked: Asked, fields: Fields) => Result.Result<void, Refusal>
  readonly mayWrite: (asked: Asked, fields: Fields) => Result.Result<void, Refusal>
  /** What a new document has that was not sent, and what must be so. */
  readonly complete?: (asked: Asked, fields: Fields) => Result.Result<Fields, Refusal>
  /** What stays as it is when a document is changed, whatever is sent. */
  readonly fixed?: ReadonlyArray<string>
  /** Whether a document may be so, new or changed. */
  readonly check?: (fields: Fields) => Result.Result<void, Refusal>
  /** What else becomes of a change. */
  readonly settle?: (state: State, changed: Resource) => State
  /** What a document has that follows from something else. */
  readonly derive?: (fields: Fields) => Fields
  /** Whether nothing stands in the way of removing it. */
  readonly isFree?: (asked: Asked, resource: Resource) => Result.Result<void, Refusal>
}

interface Page {
  readonly page_size?: number | undefined
  readonly marker?: string | undefined
}

/** The operations on the documents of a kind. */
export const make = <S extends Schema.ConstraintCodec<unknown, unknown>>(options: Options<S>) => {
  const { derive = (fields: Fields) => fields, fixed = [], kind, mayRead, mayWrite, version } = options
  const decode = Schema.decodeUnknownSync(options.schema)
  const nothing = () => Result.succeed<void>(undefined)
  const isFree = options.isFree ?? nothing
  const check = options.check ?? nothing
  const settle = options.settle ?? ((state: State) => state)
  const complete = options.complete ?? ((_: Asked, fields: Fields) => Result.succeed(fields))
  const name = kind.replaceAll("_", " ")

  const documentOf = ({ fields, id }: Resource): S["Type"] =>
    decode({ DATA_TYPE: `${kind}#${version}`, ...derive(fields), id })

  const one = (asked: Asked, id: string, may: Options<S>["mayRead"]): Result.Result<Resource, Refusal> =>
    Result.flatMap(find(asked, kind, id), (resource) =>
      Result.map(may(asked, resource.fields), () => resource)
    )

  return {
    documentOf,

    list: (query: Page, isMeant: (resource: Resource, asked: Asked) => boolean = () => true) =>
      read((asked) =>
        page(
          all(asked, kind)
            .filter(
              (resource) => Result.isSuccess(mayRead(asked, resource.fields)) && isMeant(resource, asked)
            )
            .map(documentOf),
          query
        )
      ),

    create: Effect.fnUntraced(function* (payload: Fields) {
      const id = yield* (yield* Store).uuid
      return yield* change((asked) =>
        Result.gen(function* () {
          const fields = yield* complete(asked, saidIn(payload))
          yield* mayWrite(asked, fields)
          yield* check(fields)
          const resource: Resource = { id, endpoint: asked.endpoint, kind, fields }
          return [
            success([documentOf(resource)], `Created ${name} ${id}`),
            put(asked.state, resource)
          ] as const
        })
      )
    }),

    get: (id: string) =>
      read((asked) => Result.map(one(asked, id, mayRead), (resource) => success([documentOf(resource)]))),

    /** With `anew`, what is not said goes away. */
    update: (
      id: string,
      payload: Fields,
      { anew, shows = true }: { readonly anew: boolean; readonly shows?: boolean }
    ) =>
      change((asked) =>
        Result.flatMap(one(asked, id, mayWrite), (resource) => {
          const fields = changed(resource.fields, saidIn(payload), { anew, fixed })
          const after = { ...resource, fields }
          const data = shows ? [documentOf(after)] : []
          return Result.map(
            check(fields),
            () => [success(data, `Updated ${name} ${id}`), settle(put(asked.state, after), after)] as const
          )
        })
      ),

    remove: (id: string, after: (state: State) => State = (state) => state) =>
      change((asked) =>
        Result.gen(function* () {
          const resource = yield* one(asked, id, mayWrite)
          yield* isFree(asked, resource)
          return [success<never>([], `Deleted ${name} ${id}`), after(without(asked.state, resource))] as const
        })
      )
  }
}
