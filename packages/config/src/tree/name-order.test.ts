import { describe, expect, it } from 'vitest'
import { inTreeOrder } from './name-order.ts'

describe('names in the order of the tree', () => {
  it('have the number at their end compared as a number, however long it is', () => {
    expect(inTreeOrder(['lun10', 'lun2', 'alun', 'lun', 'lun1'])).toEqual(['alun', 'lun', 'lun1', 'lun2', 'lun10'])
    expect(inTreeOrder(['a90071992547409931', 'a90071992547409930', 'b', 'a'])).toEqual([
      'a',
      'a90071992547409930',
      'a90071992547409931',
      'b',
    ])
    expect(inTreeOrder(['10.0.0.2:3260', '10.0.0.10:3260', '127.0.0.1:860'])).toEqual([
      '10.0.0.10:3260',
      '10.0.0.2:3260',
      '127.0.0.1:860',
    ])
  })
})
