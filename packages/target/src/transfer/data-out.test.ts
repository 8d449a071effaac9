import { DataOut, isPacket, R2T, RESERVED_TAG, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect, pattern, sendData, TAG, writing } from '../testing/data-out-driver.ts'
import { MemoryDisk, write10 } from '../testing/memory-disk.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const KIB = 1024
const KEYS = { InitialR2T: 'No' }

/** Lengths and switches that a login may lead to, and how an initiator makes use of them. */
const legalMix = fc.record({
  blocks: fc.integer({ min: 1, max: 1300 }),
  first: fc.integer({ min: 512, max: 70_000 }),
  burst: fc.integer({ min: 512, max: 300_000 }),
  immediate: fc.boolean(),
  initialR2T: fc.boolean(),
  outstanding: fc.integer({ min: 1, max: 4 }),
  each: fc.integer({ min: 300, max: 100_000 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
})
type LegalMix = typeof legalMix extends fc.Arbitrary<infer M> ? M : never

const yesNo = (yes: boolean): string => (yes ? 'Yes' : 'No')

async function diskTarget(mix: LegalMix) {
  const disks: MemoryDisk[] = []
  const target = new TestTarget({
    parameters: { InitialR2T: false, MaxOutstandingR2T: 4, FirstBurstLength: 70_000, MaxBurstLength: 300_000 },
    router: slab => {
      disks.push(new MemoryDisk(slab, 1024 * KIB))
      return (disks[0] as MemoryDisk).router
    },
  })
  const client = await target.loggedIn({
    MaxBurstLength: `${mix.burst}`,
    FirstBurstLength: `${Math.min(mix.first, mix.burst)}`,
    MaxOutstandingR2T: `${mix.outstanding}`,
    ImmediateData: yesNo(mix.immediate),
    InitialR2T: yesNo(mix.initialR2T),
  })
  return { target, client, disk: disks[0] as MemoryDisk }
}

/** Sends a WRITE (10) as the mix says: with as much of its data as may come unasked, or none. */
function sendWrite(client: TestClient, mix: LegalMix, data: Buffer): void {
  const unasked = Math.min(mix.first, mix.burst, data.length)
  const immediate = mix.immediate ? Math.floor(unasked * mix.share) : 0
  const follows = !mix.initialR2T && immediate < unasked
  const cdb = write10(0, mix.blocks)
  const values = { write: true, final: !follows, expectedDataTransferLength: data.length, cdb }
  client.command(values, immediate > 0 ? { data: data.subarray(0, immediate) } : {})
  if (follows) sendData(client, { data, start: immediate, end: unasked, each: mix.each })
}

async function arrivesWhole(mix: LegalMix): Promise<void> {
  const { target, client, disk } = await diskTarget(mix)
  const data = pattern(mix.blocks * 512)
  sendWrite(client, mix, data)
  await settled()
  let last = client.packets.shift()
  for (; last && isPacket(last, R2T); last = client.packets.shift()) {
    const { bufferOffset: start, desiredDataTransferLength: length, targetTransferTag: tag } = last.values
    expect(length <= mix.burst && start + length <= data.length).toBe(true)
    sendData(client, { data, start, end: start + length, each: mix.each, tag })
    await settled()
  }
  expect(last?.pdu).toBe(ScsiResponse)
  expect(last?.values).toMatchObject({ status: 0, residualCount: 0 })
  expect(disk.bytes.subarray(0, data.length).equals(data)).toBe(true)
  expect(target.slab.takenBytes).toBe(0)
  await target.end()
}

describe('data-out', () => {
  it('that came with the command is handed over at once', async () => {
    const { target, client, data } = await writing({ bytes: 4096, immediate: 4096 })
    expect(collect(target, 4096).bytes).toEqual(data)
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 0, residualCount: 0 })
    expect(target.counted('r2tsSent')).toBe(0)
  })

  it('that comes unsolicited after the command is handed over when it is whole', async () => {
    const { target, client, data } = await writing({ bytes: 3000, immediate: 1000, final: false }, KEYS)
    const collector = collect(target, 3000)
    sendData(client, { data, start: 1000, end: 2000, each: 500 })
    client.packets.length = 0
    expect(collector.pieces).toEqual([])
  })

  it('is asked for by R2T after what came unsolicited', async () => {
    const { target, client, data } = await writing({ bytes: 3000, immediate: 1000 }, KEYS)
    const collector = collect(target, 3000)
    const { values } = await client.expect(R2T)
    expect(values).toMatchObject({
      initiatorTaskTag: TAG,
      r2tSN: 0,
      bufferOffset: 1000,
      desiredDataTransferLength: 2000,
      statSN: 1,
    })
    sendData(client, { data, start: 1000, end: 3000, each: 700, tag: values.targetTransferTag })
    expect(collector.bytes).toEqual(data)
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values.statSN).toBe(1)
  })

  it('of a command that is refused is not asked for', async () => {
    const { target, client } = await writing({ bytes: 3000, immediate: 1000 }, KEYS)
    target.hand.nexus.last.finish(Status.reservationConflict)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 0x18 })
    expect(target.counted('r2tsSent')).toBe(0)
  })

  it('that is still to come unsolicited is received and dropped before a refusal is told, RFC 7143 11.4.2', async () => {
    const { target, client, data } = await writing({ bytes: 3000, immediate: 1000, final: false }, KEYS)
    target.hand.nexus.last.finish(Status.reservationConflict)
    sendData(client, { data, start: 1000, end: 2000 })
    await settled()
    expect(target.slab.takenBytes).toBe(0)
    client.send(
      DataOut,
      { initiatorTaskTag: TAG, targetTransferTag: RESERVED_TAG, final: true },
      { data: Buffer.alloc(4) },
    )
    await client.expect(ScsiResponse)
  })

  it('is asked for by R2Ts that each command numbers from 0 (RFC 7143 11.8)', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No', MaxBurstLength: '512' })
    const numbers: number[] = []
    for (const initiatorTaskTag of [TAG, TAG + 1]) {
      collect(target, 1024)
      for (const start of [0, 512]) {
        const { r2tSN, targetTransferTag: tag } = (await client.expect(R2T)).values
        numbers.push(r2tSN)
        sendData(client, { data, start, end: start + 512, tag, initiatorTaskTag })
      }
      target.hand.nexus.last.finish(Status.good)
      await client.expect(ScsiResponse)
      client.command({ write: true, expectedDataTransferLength: 1024 })
    }
    expect(numbers).toEqual([0, 1, 0, 1])
  })

  it('in several bursts has no more R2Ts outstanding than was agreed on', async () => {
    const keys = { MaxBurstLength: '1024', MaxOutstandingR2T: '3', ImmediateData: 'No' }
    const { target, client, data } = await writing({ bytes: 6000 }, keys, { parameters: { MaxOutstandingR2T: 8 } })
    const collector = collect(target, 6000)
    await settled()
    const asked = client.packets.filter(packet => isPacket(packet, R2T)).map(({ values }) => values)
    expect(
      asked.map(({ r2tSN, bufferOffset, desiredDataTransferLength }) => [
        r2tSN,
        bufferOffset,
        desiredDataTransferLength,
      ]),
    ).toEqual([
      [0, 0, 1024],
      [1, 1024, 1024],
      [2, 2048, 1024],
    ])
    client.packets.length = 0
    const [first] = asked
    sendData(client, { data, start: 0, end: 1024, tag: first?.targetTransferTag ?? 0 })
    expect((await client.expect(R2T)).values).toMatchObject({ r2tSN: 3, bufferOffset: 3072 })
    expect(collector.pieces).toEqual([])
  })

  it('in pieces of 256 KiB is handed over piece by piece, and no R2T crosses a piece', async () => {
    const bytes = 600 * KIB
    const { target, client, data } = await writing(
      { bytes, immediate: 8 * KIB },
      { MaxBurstLength: '16776192' },
      {
        parameters: { MaxBurstLength: 16_776_192 },
      },
    )
    const task = target.hand.nexus.last
    const collector = collect(target, bytes)
    const asked: [number, number][] = []
    while (collector.bytes.length < bytes) {
      const { values } = await client.expect(R2T)
      const { bufferOffset: start, desiredDataTransferLength: length } = values
      asked.push([start / KIB, length / KIB])
      const before = collector.pieces.length
      sendData(client, { data, start, end: start + length, each: 64 * KIB, tag: values.targetTransferTag })
      if (collector.pieces.length > before) task.receive(collector)
    }
    expect(asked).toEqual([
      [8, 248],
      [256, 256],
      [512, 88],
    ])
    expect(collector.pieces.map(({ length }) => length)).toEqual([256 * KIB, 256 * KIB, 88 * KIB])
    expect(collector.bytes.equals(data)).toBe(true)
    task.finish(Status.good)
  })

  it('may end with an empty PDU', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    const collector = collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    client.send(DataOut, { initiatorTaskTag: TAG, targetTransferTag, bufferOffset: 0 }, { data })
    client.send(DataOut, { initiatorTaskTag: TAG, targetTransferTag, dataSN: 1, bufferOffset: 1024, final: true })
    expect(collector.bytes).toEqual(data)
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
    expect(target.counted('dataOutErrors')).toBe(0)
  })

  it('arrives whole in any legal mix of immediate, unsolicited and solicited data', async () => {
    await fc.assert(fc.asyncProperty(legalMix, arrivesWhole), { numRuns: 40 })
  }, 30_000)
})
