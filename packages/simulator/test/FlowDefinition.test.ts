import { describe, expect, it } from "@effect/vitest"
import { World } from "../src/index.ts"
import * as FlowDefinition from "../src/internal/FlowDefinition.ts"

const run = (definition: FlowDefinition.Object, input: FlowDefinition.Object = {}) =>
  FlowDefinition.run(definition, input, {
    start: 1000,
    actionDuration: 500,
    creator: "urn:globus:auth:identity:me",
    label: null,
    managers: ["urn:globus:auth:identity:manager"],
    monitors: [],
    timeOf: String
  })

const single = (state: FlowDefinition.Object) => ({ StartAt: "Only", States: { Only: state } })

const output = (definition: FlowDefinition.Object, input?: FlowDefinition.Object) =>
  run(definition, input).details["output"]

describe("a definition", () => {
  it("of the default world is valid", () => {
    for (const { definition } of World.defaultWorld.flows ?? []) {
      expect(FlowDefinition.mistakes(definition)).toEqual([])
    }
  })

  it.each([
    ["nowhere to start", { States: {} }, ["definition", "StartAt"]],
    ["no states", { StartAt: "A" }, ["definition", "States"]],
    ["a start that is not there", { StartAt: "A", States: {} }, ["definition", "StartAt"]],
    ["a start that every object has", { StartAt: "toString", States: {} }, ["definition", "StartAt"]],
    ["a state that is none", { StartAt: "Only", States: { Only: 1 } }, ["definition", "States", "Only"]],
    ["a state of no type", single({ End: true }), ["definition", "States", "Only", "Type"]],
    ["a state that does not end", single({ Type: "Action" }), ["definition", "States", "Only"]],
    [
      "a state that ends and goes on",
      single({ Type: "Pass", End: true, Next: "Only" }),
      ["definition", "States", "Only"]
    ],
    ["a way to nowhere", single({ Type: "Pass", Next: "X" }), ["definition", "States", "Only", "Next"]],
    [
      "a way to what every object has",
      single({ Type: "Pass", Next: "constructor" }),
      ["definition", "States", "Only", "Next"]
    ],
    ["a choice of nothing", single({ Type: "Choice" }), ["definition", "States", "Only", "Choices"]],
    [
      "a choice of nowhere",
      single({ Type: "Choice", Choices: [{ Variable: "$.a", IsPresent: true, Next: "X" }] }),
      ["definition", "States", "Only", "Choices", "0", "Next"]
    ],
    [
      "a default to nowhere",
      single({ Type: "Choice", Choices: [{ Next: "Only" }], Default: "X" }),
      ["definition", "States", "Only", "Default"]
    ]
  ])("is wrong with %s", (_, definition, loc) => {
    expect(FlowDefinition.mistakes(definition)).toMatchObject([{ loc }])
  })
})

