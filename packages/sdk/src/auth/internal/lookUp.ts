/** What a lookup asks for: things by one of their names, and some of them. */
import * as Effect from "effect/Effect"
import { InvalidRequest } from "../../model/GlobusError.ts"

/** Fails if more than one of these parameters is given, or one of them with nothing in it. */
export const check = <const Name extends string>(
  operation: string,
  [first, second]: readonly [first: Name, second: Name],
  query: { readonly [N in Name]?: unknown } | undefined
): Effect.Effect<void, InvalidRequest> => {
  const refuse = (name: Name, detail: string) =>
    Effect.fail(new InvalidRequest({ service: "auth", operation, field: `query.${name}`, detail }))
  if (query?.[first] !== undefined && query[second] !== undefined) {
    return refuse(second, `Expected either ${first} or ${second}, got both`)
  }
  const empty = [first, second].find((name) => isEmpty(query?.[name]))
  return empty === undefined ? Effect.void : refuse(empty, "Expected at least one, got none")
}

const isEmpty = (value: unknown): boolean => value === "" || (Array.isArray(value) && value.length === 0)
