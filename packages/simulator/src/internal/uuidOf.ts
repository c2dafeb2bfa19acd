/** Ids for what has one in Globus, but none in a world. */

// Odd numbers, so that multiplying loses nothing.
const factors = [0x01000193, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const

/**
 * An id that follows from a text. Each part of it takes in the others all along, so that texts that have one part in
 * common have no more in common.
 */
export const uuidOf = (text: string): string => {
  let parts: ReadonlyArray<number> = factors
  const take = (code: number) => {
    parts = factors.map((factor, index) => {
      const other = parts[(index + 1) % 4] ?? 0
      return Math.imul((parts[index] ?? 0) ^ code, factor) ^ ((other << 13) | (other >>> 19))
    })
  }
  for (let index = 0; index < text.length; index++) take(text.charCodeAt(index))
  for (let round = 0; round < 8; round++) take(round)
  const digits = parts.map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("")
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`
}
