/** A browser that logs in, consents, and comes back: `browser.ts URL`. With FAKE_BROWSER_FAILS it does not start. */
import { get } from "node:http"

if (process.env["FAKE_BROWSER_FAILS"] !== undefined) process.exit(7)

const url = new URL(process.argv[2] ?? "")
const back = new URL(url.searchParams.get("redirect_uri") ?? "")
back.searchParams.set("code", "the-code")
back.searchParams.set("state", url.searchParams.get("state") ?? "")
get(back, (response) => response.resume())
