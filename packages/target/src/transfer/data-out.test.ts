import { DataOut, isPacket, R2T, RESERVED_TAG, Reject, ScsiCommand, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PieceCollector } from '../testing/hand-router.ts'
import { MemoryDisk, write10 } from '../testing/memory-disk.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TestTarget, type TestTargetOptions } from '../testing/test-target.ts'

const KIB = 1024
const TAG = 0x10
const KEYS = { InitialR2T: 'No' }

const pattern = (lengthBytes: number): Buffer =>
  Buffer.from(Array.from({ length: lengthBytes }, (_, i) => (i * 13 + 5) % 251))

/** A write that has arrived. */
async function writing(
  { bytes, immediate = 0, final = true }: { bytes: number; immediate?: number; final?: boolean },
  keys: Record<string, string> = {},
  options: TestTargetOptions = {},
) {
  const target = new TestTarget({ ...options, parameters: { InitialR2T: false, ...options.parameters } })
  const client = await target.loggedIn(keys)
  const data = pattern(bytes)
  const values = { write: true, final, expectedDataTransferLength: bytes, lun: 0n }
  client.command(values, immediate > 0 ? { data: data.subarray(0, immediate) } : {})
  return { target, client, data }
}

/** Sends Data-Out PDUs for `[start, end)` of `data`, each of `each` bytes at the most. */
function sendData(
  client: TestClient,
  {
    data,
    start,
    end,
    each = end - start,
    tag = RESERVED_TAG,
    initiatorTaskTag = TAG,
  }: {
    data: Buffer
    start: number
    end: number
    each?: number
    tag?: number
    initiatorTaskTag?: number
  },
): void {
  let dataSN = 0
  for (let at = start; at < end; at += each) {
    const next = Math.min(end, at + each)
    client.send(
      DataOut,
      { initiatorTaskTag, targetTransferTag: tag, dataSN: dataSN++, bufferOffset: at, final: next === end },
      { data: data.subarray(at, next) },
    )
  }
}

/** Wants all of the data, and collects it. */
function collect(target: TestTarget, bytes: number): PieceCollector {
  const task = target.hand.nexus.last
  const collector = new PieceCollector()
  task.dataLength(bytes)
  task.expectData(bytes)
  task.receive(collector)
  return collector
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
    const legal = fc.record({
      blocks: fc.integer({ min: 1, max: 1300 }),
      first: fc.integer({ min: 512, max: 70_000 }),
      burst: fc.integer({ min: 512, max: 300_000 }),
      immediate: fc.boolean(),
      initialR2T: fc.boolean(),
      outstanding: fc.integer({ min: 1, max: 4 }),
      each: fc.integer({ min: 300, max: 100_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      chunk: fc.integer({ min: 1, max: 100_000 }),
    })
    await fc.assert(
      fc.asyncProperty(legal, async mix => {
        const disks: MemoryDisk[] = []
        const target = new TestTarget({
          parameters: { InitialR2T: false, MaxOutstandingR2T: 4, FirstBurstLength: 70_000, MaxBurstLength: 300_000 },
          router: slab => {
            const disk = new MemoryDisk(slab, 1024 * KIB)
            disks.push(disk)
            return disk.router
          },
        })
        const firstBurst = Math.min(mix.first, mix.burst)
        const client = await target.loggedIn({
          MaxBurstLength: `${mix.burst}`,
          FirstBurstLength: `${firstBurst}`,
          MaxOutstandingR2T: `${mix.outstanding}`,
          ImmediateData: mix.immediate ? 'Yes' : 'No',
          InitialR2T: mix.initialR2T ? 'Yes' : 'No',
        })
        const bytes = mix.blocks * 512
        const data = pattern(bytes)
        const unasked = Math.min(firstBurst, bytes)
        const immediate = mix.immediate ? Math.floor(unasked * mix.share) : 0
        const follows = !mix.initialR2T && immediate < unasked
        client.stream.feed(
          client.bytesOf(
            ScsiCommand,
            {
              write: true,
              final: !follows,
              cmdSN: 1,
              attribute: 1,
              initiatorTaskTag: TAG,
              expectedDataTransferLength: bytes,
              cdb: write10(0, mix.blocks),
            },
            immediate > 0 ? { data: data.subarray(0, immediate) } : {},
          ),
        )
        if (follows) sendData(client, { data, start: immediate, end: unasked, each: mix.each })
        for (;;) {
          const packet = client.packets.shift() ?? (await settled(), client.packets.shift())
          if (!packet) throw new Error('the target says nothing')
          if (isPacket(packet, ScsiResponse)) {
            expect(packet.values).toMatchObject({ status: 0, residualCount: 0 })
            break
          }
          if (!isPacket(packet, R2T)) throw new Error(`${packet.pdu.name} came`)
          const { bufferOffset: start, desiredDataTransferLength: length, targetTransferTag: tag } = packet.values
          expect(length <= mix.burst && start + length <= bytes).toBe(true)
          sendData(client, { data, start, end: start + length, each: mix.each, tag })
        }
        expect(disks[0]?.bytes.subarray(0, bytes).equals(data)).toBe(true)
        expect(target.slab.takenBytes).toBe(0)
        await target.end()
      }),
      { numRuns: 40 },
    )
  })
})

