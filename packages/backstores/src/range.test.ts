import { Slab, type Slot } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { rangeFault } from './range.ts'
import { StoreOperation } from './store/store-operation.ts'
import { StoreRequest } from './store/store-request.ts'

const MEDIUM = 4096
const slot = new Slab({ sizeBytes: 1024 * 1024 }).take(4096) as Slot

const request = (fields: Partial<StoreRequest>) =>
  Object.assign(new StoreRequest({ completed: () => undefined }), { slot, ...fields })

describe('the range of a request', () => {
  it.each([
    [0, 4096, undefined],
    [4096, 0, undefined],
    [0, 4097, 'gone'],
    [1, 4096, 'gone'],
    [4097, 0, 'gone'],
    [-1, 1, 'gone'],
    [1, -1, 'gone'],
  ] as const)('from %i, %i bytes long, on a medium of 4096', (offset, lengthBytes, fault) => {
    for (const operation of [StoreOperation.zero, StoreOperation.discard])
      expect(rangeFault(request({ operation, offset, lengthBytes }), MEDIUM)).toBe(fault)
  })

  it.each([StoreOperation.read, StoreOperation.write])('must fit into the slot of a %s', operation => {
    const { capacity } = slot
    const fits = { operation, lengthBytes: 512, slotOffset: capacity - 512 }
    expect(rangeFault(request(fits), MEDIUM)).toBeUndefined()
    for (const wrong of [{ slotOffset: capacity - 511 }, { slotOffset: -1 }, { slot: undefined }])
      expect(() => rangeFault(request({ ...fits, ...wrong }), MEDIUM)).toThrow(
        /^a (read|write) of 512 bytes at .* brought/,
      )
    expect(() => rangeFault(request({ ...fits, slot: undefined }), MEDIUM)).toThrow('brought no slot')
  })

  it('needs no slot where no data moves', () => {
    const operation = StoreOperation.flush
    expect(rangeFault(request({ operation, slot: undefined }), MEDIUM)).toBeUndefined()
  })
})
