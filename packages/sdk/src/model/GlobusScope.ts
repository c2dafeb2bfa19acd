/**
 * Scopes: what a token of Globus Auth allows, and which scopes of other services that depends on. Use this module to
 * read and write scope strings such as `transfer:all[*data_access]`, to build them, and to merge what several parts of
 * a program ask for into one request. Plain strings do wherever a scope needs no dependencies.
 *
 * ```ts
 * import { GlobusScope } from "@effect-globus/sdk/model"
 * import { Result } from "effect"
 *
 * const access = GlobusScope.makeUnsafe("data_access", { optional: true })
 * const transfer = GlobusScope.makeUnsafe("transfer:all").pipe(GlobusScope.withDependency(access))
 *
 * GlobusScope.serialize(transfer) // "transfer:all[*data_access]"
 *
 * GlobusScope.fromInput([transfer, "openid transfer:all[email]"]).pipe(
 *   Result.map(GlobusScope.serialize)
 * ) // "transfer:all[*data_access email] openid"
 * ```
 */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import { dual } from "effect/Function"
import * as Hash from "effect/Hash"
import type { Inspectable } from "effect/Inspectable"
import { NodeInspectSymbol } from "effect/Inspectable"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

const TypeId = "~@effect-globus/sdk/GlobusScope"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A scope: an immutable value, of which two are equal (`Equal.equals`) when they have the same name, the same marker
 * and the same dependencies in whatever order. As text (`String(scope)`, `JSON.stringify`) it is its scope string.
 */
export interface GlobusScope extends Equal.Equal, Inspectable, Pipeable.Pipeable {
  readonly [TypeId]: typeof TypeId
  /** The name of the scope, without marker and dependencies: a URN, a URL, or a word such as `openid`. */
  readonly scope: string
  /** Whether the scope may be declined or revoked alone, written as a leading `*`. */
  readonly optional: boolean
  /** The scopes that this one needs in turn, in order of their first appearance; no two have the same name. */
  readonly dependencies: ReadonlyArray<GlobusScope>
}

/** Whatever names scopes: a scope string, which may hold several, a scope, or a list of both. */
export type ScopeInput = string | GlobusScope | ReadonlyArray<string | GlobusScope>

/** Everything that can be wrong with scopes as a whole; the name of a single one is {@link ScopeNameError}. */
export type ScopeError = ScopeParseError | ScopeCycleError | ScopeLimitError

/** How deep dependencies may nest, so that nobody's text can exhaust the stack. Real scopes nest about five deep. */
export const maximumDepth = 1_000

/**
 * How many characters scopes may have once every dependency is written out wherever it belongs, so that nobody's text
 * can exhaust the memory: merging copies dependencies, which doubles the length with each level in the worst case.
 */
export const maximumLength = 2 ** 24

class Scope extends Pipeable.Class implements GlobusScope {
  readonly scope: string
  readonly optional: boolean
  readonly dependencies: ReadonlyArray<GlobusScope>
  readonly #hash: number

  constructor(scope: string, optional: boolean, dependencies: ReadonlyArray<GlobusScope>) {
    super()
    this.scope = scope
    this.optional = optional
    this.dependencies = dependencies
    // A sum, so that the order of dependencies does not count.
    const hashOfDependencies = dependencies.reduce(
      (sum, dependency) => (sum + dependency[Hash.symbol]()) | 0,
      0
    )
    this.#hash = Hash.optimize(
      Hash.combine(Hash.string(scope), Hash.combine(hashOfDependencies, optional ? 1 : 0))
    )
  }

  get [TypeId](): typeof TypeId {
    return TypeId
  }

  [Hash.symbol]() {
    return this.#hash
  }

  [Equal.symbol](that: unknown) {
    return isGlobusScope(that) && equals(this, that)
  }

  override toString() {
    return serialize(this)
  }

  toJSON() {
    return serialize(this)
  }

  [NodeInspectSymbol]() {
    return `GlobusScope(${serialize(this)})`
  }
}

