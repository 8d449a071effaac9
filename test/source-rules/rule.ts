import type ts from 'typescript'
import type { SourceFile } from './source-file.ts'

/** One thing that a file must not do. */
export interface Rule {
  /** What holds where the rule is kept, as a sentence without its full stop. */
  readonly name: string
  readonly check: (file: SourceFile) => readonly Violation[]
}

/** A place where a rule is broken. */
export interface Violation {
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

/** A rule that looks at one node at a time: `judge` says what is wrong with it, or nothing. */
export function nodeRule(name: string, judge: (node: ts.Node, file: SourceFile) => string | undefined): Rule {
  return {
    name,
    check: file => {
      const found: Violation[] = []
      file.walk(node => {
        const message = judge(node, file)
        if (message !== undefined) found.push({ path: file.path, line: file.lineOf(node), message })
      })
      return found
    },
  }
}
