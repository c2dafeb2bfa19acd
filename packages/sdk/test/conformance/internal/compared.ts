/** Where a schema of ours differs from a type of the reference. */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as Shape from "./Shape.ts"

export interface Difference {
  /** Ours does not know the field; insists on one that may be absent; refuses a null that may come. */
  readonly kind: "unknown" | "required" | "not null"
  /** Such as `runs[].label`. */
  readonly path: string
}

const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> =>
  SchemaAST.isSuspend(ast)
    ? membersOf(ast.thunk())
    : SchemaAST.isUnion(ast)
      ? ast.types.flatMap(membersOf)
      : [ast]

const only = <A>(values: ReadonlyArray<A>): A | undefined => (values.length === 1 ? values[0] : undefined)

/** The differences between what a schema reads and a type; alternatives of several objects are not gone into. */
export const compared = (
  schema: Schema.Constraint,
  type: unknown,
  lookUp: (name: string) => unknown
): ReadonlyArray<Difference> => {
  const differences: Array<Difference> = []

  const compare = (shape: Shape.Shape, ast: SchemaAST.AST, path: string, depth: number): void => {
    const shapes = Shape.membersOf(shape, lookUp)
    const asts = membersOf(ast)
    const nullable = shapes.some((member) => member._tag === "Literal")
    if (nullable && !Schema.is(Schema.make(ast))(null)) differences.push({ kind: "not null", path })
    // Types that refer to themselves have no end.
    if (depth > 8) return

    const list = only(shapes.filter((member) => member._tag === "List"))
    const item = only(asts.filter(SchemaAST.isArrays))?.rest[0]
    if (list !== undefined && item !== undefined) compare(list.item, item, `${path}[]`, depth + 1)

    const object = only(shapes.filter((member) => member._tag === "Object"))
    const known = only(
      asts
        .filter((member) => SchemaAST.isObjects(member))
        .filter((member) => member.propertySignatures.length > 0)
    )
    if (object === undefined || known === undefined) return
    for (const [name, field] of Object.entries(object.fields)) {
      const at = path === "" ? name : `${path}.${name}`
      const ours = known.propertySignatures.find((property) => property.name === name)
      if (ours === undefined) {
        differences.push({ kind: "unknown", path: at })
        continue
      }
      if (field.optional && !SchemaAST.isOptional(ours.type)) differences.push({ kind: "required", path: at })
      compare(field.shape, ours.type, at, depth + 1)
    }
  }

  compare(Shape.parse(type), SchemaAST.toEncoded(schema.ast), "", 0)
  return differences
}
