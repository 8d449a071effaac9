import ts from 'typescript'
import { nodeRule } from './rule.ts'

const SUITES = new Set(['it', 'test', 'describe', 'suite', 'context', 'ctx', 'task'])
const MODIFIERS = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails'])
const DISABLED = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe'])

/** A test that runs sometimes, or alone, or never, is not a test. */
export const everyTestRuns = nodeRule('every test runs, always', node => {
  if (ts.isPropertyAccessExpression(node) && MODIFIERS.has(node.name.text) && SUITES.has(rootName(node))) {
    return `.${node.name.text}: let the test run, or delete it`
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && DISABLED.has(node.expression.text)) {
    return `${node.expression.text}(): let the test run, or delete it`
  }
  return undefined
})

/** `it` of `it.concurrent.each`. */
function rootName(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootName(node.expression)
  return ts.isIdentifier(node) ? node.text : ''
}
