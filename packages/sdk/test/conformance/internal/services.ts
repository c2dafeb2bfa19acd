/** The services whose cases are run, and those that are yet to come. */
import { it } from "@effect/vitest"
import { auth } from "./auth.ts"
import { compute } from "./compute.ts"
import { flows } from "./flows.ts"
import { gcs } from "./gcs.ts"
import { groups } from "./groups.ts"
import type { Mapping } from "./Mapping.ts"
import { search } from "./search.ts"
import { timers } from "./timers.ts"
import { transfer } from "./transfer.ts"

/** By the name that the reference gives them; recorded responses know Timers by another. */
export const services: Readonly<Record<string, Mapping>> = {
  auth,
  compute,
  flows,
  gcs,
  groups,
  search,
  timer: timers,
  timers,
  transfer
}

// What is not there yet. These lists only ever shrink, and the tests see to it that nothing on them is there already.

/** Calls, as the beginning of `service.Client.method`. */
export const callsToCome: ReadonlyArray<string> = []

/** Recorded responses, as the beginning of `service.operation`. */
export const responsesToCome: ReadonlyArray<string> = []

/** Splits cases into those that are run and those of which one test says, for each entry of a list, that they wait. */
export const splitToCome = <A>(
  cases: ReadonlyArray<A>,
  nameOf: (each: A) => string,
  toCome: ReadonlyArray<string>
): ReadonlyArray<A> => {
  const waiting = (each: A) => toCome.find((prefix) => `${nameOf(each)}.`.startsWith(prefix))
  for (const prefix of toCome) {
    const count = cases.filter((each) => waiting(each) === prefix).length
    if (count > 0) {
      const title = `${prefix} is yet to come (${count} cases)`
      it(title, ({ skip }) => skip(title))
    }
  }
  return cases.filter((each) => waiting(each) === undefined)
}

/** The documents of the services that are yet to come. */
export const payloadsToCome: ReadonlyArray<string> = []
