import { assert, it } from "@effect/vitest"
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as GlobusScope from "../../src/model/GlobusScope.ts"
import * as Scopes from "../../src/model/Scopes.ts"
import * as Reference from "./internal/Reference.ts"

interface Tree {
  readonly scope: string
  readonly optional?: boolean
  readonly dependencies?: ReadonlyArray<Tree>
}

const Tree: Schema.Codec<Tree> = Schema.Struct({
  scope: Schema.String,
  optional: Schema.optionalKey(Schema.Boolean),
  dependencies: Schema.optionalKey(Schema.Array(Schema.suspend(() => Tree)))
})

const ScopeCase = Schema.Struct({
  input: Schema.String,
  parsed: Schema.optionalKey(Schema.Array(Tree)),
  mergedSerialized: Schema.optionalKey(Schema.Array(Schema.String)),
  error: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String)
})

/** What the official SDK says of a scope string, and our reason for it. */
const reasons: Readonly<Record<string, GlobusScope.ScopeParseError["reason"]>> = {
  "'*' must not be followed by a space": "OptionalWithoutScope",
  "a scope string must always follow an optional marker": "OptionalWithoutScope",
  "ended in optional marker": "OptionalWithoutScope",
  "']' may only be followed by a space or ']'": "TextAfterBracket",
  "'[' cannot have a preceding space": "BracketWithoutScope",
  "found '[' without a preceding scope string": "BracketWithoutScope",
  "found double left-bracket": "BracketWithoutScope",
  "found empty brackets": "EmptyBrackets",
  "found ']' with no matching '[' preceding it": "UnmatchedBracket",
  "ended in left bracket": "UnclosedBracket",
  "unclosed brackets, missing ']'": "UnclosedBracket"
}

/** The official SDK keeps dependencies in sets: their order says nothing. */
const canonical = ({ scope, optional, dependencies }: Tree): string =>
  `${optional === true ? "*" : ""}${scope}[${(dependencies ?? []).map(canonical).toSorted().join(" ")}]`

Reference.suite("scope-cases.json", Schema.Array(ScopeCase), (cases) => {
  for (const each of cases) {
    it(JSON.stringify(each.input), () => {
      const result = GlobusScope.parse(each.input)

      if (each.error === undefined) {
        if (each.parsed === undefined) return assert.fail("the case has neither `parsed` nor `error`")
        const scopes = Result.getOrThrow(result)
        assert.deepStrictEqual(scopes.map(canonical).toSorted(), each.parsed.map(canonical).toSorted())
        // They are merged already, so merging changes nothing.
        assert.isTrue(Equal.equals(Result.getOrThrow(GlobusScope.merge(scopes)), scopes))
        if (each.mergedSerialized !== undefined) {
          assert.deepStrictEqual(
            scopes.map((scope) => GlobusScope.serialize(scope)).toSorted(),
            [...each.mergedSerialized].toSorted()
          )
        }
        return
      }

      const error = Result.getOrThrow(Result.flip(result))
      assert.strictEqual(error._tag, each.error)
      if (error._tag === "ScopeParseError") {
        const reason = reasons[each.detail ?? ""]
        if (reason === undefined) return assert.fail(`no reason corresponds to the detail ${each.detail}`)
        assert.strictEqual(error.reason, reason)
      }
      if (error._tag === "ScopeCycleError") {
        // Which scope the detail names is arbitrary if there are several cycles; it is on ours if there is one.
        assert.strictEqual(error.cycle.at(0), error.cycle.at(-1))
        for (const name of error.cycle) assert.include(each.input, name)
      }
    })
  }
})

const ResourceServerCase = Schema.Struct({
  resource_server: Schema.String,
  scopes: Schema.Record(Schema.String, Schema.String)
})

const constants: Readonly<Record<string, { readonly resourceServer: string }>> = {
  AuthScopes: Scopes.AuthScopes,
  ComputeScopes: Scopes.ComputeScopes,
  FlowsScopes: Scopes.FlowsScopes,
  GroupsScopes: Scopes.GroupsScopes,
  NexusScopes: Scopes.NexusScopes,
  SearchScopes: Scopes.SearchScopes,
  TimersScopes: Scopes.TimersScopes,
  TransferScopes: Scopes.TransferScopes,
  SpecificFlowScopes: Scopes.specificFlowScopes("FLOW_ID"),
  GCSEndpointScopes: Scopes.gcsEndpointScopes("ENDPOINT_ID"),
  GCSCollectionScopes: Scopes.gcsCollectionScopes("COLLECTION_ID")
}

Reference.suite("scopes.json", Schema.Record(Schema.String, ResourceServerCase), (servers) => {
  for (const [name, { resource_server, scopes }] of Object.entries(servers)) {
    it(name, () => {
      const ours = constants[name]
      if (ours === undefined) return assert.fail(`no constant corresponds to ${name}`)
      assert.deepStrictEqual<unknown>(ours, { resourceServer: resource_server, ...scopes })
    })
  }
})
