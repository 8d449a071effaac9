import { LARGEST_SLOT_BYTES, Slab, type Slot } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { UnitMemory } from './unit-memory.ts'

/** A unit's memory of a slab of four largest slots, which lets it have one; and what it has handed over. */
function oneSlot() {
  const slab = new Slab({ sizeBytes: 4 * LARGEST_SLOT_BYTES, poison: true })
  const slots: Slot[] = []
  const memory = new UnitMemory(slab)
  const take = (lengthBytes: number) => memory.take(lengthBytes, slot => slots.push(slot))
  return { slab, memory, slots, take }
}

describe('the memory of a unit', () => {
  it('is limited, whatever the process has; who asks for more has it in the order of asking', () => {
    const { slab, slots, take } = oneSlot()
    take(LARGEST_SLOT_BYTES)
    take(4096)
    take(8192)
    expect([slots.length, slab.takenBytes]).toEqual([1, LARGEST_SLOT_BYTES])
    slots[0]?.release()
    expect(slots.map(({ capacity }) => capacity)).toEqual([LARGEST_SLOT_BYTES, 4096, 8192])
    slots[1]?.release()
    slots[2]?.release()
    expect(slab.takenBytes).toBe(0)
  })

  it('is a sixty-fourth of what the process has where that is more', () => {
    const slab = new Slab({ sizeBytes: 64 * 4 * LARGEST_SLOT_BYTES })
    const memory = new UnitMemory(slab)
    const slots: Slot[] = []
    for (let i = 0; i < 5; i++) memory.take(LARGEST_SLOT_BYTES, slot => slots.push(slot))
    expect(slots).toHaveLength(4)
    slots[0]?.release()
    expect(slots).toHaveLength(5)
    for (const slot of slots.slice(1)) slot.release()
  })

  it('counts what slots really have', () => {
    const { slots, take } = oneSlot()
    take(LARGEST_SLOT_BYTES / 2 + 1)
    take(1)
    expect(slots).toHaveLength(1)
    slots[0]?.release()
    expect(slots).toHaveLength(2)
    slots[1]?.release()
  })

  it('takes nothing back of a wish that was granted', () => {
    const { slots, take } = oneSlot()
    take(LARGEST_SLOT_BYTES)()
    take(4096)
    expect(slots).toHaveLength(1)
    slots[0]?.release()
    expect(slots).toHaveLength(2)
    slots[1]?.release()
  })

  it('lets a wish be taken back, while it waits for the unit and while it waits for the process', () => {
    const { slab, slots, take } = oneSlot()
    const all = Array.from({ length: 4 }, () => slab.take(LARGEST_SLOT_BYTES))
    const takeFirstBack = take(LARGEST_SLOT_BYTES)
    const takeSecondBack = take(LARGEST_SLOT_BYTES)
    take(LARGEST_SLOT_BYTES)
    takeSecondBack()
    takeFirstBack()
    for (const slot of all) slot?.release()
    expect([slots.length, slab.takenBytes, slab.waiting]).toEqual([1, LARGEST_SLOT_BYTES, 0])
    takeFirstBack()
    slots[0]?.release()
    expect(slab.takenBytes).toBe(0)
  })
})