// Without recursion, so that the depth of a scope does not matter.
const equals = (self: GlobusScope, that: GlobusScope): boolean => {
  const pending: Array<readonly [GlobusScope, GlobusScope]> = [[self, that]]
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair
    if (left === right) continue
    if (
      left[Hash.symbol]() !== right[Hash.symbol]() ||
      left.scope !== right.scope ||
      left.optional !== right.optional ||
      left.dependencies.length !== right.dependencies.length
    ) {
      return false
    }
    const byName = new Map(right.dependencies.map((dependency) => [dependency.scope, dependency]))
    for (const dependency of left.dependencies) {
      const counterpart = byName.get(dependency.scope)
      if (counterpart === undefined) return false
      pending.push([dependency, counterpart])
    }
  }
  return true
}

/** Whether a value is a scope. */
export const isGlobusScope = (value: unknown): value is GlobusScope => Predicate.hasProperty(value, TypeId)

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/** What a scope can be made with besides its name. */
export interface MakeOptions {
  /** Whether it may be declined or revoked alone; `false` if left out. */
  readonly optional?: boolean | undefined
  /** The scopes that it needs in turn; of two with the same name, one is made that has the dependencies of both. */
  readonly dependencies?: Iterable<GlobusScope> | undefined
}

const reserved = /[[\]* ]/

/**
 * A scope of this name. Fails if the name is empty or has a character that is reserved in scope strings: a space, `*`,
 * `[` or `]`.
 */
export const make = (scope: string, options?: MakeOptions): Result.Result<GlobusScope, ScopeNameError> =>
  scope === "" || reserved.test(scope)
    ? Result.fail(new ScopeNameError({ scope }))
    : Result.succeed(new Scope(scope, options?.optional ?? false, unite(options?.dependencies ?? [])))

/** Like {@link make}, for names that are constants: a wrong name is a bug, and throws. */
export const makeUnsafe = (scope: string, options?: MakeOptions): GlobusScope =>
  Result.getOrThrow(make(scope, options))

/**
 * The scopes in a scope string: separated by spaces, each with `*` before it if it is optional, and with its
 * dependencies in brackets after it. Repeated scopes are merged (see {@link merge}); the order is that of their first
 * appearance. Takes time in proportion to the length of the text, whatever is in it.
 *
 * ```ts
 * GlobusScope.parse("a[b] a[*b c] *a") // a[b c] and *a[b c]
 * ```
 */
export const parse = (text: string): Result.Result<ReadonlyArray<GlobusScope>, ScopeError> => fromInput(text)

/** {@link parse} as an effect. */
export const parseEffect = (text: string): Effect.Effect<ReadonlyArray<GlobusScope>, ScopeError> =>
  Effect.fromResult(parse(text))

/** The scopes that an input names, parsed and merged (see {@link parse} and {@link merge}). */
export const fromInput = (input: ScopeInput): Result.Result<ReadonlyArray<GlobusScope>, ScopeError> => {
  const graph = new Graph()
  for (const item of typeof input === "string" || isGlobusScope(input) ? [input] : input) {
    if (typeof item !== "string") {
      graph.addScope(item)
      continue
    }
    const error = readInto(graph, item)
    if (error !== undefined) return Result.fail(error)
  }
  return graph.toScopes()
}

/** {@link fromInput} as an effect. */
export const fromInputEffect = (input: ScopeInput): Effect.Effect<ReadonlyArray<GlobusScope>, ScopeError> =>
  Effect.fromResult(fromInput(input))

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/**
 * The scope with one more dependency. If it has one of this name already, the two become one that has the dependencies
 * of both and is optional only if both are.
 */
