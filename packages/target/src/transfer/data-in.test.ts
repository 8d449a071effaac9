import { DataIn, isPacket, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, settled, type TestClient } from '../testing/test-client.ts'
import { TestTarget, type TestTargetOptions } from '../testing/test-target.ts'

const KIB = 1024

/** A read that has arrived, and nothing of it done. */
async function reading(
  expectedDataTransferLength: number,
  keys: Record<string, string> = {},
  options: TestTargetOptions = {},
) {
  const target = new TestTarget(options)
  const client = await target.loggedIn(keys)
  client.command({ read: true, expectedDataTransferLength })
  return { target, client, task: target.hand.nexus.last }
}

/** The Data-In PDUs that have come. */
async function dataIns(client: TestClient) {
  await settled()
  const pdus = client.packets.splice(0).filter(packet => isPacket(packet, DataIn))
  return pdus.map(packet => ({ ...packet.values, bytes: bytesOf(packet) }))
}

const PATTERN = Buffer.from(Array.from({ length: 251 }, (_, i) => i))
const pattern = (lengthBytes: number): Buffer => Buffer.alloc(lengthBytes, PATTERN)

describe('data-in', () => {
  it('goes out with the status in its last PDU', async () => {
    const { client, task } = await reading(512)
    task.dataLength(512)
    task.send(pattern(512))
    task.finish(Status.good)
    const [pdu, ...more] = await dataIns(client)
    expect(more).toEqual([])
    expect(pdu).toMatchObject({
      final: true,
      hasStatus: true,
      status: 0,
      statSN: 1,
      dataSN: 0,
      bufferOffset: 0,
      targetTransferTag: 0xffff_ffff,
      acknowledge: false,
      bytes: pattern(512),
    })
  })

  it('is cut to what the initiator receives, and numbered', async () => {
    const { client, task } = await reading(2000, { MaxRecvDataSegmentLength: '512' })
    task.dataLength(2000)
    task.send(pattern(2000))
    task.finish(Status.good)
    const pdus = await dataIns(client)
    expect(
      pdus.map(({ dataSN, bufferOffset, final, hasStatus, bytes }) => [
        dataSN,
        bufferOffset,
        bytes.length,
        final,
        hasStatus,
      ]),
    ).toEqual([
      [0, 0, 512, false, false],
      [1, 512, 512, false, false],
      [2, 1024, 512, false, false],
      [3, 1536, 464, true, true],
    ])
    expect(Buffer.concat(pdus.map(({ bytes }) => bytes))).toEqual(pattern(2000))
  })

  it('has its F bit at the end of each burst of MaxBurstLength', async () => {
    const { client, task } = await reading(2048, { MaxRecvDataSegmentLength: '512', MaxBurstLength: '768' })
    task.dataLength(2048)
    task.send(pattern(2048))
    task.finish(Status.good)
    expect(
      (await dataIns(client)).map(({ bufferOffset, bytes, final }) => [bufferOffset, bytes.length, final]),
    ).toEqual([
      [0, 512, false],
      [512, 256, true],
      [768, 512, false],
      [1280, 256, true],
      [1536, 512, true],
    ])
  })

  it('is no longer than the portal group sends, whatever the initiator takes', async () => {
    const { client, task } = await reading(1000, {}, { group: { maxSentDataSegmentLength: 600 } })
    task.dataLength(1000)
    task.send(pattern(1000))
    task.finish(Status.good)
    expect((await dataIns(client)).map(({ bytes }) => bytes.length)).toEqual([600, 400])
  })

  it('goes out piece by piece; only the last PDU waits for the status', async () => {
    const { client, task } = await reading(1024)
    task.dataLength(1024)
    task.send(pattern(512))
    expect(await dataIns(client)).toHaveLength(1)
    task.send(pattern(512))
    expect(await dataIns(client)).toHaveLength(0)
    task.finish(Status.good)
    expect(await dataIns(client)).toMatchObject([{ hasStatus: true, final: true, bufferOffset: 512, dataSN: 1 }])
  })

  it('has its status in a SCSI Response when it is an exception', async () => {
    const { client, task } = await reading(512)
    task.dataLength(512)
    task.send(pattern(512))
    task.finish(Status.checkCondition, Buffer.alloc(18))
    expect((await client.expect(DataIn)).values).toMatchObject({ final: true, hasStatus: false })
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 2, expDataSN: 1, statSN: 1 })
  })

  it('has its status in a SCSI Response when there is none of it', async () => {
    const { client, task } = await reading(512)
    task.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 0, underflow: true, residualCount: 512 })
  })

  it('gives its slot back as soon as the transport has taken it', async () => {
    const { target, client, task } = await reading(64 * KIB, { MaxRecvDataSegmentLength: '16384' })
    client.stream.blocked = true
    const slot = target.slab.take(64 * KIB)
    if (!slot) throw new Error('the slab is empty')
    pattern(64 * KIB).copy(slot.bytes)
    task.dataLength(64 * KIB)
    task.send(slot.bytes, slot)
    task.finish(Status.good)
    await settled()
    expect(target.slab.takenBytes).toBe(64 * KIB)
    client.stream.unblock()
    const pdus = await dataIns(client)
    expect(Buffer.concat(pdus.map(({ bytes }) => bytes))).toEqual(pattern(64 * KIB))
    expect(target.slab.takenBytes).toBe(0)
  })

  it('of a task that was terminated goes back, and what is in the queue of the transport stays as it was', async () => {
    const { target, client, task } = await reading(64 * KIB, { MaxRecvDataSegmentLength: '16384' })
    client.stream.blocked = true
    const slot = target.slab.take(64 * KIB)
    if (!slot) throw new Error('the slab is empty')
    pattern(64 * KIB).copy(slot.bytes)
    task.dataLength(64 * KIB)
    task.send(slot.bytes, slot)
    await settled()
    task.terminate()
    client.stream.unblock()
    const pdus = await dataIns(client)
    expect(pdus).toHaveLength(3)
    expect(Buffer.concat(pdus.map(({ bytes }) => bytes))).toEqual(pattern(64 * KIB).subarray(0, 48 * KIB))
    expect(target.slab.takenBytes).toBe(0)
  })

  it('that comes after its task was terminated is dropped with its slot', async () => {
    const { target, client, task } = await reading(512)
    const slot = target.slab.take(512)
    if (!slot) throw new Error('the slab is empty')
    task.dataLength(512)
    task.terminate()
    task.send(slot.bytes.subarray(0, 512), slot)
    expect(target.slab.takenBytes).toBe(0)
    expect(await dataIns(client)).toEqual([])
  })

  it('beyond what the initiator expects, or the command has, is dropped with its slot', async () => {
    const { target, client, task } = await reading(512)
    task.dataLength(4096)
    task.send(pattern(4096), target.slab.take(4096))
    task.send(pattern(4096), target.slab.take(4096))
    task.finish(Status.good)
    expect((await dataIns(client)).map(({ bytes }) => bytes.length)).toEqual([512])
    expect(target.slab.takenBytes).toBe(0)
  })

  it('arrives whole, whatever the lengths that were agreed on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 512, max: 9000 }),
        fc.integer({ min: 512, max: 9000 }),
        fc.array(fc.integer({ min: 1, max: 7000 }), { minLength: 1, maxLength: 8 }),
        async (total, maxRecv, maxBurst, pieces) => {
          const { target, client, task } = await reading(total, {
            MaxRecvDataSegmentLength: `${maxRecv}`,
            MaxBurstLength: `${maxBurst}`,
          })
          const data = pattern(total)
          task.dataLength(total)
          for (let at = 0, i = 0; at < total; i++) {
            const next = Math.min(pieces[i % pieces.length] as number, total - at)
            task.send(data.subarray(at, at + next))
            at += next
          }
          task.finish(Status.good)
          const pdus = await dataIns(client)
          expect(Buffer.concat(pdus.map(({ bytes }) => bytes)).equals(data)).toBe(true)
          let burst = 0
          for (const [i, { bytes, final, dataSN, bufferOffset, hasStatus }] of pdus.entries()) {
            burst += bytes.length
            expect(bytes.length <= maxRecv && burst <= maxBurst).toBe(true)
            expect([dataSN, hasStatus]).toEqual([i, i === pdus.length - 1])
            expect(final).toBe(bufferOffset + bytes.length === total || (bufferOffset + bytes.length) % maxBurst === 0)
            if (final) burst = 0
          }
          await target.end()
        },
      ),
      { numRuns: 40 },
    )
  }, 60_000)
})

