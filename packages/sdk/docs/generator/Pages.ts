/** The pages of the documentation: one of each service, and one that leads to them. */
import * as Option from "effect/Option"
import { type KnownCode, knownCodes } from "./KnownCodes.ts"
import type { Operation } from "./Operations.ts"
import type { Service } from "./Services.ts"

/** A service with its operations. */
export interface Described {
  readonly service: Service
  readonly operations: ReadonlyArray<Operation>
}

const generated =
  "<!-- Written by `npm run docs` from the contracts in packages/sdk/src: change those, or packages/sdk/docs/generator. -->"

// -----------------------------------------------------------------------------
// Markdown
// -----------------------------------------------------------------------------

const code = (text: string): string => `\`${text}\``

const row = (cells: ReadonlyArray<string>): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`

const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  numbers: ReadonlyArray<number> = []
): string =>
  [row(head), row(head.map((_, index) => (numbers.includes(index) ? "--:" : "---"))), ...rows.map(row)].join(
    "\n"
  )

const page = (parts: ReadonlyArray<string>): string => `${parts.filter((part) => part !== "").join("\n\n")}\n`

/** `webInputs` as words. */
const words = (name: string): string => {
  const text = name
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/^oauth/, "OAuth")
    .replace(/\bapis\b/, "APIs")
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`

// -----------------------------------------------------------------------------
// a service
// -----------------------------------------------------------------------------

/** What follows the last colon or slash, which the scopes of one service do not share. */
const shortScope = (scope: string): string => scope.split(/[:/]/).at(-1) ?? scope

const needs = ({ authorization, scopes }: Operation): string => {
  if (authorization === "none") return "nothing"
  if (authorization === "client") return "the client"
  return scopes.length === 0 ? "any" : scopes.map((scope) => code(shortScope(scope))).join(" or ")
}

const scopesOf = (operations: ReadonlyArray<Operation>): string => {
  const scopes = Array.from(new Set(operations.flatMap((operation) => operation.scopes)))
  const has = (is: (operation: Operation) => boolean) => operations.some(is)
  const notes = [
    has(({ authorization, scopes }) => authorization === "token" && scopes.length === 0)
      ? "- any: a token of the service, with whatever scope."
      : "",
    has(({ authorization }) => authorization === "client")
      ? "- the client: it authenticates itself, with its secret or, if it has none, by its id."
      : "",
    has(({ authorization }) => authorization === "none")
      ? "- nothing: the operation is open to everybody."
      : ""
  ].filter((note) => note !== "")
  return [
    "## Needs",
    "Any one of an operation's scopes suffices; the first is the one that an app asks for.",
    scopes.length === 0
      ? ""
      : table(
          ["In the tables", "Scope"],
          scopes.map((scope) => [code(shortScope(scope)), code(scope)])
        ),
    notes.join("\n")
  ]
    .filter((part) => part !== "")
    .join("\n\n")
}

const groupOf = (group: string, operations: ReadonlyArray<Operation>): string => {
  const clients = new Set(operations.map(({ client }) => client))
  const named = (operation: Operation, name: string) =>
    code(clients.size === 1 ? name : `${operation.client}.${name}`)
  return [
    `## ${words(group)}`,
    table(
      [
        clients.size === 1 ? code(Array.from(clients).join()) : "Operation",
        "Request",
        "Needs",
        "Pages of",
        "Python",
        "JavaScript"
      ],
      operations.map((operation) => {
        const names = operation.names.map((name) => named(operation, name)).join(", ")
        const also = operation.also.map((name) => `, ${code(name)}`).join("")
        return [
          `${operation.docs === undefined ? names : `[${names}](${operation.docs})`}${also}<br>${operation.summary}`,
          code(`${operation.verb} ${operation.path}`),
          needs(operation),
          Option.match(operation.paging, { onNone: () => "", onSome: ({ items }) => code(items) }),
          operation.python.map(code).join("<br>"),
          operation.javascript === undefined ? "" : code(operation.javascript.replace("/index.", "."))
        ]
      })
    )
  ].join("\n\n")
}

