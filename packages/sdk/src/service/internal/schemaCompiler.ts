/** Compiling the schemas of an operation that is called often. */
import * as Effect from "effect/Effect"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as SchemaAST from "effect/SchemaAST"
import * as KnownFields from "./knownFields.ts"

/**
 * After how many requests of one operation its schemas are worth compiling: that takes some milliseconds, which a
 * script that asks once should not pay, and makes decoding some five times faster.
 */
export const worthwhile = 20

/** Compiles, where the platform allows it; otherwise schemas stay as they are. Parsers made before are not affected. */
export const enable = (endpoint: HttpApiEndpoint.Top): Effect.Effect<void> =>
  Effect.map(
    Effect.promise(() => import("effect/schema/SchemaJITCompiler")),
    ({ enable }) => {
      for (const { ast } of endpoint.success) {
        enable(ast)
        Option.map(KnownFields.make(ast), enable)
      }
      for (const { ast } of [endpoint.params, endpoint.query].filter(Predicate.isNotUndefined)) {
        enable(SchemaAST.flip(ast))
      }
    }
  )
