import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session } from '@lunkit/initiator'
import { fileio, ramdisk, type Storage } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { holdingBack } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { TestServer } from './harness/test-server.ts'
import { turn, until } from './harness/turns.ts'

const MIB = 1024 * 1024
const BLOCK = 512

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkit-e2e-'))
})
afterEach(() => rm(directory, { recursive: true }))

const stores: [string, () => Storage][] = [
  ['ramdisk', () => ramdisk({ sizeBytes: 8 * MIB })],
  ['fileio', () => fileio({ path: join(directory, 'disk.img'), sizeBytes: 8 * MIB })],
  ['write-through fileio', () => fileio({ path: join(directory, 'disk.img'), sizeBytes: 8 * MIB, writeBack: false })],
]

const connectAll = (test: TestServer, sessions: number): Promise<Session[]> =>
  Promise.all(
    Array.from({ length: sessions }, async () => {
      const session = await test.connect()
      await session.lun(0).ready()
      return session
    }),
  )

/** A block that holds a number. */
const blockOf = (count: number): Buffer => {
  const block = Buffer.alloc(BLOCK)
  block.write(String(count))
  return block
}
const countIn = (block: Uint8Array): number => Number.parseInt(Buffer.from(block).toString('latin1'), 10) || 0

/** Adds one to a block's number by COMPARE AND WRITE, as often as it takes; answers how often others were quicker. */
async function increment(session: Session, lba: number): Promise<number> {
  const unit = session.lun(0)
  for (let lost = 0; ; lost++) {
    const found = await unit.read(lba, 1)
    const outcome = await outcomeOf(unit.compareAndWrite(lba, found, blockOf(countIn(found) + 1)))
    if (outcome === 'good') return lost
    expect(outcome).toBe('miscompareDuringVerifyOperation')
  }
}

describe.each(stores)('a %s that many sessions write', (_name, storage) => {
  it('loses no increment by COMPARE AND WRITE, whoever is quicker', async () => {
    await using test = await TestServer.serve({ luns: [storage()] })
    const sessions = await connectAll(test, 8)
    const [first] = sessions
    await first?.lun(0).write(5, Buffer.alloc(BLOCK))
    const each = async (session: Session): Promise<number> => {
      let lost = 0
      for (let i = 0; i < 25; i++) lost += await increment(session, 5)
      return lost
    }
    const lost = await Promise.all(sessions.map(each))
    expect(countIn((await first?.lun(0).read(5, 1)) ?? new Uint8Array(0))).toBe(8 * 25)
    // Without races the test would show nothing.
    expect(lost.reduce((one, other) => one + other)).toBeGreaterThan(0)
  })

  it('ends up with one of several overlapping writes, never with a mixture', async () => {
    await using test = await TestServer.serve({ luns: [storage()] })
    const sessions = await connectAll(test, 4)
    for (let round = 0; round < 5; round++) {
      const written = sessions.map((_session, seed) => pattern(MIB, { seed: round * 10 + seed }))
      await Promise.all(sessions.map((session, at) => session.lun(0).write(8, written[at] as Buffer)))
      const found = await sessions[0]?.lun(0).read(8, MIB / BLOCK)
      expect(written.filter(each => Buffer.compare(each, found as Uint8Array) === 0)).toHaveLength(1)
    }
  })
})

describe('writes of one session', () => {
  it('hold their blocks against those of another until the store has returned, and no others', async () => {
    const held = holdingBack(ramdisk({ sizeBytes: 8 * MIB }))
    await using test = await TestServer.serve({ luns: [held.storage] })
    const [one, other] = (await connectAll(test, 2)) as [Session, Session]
    await Promise.all([one, other].map(session => session.lun(0).blockSizeBytes()))
    held.delay.hold({ operations: ['write'] })
    const ended: string[] = []
    const write = (session: Session, name: string, lba: number): Promise<unknown> =>
      session
        .lun(0)
        .write(lba, pattern(4096, { seed: name.length }))
        .then(() => ended.push(name))
    const writes = [write(one, 'first', 0)]
    await until(() => held.delay.held === 1)
    writes.push(write(other, 'overlapping', 4), write(other, 'beside', 100))
    await until(() => held.delay.held === 2)
    for (let i = 0; i < 50; i++) await turn()
    expect(held.delay.held).toBe(2)
    held.delay.hold(undefined)
    held.delay.release()
    await Promise.all(writes)
    expect(ended.indexOf('overlapping')).toBeGreaterThan(ended.indexOf('first'))
    expect(await one.lun(0).read(4, 8)).toEqual(pattern(4096, { seed: 'overlapping'.length }))
  })
})
