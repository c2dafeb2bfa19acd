/**
 * The address of a server that no environment knows, such as that of a Globus Connect Server. Tokens are sent there, so
 * it must be one that keeps them secret.
 *
 * ```ts
 * import { Effect } from "effect"
 * import * as ServerAddress from "./ServerAddress.ts"
 *
 * const origin = Effect.map(ServerAddress.parse("address", "abc.xyz.data.globus.org"), ({ origin }) => origin)
 * ```
 */
import * as Effect from "effect/Effect"
import { InvalidConfiguration } from "../model/InvalidConfiguration.ts"

const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)

/** Whether a bearer token may be sent there: over TLS only (RFC 6750 §5.3), except to this machine. */
export const keepsTokens = ({ hostname, protocol }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && isLoopback(hostname))

const whatIsWrong = (url: URL | null): string | undefined => {
  if (url === null)
    return "use a DNS name such as abc.xyz.data.globus.org, or a URL such as https://abc.xyz.data.globus.org"
  if (url.username !== "" || url.password !== "") return "leave out the user name and the password"
  if (url.search !== "" || url.hash !== "") return "leave out what follows the path"
  return keepsTokens(url) ? undefined : "use https://"
}

/** The address as a URL: a DNS name, or the URL itself. Fails, naming the setting, if no token may be sent there. */
export const parse = (setting: string, address: string): Effect.Effect<URL, InvalidConfiguration> => {
  const text = address.trim()
  const url = text === "" ? null : URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`)
  const wrong = whatIsWrong(url)
  return url === null || wrong !== undefined
    ? Effect.fail(
        new InvalidConfiguration({
          setting,
          // Somebody's password may be in it.
          detail: `${JSON.stringify(text.replace(/[^/\\]+@/, "…@"))} cannot be used: ${wrong}`
        })
      )
    : Effect.succeed(url)
}
