/**
 * The text of queries: the simple syntax, which takes everything for words, and the advanced one, which is that of
 * Lucene and may be wrong. A query that matches an entry says how well.
 */
import * as Result from "effect/Result"
import * as Fields from "./Fields.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** What a query looks for. A field that is not said is any. */
export type Query =
  | { readonly _tag: "Everything" }
  | { readonly _tag: "Words"; readonly field: string | undefined; readonly words: ReadonlyArray<string> }
  | { readonly _tag: "Pattern"; readonly field: string | undefined; readonly pattern: RegExp }
  | {
      readonly _tag: "Fuzzy"
      readonly field: string | undefined
      readonly word: string
      readonly distance: number
    }
  | { readonly _tag: "Range"; readonly field: string | undefined; readonly bounds: Fields.Bounds }
  | { readonly _tag: "Exists"; readonly field: string }
  | { readonly _tag: "Not"; readonly query: Query }
  | { readonly _tag: "And" | "Or"; readonly queries: ReadonlyArray<Query> }
  | { readonly _tag: "Boosted"; readonly query: Query; readonly factor: number }

/** How the text is read. */
export interface Settings {
  readonly mode: "query_string" | "advanced_query_string" | "text_match"
  readonly operator: "And" | "Or"
  /** How many characters of a word may differ, in `text_match`. */
  readonly fuzziness: number
}

const everything: Query = { _tag: "Everything" }

// -----------------------------------------------------------------------------
// the simple syntax
// -----------------------------------------------------------------------------

const wordOrPattern = (text: string, field: string | undefined): Query => {
  if (/[*?]/.test(text)) return { _tag: "Pattern", field, pattern: Fields.wildcard(text.toLowerCase()) }
  return { _tag: "Words", field, words: Fields.wordsOf(text) }
}

const all = (operator: "And" | "Or", queries: ReadonlyArray<Query>): Query =>
  queries.length === 1 ? (queries[0] as Query) : { _tag: operator, queries }

/** Words and phrases; a minus before one of them means that it must not be there. */
const readSimple = (text: string, operator: "And" | "Or"): Query => {
  const pieces = text.match(/[-+]?"[^"]*"|[^\s"]+/g) ?? []
  const wanted: Array<Query> = []
  const unwanted: Array<Query> = []
  for (const piece of pieces) {
    const [, sign, quoted, word = ""] = /^([-+]?)(?:"([^"]*)"|(.*))$/s.exec(piece) ?? []
    const query: Query =
      quoted !== undefined
        ? { _tag: "Words", field: undefined, words: Fields.wordsOf(quoted) }
        : word === "*"
          ? everything
          : wordOrPattern(word, undefined)
    if (query._tag === "Words" && query.words.length === 0) continue
    ;(sign === "-" ? unwanted : wanted).push(query)
  }
  const found = wanted.length === 0 && unwanted.length > 0 ? everything : all(operator, wanted)
  return unwanted.length === 0
    ? found
    : all("And", [found, ...unwanted.map((query): Query => ({ _tag: "Not", query }))])
}

const readWords = (text: string, { fuzziness, operator }: Settings): Query =>
  all(
    operator,
    Fields.wordsOf(text).map((word): Query =>
      fuzziness === 0
        ? { _tag: "Words", field: undefined, words: [word] }
        : { _tag: "Fuzzy", field: undefined, word, distance: fuzziness }
    )
  )

// -----------------------------------------------------------------------------
// the advanced syntax
// -----------------------------------------------------------------------------

const token =
  /\s+|(?<mark>&&|\|\||[()!+:^~]|-(?=\S))|(?<range>[[{][^\]}]*[\]}])|"(?<phrase>(?:\\.|[^"\\])*)"|(?<sign>[<>]=?)|\/(?<regex>(?:\\.|[^/\\])+)\/|(?<word>(?:\\.|[^\s()"!+:^~[\]{}\\/]|(?<=\w)[-/])+)/suy

interface Token {
  readonly kind: "mark" | "range" | "phrase" | "sign" | "regex" | "word"
  readonly text: string
}

const kinds = ["mark", "range", "phrase", "sign", "regex", "word"] as const

const tokensOf = (text: string): Result.Result<ReadonlyArray<Token>, string> => {
  const tokens: Array<Token> = []
  let at = 0
  while (at < text.length) {
    token.lastIndex = at
    const match = token.exec(text)
    if (match === null) return Result.fail(`cannot read ${JSON.stringify(text.slice(at, at + 10))} at ${at}`)
    const kind = kinds.find((kind) => match.groups?.[kind] !== undefined)
    if (kind !== undefined) tokens.push({ kind, text: match.groups?.[kind] ?? "" })
    at += match[0].length
  }
  return Result.succeed(tokens)
}

