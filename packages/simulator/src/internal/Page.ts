/** The pages of the simulator: plain HTML that needs no script, and that says what it is. */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

/** HTML that is safe to show. */
export interface Html {
  readonly html: string
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

type Part = string | number | boolean | Html | ReadonlyArray<Html>

const render = (part: Part): string => {
  if (typeof part === "string") return escape(part)
  if (typeof part === "number" || typeof part === "boolean") return String(part)
  return "html" in part ? part.html : part.map(({ html }) => html).join("")
}

/** A template; what is put into it is text, unless it is HTML already. */
export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html => ({
  html: String.raw({ raw: strings }, ...parts.map(render))
})

export const nothing: Html = { html: "" }

const style = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #536271; --line: #cfd8e1; --ground: #f3f6f9; --card: #fff; --accent: #1f5fa8; --on-accent: #fff; --note: #fff4d6; --note-ink: #5a4300; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef4; --soft: #a5b3c1; --line: #3a4856; --ground: #141b22; --card: #1d2731; --accent: #7db4f0; --on-accent: #0d1b2a; --note: #3b3110; --note-ink: #ffe7a3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.note { margin: 0; padding: .6rem 1rem; background: var(--note); color: var(--note-ink); text-align: center; font-size: .9rem; }
main { max-width: 34rem; margin: 2.5rem auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p, ul, fieldset { margin: 0 0 1.25rem; }
fieldset { padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
label { display: flex; gap: .75rem; align-items: center; padding: .75rem 1rem; margin-bottom: .5rem; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer; }
label:has(:checked) { border-color: var(--accent); }
label small { display: block; color: var(--soft); }
input[type=radio] { width: 1.1rem; height: 1.1rem; margin: 0; flex: none; accent-color: var(--accent); }
ul { padding-left: 1.2rem; }
li { margin: .35rem 0; }
li ul { margin: .35rem 0 0; }
li small { display: block; color: var(--soft); overflow-wrap: anywhere; font-size: .8rem; }
.actions { display: flex; gap: .75rem; margin: 0; }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; border-radius: .5rem; border: 1px solid var(--accent); background: var(--card); color: var(--accent); cursor: pointer; }
button.primary { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { display: block; padding: 1rem; border: 1px dashed var(--line); border-radius: .5rem; font: .95rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; user-select: all; }
pre { margin: 0 0 1.25rem; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto; font: .78rem/1.7 ui-monospace, monospace; user-select: all; }
h2 { margin: 0 0 .5rem; font-size: 1.1rem; }
.message { padding: .75rem 1rem; border-left: 4px solid var(--accent); background: var(--ground); }
@media (max-width: 36rem) { main { margin: 1rem; padding: 1.25rem; } }
.soft { color: var(--soft); font-size: .9rem; }
`

const noStore = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
}

/** A whole page. */
export const respond = (
  title: string,
  content: Html,
  options: { readonly status?: number } = {}
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Simulated Globus</title>
<style>${style}</style>
</head>
<body>
<p class="note" role="note"><strong>Simulation.</strong> This is not Globus. Nobody’s real data or account is involved.</p>
<main>
<h1>${escape(title)}</h1>
${content.html}
</main>
</body>
</html>
`,
    { status: options.status ?? 200, contentType: "text/html; charset=utf-8", headers: noStore }
  )

/** Leads the browser elsewhere. */
export const redirect = (location: string): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.empty({ status: 302, headers: { location, ...noStore } })
