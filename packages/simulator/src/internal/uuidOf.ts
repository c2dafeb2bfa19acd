/** Ids for what has one in Globus, but none in a world. */
import * as Hash from "effect/Hash"

/** An id that follows from a text. */
export const uuidOf = (text: string): string => {
  const part = (salt: string) => (Hash.string(salt + text) >>> 0).toString(16).padStart(8, "0")
  const digits = part("1") + part("2") + part("3") + part("4")
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20)}`
}
