/**
 * Definitions of flows: whether one is valid, and what a run of it does. A run is worked out when it is started, each
 * step with the time at which it happens, so that nothing has to run for it.
 */
import * as Predicate from "effect/Predicate"
import * as Glob from "./Glob.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export type Json = unknown

export interface Object {
  readonly [name: string]: Json
}

/** What is wrong with a definition, and where. */
export interface Mistake {
  readonly loc: ReadonlyArray<string>
  readonly msg: string
}

/** Something that happens in a run. */
export interface Step {
  /** Milliseconds after the run's beginning. */
  readonly at: number
  readonly code: string
  readonly description: string
  readonly details: Object
}

/** Where in a definition a run is. */
export interface Place {
  /** The name of the state that is next. */
  readonly name: string
  readonly state: Json
}

/** What a run does from beginning to end, or until it waits for somebody. */
export interface Course {
  readonly steps: ReadonlyArray<Step>
  readonly status: "SUCCEEDED" | "FAILED" | "INACTIVE"
  /** Where it goes on when it is resumed. */
  readonly waits?: Place | undefined
  readonly details: Object
  /** Milliseconds after the run's beginning. */
  readonly ends: number
}

// -----------------------------------------------------------------------------
// validity
// -----------------------------------------------------------------------------

const isObject = (value: Json): value is Object => Predicate.isObject(value) && !Array.isArray(value)

const types = new Set(["Action", "Pass", "Wait", "Choice", "ExpressionEval", "Fail"])

const check = (name: string, state: Json, states: Object): ReadonlyArray<Mistake> => {
  const loc = ["definition", "States", name]
  const wrong = (msg: string, ...below: ReadonlyArray<string>) => [{ loc: [...loc, ...below], msg }]
  if (!isObject(state)) return wrong("value is not a valid dict")
  const { Choices, Default, End, Next, Type } = state
  if (typeof Type !== "string" || !types.has(Type)) {
    return wrong(`A state's Type must be one of ${[...types].join(", ")}`, "Type")
  }
  const unknown = (target: Json, ...below: ReadonlyArray<string>) =>
    typeof target === "string" && !Object.hasOwn(states, target)
      ? wrong(`There is no state named '${target}'`, ...below)
      : []
  if (Type === "Choice") {
    if (!Array.isArray(Choices) || Choices.length === 0) return wrong("field required", "Choices")
    return [
      ...(Choices as ReadonlyArray<Json>).flatMap((rule, index) =>
        isObject(rule) ? unknown(rule["Next"], "Choices", String(index), "Next") : []
      ),
      ...unknown(Default, "Default")
    ]
  }
  if (Type === "Fail") return []
  if ((End === true) === (typeof Next === "string")) {
    return wrong(
      `A state of type '${Type}' must be defined as either terminal ("End": true) or transitional ("Next": "NextStateId")`
    )
  }
  return unknown(Next, "Next")
}

/** All that is wrong with a definition. */
export const mistakes = (definition: Object): ReadonlyArray<Mistake> => {
  const { StartAt, States } = definition
  if (typeof StartAt !== "string") return [{ loc: ["definition", "StartAt"], msg: "field required" }]
  if (!isObject(States)) return [{ loc: ["definition", "States"], msg: "field required" }]
  return [
    ...(Object.hasOwn(States, StartAt)
      ? []
      : [{ loc: ["definition", "StartAt"], msg: `There is no state named '${StartAt}'` }]),
    ...Object.entries(States).flatMap(([name, state]) => check(name, state, States))
  ]
}

// -----------------------------------------------------------------------------
// paths
// -----------------------------------------------------------------------------