describe('a command loses its data-out, and ends with', () => {
  const sense = async (client: TestClient): Promise<string> => {
    const { values, data } = await client.expect(ScsiResponse)
    expect(values.status).toBe(0x02)
    return data.kind === 'sense' ? Buffer.from(data.sense).toString('hex') : ''
  }
  // Fixed format, ABORTED COMMAND, as RFC 7143 11.4.7.2 has them.
  const UNEXPECTED_UNSOLICITED = '70000b000000000a000000000c0c00000000'
  const INCORRECT_AMOUNT = '70000b000000000a000000000c0d00000000'
  const CRC_ERROR = '70000b000000000a00000000470500000000'

  it('0C/0C when immediate data comes that was not agreed on', async () => {
    const { target, client } = await writing({ bytes: 512, immediate: 512 }, { ImmediateData: 'No' })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
    expect(target.hand.nexus.tasks).toEqual([])
    client.command({})
    expect(target.hand.nexus.tasks).toHaveLength(1)
  })

  it('0C/0C when data is announced that was not agreed on, after it has come', async () => {
    const { client, data } = await writing({ bytes: 512, final: false }, { InitialR2T: 'Yes' })
    await settled()
    expect(client.packets).toEqual([])
    sendData(client, { data, start: 0, end: 512 })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
  })

  it('0C/0C when more immediate data comes than the first burst may have, or the command', async () => {
    const first = await writing({ bytes: 2048, immediate: 1024 }, { FirstBurstLength: '512' })
    expect(await sense(first.client)).toBe(UNEXPECTED_UNSOLICITED)
    const client = await new TestTarget().loggedIn()
    client.command({ write: true, expectedDataTransferLength: 100 }, { data: Buffer.alloc(200) })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
  })

  it('0C/0C when a read comes with data', async () => {
    const client = await new TestTarget().loggedIn()
    client.command({ read: true, expectedDataTransferLength: 512 }, { data: Buffer.alloc(512) })
    expect(await sense(client)).toBe(UNEXPECTED_UNSOLICITED)
  })

  it('0C/0D when the answer to an R2T ends too early', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    const collector = collect(target, 1024)
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    target.hand.onManage = (request, nexus) => {
      nexus.last.terminate()
      request.done('complete')
    }
    sendData(client, { data, start: 0, end: 512, tag })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
    expect([collector.pieces.length, target.slab.takenBytes]).toEqual([0, 0])
    expect(target.hand.nexus.requests).toMatchObject([{ function: 1, tag: TAG, lun: 0 }])
  })

  it('0C/0D when the unsolicited data ends too early', async () => {
    const { target, client, data } = await writing({ bytes: 2048, final: false }, KEYS)
    target.hand.onManage = request => request.done('complete')
    sendData(client, { data, start: 0, end: 512 })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
  })

  it.each([
    ['47/05 when a DataSN is left out', { dataSN: 1 }, CRC_ERROR],
    ['47/05 when a DataSN is nonsense', { dataSN: 0xffff_ffff }, CRC_ERROR],
    ['0C/0D when the buffer offset is wrong', { bufferOffset: 512 }, INCORRECT_AMOUNT],
  ])('%s, and the rest of the sequence is drained', async (_name, wrong, expected) => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag }
    client.send(DataOut, { ...values, ...wrong }, { data: data.subarray(0, 512) })
    await settled()
    expect(client.packets).toEqual([])
    client.send(DataOut, { ...values, dataSN: 7, bufferOffset: 9, final: true }, { data: data.subarray(512) })
    expect(await sense(client)).toBe(expected)
  })

  it('0C/0D when more comes than was asked for', async () => {
    const { target, client } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    client.send(DataOut, values, { data: Buffer.alloc(1028) })
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
  })

  it('47/05 and a Reject when a data digest is wrong; nothing of it is handed over', async () => {
    const target = new TestTarget({ parameters: { DataDigest: ['CRC32C'], InitialR2T: false } })
    const client = await target.loggedIn({ DataDigest: 'CRC32C', ImmediateData: 'No' })
    client.command({ write: true, expectedDataTransferLength: 1024 })
    const collector = collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    const bytes = client.bytesOf(DataOut, values, { data: Buffer.alloc(1024, 1) })
    bytes[100] = 2
    client.stream.feed(bytes)
    expect((await client.expect(Reject)).values.reason).toBe(0x02)
    expect(await sense(client)).toBe(CRC_ERROR)
    expect(collector.pieces).toEqual([])
    expect(target.counted('dataDigestErrors')).toBe(1)
  })

  it('0C/0D when the data does not come in time; what comes after that has no place', async () => {
    const { target, client, data } = await writing(
      { bytes: 1024 },
      { ImmediateData: 'No' },
      {
        access: { dataOutTimeoutMs: 8000 },
      },
    )
    collect(target, 1024)
    target.hand.onManage = request => request.done('complete')
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    await target.pass(7900)
    expect(client.packets).toEqual([])
    await target.pass(2300)
    expect(await sense(client)).toBe(INCORRECT_AMOUNT)
    expect(target.counted('dataOutTimeouts')).toBe(1)
    expect(target.slab.takenBytes).toBe(0)
    sendData(client, { data, start: 0, end: 1024, tag })
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
  })

  it('nothing while the initiator goes on sending it, however slowly', async () => {
    const { target, client, data } = await writing(
      { bytes: 1024 },
      { ImmediateData: 'No' },
      {
        access: { dataOutTimeoutMs: 8000 },
      },
    )
    collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    for (let i = 0; i < 4; i++) {
      await target.pass(6000)
      const values = { initiatorTaskTag: TAG, targetTransferTag, dataSN: i, bufferOffset: i * 256, final: i === 3 }
      client.send(DataOut, values, { data: data.subarray(i * 256, i * 256 + 256) })
    }
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values.status).toBe(0)
  })
})

