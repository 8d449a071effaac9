import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

describe('the nearest name', () => {
  it.each([
    ['disc0', ['disk0', 'disk1', 'other'], 'disk0'],
    ['Disk1', ['disk0', 'disk1'], 'disk1'],
    ['authentification', ['authentication', 'generate_node_acls'], 'authentication'],
    ['siz', ['name', 'size'], 'size'],
    ['backstore', ['iscsi', 'backstores'], 'backstores'],
    ['ab', ['ac', 'abc'], 'ac'],
    ['kitten', ['sitting', 'mitten'], 'mitten'],
    ['kitten', ['sitting'], 'sitting'],
    // Half of the letters may differ, and no more.
    ['abcd', ['xycd'], 'xycd'],
    ['abcd', ['xyzd'], null],
    ['abcd', ['xbcd', 'abcx'], 'xbcd'],
    ['a', ['b'], null],
    ['', ['a'], null],
    ['a', [], null],
    ['xyz', ['authentication'], null],
    ['a'.repeat(128), ['a'.repeat(127)], 'a'.repeat(127)],
    ['a'.repeat(129), ['a'.repeat(129)], null],
  ])('to %j in %j is %j', (word, names, name) => {
    expect(nearest(word, names)).toBe(name)
  })
})