/** The names in a path such as `$.a.b[0]`. */
const namesIn = (path: string): ReadonlyArray<string> =>
  Array.from(path.matchAll(/[^.[\]$'"]+/g), ([name]) => name)

/** A field of an object, or an item of a list; not what every object has, such as `constructor`. */
const fieldOf = (value: Json, name: string): Json =>
  Predicate.isObjectOrArray(value) && Object.hasOwn(value, name) ? (value as Object)[name] : undefined

const read = (path: Json, from: Json): Json =>
  typeof path === "string" ? namesIn(path).reduce<Json>(fieldOf, from) : undefined

const write = (names: ReadonlyArray<string>, value: Json, into: Json): Json => {
  const [name, ...rest] = names
  if (name === undefined) return value
  const object = isObject(into) ? into : {}
  return { ...object, [name]: write(rest, value, fieldOf(object, name)) }
}

/** Parameters, in which a name that ends in `.$` takes its value from a path. */
const evaluate = (parameters: Json, state: Json): Json => {
  if (Array.isArray(parameters)) return parameters.map((item: Json) => evaluate(item, state))
  if (!isObject(parameters)) return parameters
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) =>
      name.endsWith(".$")
        ? [name.slice(0, -2), read(value, state) ?? null]
        : [name.replace(/\.=$/, ""), evaluate(value, state)]
    )
  )
}

// -----------------------------------------------------------------------------
// choices
// -----------------------------------------------------------------------------

const compare = (left: Json, right: Json): number | undefined => {
  if (typeof left === "number" && typeof right === "number") return left - right
  return typeof left === "string" && typeof right === "string"
    ? left < right
      ? -1
      : left > right
        ? 1
        : 0
    : undefined
}

const isTimestamp = (value: Json): boolean => typeof value === "string" && !Number.isNaN(Date.parse(value))

const tests: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsPresent: (value) => value !== undefined,
  IsNumeric: (value) => typeof value === "number",
  IsString: (value) => typeof value === "string",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: isTimestamp
}

const operators: Readonly<Record<string, (difference: number) => boolean>> = {
  Equals: (difference) => difference === 0,
  LessThan: (difference) => difference < 0,
  GreaterThan: (difference) => difference > 0,
  LessThanEquals: (difference) => difference <= 0,
  GreaterThanEquals: (difference) => difference >= 0
}

const list = (value: Json): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])

const holds = (rule: Json, state: Json): boolean => {
  if (!isObject(rule)) return false
  if ("And" in rule) return list(rule["And"]).every((rule) => holds(rule, state))
  if ("Or" in rule) return list(rule["Or"]).some((rule) => holds(rule, state))
  if ("Not" in rule) return !holds(rule["Not"], state)
  const value = read(rule["Variable"], state)
  return Object.entries(rule).every(([name, given]) => {
    if (["Variable", "Next", "Comment"].includes(name)) return true
    const test = tests[name]
    if (test !== undefined) return test(value) === (given !== false)
    const [, kind, operator = "", fromPath] =
      /^(String|Numeric|Boolean|Timestamp)(\w+?)(Path)?$/.exec(name) ?? []
    const wanted = fromPath === undefined ? given : read(given, state)
    if (kind === "String" && operator === "Matches") {
      return typeof value === "string" && typeof wanted === "string" && Glob.matches(wanted, value)
    }
    if (kind === "Boolean") return value === wanted
    const [left, right] =
      kind === "Timestamp" ? [Date.parse(String(value)), Date.parse(String(wanted))] : [value, wanted]
    const difference = compare(left, right)
    return difference !== undefined && (operators[operator]?.(difference) ?? false)
  })
}

// -----------------------------------------------------------------------------
// runs
// -----------------------------------------------------------------------------

const mostSteps = 1000

export interface Conditions {
  readonly start: number
  /** How long an action takes, in milliseconds. */
  readonly actionDuration: number
  readonly creator: string
  readonly label: string | null
  /** The principals that manage and monitor the run, and so its actions. */
  readonly managers: ReadonlyArray<string>
  readonly monitors: ReadonlyArray<string>
  readonly timeOf: (milliseconds: number) => string
  /** What somebody has to do before an action can be carried out, if there is such a thing. */
  readonly hindrance?: ((action: Object, parameters: Json) => Object | undefined) | undefined
}

/** What a run of a valid definition does with an input. */
export const run = (definition: Object, input: Object, conditions: Conditions): Course =>
  proceed(definition, conditions, { name: String(definition["StartAt"]), state: input }, [
    // States follow each other within a few milliseconds; a run has to be seen to be active.
    { at: 30, code: "FlowStarted", description: "The Flow Instance started execution", details: { input } }
  ])