describe('Data-Out that belongs to no task', () => {
  it.each([
    ['an unknown transfer tag', { targetTransferTag: 77, initiatorTaskTag: TAG }],
    ['an unknown task tag', { targetTransferTag: RESERVED_TAG, initiatorTaskTag: 99 }],
  ])('by %s is rejected', async (_name, values) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.send(DataOut, { ...values, final: true }, { data: Buffer.alloc(100) })
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
  })

  it.each([
    ['the task tag of another', { initiatorTaskTag: 99 }],
    ['the logical unit of another', { lun: 0x0001_0000_0000_0000n }],
  ])('by %s is rejected', async (_name, wrong) => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    const collector = collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    client.send(DataOut, { ...values, ...wrong }, { data })
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
    client.send(DataOut, values, { data })
    expect(collector.bytes).toEqual(data)
    target.hand.nexus.last.finish(Status.good)
  })
})

describe('transfer memory for data-out', () => {
  it('that is not there makes a command with unsolicited data BUSY, and its data is dropped', async () => {
    const target = new TestTarget({ slabBytes: 256 * KIB, parameters: { InitialR2T: false } })
    const client = await target.loggedIn(KEYS)
    const all = target.slab.take(256 * KIB)
    const data = pattern(2000)
    client.command({ write: true, final: false, expectedDataTransferLength: 2000 }, { data: data.subarray(0, 1000) })
    sendData(client, { data, start: 1000, end: 2000 })
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 0x08, expCmdSN: 2 })
    expect(target.hand.nexus.tasks).toEqual([])
    all?.release()
  })

  it('is waited for before an R2T is sent', async () => {
    const { target, client } = await writing({ bytes: 1024 }, { ImmediateData: 'No' }, { slabBytes: 256 * KIB })
    const all = target.slab.take(256 * KIB)
    collect(target, 1024)
    await settled()
    expect([client.packets.length, target.slab.waiting]).toEqual([0, 1])
    all?.release()
    await client.expect(R2T)
  })

  it('is not waited for any more when the task ends', async () => {
    const { target } = await writing({ bytes: 1024 }, { ImmediateData: 'No' }, { slabBytes: 256 * KIB })
    const all = target.slab.take(256 * KIB)
    collect(target, 1024)
    target.hand.nexus.last.terminate()
    expect(target.slab.waiting).toBe(0)
    all?.release()
  })

  it('of a session is limited; the oldest command always gets one burst', async () => {
    const options = { limits: { dataOutBytes: 256 * KIB }, parameters: { MaxOutstandingR2T: 4, InitialR2T: false } }
    const target = new TestTarget(options)
    const client = await target.loggedIn({ ImmediateData: 'No', MaxOutstandingR2T: '4' })
    for (let i = 0; i < 4; i++) client.command({ write: true, expectedDataTransferLength: 200 * KIB })
    const collectors = target.hand.nexus.tasks.map(task => {
      const collector = new PieceCollector()
      task.expectData(200 * KIB)
      task.receive(collector)
      return collector
    })
    await settled()
    const served: number[] = []
    for (let r2t = client.packets.shift(); r2t; r2t = client.packets.shift()) {
      expect(client.packets).toHaveLength(0)
      if (!isPacket(r2t, R2T)) throw new Error(`${r2t.pdu.name} came`)
      served.push(r2t.values.initiatorTaskTag)
      sendData(client, {
        data: Buffer.alloc(200 * KIB),
        start: 0,
        end: 200 * KIB,
        tag: r2t.values.targetTransferTag,
        initiatorTaskTag: r2t.values.initiatorTaskTag,
      })
      await settled()
    }
    expect(served).toEqual([0x10, 0x11, 0x12, 0x13])
    expect(collectors.map(({ bytes }) => bytes.length)).toEqual([200 * KIB, 200 * KIB, 200 * KIB, 200 * KIB])
  })

  it('of the first piece grows when the command turns out to want more', async () => {
    const limits = { dataOutBytes: 256 * KIB }
    const { target, client, data } = await writing({ bytes: 200 * KIB, immediate: 8 * KIB }, {}, { limits })
    expect(target.slab.takenBytes).toBe(8 * KIB)
    const collector = collect(target, 200 * KIB)
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    expect(target.slab.takenBytes).toBe(256 * KIB)
    sendData(client, { data, start: 8 * KIB, end: 200 * KIB, tag })
    expect(collector.bytes.equals(data)).toBe(true)
    target.hand.nexus.last.finish(Status.good)
  })

  it('that a Data-Out is on its way to stays, even if the task ends in between', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    const bytes = client.bytesOf(DataOut, { initiatorTaskTag: TAG, targetTransferTag, final: true }, { data })
    client.stream.feed(bytes.subarray(0, 500))
    target.hand.nexus.last.terminate()
    const other = target.slab.take(4096)
    other?.bytes.fill(0x11)
    client.stream.feed(bytes.subarray(500))
    expect(other?.bytes.every(byte => byte === 0x11)).toBe(true)
    other?.release()
    await settled()
    expect([client.packets.length, target.slab.takenBytes]).toEqual([0, 0])
  })
})