const codesOf = (codes: ReadonlyArray<KnownCode>): string =>
  [
    "## Error codes",
    codes.length === 0
      ? "Of the codes that this service refuses with, none is known for certain. `reason` of an `ApiError` says what kind of refusal it is."
      : [
          'What a service calls its refusal is `code` of an `ApiError`; `error.is("…")` finds it in sub-errors too. These are known; there are others, and `reason` says of each what kind of refusal it is (`NotFound`, `PermissionDenied`, `Conflict`, …), as `Effect.catchReason` takes it.',
          table(
            ["Code", "Status", "What it means"],
            codes.map(({ code: name, means, status }) => [
              code(name),
              status === undefined ? "" : String(status),
              means
            ])
          )
        ].join("\n\n")
  ].join("\n\n")

const inPython = ({ python }: Operation): boolean => python.length > 0
const inJavaScript = ({ javascript }: Operation): boolean => javascript !== undefined

/** The page of a service. */
export const ofService = ({ operations, service }: Described): string => {
  const groups = Array.from(new Set(operations.map(({ group }) => group)))
  const links = ["Needs", ...groups.map(words), "Error codes"].map(
    (title) => `[${title}](#${title.toLowerCase().replaceAll(" ", "-")})`
  )
  return page([
    `# ${service.title}`,
    generated,
    `${service.description} ${count(operations.length, "operation")} in \`@effect-globus/sdk/${service.name}\`, of which Globus' SDK for Python has ${operations.filter(inPython).length} and the one for JavaScript ${operations.filter(inJavaScript).length}.`,
    `[All services](README.md) · [Globus' documentation](${service.docs}) · [OpenAPI](../../openapi/${service.name}.json)`,
    links.join(" · "),
    scopesOf(operations),
    ...groups.map((group) =>
      groupOf(
        group,
        operations.filter((operation) => operation.group === group)
      )
    ),
    codesOf(knownCodes[service.name] ?? [])
  ])
}

// -----------------------------------------------------------------------------
// all services
// -----------------------------------------------------------------------------

/** The page that leads to the others. */
export const ofAll = (all: ReadonlyArray<Described>): string => {
  const counts = (operations: ReadonlyArray<Operation>) =>
    [
      operations.length,
      operations.filter(({ paging }) => Option.isSome(paging)).length,
      operations.filter(inPython).length,
      operations.filter(inJavaScript).length
    ].map(String)
  const rows = all.map(({ operations, service }) => [
    `[${service.title}](${service.name}.md)`,
    Array.from(new Set(service.clients.map(({ name }) => code(name)))).join(", "),
    ...counts(operations),
    `[${service.name}.json](../../openapi/${service.name}.json)`
  ])
  return page([
    "# Operations",
    generated,
    "Every operation of every service, with its request, the scopes that suffice for it, and its names in Globus' own SDKs, by which readers of those find ours.",
    table(
      ["Service", "Clients", "Operations", "Paged", "In Python", "In JavaScript", "OpenAPI"],
      [...rows, ["All", "", ...counts(all.flatMap(({ operations }) => operations)), ""]],
      [2, 3, 4, 5]
    ),
    [
      "In the tables of a service:",
      "",
      "- A name leads to what Globus documents of the operation. Its arguments are the parameters of the path in their order, then the body if there is one, then the query.",
      "- **Needs** is the scope that a token has to have. An app asks for it when it is missing.",
      "- **Pages of** is where a page has its items, if the operation is paged: it gives a `Stream` of them over all pages, its `.pages` gives the pages, and its `.page` makes one request.",
      "- **Python** is a method of `globus_sdk`, **JavaScript** a module of the service in `@globus/sdk` and a function in it."
    ].join("\n"),
    "These pages and `packages/sdk/openapi` are written by `npm run docs`; a test fails when they are stale."
  ])
}