export const withDependency: {
  (dependency: GlobusScope): (self: GlobusScope) => GlobusScope
  (self: GlobusScope, dependency: GlobusScope): GlobusScope
} = dual(
  2,
  (self: GlobusScope, dependency: GlobusScope): GlobusScope =>
    new Scope(self.scope, self.optional, unite([...self.dependencies, dependency]))
)

/** The scope with this marker: optional (`*`) or required. */
export const withOptional: {
  (optional: boolean): (self: GlobusScope) => GlobusScope
  (self: GlobusScope, optional: boolean): GlobusScope
} = dual(2, (self: GlobusScope, optional: boolean): GlobusScope =>
  self.optional === optional ? self : new Scope(self.scope, optional, self.dependencies)
)

/**
 * The scopes as Globus Auth understands them together: each scope once, and wherever it appears, with the union of the
 * dependencies that it has anywhere. A required dependency beats an optional one of the same name; at the top level a
 * required and an optional scope of the same name both stay. The order is that of the first appearance.
 */
export const merge = (
  scopes: Iterable<GlobusScope>
): Result.Result<ReadonlyArray<GlobusScope>, ScopeCycleError | ScopeLimitError> => {
  const graph = new Graph()
  for (const scope of scopes) graph.addScope(scope)
  return graph.toScopes()
}

/** The scope string of a scope, or of several, separated by spaces; the empty string for none. */
export const serialize = (scopes: GlobusScope | Iterable<GlobusScope>): string => {
  // What is still to be written, last first: without recursion, so that the depth of a scope does not matter.
  const pending: Array<GlobusScope | string> = []
  const push = (list: ReadonlyArray<GlobusScope>) => {
    for (const [index, scope] of list.toReversed().entries()) {
      if (index > 0) pending.push(" ")
      pending.push(scope)
    }
  }
  push(isGlobusScope(scopes) ? [scopes] : [...scopes])
  let text = ""
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") {
      text += next
      continue
    }
    text += next.optional ? `*${next.scope}` : next.scope
    if (next.dependencies.length > 0) {
      pending.push("]")
      push(next.dependencies)
      pending.push("[")
    }
  }
  return text
}

// One scope a name, as `withDependency` says.
const unite = (scopes: Iterable<GlobusScope>): ReadonlyArray<GlobusScope> => {
  const byName = new Map<string, GlobusScope>()
  for (const scope of scopes) {
    const known = byName.get(scope.scope)
    byName.set(
      scope.scope,
      known === undefined || known === scope
        ? scope
        : new Scope(
            scope.scope,
            known.optional && scope.optional,
            unite([...known.dependencies, ...scope.dependencies])
          )
    )
  }
  return [...byName.values()]
}

// -----------------------------------------------------------------------------
// schemas
// -----------------------------------------------------------------------------

const decodeText = (
  text: string,
  options: SchemaAST.ParseOptions
): Effect.Effect<ReadonlyArray<GlobusScope>, SchemaIssue.Issue> =>
  Effect.mapErrorEager(
    Effect.fromResult(parse(text)),
    (error) => new SchemaIssue.InvalidValue({ message: error.message }, text, options)
  )

/** The schema of a scope. As JSON it is a scope string that holds exactly one scope. */
export const GlobusScope: Schema.declare<GlobusScope> = Schema.declare(isGlobusScope, {
  expected: "GlobusScope",
  toCodecJson: () =>
    Schema.link<GlobusScope>()(
      Schema.String,
      SchemaTransformation.transformEffect({
        decode: (text: string, options) =>
          Effect.flatMapEager(decodeText(text, options), ([scope, ...others]) =>
            scope === undefined || others.length > 0
              ? Effect.fail(
                  new SchemaIssue.InvalidValue({ message: "Expected exactly one scope" }, text, options)
                )
              : Effect.succeed(scope)
          ),
        encode: (scope: GlobusScope) => Effect.succeed(serialize(scope))
      })
    ),
  toCodecArbitrary: () =>
    Schema.link<GlobusScope>()(
      Schema.Struct({
        scope: Schema.String.check(Schema.isPattern(/^[^[\]* ]+$/)),
        optional: Schema.Boolean
      }),
      SchemaTransformation.transform({
        decode: ({ scope, optional }): GlobusScope => new Scope(scope, optional, []),
        encode: ({ scope, optional }: GlobusScope) => ({ scope, optional })
      })
    ),
  toFormatter: () => (scope) => serialize(scope)
})

