import { expect, it } from 'vitest'
import { own } from './kind.ts'

it('an object of a file has what stands in it, and nothing that every object has', () => {
  const object = { a: 1, b: null, c: false, d: '' }
  expect(['a', 'b', 'c', 'd', 'e'].map(key => own(object, key))).toEqual([1, undefined, false, '', undefined])
  expect(['toString', 'constructor', '__proto__'].map(key => own(object, key))).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
