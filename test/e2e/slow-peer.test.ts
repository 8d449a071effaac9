import { DataIn, NopIn, ScsiResponse } from '@lunkit/pdu'
import { TestUnitReady } from '@lunkit/scsi'
import { DEFAULT_ACCESS, type PortalGroupOptions, ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { Clock } from './harness/clock.ts'
import { holdingBack } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { PlainTcp } from './harness/plain-tcp.ts'
import { r2tFor, read10, ready, write10 } from './harness/raw-disk.ts'
import type { RawSession } from './harness/raw-session.ts'
import { TestServer, type TestServerOptions } from './harness/test-server.ts'
import { turn, until } from './harness/turns.ts'

const KIB = 1024
const MIB = 1024 * KIB
const READ_BYTES = 256 * KIB
const PIECE_BYTES = 256 * KIB
const access: PortalGroupOptions['access'] = () => ({ ...DEFAULT_ACCESS, authenticationRequired: false })

const serve = (options: Partial<TestServerOptions> = {}) =>
  TestServer.serve({ luns: [ramdisk({ sizeBytes: 16 * MIB })], access, ...options })

/** A session that reads nothing any more after its login. */
async function unread(test: TestServer): Promise<{ session: RawSession; tcp: PlainTcp }> {
  const tcp = new PlainTcp()
  const offers = { MaxRecvDataSegmentLength: 262_144 } as const
  const session = await test.raw({ transport: tcp.open(test.address), offers })
  await ready(session)
  tcp.pause()
  return { session, tcp }
}

const readAll = (session: RawSession, commands: number): void => {
  for (let i = 0; i < commands; i++)
    session.command({ cdb: read10(i * (READ_BYTES / 512), READ_BYTES), read: READ_BYTES })
}

/** A session that does nothing wrong writes, and reads it back. */
async function isServed(test: TestServer): Promise<void> {
  await using good = await test.connect()
  const unit = good.lun(0)
  await unit.ready()
  const data = pattern(MIB, { seed: 1 })
  await unit.write(0, data)
  expect(Buffer.compare(await unit.read(0, MIB / 512), data)).toBe(0)
}

async function manyTurns(count = 300): Promise<void> {
  for (let i = 0; i < count; i++) await turn()
}

describe('peers that ask and never read', () => {
  it('get so much memory and no more, and others are served meanwhile', async () => {
    await using test = await serve({ transferMemoryBytes: 32 * MIB })
    for (let i = 0; i < 12; i++) readAll((await unread(test)).session, 60)
    await manyTurns()
    expect(test.server.transferMemoryUsedBytes).toBeLessThanOrEqual(12 * MIB + 12 * READ_BYTES)
    await isServed(test)
  })

  it('are cut off when they go on asking', async () => {
    await using test = await serve({ limits: { outputBytes: 64 * KIB, outputBytesAtMost: 64 * KIB, dataInBytes: 1 } })
    const { session } = await unread(test)
    const data = new Uint8Array(200 * KIB)
    const gone = session.raw.closed.then(() => true)
    readAll(session, 40)
    for (let i = 0; i < 400; i++) session.ping(data)
    await manyTurns()
    // It is not read any more, so that what it sends stays where it is.
    expect(test.server.statistics.get('bytesIn')).toBeLessThan(40 * MIB)
    session.destroy()
    expect(await gone).toBe(true)
  })

  it('are cut off after a while, and their memory is back', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel })
    const { session } = await unread(test)
    readAll(session, 60)
    await until(() => test.server.transferMemoryUsedBytes > MIB)
    await manyTurns()
    await clock.pass(DEFAULT_ACCESS.pingTimeoutMs + DEFAULT_ACCESS.pingAfterMs)
    await until(() => test.idle)
    expect(test.server.statistics.get('pingsUnanswered')).toBe(1)
  })

  it('get all of it when they read after all', async () => {
    await using test = await serve({ transferMemoryBytes: 8 * MIB })
    const { session, tcp } = await unread(test)
    readAll(session, 40)
    await manyTurns()
    tcp.resume()
    const ended = new Set<number>()
    let bytes = 0
    while (ended.size < 40) {
      const { values } = await session.expect(DataIn)
      bytes += values.dataSegmentLength
      if (values.hasStatus) ended.add(values.initiatorTaskTag)
    }
    expect(bytes).toBe(40 * READ_BYTES)
  })
})

