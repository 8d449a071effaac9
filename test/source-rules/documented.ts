import ts from 'typescript'
import type { Rule, Violation } from './rule.ts'
import type { SourceFile } from './source-file.ts'

/**
 * Every exported name has a doc comment at its declaration; what a door passes on is documented where it is declared.
 * A structure of a standard says what it is and which clause defines it in its declaration: `layout({ name, spec, ... })`.
 */
export const documented: Rule = {
  name: 'every exported name has a doc comment',
  check: file =>
    file.tree.statements.flatMap(statement =>
      exportedNames(statement)
        .filter(() => !hasDocComment(statement) && !isFurtherOverload(statement, file) && !namesItsClause(statement))
        .map(
          (name): Violation => ({
            path: file.path,
            line: file.lineOf(statement),
            message: `${name} has no doc comment`,
          }),
        ),
    ),
}

function exportedNames(statement: ts.Statement): string[] {
  if (!ts.canHaveModifiers(statement)) return []
  const modifiers = ts.getModifiers(statement)?.map(modifier => modifier.kind) ?? []
  // A default export belongs to a tool's configuration file.
  if (!modifiers.includes(ts.SyntaxKind.ExportKeyword) || modifiers.includes(ts.SyntaxKind.DefaultKeyword)) return []
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(each => each.name.getText())
  return [declaredName(statement)]
}

/** A closed list and its type share one name and one comment, and so do the overloads of a function. */
function isFurtherOverload(statement: ts.Statement, file: SourceFile): boolean {
  const name = declaredName(statement)
  return file.tree.statements.some(
    other => other !== statement && exportedNames(other).includes(name) && ts.getJSDocCommentsAndTags(other).length > 0,
  )
}

function hasDocComment(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).length > 0
}

function namesItsClause(statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false
  return statement.declarationList.declarations.every(({ initializer }) => {
    const declaration =
      initializer !== undefined && ts.isCallExpression(initializer) ? initializer.arguments[0] : undefined
    return (
      declaration !== undefined &&
      ts.isObjectLiteralExpression(declaration) &&
      ['name', 'spec'].every(key => declaration.properties.some(property => property.name?.getText() === key))
    )
  })
}

function declaredName(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.name.getText() ?? ''
  return ts.getNameOfDeclaration(statement as ts.DeclarationStatement)?.getText() ?? ''
}
