/**
 * What there is to check of a document that is kept as it is. Decoding copies every object, to keep the fields that
 * nobody knows; where reading changes nothing, checking the fields that are known and keeping the document itself comes
 * to the same, in half the time.
 */
import { memoize } from "effect/Function"
import * as Option from "effect/Option"
import * as SchemaAST from "effect/SchemaAST"

/** Without what accepts any further field, which needs no check. */
const known = (ast: SchemaAST.AST): SchemaAST.AST => {
  const rest = [ast.annotations, ast.checks, ast.encoding, ast.context] as const
  if (SchemaAST.isObjects(ast) && ast.propertySignatures.length > 0) {
    return new SchemaAST.Objects(
      ast.propertySignatures.map(({ name, type }) => new SchemaAST.PropertySignature(name, known(type))),
      ast.indexSignatures.filter(({ type }) => !SchemaAST.isUnknown(type)),
      ...rest
    )
  }
  if (SchemaAST.isArrays(ast)) {
    return new SchemaAST.Arrays(ast.isMutable, ast.elements.map(known), ast.rest.map(known), ...rest)
  }
  return SchemaAST.isUnion(ast) ? new SchemaAST.Union(ast.types.map(known), ast.options, ...rest) : ast
}

/** The schema of the known fields, if reading what this schema describes changes nothing. */
export const make = memoize((ast: SchemaAST.AST): Option.Option<SchemaAST.AST> =>
  SchemaAST.toEncoded(ast) === ast && SchemaAST.toType(ast) === ast ? Option.some(known(ast)) : Option.none()
)
