import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab, type Slot } from '@lunkit/wire'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { type Fileio, openFileio } from '../fileio/fileio.ts'
import { createLanes, type Lanes } from '../lanes/lanes.ts'
import { storeLimits } from '../limits.ts'
import { libc } from '../native/libc-access.ts'
import { ReadUring } from '../native/read-uring.ts'
import type { UringCalls } from '../native/uring-calls.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { ScriptedUring } from '../testing/scripted-uring.ts'
import { ReadBatch } from './read-batch.ts'

const KiB = 1024
const SIZE_BYTES = 1024 * KiB
const directory = mkdtempSync(join(tmpdir(), 'lunkit-batched-'))
const slab = new Slab({ sizeBytes: 4 * SIZE_BYTES, poison: true })
const content = pattern(SIZE_BYTES, 9)
const path = join(directory, 'disk')
let lanes: Lanes
let store: Fileio

const completed: StoreRequest[] = []
const owner = { completed: (request: StoreRequest) => void completed.push(request) }

beforeAll(async () => {
  lanes = createLanes({ slab })
  await lanes.ready
  Object.assign(lanes, { reads: batch(() => performance.now()) })
})
afterEach(async () => {
  completed.length = 0
  lanes.reads.end()
  await store.close()
})
afterAll(async () => {
  await lanes.close()
  rmSync(directory, { recursive: true })
})

/** A batch over a kernel that follows a script. */
function batch(now: () => number): ReadBatch {
  const address = libc()?.addressOf(slab.memory) ?? 0
  const kernel = new ScriptedUring(new Uint8Array(slab.memory), { address, entries: storeLimits.batchedReads })
  return new ReadBatch({ now, open: reads => new ReadUring(kernel as unknown as UringCalls, reads) })
}

async function open(): Promise<void> {
  writeFileSync(path, content)
  store = await openFileio({ name: 'disk', path, sizeBytes: SIZE_BYTES, writeBack: true, lanes })
  await store.settled
}

function request(offset: number, lengthBytes = 4 * KiB, operation: StoreOperation = StoreOperation.read): StoreRequest {
  const slot = slab.take(lengthBytes) as Slot
  return Object.assign(new StoreRequest(owner), { operation, offset, lengthBytes, slot })
}

/** What a request has brought; its slot is given back. */
function brought({ slot, lengthBytes }: StoreRequest): Buffer {
  const bytes = Buffer.from((slot as Slot).bytes.subarray(0, lengthBytes))
  slot?.release()
  return bytes
}

const isRight = (read: StoreRequest): boolean =>
  brought(read).equals(content.subarray(read.offset, read.offset + read.lengthBytes))

/** Waits until so many have been completed. */
async function all(count: number): Promise<void> {
  while (completed.length < count) await new Promise(resolve => setImmediate(resolve))
}

describe('reads of a file that are put off', () => {
  it('end when the batch ends, each with its own bytes, and no lane has had any', async () => {
    await open()
    const reads = Array.from({ length: 40 }, (_, at) =>
      request(((at * 7) % 200) * 4 * KiB, at % 2 === 0 ? 4 * KiB : 512),
    )
    lanes.reads.begin()
    expect(reads.map(read => store.submit(read))).toEqual(reads.map(() => false))
    expect(completed).toEqual([])
    lanes.reads.end()
    await all(reads.length)
    expect(completed.every(isRight)).toBe(true)
    expect(new Set(completed)).toEqual(new Set(reads))
    const { inPlaceReads, batchedReads, laneOperations } = store.counters
    expect([inPlaceReads, batchedReads, laneOperations]).toEqual([40, 40, 0])
  })

  it('count as one slow read where the call that did them took long, and the next are still done here', async () => {
    const usual = lanes.reads
    let nowMs = 0
    Object.assign(lanes, { reads: batch(() => (nowMs += 20)) })
    await open()
    lanes.reads.begin()
    const reads = Array.from({ length: 32 }, (_, at) => request(at * 4 * KiB))
    for (const read of reads) store.submit(read)
    lanes.reads.end()
    expect(completed.every(isRight)).toBe(true)
    expect([completed.length, store.counters.slowReads]).toEqual([32, 1])
    lanes.reads.begin()
    const next = [request(0), request(4 * KiB)]
    for (const read of next) store.submit(read)
    lanes.reads.end()
    expect([next.every(isRight), store.counters.laneOperations]).toEqual([true, 0])
    Object.assign(lanes, { reads: usual })
  })

  it('are none where they are long', async () => {
    await open()
    lanes.reads.begin()
    const [longest, longer] = [request(0, storeLimits.batchedReadBytes), request(0, storeLimits.batchedReadBytes + 512)]
    expect(store.submit(longest)).toBe(false)
    const isDone = store.submit(longer)
    expect(store.counters.batchedReads).toBe(0)
    lanes.reads.end()
    await all(isDone ? 1 : 2)
    expect([isRight(longest), isRight(longer)]).toEqual([true, true])
  })

  it('do not keep a write from being done in place', async () => {
    await open()
    lanes.reads.begin()
    const reads = [request(0), request(8 * KiB)]
    for (const read of reads) store.submit(read)
    const write = request(512 * KiB, 128 * KiB, StoreOperation.write)
    write.slot?.bytes.fill(1)
    const { inPlaceWrites } = store.counters
    expect(store.submit(write)).toBe(true)
    expect(store.counters.inPlaceWrites).toBe(inPlaceWrites + 1)
    write.slot?.release()
    lanes.reads.end()
    await all(2)
    expect(reads.every(isRight)).toBe(true)
  })

  it('hold a store that is closed until they have ended', async () => {
    await open()
    lanes.reads.begin()
    const reads = [request(0), request(4 * KiB)]
    for (const read of reads) store.submit(read)
    let closed = false
    const closing = store.close().then(() => {
      closed = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(closed).toBe(false)
    lanes.reads.end()
    await closing
    expect(completed).toHaveLength(2)
    expect(reads.every(isRight)).toBe(true)
  })

  it('say that the medium is gone where the file was cut off', async () => {
    await open()
    truncateSync(path, 512 * KiB)
    lanes.reads.begin()
    const [inside, outside] = [request(0), request(768 * KiB)]
    for (const read of [inside, outside]) store.submit(read)
    lanes.reads.end()
    await all(2)
    expect([inside.fault, outside.fault]).toEqual([undefined, StoreFault.gone])
    outside.slot?.release()
    expect(isRight(inside)).toBe(true)
  })

  it('are read one by one where the lanes are closed already', async () => {
    await open()
    const own = createLanes({ slab, count: 1 })
    await own.ready
    const copy = join(directory, 'copy')
    writeFileSync(copy, content)
    const other = await openFileio({ name: 'other', path: copy, sizeBytes: SIZE_BYTES, writeBack: true, lanes: own })
    own.reads.close()
    own.reads.begin()
    const read = request(0)
    if (!other.submit(read)) await all(1)
    expect(isRight(read)).toBe(true)
    await other.close()
    await own.close()
  })
})