/** What a run does that has waited for somebody, from some moment on (milliseconds after its beginning). */
export const resume = (definition: Object, course: Course, at: number, conditions: Conditions): Course =>
  course.waits === undefined
    ? course
    : proceed(definition, conditions, course.waits, [
        ...course.steps,
        { at, code: "FlowResumed", description: "The Flow Instance resumed execution", details: {} }
      ])

const proceed = (
  definition: Object,
  conditions: Conditions,
  place: Place,
  before: ReadonlyArray<Step>
): Course => {
  const states = definition["States"] as Object
  const steps = [...before]
  let at = before.at(-1)?.at ?? 0
  const log = (code: string, description: string, details: Object) =>
    steps.push({ at, code, description, details })

  let state: Json = place.state
  let name: Json = place.name

  const fail = (details: Object): Course => {
    log("FlowFailed", String(details["description"]), details)
    return { steps, status: "FAILED", details, ends: at }
  }
  const failed = (description: string, others: Object = {}): Course =>
    fail({ code: "FlowFailed", description, details: { state_name: name, ...others } })

  while (typeof name === "string") {
    if (steps.length > mostSteps) return failed("The run has taken too many steps.")
    const current = states[name] as Object
    const type = String(current["Type"])
    const parameters =
      "Parameters" in current
        ? evaluate(current["Parameters"], state)
        : "InputPath" in current
          ? read(current["InputPath"], state)
          : state
    const at1 = { state_name: name, state_type: type }
    const hindrance = type === "Action" ? conditions.hindrance?.(current, parameters) : undefined
    if (hindrance !== undefined) {
      log("FlowInactive", "The Flow Instance waits for somebody to act", { ...at1, ...hindrance })
      return { steps, status: "INACTIVE", waits: { name, state }, details: hindrance, ends: at }
    }
    log(`${type}Started`, `State ${name} of type ${type} started`, { ...at1, input: parameters })
    let output: Json = state
    let next: Json = current["Next"]
    at += 20
    switch (type) {
      case "Fail": {
        const cause =
          typeof current["Cause"] === "string" ? current["Cause"] : "The Flow ended in a Fail state."
        return failed(cause, { error: current["Error"] ?? null, cause })
      }
      case "Choice": {
        const rule = list(current["Choices"]).find((rule) => holds(rule, state))
        next = isObject(rule) ? rule["Next"] : current["Default"]
        if (next === undefined) return failed(`No choice of ${name} applies, and it has no default.`)
        break
      }
      case "Wait": {
        const seconds = current["Seconds"] ?? read(current["SecondsPath"], state)
        const until = Date.parse(String(current["Timestamp"] ?? read(current["TimestampPath"], state)))
        if (typeof seconds === "number") at += Math.max(0, seconds * 1000)
        else if (!Number.isNaN(until)) at = Math.max(at, until - conditions.start)
        break
      }
      default: {
        const begun = conditions.start + at
        if (type === "Action") at += conditions.actionDuration
        const result =
          type === "Action"
            ? {
                action_id: `simulated-${steps.length}`,
                state_name: name,
                status: "SUCCEEDED",
                display_status: "SUCCEEDED",
                label: conditions.label,
                creator_id: conditions.creator,
                start_time: conditions.timeOf(begun),
                completion_time: conditions.timeOf(conditions.start + at),
                release_after: null,
                monitor_by: conditions.monitors,
                manage_by: conditions.managers,
                details: parameters
              }
            : parameters
        const path = current["ResultPath"]
        output = typeof path === "string" ? write(namesIn(path), result, state) : result
      }
    }
    log(`${type}Completed`, `State ${name} of type ${type} completed`, { ...at1, output })
    state = output
    name = next
  }
  log("FlowSucceeded", "The Flow Instance completed successfully", { output: state })
  const details = {
    code: "FlowSucceeded",
    description: "The Flow run reached a successful completion state",
    output: state
  }
  return { steps, status: "SUCCEEDED", details, ends: at }
}
