import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as HashSet from "effect/HashSet"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import * as GlobusScope from "../src/model/GlobusScope.ts"
import * as Scopes from "../src/model/Scopes.ts"
import { fuzz } from "./internal/Fuzz.ts"

const parse = (text: string) => Result.getOrThrow(GlobusScope.parse(text))

const one = (text: string) => parse(text)[0]!

const failureOf = (text: string) => Result.getOrThrow(Result.flip(GlobusScope.parse(text)))

/** Reads, merges and writes a scope string. */
const rewrite = (text: string) => GlobusScope.serialize(parse(text))

describe("GlobusScope", () => {
  describe("make", () => {
    it("makes a required scope without dependencies from a name", () => {
      const scope = GlobusScope.makeUnsafe("openid")
      assert.strictEqual(scope.scope, "openid")
      assert.isFalse(scope.optional)
      assert.deepStrictEqual(scope.dependencies, [])
    })

    it("takes marker and dependencies", () => {
      const scope = GlobusScope.makeUnsafe("a", { optional: true, dependencies: [one("b"), one("*c[d]")] })
      assert.strictEqual(GlobusScope.serialize(scope), "*a[b *c[d]]")
    })

    it("makes one of two dependencies of the same name", () => {
      const scope = GlobusScope.makeUnsafe("a", {
        dependencies: [one("*b[c]"), one("b[d]"), one("*e"), one("*e")]
      })
      assert.strictEqual(GlobusScope.serialize(scope), "a[b[c d] *e]")
    })

    it.each(["a b", "*a", "a[b", "a]"])(
      "refuses the reserved character in %j and says where it is",
      (name) => {
        const error = Result.getOrThrow(Result.flip(GlobusScope.make(name)))
        assert.strictEqual(error._tag, "ScopeNameError")
        assert.include(error.message, JSON.stringify(name))
        assert.include(error.message, `at position ${name.search(/[[\]* ]/)}`)
      }
    )

    it("refuses an empty name", () => {
      assert.include(Result.getOrThrow(Result.flip(GlobusScope.make(""))).message, "empty")
    })
  })

  describe("parse", () => {
    it("keeps the order of first appearance", () => {
      assert.strictEqual(rewrite("z[y x] a *m z[w y]"), "z[y x w] a *m")
    })

    it("lets a required dependency beat an optional one, whichever comes first", () => {
      assert.strictEqual(rewrite("a[*b] a[b]"), "a[b]")
      assert.strictEqual(rewrite("a[b] a[*b]"), "a[b]")
    })

    it("keeps a required and an optional scope of the same name apart at the top level only", () => {
      assert.strictEqual(rewrite("*a a *a"), "*a a")
      assert.strictEqual(rewrite("x[*a a *a]"), "x[a]")
    })

    it("gives a scope the same dependencies wherever it appears", () => {
      assert.strictEqual(rewrite("a[b] c[*a[d]]"), "a[b d] c[*a[b d]]")
    })

    it("takes everything but spaces, stars and brackets for a part of a name", () => {
      assert.deepStrictEqual(
        parse("a,b c\td\ne (f) é\u{1f600}").map(({ scope }) => scope),
        ["a,b", "c\td\ne", "(f)", "é\u{1f600}"]
      )
    })

    it("drops the line end of a text that was read from a file", () => {
      assert.strictEqual(rewrite("openid email\r\n"), "openid email")
    })

    it.each([
      ["a b[", "UnclosedBracket", 3],
      ["a[b c[d]", "UnclosedBracket", 1],
      ["a[b]] c", "UnmatchedBracket", 4],
      ["a[ ]", "EmptyBrackets", 1],
      ["a [b]", "BracketWithoutScope", 2],
      ["[a]", "BracketWithoutScope", 0],
      ["a[[b]]", "BracketWithoutScope", 2],
      ["a[b]c", "TextAfterBracket", 4],
      ["a[b]*c", "TextAfterBracket", 4],
      ["a *", "OptionalWithoutScope", 2],
      ["* a", "OptionalWithoutScope", 0],
      ["a[b *]", "OptionalWithoutScope", 4]
    ] as const)("refuses %j: %s at position %i", (text, reason, position) => {
      const error = failureOf(text)
      assert.instanceOf(error, GlobusScope.ScopeParseError)
      assert.deepInclude(error, { text, reason, position })
      assert.include(error.message, JSON.stringify(text))
      assert.include(error.message, `at position ${position}`)
    })

    it("shows only the surroundings of an error in a long text", () => {
      const { message } = failureOf(`${"a ".repeat(10_000)}[b] ${"c ".repeat(10_000)}`)
      assert.include(message, "a [b] c")
      assert.isBelow(message.length, 300)
    })

    it.each([
      ["a[a]", "a → a"],
      ["a[*b[c[a]]]", "a → b → c → a"],
      ["x a[b] b[c] c[b]", "b → c → b"],
      ["*a[b] b[a]", "a → b → a"]
    ])("refuses the cycle in %j and shows it", (text, cycle) => {
      const error = failureOf(text)
      assert.instanceOf(error, GlobusScope.ScopeCycleError)
      assert.strictEqual(error.cycle.join(" → "), cycle)
      assert.include(error.message, cycle)
    })

    it("handles a hundred thousand brackets, in whatever way they are wrong", () => {
      const many = 100_000
      const nested = Array.from({ length: many }, (_, index) => `a${index}[`).join("")
      assert.strictEqual(failureOf(`${nested}b${"]".repeat(many)}`)._tag, "ScopeLimitError")
      assert.strictEqual(failureOf(nested)._tag, "ScopeParseError")
      assert.strictEqual(failureOf(`${"a[".repeat(many)}b${"]".repeat(many)}`)._tag, "ScopeCycleError")
      assert.strictEqual(failureOf("[".repeat(many))._tag, "ScopeParseError")
      assert.strictEqual(failureOf(`a${"]".repeat(many)}`)._tag, "ScopeParseError")
    })

    it("handles a hundred thousand scopes, beside and below each other", () => {
      const names = Array.from({ length: 100_000 }, (_, index) => `scope${index}`)
      assert.lengthOf(parse(names.join(" ")), names.length)
      assert.lengthOf(one(`a[${names.join(" ")}]`).dependencies, names.length)
    })

    it("refuses dependencies that nest too deep, also through several scopes", () => {
      const chain = (length: number) =>
        Array.from({ length: length - 1 }, (_, index) => `a${index}[a${index + 1}]`).join(" ")
      assert.isTrue(Result.isSuccess(GlobusScope.parse(chain(GlobusScope.maximumDepth))))
      const error = failureOf(chain(GlobusScope.maximumDepth + 1))
      assert.deepInclude(error, { _tag: "ScopeLimitError", limit: "depth" })
      assert.include(error.message, "1000 levels")
    })

    it("refuses a short text that would be endless with its dependencies written out", () => {
      const doubling = Array.from({ length: 100 }, (_, index) =>
        ["a", "b"].map((name) => `${name}${index}[a${index + 1} b${index + 1}]`).join(" ")
      ).join(" ")
      assert.deepInclude(failureOf(doubling), { _tag: "ScopeLimitError", limit: "length" })
    })

    it.effect("fails as an effect, too", () =>
      Effect.gen(function* () {
        const scopes = yield* GlobusScope.parseEffect("a[b]")
        assert.strictEqual(GlobusScope.serialize(scopes), "a[b]")
        const error = yield* Effect.flip(GlobusScope.fromInputEffect(["a", "b["]))
        assert.strictEqual(error._tag, "ScopeParseError")
      })
    )
  })

  describe("fromInput", () => {
    it.each<[string, GlobusScope.ScopeInput, string]>([
      ["a scope string", "a[b] c", "a[b] c"],
      ["a scope", one("a[b]"), "a[b]"],
      ["a list of both", ["a[b] c", one("*a[d]"), "c[e]"], "a[b d] c[e] *a[b d]"],
      ["nothing", [], ""]
    ])("reads and merges %s", (_, input, expected) => {
      assert.strictEqual(GlobusScope.serialize(Result.getOrThrow(GlobusScope.fromInput(input))), expected)
    })

    it("finds a cycle between the parts of an input", () => {
      const result = GlobusScope.fromInput(["a[b]", one("b[a]")])
      assert.strictEqual(Result.getOrThrow(Result.flip(result))._tag, "ScopeCycleError")
    })
  })

  describe("combinators", () => {
    it("never change the scope that they are given", () => {
      const scope = one("a[b]")
      const changed = scope.pipe(GlobusScope.withDependency(one("*c")), GlobusScope.withOptional(true))
      assert.strictEqual(GlobusScope.serialize(changed), "*a[b *c]")
      assert.strictEqual(GlobusScope.serialize(scope), "a[b]")
    })

    it("unite a dependency with the one of the same name", () => {
      assert.strictEqual(String(GlobusScope.withDependency(one("a[*b[c]]"), one("b[d]"))), "a[b[c d]]")
      assert.strictEqual(String(GlobusScope.withDependency(one("a[b]"), one("*b"))), "a[b]")
    })
  })

  describe("a scope as a value", () => {
    it("equals one with the same dependencies in another order", () => {
      assert.isTrue(Equal.equals(one("a[b *c[d]]"), one("a[*c[d] b]")))
      assert.strictEqual(Hash.hash(one("a[b *c[d]]")), Hash.hash(one("a[*c[d] b]")))
    })

    it.each([
      ["a", "b"],
      ["a", "*a"],
      ["a", "a[b]"],
      ["a[b]", "a[*b]"],
      ["a[b[c]]", "a[b[d]]"]
    ])("%s does not equal %s", (left, right) => {
      assert.isFalse(Equal.equals(one(left), one(right)))
    })

    it("is its scope string in text, in JSON and in a log", () => {
      const scope = one("*a[b]")
      assert.strictEqual(String(scope), "*a[b]")
      assert.strictEqual(JSON.stringify({ scope }), '{"scope":"*a[b]"}')
      assert.strictEqual(inspect(scope), "GlobusScope(*a[b])")
    })
  })

  describe("schemas", () => {
    it.effect("FromString reads and writes scope strings", () =>
      Effect.gen(function* () {
        const scopes = yield* Schema.decodeEffect(GlobusScope.FromString)("a[b] a[*b c]")
        assert.strictEqual(yield* Schema.encodeEffect(GlobusScope.FromString)(scopes), "a[b c]")
        const error = yield* Effect.flip(Schema.decodeEffect(GlobusScope.FromString)("a[b"))
        assert.include(error.message, "is wrong at position 1")
      })
    )

    it.effect("GlobusScope is a scope string with one scope in JSON", () =>
      Effect.gen(function* () {
        const Json = Schema.toCodecJson(Schema.Struct({ scope: GlobusScope.GlobusScope }))
        const document = { scope: one("*a[b]") }
        const encoded = yield* Schema.encodeEffect(Json)(document)
        assert.deepStrictEqual<unknown>(encoded, { scope: "*a[b]" })
        assert.isTrue(Equal.equals(yield* Schema.decodeUnknownEffect(Json)(encoded), document))
        const error = yield* Effect.flip(Schema.decodeUnknownEffect(Json)({ scope: "a b" }))
        assert.include(error.message, "exactly one scope")
      })
    )

    it.effect("errors cross processes", () =>
      Effect.gen(function* () {
        const Json = Schema.toCodecJson(
          Schema.Union([
            GlobusScope.ScopeParseError,
            GlobusScope.ScopeCycleError,
            GlobusScope.ScopeLimitError
          ])
        )
        for (const error of [failureOf("a["), failureOf("a[a]")]) {
          const received = yield* Schema.decodeUnknownEffect(Json)(yield* Schema.encodeEffect(Json)(error))
          assert.strictEqual(received.message, error.message)
        }
      })
    )
  })
})