describe('peers that are asked and never send', () => {
  it('lose the command after a while, and go on', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel })
    const session = await test.raw()
    await ready(session)
    const tag = session.command({ cdb: write10(0, 4096), write: 4096 })
    const { targetTransferTag } = await r2tFor(session, tag)
    session.dataOut(tag, new Uint8Array(512), { targetTransferTag, final: false })
    await until(() => test.server.statistics.get('pdusIn') >= 4)
    await clock.pass(DEFAULT_ACCESS.dataOutTimeoutMs * 1.3)
    const ended = session.outcome(tag)
    expect(await ended).toBe('writeErrorNotEnoughUnsolicitedData')
    expect(test.server.transferMemoryUsedBytes).toBe(0)
    expect(test.server.statistics.get('dataOutTimeouts')).toBe(1)
  })

  it('get so much memory and no more, and others are served meanwhile', async () => {
    const luns = [ramdisk({ sizeBytes: 256 * MIB })]
    await using test = await serve({ luns, transferMemoryBytes: 16 * MIB })
    const lengthBytes = MIB / 2
    for (let i = 0; i < 12; i++) {
      const session = await test.raw()
      await ready(session)
      // Blocks of their own, because a write holds its blocks while it waits for data.
      const lbas = Array.from({ length: 20 }, (_, j) => (MIB + (i * 20 + j) * lengthBytes) / 512)
      for (const lba of lbas) session.command({ cdb: write10(lba, lengthBytes), write: lengthBytes })
    }
    await until(() => test.server.statistics.get('commands') >= 12 * 20)
    await manyTurns()
    expect(test.server.statistics.get('r2tsSent')).toBeGreaterThanOrEqual(12)
    expect(test.server.statistics.get('dataOutHeldBytes')).toBeLessThanOrEqual(6 * MIB + 12 * PIECE_BYTES)
    await isServed(test)
  })

  it('lose nothing where it was the target that stood still', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel })
    const session = await test.raw()
    await ready(session)
    const tag = session.command({ cdb: write10(0, 4096), write: 4096 })
    const { targetTransferTag } = await r2tFor(session, tag)
    clock.standStill(60_000)
    session.dataOut(tag, pattern(4096, { seed: 1 }), { targetTransferTag })
    expect(await session.outcome(tag)).toBe('good')
    expect(test.server.statistics.get('pingsUnanswered')).toBe(0)
  })

  it('are found by a NOP-In that they do not answer', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel })
    const session = await test.raw()
    await clock.pass(DEFAULT_ACCESS.pingAfterMs * 2)
    expect((await session.expect(NopIn)).values.targetTransferTag).not.toBe(0xffff_ffff)
    await clock.pass(DEFAULT_ACCESS.pingTimeoutMs * 2)
    await session.raw.closed
    expect(test.events).toContainEqual(expect.objectContaining({ kind: 'sessionEnded', why: 'unresponsive' }))
  })

  it('lose the connection when they do not log in', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel })
    const tcp = new PlainTcp()
    let gone = false
    const transport = await tcp.open(test.address)({ received: () => {}, closed: () => (gone = true) })
    test.track(transport)
    await until(() => test.server.statistics.get('connectionsInLogin') === 1)
    await clock.pass(20_000)
    await until(() => gone && test.idle)
    expect(test.server.statistics.get('loginsTimedOut')).toBe(1)
  })
})

