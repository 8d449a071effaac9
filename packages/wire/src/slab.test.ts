import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LARGEST_SLOT_BYTES, POISON, Slab, type Slot, SMALLEST_SLOT_BYTES } from './index.ts'

const taken = (slab: Slab, lengthBytes: number): Slot => {
  const slot = slab.take(lengthBytes)
  if (!slot) throw new Error(`no slot of ${lengthBytes} bytes`)
  return slot
}

/** Whether every byte of the slab can be had at once in the largest slots. */
function allJoined(slab: Slab): boolean {
  const slots = Array.from({ length: slab.sizeBytes / LARGEST_SLOT_BYTES }, () => slab.take(LARGEST_SLOT_BYTES))
  for (const slot of slots) slot?.release()
  return slots.every(slot => slot !== undefined)
}

describe('Slab', () => {
  it('is rounded up to whole largest slots, of shared memory', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES + 1 })
    expect(slab.sizeBytes).toBe(2 * LARGEST_SLOT_BYTES)
    expect(slab.memory).toBeInstanceOf(SharedArrayBuffer)
  })

  it.each([
    [0, 4096],
    [1, 4096],
    [4096, 4096],
    [4097, 8192],
    [65_536, 65_536],
    [65_537, 131_072],
    [262_144, 262_144],
  ])('gives for %i bytes a slot of %i', (lengthBytes, capacity) => {
    const slot = taken(new Slab({ sizeBytes: 1 << 20 }), lengthBytes)
    expect(slot.capacity).toBe(capacity)
    expect(slot.bytes.length).toBe(capacity)
    expect(slot.offset % SMALLEST_SLOT_BYTES).toBe(0)
    expect(slot.bytes.byteOffset).toBe(slot.offset)
  })

  it('refuses a slot longer than the largest', () => {
    expect(() => new Slab({ sizeBytes: 1 << 20 }).take(LARGEST_SLOT_BYTES + 1)).toThrow(
      'a slot of 262145 bytes was asked for; the largest has 262144',
    )
  })

  it('has nothing to give when all is taken, and counts it', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    const slot = taken(slab, LARGEST_SLOT_BYTES)
    expect(slab.takenBytes).toBe(LARGEST_SLOT_BYTES)
    expect(slab.take(1)).toBeUndefined()
    slot.release()
    expect(slab.takenBytes).toBe(0)
    expect(slab.take(1)).toBeDefined()
  })

  it('joins small slots when a large one is asked for', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    const slots = Array.from({ length: LARGEST_SLOT_BYTES / SMALLEST_SLOT_BYTES }, () => taken(slab, 1))
    for (const slot of slots) slot.release()
    expect(slab.take(LARGEST_SLOT_BYTES)).toBeDefined()
  })

  it('joins what is released beyond the 64 slots of a size that it keeps apart for the next taker', () => {
    const slab = new Slab({ sizeBytes: 2 * LARGEST_SLOT_BYTES })
    const slots = Array.from({ length: 128 }, () => taken(slab, 1)).sort((a, b) => a.offset - b.offset)
    const last = slots.pop()
    for (const slot of slots) slot.release()
    taken(slab, LARGEST_SLOT_BYTES)
    last?.release()
    expect(taken(slab, LARGEST_SLOT_BYTES).capacity).toBe(LARGEST_SLOT_BYTES)
  })

  it('keeps a slot until its last owner releases it', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    const slot = taken(slab, LARGEST_SLOT_BYTES).retain()
    slot.release()
    expect(slot.references).toBe(1)
    expect(slab.take(1)).toBeUndefined()
    slot.release()
    expect(slab.take(1)).toBeDefined()
  })

  it('refuses a release too many, and a retain after the last release', () => {
    const slot = taken(new Slab({ sizeBytes: 1 << 20 }), 1)
    slot.release()
    expect(() => slot.release()).toThrow('was released once too often')
    expect(() => slot.retain()).toThrow('was retained after its last release')
  })

  it('overwrites what was released when it poisons', () => {
    const slot = taken(new Slab({ sizeBytes: 1 << 20, poison: true }), 1)
    const { bytes } = slot
    bytes.fill(1)
    slot.release()
    expect(bytes.every(byte => byte === POISON)).toBe(true)
  })

  it('serves those who wait in the order of asking, and nobody before them', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    const first = taken(slab, LARGEST_SLOT_BYTES / 2)
    const second = taken(slab, LARGEST_SLOT_BYTES / 2)
    const served: string[] = []
    slab.takeLater(LARGEST_SLOT_BYTES, () => served.push('large'))
    slab.takeLater(1, () => served.push('small'))
    expect(slab.waiting).toBe(2)
    first.release()
    expect(slab.take(1)).toBeUndefined()
    expect(served).toEqual([])
    second.release()
    expect(served).toEqual(['large'])
    expect(slab.waiting).toBe(1)
  })

  it('gives at once what is there, and lets a wish be taken back', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    let slot: Slot | undefined
    slab.takeLater(LARGEST_SLOT_BYTES, given => {
      slot = given
    })
    expect(slot?.capacity).toBe(LARGEST_SLOT_BYTES)
    const takeBack = slab.takeLater(1, () => expect.unreachable())
    takeBack()
    takeBack()
    slot?.release()
    expect(slab.waiting).toBe(0)
    expect(slab.takenBytes).toBe(0)
  })

  it('takes nobody else out of the line when a wish is taken back that was granted', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    const slots: Slot[] = []
    const takeBack = slab.takeLater(LARGEST_SLOT_BYTES, slot => slots.push(slot))
    slab.takeLater(1, slot => slots.push(slot))
    takeBack()
    expect(slab.waiting).toBe(1)
    slots[0]?.release()
    expect(slots.map(slot => slot.capacity)).toEqual([LARGEST_SLOT_BYTES, SMALLEST_SLOT_BYTES])
  })

  it('lets those go on who wait behind a wish that is taken back', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    taken(slab, 1)
    const served: string[] = []
    const takeBack = slab.takeLater(LARGEST_SLOT_BYTES, () => served.push('large'))
    slab.takeLater(1, () => served.push('small'))
    takeBack()
    expect(served).toEqual(['small'])
  })

  it('never gives the same bytes to two owners, and gets all of them back', () => {
    const step = fc.oneof(
      fc.record({ take: fc.integer({ min: 1, max: LARGEST_SLOT_BYTES }) }),
      fc.record({ release: fc.nat({ max: 100 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), steps => {
        const slab = new Slab({ sizeBytes: 1 << 20 })
        const held: Slot[] = []
        const owned = new Set<number>()
        let sound = true
        const pages = (slot: Slot) =>
          Array.from({ length: slot.capacity / SMALLEST_SLOT_BYTES }, (_, i) => slot.offset / SMALLEST_SLOT_BYTES + i)
        for (const one of steps) {
          if ('take' in one) {
            const slot = slab.take(one.take)
            if (!slot) continue
            sound &&= slot.capacity >= one.take && !pages(slot).some(page => owned.has(page))
            for (const page of pages(slot)) owned.add(page)
            held.push(slot)
          } else if (held.length > 0) {
            const [slot] = held.splice(one.release % held.length, 1) as [Slot]
            for (const page of pages(slot)) owned.delete(page)
            slot.release()
          }
          expect(slab.takenBytes).toBe(owned.size * SMALLEST_SLOT_BYTES)
        }
        for (const slot of held) slot.release()
        expect(sound).toBe(true)
        expect(slab.takenBytes).toBe(0)
        expect(allJoined(slab)).toBe(true)
      }),
    )
  })

  it('tells the account that a slot is charged to when its last owner has released it, once', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    const freed: number[] = []
    const slot = taken(slab, 5000).charge({ freed: bytes => freed.push(bytes) })
    slot.retain().release()
    expect(freed).toEqual([])
    slot.release()
    taken(slab, 5000).release()
    expect(freed).toEqual([8192])
  })
})

