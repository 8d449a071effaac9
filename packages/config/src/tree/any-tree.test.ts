import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EditError } from '../edits/edit-error.ts'
import type { EditCall, Edited } from '../edits/edits.ts'
import type { Configuration } from '../saveconfig.ts'
import { countingSources } from '../testing/edit-calls.ts'
import { edited, run } from '../testing/edit-runs.ts'
import { drawTree } from './draw-tree.ts'
import { editWords } from './edit-words.ts'
import { infoLines } from './info-lines.ts'
import { treeNode } from './tree.ts'
import { NodeKind, pathBelow } from './tree-node.ts'

interface Step {
  readonly before: Configuration
  readonly call: EditCall
  readonly edited: Edited
}

/** The edits of a run that were done. */
function stepsOf([start, calls]: readonly [Configuration, readonly EditCall[]]): readonly Step[] {
  const sources = countingSources()
  const steps: Step[] = []
  let before = start
  for (const call of calls) {
    const after = edited(before, call, sources)
    if (after instanceof EditError) continue
    steps.push({ before, call, edited: after })
    before = after.configuration
  }
  return steps
}

/** Asserts something of what any edits leave. */
function ofAnyTree(look: (configuration: Configuration) => void): void {
  const left = run.map(given => stepsOf(given).at(-1)?.edited.configuration ?? given[0])
  fc.assert(fc.property(left, look), { numRuns: 60 })
}

/** Asserts something of each of any edits. */
function ofAnyStep(look: (step: Step) => void): void {
  fc.assert(
    fc.property(run.map(stepsOf), steps => {
      for (const step of steps) look(step)
    }),
    { numRuns: 100 },
  )
}

/** Every path of a tree, each found among the children of the one above it. */
function pathsOf(configuration: Configuration, path = '/'): readonly string[] {
  const { children } = treeNode(configuration, path)
  return [path, ...children.flatMap(name => pathsOf(configuration, pathBelow(path, name)))]
}

const WITHOUT_INFO: readonly NodeKind[] = [
  ...[NodeKind.root, NodeKind.backstores, NodeKind.plugin, NodeKind.aluaGroups],
  ...[NodeKind.acls, NodeKind.luns, NodeKind.portals],
]
/** What targetcli does without a word. */
const SILENT: readonly string[] = ['tagAcl', 'untagAcl', 'deleteAluaGroup']

describe('the tree of whatever edits make', () => {
  it('has a node for each name that a node lists, at its own path, and draws a line of each', () => {
    ofAnyTree(configuration => {
      const paths = pathsOf(configuration)
      expect(paths.map(path => treeNode(configuration, path).path)).toEqual(paths)
      expect(new Set(paths).size).toBe(paths.length)
      expect(drawTree(path => treeNode(configuration, path), { path: '/' }).length).toBe(paths.length)
    })
  })

  it('tells info of what has it, and of nothing else', () => {
    ofAnyTree(configuration => {
      const isTold = (path: string) => infoLines(configuration, path) !== undefined
      const hasInfo = (path: string) => {
        const { kind, summary } = treeNode(configuration, path)
        return !WITHOUT_INFO.includes(kind) || summary.includes('access rules')
      }
      expect(pathsOf(configuration).filter(path => isTold(path) !== hasInfo(path))).toEqual([])
    })
  })

  it('has a node for everything that an edit says it has made', () => {
    ofAnyStep(({ edited: { configuration, made } }) => {
      expect(made.map(path => treeNode(configuration, path).path)).toEqual(made)
    })
  })

  it('has words for each edit that makes or takes away, and a password is never among them', () => {
    ofAnyStep(step => {
      const lines = editWords(step)
      const { name } = step.call
      const isSpoken = lines.length > 0 || SILENT.includes(name) || name.startsWith('set')
      expect({ name, isSpoken }).toEqual({ name, isSpoken: true })
      expect(lines.filter(line => /undefined|NaN|\[object|'secret'|xxx/.test(line))).toEqual([])
    })
  })
})
