/**
 * Noticing that a way leads back to where it has been, however long the circle is, while only one place is kept: after
 * 1, 2, 4, 8 … steps, the place that was reached then (R. P. Brent, "An improved Monte Carlo factorization algorithm",
 * BIT 20, 1980). A circle is found within a few times round it.
 */
import * as Option from "effect/Option"

/** What is wrong with a page that leads to itself, or to one before it. */
export const endless = "it leads back to where the listing has been, which would never end"

export interface Trail {
  /** The place that is looked out for, if any. */
  readonly kept: string | undefined
  readonly steps: number
  /** After how many steps the place that was reached is kept instead. */
  readonly patience: number
}

export const start: Trail = { kept: undefined, steps: 0, patience: 1 }

/** The trail with one step more, unless it leads back. */
export const step = ({ kept, patience, steps }: Trail, place: string): Option.Option<Trail> =>
  place === kept
    ? Option.none()
    : Option.some(
        steps + 1 === patience
          ? { kept: place, steps: 0, patience: patience * 2 }
          : { kept, steps: steps + 1, patience }
      )