/** The schema of scopes as a scope string, as in a token response or in a query: see {@link parse}. */
export const FromString: Schema.decodeTo<
  Schema.$Array<typeof GlobusScope>,
  Schema.String
> = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Array(GlobusScope),
    SchemaTransformation.transformEffect({
      decode: decodeText,
      encode: (scopes: ReadonlyArray<GlobusScope>) => Effect.succeed(serialize(scopes))
    })
  )
)

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

const excerpt = (text: string, position: number): string => {
  const reach = 40
  const start = Math.max(0, position - reach)
  const end = Math.min(text.length, position + reach)
  return `${start > 0 ? "…" : ""}${JSON.stringify(text.slice(start, end))}${end < text.length ? "…" : ""}`
}

/** This cannot be the name of a scope. */
export class ScopeNameError extends Schema.TaggedError<ScopeNameError>()("ScopeNameError", {
  /** What was given as a name. */
  scope: Schema.String
}) {
  override get message() {
    const position = this.scope.search(reserved)
    return position === -1
      ? "The name of a scope is empty: give its URN, its URL, or a word such as `openid`."
      : `${excerpt(this.scope, position)} is not the name of a scope: ${JSON.stringify(this.scope[position])} at position ${position} is reserved. Give the name alone, or read a whole scope string with GlobusScope.parse.`
  }
}

const explanations = {
  BracketWithoutScope:
    'this "[" does not directly follow a scope. Write dependencies as scope[dependency], without a space between.',
  EmptyBrackets: "these brackets hold no dependency. Name one, or leave the brackets out.",
  OptionalWithoutScope: 'this "*" has no scope to mark as optional. Write the scope directly after it.',
  TextAfterBracket: 'only a space or another "]" may follow a "]". Separate scopes with a space.',
  UnclosedBracket: 'this "[" is never closed. Add the missing "]".',
  UnmatchedBracket: 'this "]" closes nothing. Remove it, or add the "[" that belongs to it.'
}

/** A scope string that cannot be read. */
export class ScopeParseError extends Schema.TaggedError<ScopeParseError>()("ScopeParseError", {
  /** The whole scope string. */
  text: Schema.String,
  /** Where it is wrong: the index of the character, from 0. */
  position: Schema.Int,
  /** What is wrong there. */
  reason: Schema.Literals([
    "BracketWithoutScope",
    "EmptyBrackets",
    "OptionalWithoutScope",
    "TextAfterBracket",
    "UnclosedBracket",
    "UnmatchedBracket"
  ])
}) {
  override get message() {
    return `The scope string ${excerpt(this.text, this.position)} is wrong at position ${this.position}: ${explanations[this.reason]}`
  }
}

/** Scopes that depend on themselves, directly or through others. */
export class ScopeCycleError extends Schema.TaggedError<ScopeCycleError>()("ScopeCycleError", {
  /** The names along the cycle; the first and the last are the same. */
  cycle: Schema.Array(Schema.String)
}) {
  override get message() {
    const [first = "", ...others] = this.cycle
    const path = this.cycle.length > 10 ? [first, "…", ...others.slice(-8)] : this.cycle
    return `The scope ${first} depends on itself (${path.join(" → ")}): leave one of these dependencies out.`
  }
}

