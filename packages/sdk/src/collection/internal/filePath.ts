/** The path of a file in a collection, and its form in a URL. */
import * as Effect from "effect/Effect"
import { InvalidRequest } from "../../model/GlobusError.ts"

const whatIsWrong = (path: string): string | undefined => {
  if (path === "") return "it is empty"
  if (!path.startsWith("/")) return "it must begin with / (paths start at the root of the collection)"
  if (path.endsWith("/")) return "it names a directory; only files can be reached over HTTPS"
  if (path.includes("\0")) return "it contains a NUL character"
  // What has no encoding has no URL.
  if (!path.isWellFormed()) return "it contains half a character (a lone surrogate)"
  const segments = path.slice(1).split("/")
  if (segments.includes("")) return "it contains //"
  // A URL is normalized before it is sent, so that these would lead to another file.
  return segments.some((segment) => segment === "." || segment === "..")
    ? "it contains . or .. as a name"
    : undefined
}

/** The path in a URL, each name in it encoded. Fails if it names no file. */
export const encode = (operation: string, path: string): Effect.Effect<string, InvalidRequest> => {
  const wrong = whatIsWrong(path)
  return wrong === undefined
    ? Effect.succeed(path.split("/").map(encodeURIComponent).join("/"))
    : Effect.fail(
        new InvalidRequest({
          service: "collection",
          operation,
          field: "path",
          detail: `${JSON.stringify(path)} cannot be used: ${wrong}`
        })
      )
}
