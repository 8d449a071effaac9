import { isPacket, NopIn, NopOut, R2T, RESERVED_TAG } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { MemoryDisk, read10 } from '../testing/memory-disk.ts'
import { MemoryStream } from '../testing/memory-stream.ts'
import { bytesOf, settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const KIB = 1024

describe('an initiator that does not read', () => {
  it('is not read either beyond a limit, and goes on when it reads', async () => {
    const target = new TestTarget({ limits: { dataInBytes: 256 * KIB, outputBytes: 64 * KIB } })
    const client = await target.loggedIn({ MaxRecvDataSegmentLength: '262144' })
    client.stream.blocked = true
    for (let i = 0; i < 60 && !client.stream.paused; i++) client.ping({}, Buffer.alloc(8000))
    expect(client.stream.paused).toBe(true)
    client.stream.unblock()
    await settled()
    expect(client.stream.paused).toBe(false)
  })

  it('is still read while it owes data, until its output is beyond all bounds', async () => {
    const limits = { dataInBytes: 256 * KIB, outputBytes: 64 * KIB, outputBytesAtMost: 256 * KIB }
    const target = new TestTarget({ limits })
    const client = await target.loggedIn()
    client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    await client.expect(R2T)
    client.stream.blocked = true
    for (let i = 0; i < 60; i++) client.ping({}, Buffer.alloc(8000))
    expect([client.stream.paused, client.stream.closed]).toEqual([false, false])
    for (let i = 0; i < 60; i++) client.ping({}, Buffer.alloc(8000))
    expect(client.stream.closed).toBe(true)
    expect(target.events.findLast(({ kind }) => kind === 'connectionEnded')).toMatchObject({ why: 'outputLimit' })
  })

  it('is dropped when it has not read for too long', async () => {
    const target = new TestTarget({ access: { pingAfterMs: 0, pingTimeoutMs: 10_000 } })
    const client = await target.loggedIn()
    client.stream.blocked = true
    client.ping()
    await target.pass(9000)
    expect(client.stream.closed).toBe(false)
    await target.pass(8000)
    expect(client.stream.closed).toBe(true)
  })

  it('holds no more memory than its share, and no window to ask for more', async () => {
    const disks: MemoryDisk[] = []
    const target = new TestTarget({
      access: { commandDepth: 8 },
      limits: { dataInBytes: 512 * KIB, outputBytes: 0 },
      router: slab => {
        const disk = new MemoryDisk(slab, 1024 * KIB)
        disks.push(disk)
        return disk.router
      },
    })
    const client = await target.loggedIn({ MaxRecvDataSegmentLength: '262144' })
    client.stream.blocked = true
    for (let i = 0; i < 8; i++)
      client.command({ read: true, cdb: read10(0, 512), expectedDataTransferLength: 256 * KIB })
    await settled()
    expect(target.slab.takenBytes).toBeLessThanOrEqual(512 * KIB)
    client.stream.unblock()
    await settled()
    expect(client.packets.reduce((sum, packet) => sum + bytesOf(packet).length, 0)).toBe(8 * 256 * KIB)
  })
})

describe('an initiator that takes all that it is sent at once', () => {
  it('gets its part of a turn, and the rest after others have had theirs', async () => {
    const target = new TestTarget({
      limits: { outputBytesPerTurn: 256 * KIB, dataInBytes: 256 * KIB },
      router: slab => new MemoryDisk(slab, 1024 * KIB).router,
    })
    const client = await target.loggedIn({ MaxRecvDataSegmentLength: '262144' })
    client.command({ read: true, cdb: read10(0, 2048), expectedDataTransferLength: 1024 * KIB })
    const got: number[] = []
    for (let turn = 0; turn < 5; turn++) {
      got.push(client.packets.reduce((sum, packet) => sum + bytesOf(packet).length, 0) / KIB)
      await new Promise(setImmediate)
    }
    expect(got).toEqual([256, 512, 768, 1024, 1024])
  })
})

describe('a command window that was held back for want of memory', () => {
  it('is opened again by a NOP-In when there is memory', async () => {
    const target = new TestTarget({ access: { commandDepth: 2 }, slabBytes: 256 * KIB, limits: { windowCheckMs: 300 } })
    const client = await target.loggedIn()
    const all = target.slab.take(256 * KIB)
    for (let i = 0; i < 2; i++) {
      client.command({})
      target.hand.nexus.last.finish(Status.good)
    }
    await settled()
    expect(client.packets.map(({ values }) => values['maxCmdSN'])).toEqual([2, 2])
    client.packets.length = 0
    await target.pass(1000)
    expect(client.packets).toEqual([])
    all?.release()
    await target.pass(1000)
    expect((await client.expect(NopIn)).values).toMatchObject({
      initiatorTaskTag: RESERVED_TAG,
      targetTransferTag: RESERVED_TAG,
      expCmdSN: 3,
      maxCmdSN: 4,
    })
  })
})

/** A transport that never says of what it has that it was taken, not even at its end. */
class SilentStream extends MemoryStream {
  silent = false

  override write(buffers: readonly Buffer[], taken: () => void): void {
    if (!this.silent) super.write(buffers, taken)
  }
}

describe('a connection whose transport is gone', () => {
  it('has given its memory back, though nobody says that what was sent is taken', async () => {
    const target = new TestTarget()
    const stream = new SilentStream()
    const client = target.connect(stream)
    await client.login({ keys: { MaxRecvDataSegmentLength: '262144' } })
    client.command({ read: true, expectedDataTransferLength: 64 * KIB })
    const slot = target.slab.take(64 * KIB)
    if (!slot) throw new Error('the slab is empty')
    stream.silent = true
    const task = target.hand.nexus.last
    task.dataLength(64 * KIB)
    task.send(slot.bytes.subarray(0, 64 * KIB), slot)
    task.finish(Status.good)
    await settled()
    expect(target.slab.takenBytes).toBe(64 * KIB)
    client.stream.hangUp()
    await settled()
    expect([target.slab.takenBytes, target.counted('outputQueuedBytes')]).toEqual([0, 0])
  })
})

describe('many PDUs in one chunk', () => {
  it('are worked off in turns, so that others have theirs', async () => {
    const target = new TestTarget({ limits: { pdusPerTurn: 10 } })
    const client = await target.loggedIn()
    const ping = client.bytesOf(NopOut, { immediate: true, initiatorTaskTag: 1, targetTransferTag: RESERVED_TAG })
    client.stream.feed(Buffer.concat(Array.from({ length: 35 }, () => ping)))
    expect([client.packets.length, client.stream.paused]).toEqual([10, true])
    client.stream.feed(ping)
    for (let i = 0; i < 5; i++) await settled()
    expect([client.packets.length, client.stream.paused]).toEqual([36, false])
    expect(client.packets.every(packet => isPacket(packet, NopIn))).toBe(true)
  })
})
