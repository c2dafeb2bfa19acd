/** Where the manager of a Globus Connect Server is. */
import * as Effect from "effect/Effect"
import { InvalidConfiguration } from "../../model/InvalidConfiguration.ts"

const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)

const whatIsWrong = (url: URL | null): string | undefined => {
  if (url === null)
    return "use a DNS name such as abc.xyz.data.globus.org, or a URL such as https://abc.xyz.data.globus.org"
  if (url.username !== "" || url.password !== "") return "leave out the user name and the password"
  if (url.search !== "" || url.hash !== "") return "leave out what follows the path"
  // A bearer token is sent over TLS only (RFC 6750 §5.3), except to this machine.
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))
    ? undefined
    : "use https://"
}

/** What the paths of all operations follow: the address without the `/api` that they begin with. */
export const baseUrl = (address: string): Effect.Effect<string, InvalidConfiguration> => {
  const text = address.trim()
  const url = text === "" ? null : URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`)
  const wrong = whatIsWrong(url)
  return url === null || wrong !== undefined
    ? Effect.fail(
        new InvalidConfiguration({
          setting: "address",
          // Somebody's password may be in it.
          detail: `${JSON.stringify(text.replace(/[^/\\]+@/, "…@"))} cannot be used: ${wrong}`
        })
      )
    : Effect.succeed(`${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/api$/, "")}/`)
}
