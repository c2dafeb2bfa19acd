/** The services whose cases are run: all of them. */
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
