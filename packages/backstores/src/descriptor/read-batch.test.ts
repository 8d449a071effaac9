import { Slab, type Slot } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { storeLimits } from '../limits.ts'
import type { ReadUring } from '../native/read-uring.ts'
import { StoreRequest } from '../store/store-request.ts'
import { type BatchedReader, ReadBatch } from './read-batch.ts'

const ADDRESS = 0x7000_0000
const { batchedReads } = storeLimits
const slab = new Slab({ sizeBytes: 1024 * 1024 })

function request(offset: number): StoreRequest {
  const slot = slab.take(4096) as Slot
  return Object.assign(new StoreRequest({ completed: () => undefined }), {
    offset,
    lengthBytes: 512,
    slot,
    slotOffset: 8,
  })
}

/** A batch over a ring that takes what it is told, and a reader that writes down what it is told. */
function batchOf({ takes = Number.POSITIVE_INFINITY, rings = 1 } = {}) {
  const told: unknown[] = []
  const added: unknown[] = []
  const state = { opened: 0, closed: 0, now: 0, takes }
  const ring = {
    results: new Int32Array(batchedReads),
    add: (fd: number, offset: number, to: object) => added.push([fd, offset, to]),
    run: () => {
      state.now += added.length
      const count = Math.min(added.length, state.takes)
      for (let at = 0; at < count; at++) ring.results[at] = 100 + at
      return count
    },
    close: () => state.closed++,
  }
  const open = () => (state.opened++ < rings ? (ring as unknown as ReadUring) : undefined)
  const batch = new ReadBatch({ now: () => state.now, open })
  const reader: BatchedReader = {
    fd: 5,
    addressOf: ({ slot, slotOffset }) => ADDRESS + (slot as Slot).offset + slotOffset,
    readAlone: ({ offset }) => told.push(['alone', offset]),
    readTogether: ({ offset }, result, call) => told.push(['together', offset, result, call]),
  }
  return { batch, reader, told, added, state }
}

describe('a batch of reads', () => {
  it('takes none but between begin and end', () => {
    const { batch, told } = batchOf()
    expect(batch.takes).toBe(false)
    batch.begin()
    expect(batch.takes).toBe(true)
    batch.end()
    expect([batch.takes, told]).toEqual([false, []])
  })

  it('does several with one call at its end, and says how each has ended', () => {
    const { batch, reader, told, added } = batchOf()
    batch.begin()
    const [first, second] = [request(512), request(2048)]
    for (const each of [first, second]) batch.add(reader, each)
    expect(told).toEqual([])
    batch.end()
    const to = ({ slot }: StoreRequest) => ({ address: ADDRESS + (slot as Slot).offset + 8, lengthBytes: 512 })
    expect(added).toEqual([
      [5, 512, to(first)],
      [5, 2048, to(second)],
    ])
    expect(told).toEqual([
      ['together', 512, 100, { elapsedMs: 2, lengthBytes: 1024 }],
      ['together', 2048, 101, { elapsedMs: 2, lengthBytes: 1024 }],
    ])
  })

  it('does one alone, without a ring', () => {
    const { batch, reader, told, state } = batchOf()
    batch.begin()
    batch.add(reader, request(512))
    batch.end()
    batch.begin()
    batch.end()
    expect([told, state.opened]).toEqual([[['alone', 512]], 0])
  })

  it('does those alone that the system did not take', () => {
    const { batch, reader, told, state } = batchOf({ takes: 1 })
    batch.begin()
    for (const offset of [0, 512, 1024]) batch.add(reader, request(offset))
    batch.end()
    expect(told).toEqual([
      ['together', 0, 100, { elapsedMs: 3, lengthBytes: 1536 }],
      ['alone', 512],
      ['alone', 1024],
    ])
    state.takes = -16
    told.length = 0
    batch.begin()
    for (const offset of [0, 512]) batch.add(reader, request(offset))
    batch.end()
    expect(told).toEqual([
      ['alone', 0],
      ['alone', 512],
    ])
  })

  it('takes no more than a ring holds', () => {
    const { batch, reader, told } = batchOf()
    batch.begin()
    for (let at = 0; at < batchedReads; at++) {
      expect(batch.takes).toBe(true)
      batch.add(reader, request(at))
    }
    expect(batch.takes).toBe(false)
    batch.end()
    expect(told).toHaveLength(batchedReads)
    batch.begin()
    expect(batch.takes).toBe(true)
  })

  it('takes none any more where the system has no ring, and asks for it once', () => {
    const { batch, reader, told, state } = batchOf({ rings: 0 })
    batch.begin()
    for (const offset of [0, 512]) batch.add(reader, request(offset))
    batch.end()
    expect(told).toEqual([
      ['alone', 0],
      ['alone', 512],
    ])
    batch.begin()
    expect([batch.takes, state.opened]).toEqual([false, 1])
  })

  it('gives its ring back when it is closed, and takes none any more', () => {
    const { batch, reader, state } = batchOf()
    batch.close()
    expect(state.closed).toBe(0)
    const other = batchOf()
    other.batch.begin()
    for (const offset of [0, 512]) other.batch.add(reader, request(offset))
    other.batch.end()
    other.batch.close()
    other.batch.begin()
    expect([other.state.closed, other.state.opened, other.batch.takes]).toEqual([1, 1, false])
  })
})
