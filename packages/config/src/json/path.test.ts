import { describe, expect, it } from 'vitest'
import { formatPath } from './path.ts'

describe('a path of a document', () => {
  it.each([
    [[], '(the whole file)'],
    [['targets'], 'targets'],
    [['targets', 0, 'tpgs', 1, 'portals'], 'targets[0].tpgs[1].portals'],
    [['a_1', '_b'], 'a_1._b'],
    [['lunkit', 'a b', '1c', ''], 'lunkit["a b"]["1c"][""]'],
    [['a"b', 'c'], '["a\\"b"].c'],
    [[3, 'a'], '[3].a'],
  ])('%j is written %s', (path, text) => {
    expect(formatPath(path)).toBe(text)
  })

  it.each([[[-1]], [[1.5]], [[null]], ['targets']])('is not %j', path => {
    expect(() => formatPath(path as unknown as string[])).toThrow(/^formatPath: path/)
  })
})
