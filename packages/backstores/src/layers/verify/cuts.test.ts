import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { pattern, StoreDriver } from '../../compliance/index.ts'
import { StoreOperation } from '../../store/store-operation.ts'
import { LosingStore } from '../../testing/losing-store.ts'
import { openVerified } from './verify.ts'

const KIB = 1024
const BLOCK = 512
/** Three regions. */
const SIZE = 3 * 512 * KIB
const BLOCKS = SIZE / BLOCK
const SIDECAR = 32 * KIB
const { discard, flush, zero } = StoreOperation
const RUNS = Number(process.env['LUNKIT_POWER_CUTS'] ?? 70)

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A disk that is verified, as its media were left. */
async function powerOn(slab: Slab, random: () => number, images: readonly [Buffer, Buffer]) {
  const data = new LosingStore(images[0], random)
  const sidecar = new LosingStore(images[1], random)
  const layer = await openVerified(data, { sidecar, slab, blockBytes: BLOCK, identity: 'disk' })
  const driver = new StoreDriver(layer, slab)
  return { driver, layer, cut: (): [Buffer, Buffer] => [data.cut(), sidecar.cut()] }
}

/** Works on the disk, several operations at a time that do not touch the same blocks, until it is told that its time is over. */
async function work(driver: StoreDriver, random: () => number, operations: number): Promise<void> {
  const flushes = 0.1 + random() * 0.6
  const held = new Set<number>()
  const pending = new Set<Promise<unknown>>()
  for (let at = 0; at < operations; at++) {
    const blocks = random() < 0.1 ? 1100 : 1 + Math.floor(random() * 16)
    const first = Math.floor(random() * (BLOCKS - blocks))
    const range = Array.from({ length: blocks }, (_, block) => first + block)
    if (range.some(block => held.has(block))) continue
    for (const block of range) held.add(block)
    const kind = random()
    const place = { offset: first * BLOCK, lengthBytes: blocks * BLOCK }
    const run = (): Promise<unknown> => {
      if (random() < flushes) return driver.perform({ operation: flush })
      if (kind < 0.1) return driver.perform({ operation: kind < 0.05 ? zero : discard, ...place })
      if (blocks > 512) return Promise.resolve()
      return driver.write(place.offset, pattern(place.lengthBytes, at), { fua: kind < 0.25 })
    }
    const running = run().finally(() => {
      for (const block of range) held.delete(block)
      pending.delete(running)
    })
    pending.add(running)
    if (pending.size > 6) await Promise.race(pending)
  }
}

/** The first block that cannot be read. */
async function wrongBlocks(driver: StoreDriver): Promise<number[]> {
  const wrong: number[] = []
  for (let block = 0; block < BLOCKS; block += 128) {
    const slot = driver.take(128 * BLOCK)
    const fault = await driver.perform({
      operation: 'read',
      offset: block * BLOCK,
      lengthBytes: 128 * BLOCK,
      slot,
    })
    slot.release()
    if (fault !== undefined) wrong.push(block)
  }
  return wrong
}

describe('a disk that is verified, whose power fails', () => {
  it(`has nothing after it that reads as an error, and what was planted is found (${RUNS} cuts)`, async () => {
    let missed = 0
    let planted = 0
    for (let seed = 1; seed <= RUNS; seed++) {
      const slab = new Slab({ sizeBytes: 2 * KIB * KIB })
      const random = randomOf(seed)
      let images: [Buffer, Buffer] = [Buffer.alloc(SIZE), Buffer.alloc(SIDECAR)]
      for (let cuts = 0; cuts < 3; cuts++) {
        const { driver, cut } = await powerOn(slab, random, images)
        expect({ seed, cuts, wrong: await wrongBlocks(driver) }).toEqual({ seed, cuts, wrong: [] })
        await work(driver, random, 20 + Math.floor(random() * 60))
        images = cut()
      }
      const { driver, layer, cut } = await powerOn(slab, random, images)
      const first = Math.floor(random() * (BLOCKS - 8))
      await driver.write(first * BLOCK, pattern(8 * BLOCK, seed))
      for (let flushes = 0; flushes < 2; flushes++) await driver.perform({ operation: flush })
      await driver.perform({ operation: flush })
      const [data, sidecar] = cut()
      data.writeUInt8(data.readUInt8(first * BLOCK + 77) ^ 0x10, first * BLOCK + 77)
      const again = await powerOn(slab, random, [data, sidecar])
      planted++
      if ((await wrongBlocks(again.driver)).length !== 1) missed++
      await Promise.all([again.layer.close(), layer.close()])
    }
    expect({ planted, missed }).toEqual({ planted: RUNS, missed: 0 })
  })
})
