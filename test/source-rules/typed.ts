import ts from 'typescript'
import { nodeRule, type Rule } from './rule.ts'
import { matchRule } from './text-rule.ts'

/** `any` switches the compiler off for whatever touches it. */
export const noAny: Rule = nodeRule('nothing is of type any', node =>
  node.kind === ts.SyntaxKind.AnyKeyword ? 'any: name the type, or take unknown and narrow it' : undefined,
)

/** A comment that silences the compiler; `@ts-expect-error` fails when it is no longer needed, so that one may stay. */
export const noSilencing: Rule = matchRule(
  'the compiler is not silenced',
  /@ts-(?:ignore|nocheck)\b/,
  found => `${found}: mend the type`,
)
