/**
 * What real services have answered, to compare the simulator with: the keys that are there must be here too.
 *
 * It is looked for in the folder that the environment variable `GLOBUS_REFERENCE` names (default: `../shared/reference`,
 * beside this repository). Where it is not there, nothing is compared.
 */
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"

const reference = resolve(
  process.env["GLOBUS_REFERENCE"] || resolve(import.meta.dirname, "../../../../shared/reference")
)

/** Why nothing can be compared, if so. */
export const absent: string | undefined = existsSync(reference)
  ? undefined
  : `${reference} is not there: set GLOBUS_REFERENCE to the folder that has the recordings`

interface Recording {
  readonly responses: ReadonlyArray<{ readonly body?: unknown; readonly json?: unknown }>
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isId = (key: string): boolean => /^[0-9a-f-]{36}$/.test(key)

/** Paths of keys that are recorded and missing here; of a list, only the first item is looked at, and ids are none. */
const missing = (recorded: unknown, answer: unknown, at: string): ReadonlyArray<string> => {
  if (Array.isArray(recorded)) {
    return Array.isArray(answer) && recorded.length > 0 && answer.length > 0
      ? missing(recorded[0], answer[0], `${at}[0]`)
      : []
  }
  if (!isRecord(recorded)) return []
  if (!isRecord(answer)) return answer === null ? [] : [at]
  return Object.entries(recorded).flatMap(([key, value]) =>
    isId(key) ? [] : key in answer ? missing(value, answer[key], `${at}.${key}`) : [`${at}.${key}`]
  )
}

/** What a recorded answer has that this one has not; `name` is such as `auth.get_projects.default`. */
export const missingIn = (
  answer: unknown,
  name: string,
  options: { readonly except?: ReadonlyArray<string> } = {}
): ReadonlyArray<string> => {
  const file = join(reference, "fixtures", `${name}.json`)
  if (!existsSync(file)) {
    if (existsSync(reference)) throw new Error(`${file} is not there`)
    return []
  }
  const { responses } = JSON.parse(readFileSync(file, "utf8")) as Recording
  const [first] = responses
  return missing(first?.body ?? first?.json, answer, "").filter(
    (path) => options.except?.includes(path) !== true
  )
}