describe("GlobusScope, whatever the scopes", () => {
  const characters = Schema.Literals(["a", "b", "c", "é", ",", "\t", "[", "]", "[", "]", "*", " ", " "])
  const anyText = Arbitrary.map(Arbitrary.array(Arbitrary.schema(characters), { maxLength: 30 }), (all) =>
    all.join("")
  )

  // A scope depends on scopes of lower levels only, so that there are no cycles; and names are few, so that the same
  // scope appears in many places.
  type List = ReadonlyArray<GlobusScope.GlobusScope>
  const level = (names: ReadonlyArray<string>, dependencies: Arbitrary.Arbitrary<List>) =>
    Arbitrary.map(
      Arbitrary.all({
        name: Arbitrary.schema(Schema.Literals(names)),
        optional: Arbitrary.schema(Schema.Boolean),
        dependencies
      }),
      ({ name, optional, dependencies }) => GlobusScope.makeUnsafe(name, { optional, dependencies })
    )
  const listOf = (
    ...levels: ReadonlyArray<Arbitrary.Arbitrary<GlobusScope.GlobusScope>>
  ): Arbitrary.Arbitrary<List> =>
    Arbitrary.map(Arbitrary.all(levels.map((level) => Arbitrary.array(level, { maxLength: 3 }))), (lists) =>
      lists.flat()
    )
  const third = level(["g", "h", "i"], Arbitrary.Constant([]))
  const second = level(["d", "e", "f"], listOf(third))
  const first = level(["a", "b", "c"], listOf(second, third))
  const scopes = listOf(first, second, third)

  const merge = (scopes: Iterable<GlobusScope.GlobusScope>) => Result.getOrThrow(GlobusScope.merge(scopes))

  it.prop(
    "any text gives scopes or a typed error that points into it",
    [anyText],
    ([text]) => {
      const result = GlobusScope.parse(text)
      if (Result.isFailure(result)) {
        if (result.failure._tag !== "ScopeParseError")
          return assert.strictEqual(result.failure._tag, "ScopeCycleError")
        assert.isTrue(result.failure.position >= 0 && result.failure.position < text.length)
        return
      }
      // What ends a text is trimmed, so what ends a name is only safe within it.
      const written = `${GlobusScope.serialize(result.success)} end`
      assert.isTrue(Equal.equals(parse(written).slice(0, -1), result.success))
    },
    fuzz
  )

  it.prop(
    "any Unicode text is handled",
    [Schema.String],
    ([text]) => {
      assert.isTrue(Result.isResult(GlobusScope.parse(text)))
    },
    fuzz
  )

  it.prop(
    "a long text is read or refused at once, however it repeats itself and nests",
    [anyText, anyText],
    ([before, after]) => {
      const times = Math.ceil(20_000 / (before.length + after.length + 1))
      const text = `${before.repeat(times)}x${after.repeat(times)}`
      const began = performance.now()
      assert.isTrue(Result.isResult(GlobusScope.parse(text)))
      assert.isBelow(performance.now() - began, 2000)
    },
    fuzz
  )

  it.prop("reading what was written gives the merged scopes, in their order", [scopes], ([scopes]) => {
    assert.isTrue(Equal.equals(parse(GlobusScope.serialize(scopes)), merge(scopes)))
  })

  it.prop("merging twice is merging once", [scopes], ([scopes]) => {
    const merged = merge(scopes)
    assert.isTrue(Equal.equals(merge(merged), merged))
    assert.isTrue(Equal.equals(merge([...merged, ...merged]), merged))
  })

  it.prop(
    "merging does not depend on the order but for that of the result",
    [scopes, scopes],
    ([left, right]) => {
      const one = merge([...left, ...right])
      const other = merge([...right, ...left])
      assert.strictEqual(one.length, other.length)
      assert.isTrue(Equal.equals(HashSet.fromIterable(one), HashSet.fromIterable(other)))
    }
  )

  it.prop("merging in steps is merging at once", [scopes, scopes, scopes], ([first, second, third]) => {
    assert.isTrue(
      Equal.equals(merge([...merge([...first, ...second]), ...third]), merge([...first, ...second, ...third]))
    )
  })

  it.prop("merging loses no scope and adds none", [scopes], ([scopes]) => {
    const names = (list: ReadonlyArray<GlobusScope.GlobusScope>): ReadonlyArray<string> =>
      list.flatMap((scope) => [scope.scope, ...names(scope.dependencies)])
    assert.deepStrictEqual(new Set(names(merge(scopes))), new Set(names(scopes)))
  })
})

