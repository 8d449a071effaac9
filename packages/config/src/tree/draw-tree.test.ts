import { describe, expect, it } from 'vitest'
import { drawTree } from './draw-tree.ts'
import type { TreeNode } from './tree-node.ts'
import { NodeKind } from './tree-node.ts'

/** A tree of names, in which each node's summary is its first letter, and its health what its name says. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  '/': ['a', 'b'],
  '/a': ['good', 'bad'],
  '/a/good': ['deep'],
  '/b': ['a-name-that-takes-many-columns'],
}
const HEALTH: Readonly<Record<string, boolean>> = { good: true, bad: false }
const looked: string[] = []
const lookup = (path: string): TreeNode => {
  looked.push(path)
  const name = path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1)
  const summary = name.length > 4 ? 'a summary' : ''
  return { path, name, kind: NodeKind.lun, summary, healthy: HEALTH[name], children: CHILDREN[path] ?? [] }
}

describe('a drawn tree', () => {
  it('has a margin of two columns a level, dots to the width, and whole lines where that is too narrow', () => {
    expect(drawTree(lookup, { path: '/', width: 30 })).toEqual([
      'o- / ................... [...]',
      '  o- a ................. [...]',
      '  | o- good ............. [OK]',
      '  | | o- deep .......... [...]',
      '  | o- bad ........... [ERROR]',
      '  o- b ................. [...]',
      '    o- a-name-that-takes-many-columns  [a summary]',
    ])
  })

  it.each([
    [1, ['/', '/a', '/b']],
    [2, ['/', '/a', '/a/good', '/a/bad', '/b', '/b/a-name-that-takes-many-columns']],
  ])('of depth %d looks at nothing deeper', (depth, paths) => {
    looked.length = 0
    expect(drawTree(lookup, { path: '/', depth }).length).toBe(paths.length)
    expect(looked).toEqual(paths)
  })

  it('of depth 0 is whole, and begins without a margin wherever it begins', () => {
    expect(drawTree(lookup, { path: '/a', depth: 0, width: 20 })).toEqual([
      'o- a ......... [...]',
      '  o- good ..... [OK]',
      '  | o- deep .. [...]',
      '  o- bad ... [ERROR]',
    ])
  })

  it('is as wide as without a terminal where no width is given', () => {
    expect(drawTree(lookup, { path: '/a/bad' })).toEqual([`o- bad ${'.'.repeat(117)} [ERROR]`])
  })

  it('has other nodes, no summaries, and each node below the first by itself, where that is asked for', () => {
    const options = { path: '/', depth: 1, width: 20 }
    expect(drawTree(lookup, { ...options, roundNodes: false })[1]).toBe('  +- a ....... [...]')
    expect(drawTree(lookup, { ...options, summaries: false })).toEqual(['o- /', '  o- a', '  o- b'])
    expect(drawTree(lookup, { ...options, showsRoot: false, summaries: false })).toEqual([
      'o- a',
      '  o- good',
      '  o- bad',
      'o- b',
      '  o- a-name-that-takes-many-columns',
    ])
  })

  it('is painted piece by piece', () => {
    const shown: unknown[] = []
    const lines = drawTree(lookup, {
      path: '/a',
      depth: 1,
      width: 20,
      paint(piece) {
        if (piece.part === 'summary') shown.push([piece.node.path, piece.text, piece.node.healthy, piece.isFirst])
        return piece.part === 'name' ? `<${piece.text}>` : piece.text
      },
    })
    expect(lines).toEqual(['o- <a> ......... [...]', '  o- <good> ..... [OK]', '  o- <bad> ... [ERROR]'])
    expect(shown).toEqual([
      ['/a', '...', undefined, true],
      ['/a/good', 'OK', true, false],
      ['/a/bad', 'ERROR', false, false],
    ])
  })
})
