import { expect, it } from 'vitest'
import { FleetingMap } from './fleeting-map.ts'

it('has what was put into it and not taken out, the last of each key, in the order of the keys', () => {
  const map = new FleetingMap<string, number>()
  for (const [at, key] of ['a', 'b', 'c', 'a'].entries()) map.set(key, at)
  map.delete('b')
  map.delete('b')
  expect([...map.values()]).toEqual([3, 2])
  expect([map.size, map.has('a'), map.has('b'), map.get('c'), map.get('b')]).toEqual([2, true, false, 2, undefined])
})
