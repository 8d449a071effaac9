import type { Rule, Violation } from './rule.ts'

/** A rule that no line of a file matches `pattern`. */
export function matchRule(name: string, pattern: RegExp, explain: (found: string) => string): Rule {
  return {
    name,
    check: file =>
      file.text.split('\n').flatMap((text, index): Violation[] => {
        const found = pattern.exec(text)
        return found === null ? [] : [{ path: file.path, line: index + 1, message: explain(found[0]) }]
      }),
  }
}

// The words are put together from two pieces, so that this file keeps its own rule.
const UNFINISHED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`)

/** What is not finished is an issue, not a comment. */
export const noUnfinished: Rule = matchRule(
  'nothing is left for later in a comment',
  UNFINISHED,
  found => `${found}: finish it, or write an issue`,
)