describe("a run", () => {
  it("passes on what its paths say", () => {
    const pass = { Type: "Pass", End: true }
    expect(output(single(pass), { a: 1 })).toEqual({ a: 1 })
    expect(output(single({ ...pass, Parameters: { "a.$": "$.constructor" } }))).toEqual({ a: null })
    expect(output(single({ ...pass, InputPath: "$.a.b" }), { a: { b: 2 } })).toBe(2)
    expect(
      output(single({ ...pass, Parameters: { "x.$": "$.a[1]", list: [{ "y.$": "$.none" }], z: 1 } }), {
        a: [5, 6]
      })
    ).toEqual({ x: 6, list: [{ y: null }], z: 1 })
    expect(output(single({ ...pass, Parameters: { n: 1 }, ResultPath: "$.r.s" }), { a: 1 })).toEqual({
      a: 1,
      r: { s: { n: 1 } }
    })
  })

  it("takes its time, and tells what it does", () => {
    const course = run(
      {
        StartAt: "First",
        States: {
          First: { Type: "Action", Parameters: { echo: "x" }, ResultPath: "$.First", Next: "Second" },
          Second: { Type: "Wait", Seconds: 2, Next: "Third" },
          Third: { Type: "Wait", SecondsPath: "$.pause", Next: "Fourth" },
          Fourth: { Type: "Wait", Timestamp: "1970-01-01T00:00:11Z", End: true }
        }
      },
      { pause: 3 }
    )
    expect(course.status).toBe("SUCCEEDED")
    expect(course.ends).toBe(10_000)
    expect(course.steps.map(({ at, code }) => [code, at])).toEqual([
      ["FlowStarted", 30],
      ["ActionStarted", 30],
      ["ActionCompleted", 550],
      ["WaitStarted", 550],
      ["WaitCompleted", 2570],
      ["WaitStarted", 2570],
      ["WaitCompleted", 5590],
      ["WaitStarted", 5590],
      ["WaitCompleted", 10_000],
      ["FlowSucceeded", 10_000]
    ])
    expect(course.details).toMatchObject({
      output: {
        First: {
          status: "SUCCEEDED",
          details: { echo: "x" },
          manage_by: ["urn:globus:auth:identity:manager"],
          monitor_by: []
        }
      }
    })
  })

  it("fails where it is told to", () => {
    expect(run(single({ Type: "Fail", Error: "E", Cause: "because" }))).toMatchObject({
      status: "FAILED",
      details: { code: "FlowFailed", description: "because", details: { error: "E", state_name: "Only" } }
    })
  })

  it.each([
    [{ Variable: "$.n", NumericGreaterThan: 1 }, { n: 2 }],
    [{ Variable: "$.n", NumericLessThanEquals: 2 }, { n: 2 }],
    [
      { Variable: "$.n", NumericEqualsPath: "$.m" },
      { n: 2, m: 2 }
    ],
    [{ Variable: "$.s", StringEquals: "a" }, { s: "a" }],
    [{ Variable: "$.s", StringLessThan: "b" }, { s: "a" }],
    [{ Variable: "$.s", StringMatches: "a*c" }, { s: "abc" }],
    [{ Variable: "$.b", BooleanEquals: true }, { b: true }],
    [
      { Variable: "$.t", TimestampGreaterThanEquals: "2025-01-01T00:00:00Z" },
      { t: "2025-01-01T01:00:00+01:00" }
    ],
    [{ Variable: "$.x", IsPresent: true }, { x: 1 }],
    [{ Variable: "$.x", IsPresent: false }, {}],
    [{ Variable: "$.x", IsNull: true }, { x: null }],
    [{ Variable: "$.x", IsTimestamp: true }, { x: "2025-01-01" }],
    [{ Not: { Variable: "$.x", IsString: true } }, { x: 1 }],
    [
      {
        And: [
          { Variable: "$.x", IsNumeric: true },
          { Variable: "$.x", NumericLessThan: 2 }
        ]
      },
      { x: 1 }
    ],
    [
      {
        Or: [
          { Variable: "$.x", IsBoolean: true },
          { Variable: "$.x", NumericLessThan: 2 }
        ]
      },
      { x: 1 }
    ]
  ])("chooses by %j", (rule, input) => {
    const choice = (rule: FlowDefinition.Object) => ({
      StartAt: "Choose",
      States: {
        Choose: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
        Yes: { Type: "Pass", Parameters: { chosen: true }, End: true },
        No: { Type: "Pass", Parameters: { chosen: false }, End: true }
      }
    })
    expect(output(choice(rule), input)).toEqual({ chosen: true })
    expect(output(choice({ Not: rule }), input)).toEqual({ chosen: false })
  })

  it("fails where nothing can be chosen, and does not run for ever", () => {
    const choice = { Type: "Choice", Choices: [{ Variable: "$.n", NumericEquals: "x", Next: "Only" }] }
    expect(run(single(choice), { n: 1 })).toMatchObject({ status: "FAILED" })
    expect(run(single({ Type: "Pass", Next: "Only" }))).toMatchObject({
      status: "FAILED",
      details: { description: "The run has taken too many steps." }
    })
  })
})