describe('room for data-in', () => {
  const asks = { roomMade: () => {} }

  it('is given up to the share of the session, and then in the order of asking', async () => {
    const target = new TestTarget({ limits: { dataInBytes: 256 * KIB } })
    const client = await target.loggedIn()
    for (let i = 0; i < 3; i++) client.command({ read: true, expectedDataTransferLength: 256 * KIB })
    const [first, second, third] = target.hand.nexus.tasks
    const made: string[] = []
    expect(first?.room(256 * KIB, asks)).toBe(true)
    expect(second?.room(128 * KIB, { roomMade: () => made.push('second') })).toBe(false)
    expect(third?.room(KIB, { roomMade: () => made.push('third') })).toBe(false)
    client.stream.blocked = true
    first?.dataLength(256 * KIB)
    first?.send(Buffer.alloc(256 * KIB))
    first?.finish(Status.good)
    await settled()
    expect(made).toEqual([])
    client.stream.unblock()
    await settled()
    expect(made).toEqual(['second', 'third'])
  })

  it('is given out of turn to a unit that has none, while the transport takes what it is given', async () => {
    const target = new TestTarget({ limits: { dataInBytes: 256 * KIB } })
    const client = await target.loggedIn()
    const luns = [0n, 0n, 0x0001_0000_0000_0000n, 0x0001_0000_0000_0000n]
    for (const lun of luns) client.command({ read: true, expectedDataTransferLength: 256 * KIB, lun })
    const [first, second, third, fourth] = target.hand.nexus.tasks
    const made: string[] = []
    expect(first?.room(256 * KIB, asks)).toBe(true)
    expect(second?.room(256 * KIB, { roomMade: () => made.push('second') })).toBe(false)
    expect(third?.room(128 * KIB, asks)).toBe(true)
    expect(fourth?.room(128 * KIB, { roomMade: () => made.push('fourth') })).toBe(false)
    client.stream.blocked = true
    third?.dataLength(128 * KIB)
    third?.send(Buffer.alloc(128 * KIB))
    third?.finish(Status.good)
    await settled()
    expect(made).toEqual([])
    client.stream.unblock()
    await settled()
    expect(made).toEqual(['fourth'])
    first?.finish(Status.busy)
    await settled()
    expect(made).toEqual(['fourth', 'second'])
  })

  it('that was asked for and not used is free when the task ends', async () => {
    const target = new TestTarget({ limits: { dataInBytes: 256 * KIB } })
    const client = await target.loggedIn()
    for (let i = 0; i < 2; i++) client.command({ read: true, expectedDataTransferLength: 256 * KIB })
    const [first, second] = target.hand.nexus.tasks
    let made = 0
    expect(first?.room(256 * KIB, asks)).toBe(true)
    expect(second?.room(256 * KIB, { roomMade: () => made++ })).toBe(false)
    first?.finish(Status.checkCondition, Buffer.alloc(18))
    await settled()
    expect(made).toBe(1)
  })

  it('is not waited for by a task that has ended', async () => {
    const target = new TestTarget({ limits: { dataInBytes: 256 * KIB } })
    const client = await target.loggedIn()
    for (let i = 0; i < 2; i++) client.command({ read: true, expectedDataTransferLength: 256 * KIB })
    const [first, second] = target.hand.nexus.tasks
    let made = 0
    first?.room(256 * KIB, asks)
    second?.room(256 * KIB, { roomMade: () => made++ })
    second?.terminate()
    first?.finish(Status.checkCondition, Buffer.alloc(18))
    await settled()
    expect(made).toBe(0)
  })

  it('larger than all there is, is given when nothing else is under way', async () => {
    const target = new TestTarget({ limits: { dataInBytes: 256 * KIB } })
    const client = await target.loggedIn()
    client.command({ read: true, expectedDataTransferLength: 1024 * KIB })
    expect(target.hand.nexus.last.room(1024 * KIB, asks)).toBe(true)
    expect(target.hand.nexus.last.room(1, asks)).toBe(false)
  })

  it('is shared among sessions: the more there are, the less each has', async () => {
    const target = new TestTarget({ slabBytes: 4 * 1024 * KIB })
    const alone = await target.loggedIn()
    alone.command({ read: true, expectedDataTransferLength: 1024 * KIB })
    expect(target.hand.nexus.last.room(1024 * KIB, asks)).toBe(true)
    target.hand.nexus.last.finish(Status.busy)
    for (let isid = 100; isid < 103; isid++) await target.connect().login({ isid })
    const [nexus] = target.hand.nexuses
    alone.command({ read: true, expectedDataTransferLength: 1024 * KIB })
    expect(nexus?.last.room(256 * KIB, asks)).toBe(true)
    expect(nexus?.last.room(256 * KIB, asks)).toBe(false)
  })
})
