/** The pages that a browser is shown after a login. Their text is constant: nothing of a request is in them. */

/** A response. */
export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const style =
  ":root{color-scheme:light dark;font:1.125rem/1.6 system-ui,sans-serif}" +
  "body{margin:0;min-height:100vh;display:grid;place-items:center}" +
  "main{max-width:32rem;padding:2rem}h1{font-size:1.5rem;line-height:1.3}"

/** The digest of {@link style}, without which the browser would not use it. */
const styleDigest = "sha256-HtO5E8kT4PjbXR7o3DLy2a/CPjxf2iU7hifhIcT/jgw="

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src '${styleDigest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  connection: "close"
}

const make = (status: number, heading: string, text: string): Page => ({
  status,
  headers,
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${heading}</h1>
<p>${text}</p>
</main>
</body>
</html>
`
})

/** The login brought a code. */
export const done: Page = make(
  200,
  "You have logged in at Globus",
  "You can close this window and go back to the program, which finishes the login."
)

/** The login was refused, by the person or by Globus. */
export const refused: Page = make(
  200,
  "You are not logged in",
  "Globus did not allow the login, or you said no. You can close this window; the program tells you more."
)

/** The browser came back from another login. */
export const otherLogin: Page = make(
  400,
  "This belongs to another login",
  "Go back to the program and use the newest link that it shows."
)

/** Anything else. */
export const notFound: Page = make(404, "There is nothing here", "This address only takes part in a login.")
