/**
 * Who may use a Globus Connect Personal, as its `gridmap` says: lines with the name of a certificate in quotes, and the
 * local user that it stands for. The owner is the last part of the name, an id in base 32 or a user name.
 */
import * as Option from "effect/Option"

type Owner =
  | { readonly _tag: "Identity"; readonly id: string }
  | { readonly _tag: "Username"; readonly username: string }

const line = /^"\/C=US\/O=Globus Consortium\/OU=Globus Connect User\/CN=([^"]+)"[ \t]+\S+[ \t]*$/m

const digits = "abcdefghijklmnopqrstuvwxyz234567"

/** 26 digits of 5 bits each (RFC 4648 §6) are the 128 bits of a UUID, and 2 that do not count. */
const uuidOf = (base32: string): string => {
  const bits = Array.from(base32).reduce((bits, digit) => bits * 32n + BigInt(digits.indexOf(digit)), 0n)
  const hex = (bits >> 2n).toString(16).padStart(32, "0")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}

/** The owner, if a line of the file names one. */
export const ownerOf = (gridmap: string): Option.Option<Owner> => {
  const name = line.exec(gridmap)?.[1]
  if (name === undefined) return Option.none()
  const id = /^u_([a-z2-7]{26})$/i.exec(name)?.[1]
  return Option.some(
    id === undefined
      ? { _tag: "Username", username: `${name}@globusid.org` }
      : { _tag: "Identity", id: uuidOf(id.toLowerCase()) }
  )
}