describe('a flood of pings', () => {
  const ping = pattern(4000, { seed: 1 })
  const pings = (session: RawSession, count: number): number[] =>
    Array.from({ length: count }, () => session.ping(ping))

  it('is answered ping by ping, while others are served', async () => {
    await using test = await serve()
    const session = await test.raw({ offers: { MaxRecvDataSegmentLength: 262_144 } })
    const tags = pings(session, 3000)
    await using good = await test.connect()
    await good.lun(0).ready()
    const answered: number[] = []
    for (const _ of tags) answered.push((await session.expect(NopIn)).values.initiatorTaskTag)
    expect(answered).toEqual(tags)
  })

  it('by a peer that never reads is left where it is, and ends with its connection', async () => {
    const clock = new Clock()
    const limits = { outputBytes: 64 * KIB, dataInBytes: 256 * KIB }
    await using test = await serve({ timers: clock.wheel, limits })
    const { session } = await unread(test)
    pings(session, 4000)
    const { statistics } = test.server
    await until(() => statistics.get('connectionsUnread') > 0)
    await manyTurns()
    expect(statistics.get('outputQueuedBytes')).toBeLessThan(64 * KIB + 256 * KIB + 8 * KIB)
    expect(statistics.get('bytesIn')).toBeLessThan(4000 * 4000)
    await clock.pass(DEFAULT_ACCESS.pingTimeoutMs + DEFAULT_ACCESS.pingAfterMs)
    await until(() => test.idle)
    expect([statistics.get('pingsUnanswered'), statistics.get('outputQueuedBytes')]).toEqual([1, 0])
  })

  it('by a peer that reads at last is answered to the end', async () => {
    await using test = await serve({ limits: { outputBytes: 64 * KIB, dataInBytes: 256 * KIB } })
    const { session, tcp } = await unread(test)
    const tags = pings(session, 4000)
    await until(() => test.server.statistics.get('connectionsUnread') > 0)
    tcp.resume()
    for (const tag of tags) expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(tag)
  })

  it('by a peer that owes data, and so has to be read, ends it', async () => {
    const limits = { outputBytes: 64 * KIB, outputBytesAtMost: 64 * KIB, dataInBytes: 256 * KIB }
    await using test = await serve({ limits })
    const { session, tcp } = await unread(test)
    tcp.resume()
    await r2tFor(session, session.command({ cdb: write10(0, 4096), write: 4096 }))
    tcp.pause()
    pings(session, 4000)
    await until(() => test.idle)
    expect(test.server.statistics.get('connectionsOverOutput')).toBe(1)
    expect(test.events).toContainEqual(expect.objectContaining({ kind: 'sessionEnded', why: 'outputLimit' }))
  })

  it('by many peers that never read is bounded over all of them, and others are served', async () => {
    await using test = await serve({ transferMemoryBytes: 8 * MIB, limits: { outputBytesInAll: MIB } })
    for (let i = 0; i < 12; i++) pings((await unread(test)).session, 4000)
    const { statistics } = test.server
    await until(() => statistics.get('connectionsUnread') >= 12)
    await manyTurns()
    expect(statistics.get('outputQueuedBytes')).toBeLessThan(3 * MIB + MIB + 12 * 64 * KIB)
    await isServed(test)
  })
})

describe('the command window', () => {
  it('stands still while memory is short, and a NOP-In tells when it opens again', async () => {
    const clock = new Clock()
    const held = holdingBack(ramdisk({ sizeBytes: MIB }))
    const luns = [held.storage]
    await using test = await serve({ luns, transferMemoryBytes: MIB, timers: clock.wheel })
    const session = await test.raw()
    await ready(session)
    const testUnitReady = async (): Promise<number> => {
      session.command({ cdb: TestUnitReady.encode({}) })
      return (await session.expect(ScsiResponse)).values.maxCmdSN
    }
    const before = await testUnitReady()
    expect(await testUnitReady()).toBe(before + 1)
    held.delay.hold({ operations: ['read'] })
    for (let i = 1; i <= 4; i++) {
      const hog = await test.raw()
      await ready(hog)
      readAll(hog, 1)
      await until(() => held.delay.held === i)
    }
    expect([await testUnitReady(), await testUnitReady(), await testUnitReady()]).toEqual(Array(3).fill(before + 1))
    expect(test.server.statistics.get('windowsHeldBack')).toBeGreaterThan(0)
    held.delay.hold(undefined)
    held.delay.release()
    await until(() => test.server.transferMemoryUsedBytes === 0)
    await clock.pass(1000)
    const { targetTransferTag, maxCmdSN } = (await session.expect(NopIn)).values
    expect([targetTransferTag, maxCmdSN]).toEqual([0xffff_ffff, before + 4])
    expect(await testUnitReady()).toBe(before + 5)
  })
})

describe('a peer that reads a little at a time', () => {
  it('gets all it has asked for, and holds no more than its share meanwhile', async () => {
    await using test = await serve({ limits: { dataInBytes: 512 * KIB } })
    const { session, tcp } = await unread(test)
    readAll(session, 32)
    await until(() => test.server.statistics.get('dataInHeldBytes') >= READ_BYTES)
    let bytes = 0
    for (let ended = 0; ended < 32; ) {
      tcp.resume()
      const { values } = await session.expect(DataIn)
      tcp.pause()
      bytes += values.dataSegmentLength
      if (values.hasStatus) ended++
      expect(test.server.statistics.get('dataInHeldBytes')).toBeLessThan(MIB)
    }
    expect(bytes).toBe(32 * READ_BYTES)
    tcp.resume()
  })
})