const unescape = (text: string): string => text.replace(/\\(.)/gsu, "$1")

const boundsOf = (text: string): Fields.Bounds | undefined => {
  const [, open, low, high, close] = /^([[{])\s*(\S+)\s+TO\s+(\S+)\s*([\]}])$/.exec(text) ?? []
  if (low === undefined || high === undefined) return undefined
  return {
    ...(open === "[" ? { gte: unescape(low) } : { gt: unescape(low) }),
    ...(close === "]" ? { lte: unescape(high) } : { lt: unescape(high) })
  }
}

const regexOf = (source: string): RegExp | undefined => {
  try {
    return new RegExp(`^(?:${source})$`, "su")
  } catch {
    return undefined
  }
}

/** Reads from a list of tokens; fails with what is wrong. */
const makeParser = (tokens: ReadonlyArray<Token>, operator: "And" | "Or") => {
  let at = 0
  const peek = () => tokens[at]
  const is = (...texts: ReadonlyArray<string>) => {
    const next = tokens[at]
    return next !== undefined && (next.kind === "mark" || next.kind === "word") && texts.includes(next.text)
  }
  const take = (...texts: ReadonlyArray<string>): boolean => {
    const found = is(...texts)
    if (found) at += 1
    return found
  }

  const either = (field: string | undefined): Result.Result<Query, string> =>
    Result.gen(function* () {
      const queries = [yield* both(field)]
      while (take("OR", "||")) queries.push(yield* both(field))
      return all("Or", queries)
    })

  const both = (field: string | undefined): Result.Result<Query, string> =>
    Result.gen(function* () {
      const queries = [yield* several(field)]
      while (take("AND", "&&")) queries.push(yield* several(field))
      return all("And", queries)
    })

  /** What stands side by side without a word between. */
  const several = (field: string | undefined): Result.Result<Query, string> =>
    Result.gen(function* () {
      const queries: Array<Query> = []
      const demands: Array<Query> = []
      while (peek() !== undefined && !is(")", "AND", "&&", "OR", "||")) {
        if (take("+")) demands.push(yield* single(field))
        else if (take("-", "!", "NOT")) demands.push({ _tag: "Not", query: yield* single(field) })
        else queries.push(yield* single(field))
      }
      if (queries.length === 0 && demands.length === 0) {
        return yield* Result.fail(peek() === undefined ? "it ends too early" : `unexpected ${peek()?.text}`)
      }
      return demands.length === 0
        ? all(operator, queries)
        : all("And", [...demands, ...(queries.length === 0 ? [] : [all(operator, queries)])])
    })

  const single = (field: string | undefined): Result.Result<Query, string> =>
    Result.gen(function* () {
      const found = yield* operand(field)
      if (!take("^")) return found
      const factor = Number(tokens[at++]?.text)
      return Number.isNaN(factor)
        ? yield* Result.fail("expected a number after ^")
        : ({ _tag: "Boosted", query: found, factor } satisfies Query)
    })

  const operand = (field: string | undefined): Result.Result<Query, string> => {
    const next = tokens[at++]
    if (next === undefined) return Result.fail("it ends too early")
    switch (next.kind) {
      case "phrase":
        return Result.succeed({ _tag: "Words", field, words: Fields.wordsOf(unescape(next.text)) })
      case "range": {
        const bounds = boundsOf(next.text)
        return bounds === undefined
          ? Result.fail(`${next.text} is no range such as [1 TO 5]`)
          : Result.succeed({ _tag: "Range", field, bounds })
      }
      case "sign": {
        const bound = tokens[at++]
        if (bound === undefined) return Result.fail(`expected a value after ${next.text}`)
        const name = next.text === ">" ? "gt" : next.text === ">=" ? "gte" : next.text === "<" ? "lt" : "lte"
        return Result.succeed({ _tag: "Range", field, bounds: { [name]: unescape(bound.text) } })
      }
      case "regex": {
        const pattern = regexOf(next.text)
        return pattern === undefined
          ? Result.fail(`/${next.text}/ is no regular expression`)
          : Result.succeed({ _tag: "Pattern", field, pattern })
      }
      case "word":
        return word(next.text, field)
      case "mark":
        if (next.text !== "(") return Result.fail(`unexpected ${next.text}`)
        return Result.flatMap(either(field), (inner) =>
          take(")") ? Result.succeed(inner) : Result.fail("a parenthesis is not closed")
        )
    }
  }

  const word = (text: string, field: string | undefined): Result.Result<Query, string> => {
    if (field === undefined && take(":")) {
      if (text !== "_exists_") return operand(text)
      const there = tokens[at++]?.text
      return there === undefined
        ? Result.fail("expected a field after _exists_:")
        : Result.succeed({ _tag: "Exists", field: there })
    }
    if (take("~")) {
      const distance = /^\d$/.test(tokens[at]?.text ?? "") ? Number(tokens[at++]?.text) : 2
      return Result.succeed({ _tag: "Fuzzy", field, word: unescape(text).toLowerCase(), distance })
    }
    if (text === "*") {
      return Result.succeed(field === undefined ? everything : { _tag: "Exists", field })
    }
    return Result.succeed(wordOrPattern(unescape(text), field))
  }

  return Result.flatMap(either(undefined), (query) =>
    at < tokens.length ? Result.fail(`unexpected ${tokens[at]?.text}`) : Result.succeed(query)
  )
}

