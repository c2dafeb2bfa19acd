/**
 * How long a property is tried with whatever comes: 200 times in `npm test`, or as often as the environment variable
 * `GLOBUS_FUZZ_RUNS` says (`GLOBUS_FUZZ_RUNS=10000 npm test` for a night).
 *
 * ```ts
 * it.effect.prop("decodes or refuses, and never dies", [Schema.String], ([text]) => decode(text), fuzz)
 * ```
 */
import * as Schema from "effect/Schema"

const requested = process.env["GLOBUS_FUZZ_RUNS"] ?? "200"

if (!/^[1-9]\d*$/.test(requested)) {
  throw new Error(
    `GLOBUS_FUZZ_RUNS is ${JSON.stringify(requested)}; it has to be a number of runs, such as 10000`
  )
}

/** How often a property is tried. */
export const fuzzRuns = Number(requested)

/** The options of a property test that is tried so often. Each try has 250 ms on average, on a busy machine. */
export const fuzz = { arbitrary: { runs: fuzzRuns }, timeout: 10_000 + 250 * fuzzRuns }

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

/** What can happen to bytes at one place: some are gone, some are new. */
export const Damage = Schema.Struct({
  /** Where, in thousandths of the whole. */
  at: upTo(1000),
  gone: upTo(100),
  instead: Schema.Array(upTo(255))
})

/** Bytes to which this has happened. */
export const damage = (
  bytes: Uint8Array,
  { at, gone, instead }: typeof Damage.Type
): Uint8Array<ArrayBuffer> => {
  const from = Math.round((bytes.length * at) / 1000)
  return Uint8Array.from([...bytes.subarray(0, from), ...instead, ...bytes.subarray(from + gone)])
}
