/** Which version of a file a response holds (RFC 9110 §8.8), and which part of it. */
import type * as Headers from "effect/http/Headers"

export interface FileVersion {
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  /** When it was sent. */
  readonly date: string | undefined
}

export const fromHeaders = (headers: Headers.Headers): FileVersion => ({
  etag: headers["etag"],
  lastModified: headers["last-modified"],
  date: headers["date"]
})

/**
 * What identifies the version down to its last byte, for `If-Range` (RFC 9110 §13.1.5): a strong ETag, or a date that
 * lies so far back that the file cannot have changed twice in that second (§8.8.2.2).
 */
export const validator = ({ date, etag, lastModified }: FileVersion): string | undefined => {
  if (etag !== undefined && etag.startsWith('"')) return etag
  if (lastModified === undefined || date === undefined) return undefined
  return Date.parse(date) - Date.parse(lastModified) >= 1000 ? lastModified : undefined
}

/** By what it shows that the versions are not the same, if it does. */
export const difference = (before: FileVersion, now: FileVersion): string | undefined => {
  const differs = (name: string, one: string | undefined, other: string | undefined) =>
    one !== undefined && other !== undefined && one !== other ? `${name} was ${one}, is ${other}` : undefined
  return (
    differs("ETag", before.etag, now.etag) ?? differs("Last-Modified", before.lastModified, now.lastModified)
  )
}

/** Whether the response itself repeats the validator, so that they are surely the same. */
export const isSame = (before: FileVersion, now: FileVersion): boolean => {
  const known = validator(before)
  return known !== undefined && (known === now.etag || known === now.lastModified)
}

const integer = /^\d{1,15}$/

/** A header that is a number of bytes. */
export const size = (header: string | undefined): number | undefined =>
  header !== undefined && integer.test(header) ? Number(header) : undefined

/** `Content-Range` of a 206 (RFC 9110 §14.4): the first byte, the byte after the last, and the size of the file. */
export interface ContentRange {
  readonly start: number
  readonly end: number
  readonly total: number | undefined
}

export const contentRange = (header: string | undefined): ContentRange | undefined => {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(header?.trim() ?? "")
  if (match === null) return undefined
  const [, first, last, total] = match
  const range = { start: Number(first), end: Number(last) + 1, total: size(total) }
  return range.start < range.end && (range.total === undefined || range.end <= range.total)
    ? range
    : undefined
}