/** What a text looks for, or what is wrong with it. */
export const read = (text: string, settings: Settings): Result.Result<Query, string> => {
  if (text.trim() === "*") return Result.succeed(everything)
  switch (settings.mode) {
    case "query_string":
      return Result.succeed(readSimple(text, settings.operator))
    case "text_match":
      return Result.succeed(readWords(text, settings))
    case "advanced_query_string":
      return Result.flatMap(tokensOf(text), (tokens) => makeParser(tokens, settings.operator))
  }
}

// -----------------------------------------------------------------------------
// matching
// -----------------------------------------------------------------------------

/** How often words stand in a text, one after the other. */
const occurrences = (within: ReadonlyArray<string>, words: ReadonlyArray<string>): number =>
  words.length === 0
    ? 0
    : within.filter((_, start) => words.every((word, offset) => within[start + offset] === word)).length

/** Whether a word is another one but for some characters that were added, left out or replaced. */
const isLike = (word: string, other: string, distance: number): boolean => {
  if (Math.abs(word.length - other.length) > distance) return false
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let index = 0; index < word.length; index++) {
    const above = row
    row = [index + 1]
    for (let column = 1; column <= other.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (other[column - 1] === word[index] ? 0 : 1)
      row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1))
    }
  }
  return (row.at(-1) ?? Infinity) <= distance
}

const isAt = (path: string, field: string | undefined): boolean =>
  field === undefined || path === field || (field.includes("*") && Fields.wildcard(field).test(path))

/** How much a match in a field counts. */
export type Boosts = ReadonlyMap<string, number>

const sum = (
  content: Fields.Content,
  field: string | undefined,
  boosts: Boosts,
  times: (leaf: Fields.Leaf) => number
): number => {
  let score = 0
  for (const leaf of Fields.leavesOf(content)) {
    const found = isAt(leaf.path, field) ? times(leaf) : 0
    // Each further occurrence counts less.
    if (found > 0) score += (1 + Math.log(found)) * (boosts.get(leaf.path) ?? 1)
  }
  return score
}

/** How well an entry of this content matches; 0 if it does not. */
export const score = (content: Fields.Content, query: Query, boosts: Boosts): number => {
  switch (query._tag) {
    case "Everything":
      return 1
    case "Words":
      return sum(content, query.field, boosts, ({ words }) => occurrences(words, query.words))
    case "Pattern":
      return sum(
        content,
        query.field,
        boosts,
        ({ value, words }) =>
          words.filter((word) => query.pattern.test(word)).length +
          (query.pattern.test(String(value)) ? 1 : 0)
      )
    case "Fuzzy":
      return sum(
        content,
        query.field,
        boosts,
        ({ words }) => words.filter((word) => isLike(word, query.word, query.distance)).length
      )
    case "Range":
      return sum(content, query.field, boosts, ({ value }) => (Fields.isWithin(value, query.bounds) ? 1 : 0))
    case "Exists":
      return Fields.valuesAt(content, query.field).length > 0 ? 1 : 0
    case "Not":
      return score(content, query.query, boosts) === 0 ? 1 : 0
    case "Boosted":
      return score(content, query.query, boosts) * query.factor
    case "And": {
      const scores = query.queries.map((each) => score(content, each, boosts))
      return scores.includes(0) ? 0 : scores.reduce((total, each) => total + each, 0)
    }
    case "Or":
      return query.queries.reduce((total, each) => total + score(content, each, boosts), 0)
  }
}