/** Scopes that are nested deeper, or are longer once merged, than this module handles. */
export class ScopeLimitError extends Schema.TaggedError<ScopeLimitError>()("ScopeLimitError", {
  /** Which limit: how deep dependencies nest, or how many characters the merged scopes have. */
  limit: Schema.Literals(["depth", "length"]),
  /** {@link maximumDepth} or {@link maximumLength}. */
  maximum: Schema.Int
}) {
  override get message() {
    return this.limit === "depth"
      ? `The scopes depend on each other more than ${this.maximum} levels deep: shorten the chain of dependencies.`
      : `The scopes are more than ${this.maximum} characters long with all their dependencies: ask for fewer at once.`
  }
}

// -----------------------------------------------------------------------------
// the graph of scopes
// -----------------------------------------------------------------------------

type Edge = readonly [name: string, optional: boolean]

/**
 * What merging goes through: which scopes there are at the top level, and which scope depends on which. Its maps keep
 * the order of first appearance.
 */
class Graph {
  readonly #roots = new Map<string, Edge>()
  readonly #edges = new Map<string, Map<string, boolean>>()

  addRoot(name: string, optional: boolean): void {
    const key = optional ? `*${name}` : name
    if (!this.#roots.has(key)) this.#roots.set(key, [name, optional])
  }

  addDependency(parent: string, name: string, optional: boolean): void {
    let edges = this.#edges.get(parent)
    if (edges === undefined) {
      edges = new Map()
      this.#edges.set(parent, edges)
    }
    edges.set(name, optional && (edges.get(name) ?? true))
  }

  addScope(root: GlobusScope): void {
    this.addRoot(root.scope, root.optional)
    // Merged scopes share their dependencies: each is visited once.
    const visited = new Set<GlobusScope>()
    const pending = [root]
    for (let scope = pending.pop(); scope !== undefined; scope = pending.pop()) {
      if (visited.has(scope)) continue
      visited.add(scope)
      for (const dependency of scope.dependencies) {
        this.addDependency(scope.scope, dependency.scope, dependency.optional)
      }
      for (const dependency of scope.dependencies.toReversed()) pending.push(dependency)
    }
  }

  /** Depth first, what a scope depends on before the scope, each name once, and without recursion. */
  toScopes(): Result.Result<ReadonlyArray<GlobusScope>, ScopeCycleError | ScopeLimitError> {
    const done = new Map<string, Node>()
    const onPath = new Set<string>()
    const ancestors: Array<Node> = []
    let node = new Node("", false, this.#roots.values())
    while (true) {
      if (node.height > maximumDepth) {
        return Result.fail(new ScopeLimitError({ limit: "depth", maximum: maximumDepth }))
      }
      if (node.length > maximumLength) {
        return Result.fail(new ScopeLimitError({ limit: "length", maximum: maximumLength }))
      }
      const next = node.edges.next()
      if (next.done === true) {
        const parent = ancestors.pop()
        if (parent === undefined) return Result.succeed(node.dependencies)
        onPath.delete(node.name)
        done.set(node.name, node)
        parent.add(node, node.optional)
        node = parent
        continue
      }
      const [name, optional] = next.value
      if (onPath.has(name)) {
        const names = [...ancestors, node].map((ancestor) => ancestor.name)
        return Result.fail(new ScopeCycleError({ cycle: [...names.slice(names.indexOf(name)), name] }))
      }
      const known = done.get(name)
      if (known !== undefined) {
        node.add(known, optional)
        continue
      }
      ancestors.push(node)
      onPath.add(name)
      node = new Node(name, optional, this.#edges.get(name)?.entries() ?? [].values())
    }
  }
}

/** A scope while its dependencies are being collected; afterwards, what all that depend on it share. */
class Node {
  readonly name: string
  /** The marker of the edge by which it was reached first. */
  readonly optional: boolean
  /** The dependencies that are still to be collected. */
  readonly edges: Iterator<Edge>
  readonly dependencies: Array<GlobusScope> = []
  /** How many levels of dependencies there are. */
  height = 0
  /** About how many characters it has with all its dependencies. */
  length: number
  readonly #scopes = new Map<boolean, GlobusScope>()

  constructor(name: string, optional: boolean, edges: Iterator<Edge>) {
    this.name = name
    this.optional = optional
    this.edges = edges
    this.length = name.length
  }

  add(dependency: Node, optional: boolean): void {
    this.dependencies.push(dependency.scope(optional))
    this.height = Math.max(this.height, dependency.height + 1)
    this.length += dependency.length + 2
  }

  scope(optional: boolean): GlobusScope {
    let scope = this.#scopes.get(optional)
    if (scope === undefined) {
      scope = new Scope(this.name, optional, this.dependencies)
      this.#scopes.set(optional, scope)
    }
    return scope
  }
}

// -----------------------------------------------------------------------------
// the parser
// -----------------------------------------------------------------------------

interface Token {
  readonly kind: "name" | "[" | "]" | "*"
  readonly text: string
  readonly position: number
}

/** Adds the scopes of a scope string to the graph, or tells why it cannot be read. */
const readInto = (graph: Graph, text: string): ScopeParseError | undefined => {
  const tokens = tokenize(text)
  if (Result.isFailure(tokens)) return tokens.failure
  const fail = (reason: ScopeParseError["reason"], position: number) =>
    new ScopeParseError({ text, position, reason })
  const parents: Array<Token> = []
  const brackets: Array<Token> = []
  let scope: Token | undefined
  let optional = false
  for (const [index, token] of tokens.success.entries()) {
    const next = tokens.success[index + 1]
    switch (token.kind) {
      case "*": {
        if (next?.kind !== "name") return fail("OptionalWithoutScope", token.position)
        optional = true
        break
      }
      case "[": {
        if (next === undefined) return fail("UnclosedBracket", token.position)
        if (next.kind === "]") return fail("EmptyBrackets", token.position)
        if (next.kind === "[") return fail("BracketWithoutScope", next.position)
        if (scope === undefined) return fail("BracketWithoutScope", token.position)
        parents.push(scope)
        brackets.push(token)
        break
      }
      case "]": {
        if (parents.length === 0) return fail("UnmatchedBracket", token.position)
        parents.pop()
        brackets.pop()
        break
      }
      case "name": {
        const parent = parents.at(-1)
        if (parent === undefined) graph.addRoot(token.text, optional)
        else graph.addDependency(parent.text, token.text, optional)
        scope = token
        optional = false
        break
      }
    }
  }
  const open = brackets.at(-1)
  return open === undefined ? undefined : fail("UnclosedBracket", open.position)
}

/**
 * Splits a scope string at its special characters. Only space, `*`, `[` and `]` are special: tabs, line ends and commas
 * belong to names, but those that end the text are dropped, as the official SDK does.
 */
const tokenize = (text: string): Result.Result<ReadonlyArray<Token>, ScopeParseError> => {
  const fail = (reason: ScopeParseError["reason"], position: number) =>
    Result.fail(new ScopeParseError({ text, position, reason }))
  const tokens: Array<Token> = []
  for (const match of text.matchAll(/[[\]* ]|[^[\]* ]+/g)) {
    const piece = match[0]
    const position = match.index
    const following = text[position + piece.length]
    switch (piece) {
      case " ":
        if (following === "[") return fail("BracketWithoutScope", position + 1)
        break
      case "*":
        if (following === " ") return fail("OptionalWithoutScope", position)
        tokens.push({ kind: piece, text: piece, position })
        break
      case "]":
        if (following !== undefined && following !== " " && following !== "]") {
          return fail("TextAfterBracket", position + 1)
        }
        tokens.push({ kind: piece, text: piece, position })
        break
      case "[":
        tokens.push({ kind: piece, text: piece, position })
        break
      default: {
        const name = following === undefined ? piece.trim() : piece
        if (name !== "") tokens.push({ kind: "name", text: name, position })
      }
    }
  }
  return Result.succeed(tokens)
}