describe("Scopes", () => {
  const collection = "6c54cade-bde5-45c1-bdea-f4bd71dba2cc"
  const other = "31ce9ba0-176d-45a5-add3-f37d233ba47d"

  it("dataAccess is Transfer's scope with revocable access to a collection's data", () => {
    assert.strictEqual(
      String(Scopes.dataAccess(collection)),
      `urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/${collection}/data_access]`
    )
  })

  it("dataAccess of several collections is one scope", () => {
    const both = Scopes.dataAccess([collection, other])
    assert.strictEqual(both.scope, Scopes.TransferScopes.all)
    assert.isTrue(
      Equal.equals(
        Result.getOrThrow(GlobusScope.merge([collection, other].map((id) => Scopes.dataAccess(id)))),
        [both]
      )
    )
  })

  it("the scope of a flow has its id twice, once with underscores", () => {
    assert.strictEqual(
      Scopes.specificFlowScopes(other).user,
      "https://auth.globus.org/scopes/31ce9ba0-176d-45a5-add3-f37d233ba47d/flow_31ce9ba0_176d_45a5_add3_f37d233ba47d_user"
    )
    assert.strictEqual<string>(Scopes.specificFlowScopes(other).resourceServer, other)
  })

  it("an id that is none cannot smuggle in another scope", () => {
    const scope = Scopes.dataAccess("x] *y[z")
    assert.lengthOf(parse(GlobusScope.serialize(scope)), 1)
    assert.strictEqual(
      scope.dependencies[0]?.scope,
      "https://auth.globus.org/scopes/x%5D%20%2Ay%5Bz/data_access"
    )
    assert.lengthOf(parse(Scopes.specificFlowScopes("a b").user), 1)
  })
})
