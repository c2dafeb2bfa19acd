/** Consents are a forest, and a scope is consented to when a tree of it has all its dependencies. */
import { ConsentForest, Consents } from "@effect-globus/sdk/auth"
import { GlobusScope } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"

const decode = Schema.decodeUnknownSync(Consents)

/** The forest of consents that are given as names by their paths. */
const forest = (...consents: ReadonlyArray<readonly [name: string, ...path: ReadonlyArray<number>]>) =>
  ConsentForest.make(
    decode({
      consents: consents.map(([scope_name, ...dependency_path]) => ({
        id: dependency_path.at(-1) ?? 0,
        scope_name,
        dependency_path
      }))
    }).consents
  )

const covers = (trees: ReturnType<typeof forest>, text: string): boolean =>
  Result.getOrThrow(GlobusScope.parse(text)).every((scope) => ConsentForest.covers(trees, scope))

/** A forest as text, in which a tree is its name with its children in brackets. */
const draw = (trees: ReadonlyArray<ConsentForest.ConsentTree>): string =>
  trees
    .map(({ children, consent }) =>
      children.length === 0 ? consent.scope_name : `${consent.scope_name}[${draw(children)}]`
    )
    .join(" ")

describe("the forest", () => {
  it("has a tree for each consent that was given directly, whatever order they come in", () => {
    const trees = forest(["c", 1, 2, 3], ["a", 1], ["d", 1, 4], ["b", 1, 2], ["e", 5], ["a", 5, 6])
    assert.strictEqual(draw(trees), "a[d b[c]] e[a]")
  })

  it("of no consents is empty", () => {
    assert.deepStrictEqual(forest(), [])
  })

  it("leaves out consents whose parents are missing: nothing can be used through them", () => {
    assert.strictEqual(draw(forest(["a", 1], ["c", 1, 2, 3], ["d", 9, 8])), "a")
  })

  it("leaves out consents without a path", () => {
    assert.strictEqual(draw(forest(["lost"], ["a", 1])), "a")
  })

  it("has a consent once, though it comes twice", () => {
    assert.strictEqual(draw(forest(["a", 1], ["a", 1], ["b", 1, 2], ["b", 1, 2])), "a[b]")
  })

  it("does not confuse ids that look alike when they are put together", () => {
    assert.strictEqual(draw(forest(["a", 1], ["b", 12], ["c", 1, 23], ["d", 12, 3])), "a[c] b[d]")
  })
})

describe("a scope is consented to", () => {
  const trees = forest(["transfer", 1], ["x", 1, 2], ["y", 1, 3], ["z", 1, 3, 4], ["flows", 5], ["x", 5, 6])

  it.each([
    "transfer",
    "transfer[x]",
    "transfer[*x]",
    "transfer[x y]",
    "transfer[y[z] x]",
    "flows[x]",
    "transfer[x] flows[x]",
    "*transfer[*y[*z]]"
  ])("with all of its dependencies: %s", (text) => {
    assert.isTrue(covers(trees, text))
  })

  it.each([
    ["x", "for it is only consented to below another"],
    ["other", "for it is not there"],
    ["transfer[z]", "for that is consented to, but not directly"],
    ["flows[y]", "for that is consented to below another scope"],
    ["transfer[x y w]", "for one dependency is missing"],
    ["transfer[*w]", "for optional dependencies count when they are asked for"],
    ["transfer[x[z]]", "for that is consented to below another dependency"]
  ])("but %s is not, %s", (text) => {
    assert.isFalse(covers(trees, text))
  })

  it("by one tree, not by several together", () => {
    const split = forest(["a", 1], ["b", 1, 2], ["a", 3], ["c", 3, 4])
    assert.isTrue(covers(split, "a[b]"))
    assert.isTrue(covers(split, "a[c]"))
    assert.isFalse(covers(split, "a[b c]"))
  })
})

describe("whatever consents there are", () => {
  const id = Schema.Int.check(Schema.isBetween({ minimum: -2, maximum: 3 }))
  const consents = Schema.Array(
    Schema.Tuple([Schema.Literals(["a", "b", "c"]), Schema.Array(id).check(Schema.isMaxLength(5))])
  ).check(Schema.isMaxLength(40))

  it.prop(
    "each is found at its path if all on the way are there, and no other is found",
    [consents],
    ([given]) => {
      const byPath = new Map(given.map(([name, path]) => [path.join(">"), { name, path }]))
      const expected = [...byPath.values()]
        .filter(
          ({ path }) =>
            path.length > 0 && path.every((_, index) => byPath.has(path.slice(0, index + 1).join(">")))
        )
        .map(({ name, path }) => `${name} ${path.join(">")}`)
      const found = (trees: ReadonlyArray<ConsentForest.ConsentTree>): ReadonlyArray<string> =>
        trees.flatMap(({ children, consent }) => [
          `${consent.scope_name} ${consent.dependency_path.join(">")}`,
          ...found(children)
        ])
      const trees = forest(...given.map(([name, path]) => [name, ...path] as const))
      assert.sameMembers([...found(trees)], expected)
    }
  )

  it("making the forest takes time in proportion to their number", { timeout: 5000 }, () => {
    const siblings = Array.from({ length: 50_000 }, (_, index) => ["s", index] as const)
    assert.strictEqual(forest(...siblings).length, 50_000)
    // Each comes twice: taken for two, they would double with each level.
    const path = Array.from({ length: 60 }, (_, index) => index)
    const chain = path.map((level) => [`d${level}`, ...path.slice(0, level + 1)] as const)
    const trees = forest(...chain, ...chain)
    const nested = path.map((level) => `d${level}`).join("[")
    assert.isTrue(covers(trees, nested + "]".repeat(59)))
    assert.isFalse(covers(trees, `${nested}[missing${"]".repeat(60)}`))
  })
})