describe('memory that is not used any more', () => {
  const trimmed = (slab: Slab): number[] => {
    const offsets: number[] = []
    slab.trim((offset, lengthBytes) => {
      expect(lengthBytes).toBe(LARGEST_SLOT_BYTES)
      offsets.push(offset)
    })
    return offsets
  }

  it('is handed over once, when nobody has used it between two calls', () => {
    const slab = new Slab({ sizeBytes: 4 * LARGEST_SLOT_BYTES })
    const kept = taken(slab, SMALLEST_SLOT_BYTES)
    const [one, other] = [taken(slab, LARGEST_SLOT_BYTES), taken(slab, LARGEST_SLOT_BYTES)]
    const offsets = [one.offset, other.offset].sort((a, b) => a - b)
    one.release()
    other.release()
    expect([trimmed(slab), trimmed(slab), trimmed(slab)]).toEqual([[], offsets, []])
    kept.release()
    expect([trimmed(slab), trimmed(slab)]).toEqual([[], [0]])
  })

  it('is not handed over before anybody has used it', () => {
    const slab = new Slab({ sizeBytes: 2 * LARGEST_SLOT_BYTES })
    expect([trimmed(slab), trimmed(slab), trimmed(slab)]).toEqual([[], [], []])
  })

  it('stays while it is used again and again', () => {
    const slab = new Slab({ sizeBytes: LARGEST_SLOT_BYTES })
    for (let i = 0; i < 5; i++) {
      taken(slab, LARGEST_SLOT_BYTES).release()
      expect(trimmed(slab)).toEqual([])
    }
  })
})
