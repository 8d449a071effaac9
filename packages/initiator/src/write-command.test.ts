import { DataKind, DataOut, R2T, RESERVED_TAG } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { CommandRequest } from './task.ts'
import { beginFullFeature, FIRST_STAT_SN } from './testing/scripted-target.ts'

const write10 = Uint8Array.of(0x2a, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const counting = (lengthBytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: lengthBytes }, (_, i) => i % 251))
const writing = (write: Uint8Array): CommandRequest => ({ lun: 0, cdb: write10, write })

const bytesOf = ({ data }: { data: { kind: string } }): Buffer =>
  data.kind === DataKind.bytes ? Buffer.from((data as { bytes: Uint8Array } & typeof data).bytes) : Buffer.alloc(0)

describe('a command that writes', () => {
  it('of no byte is sent without W', async () => {
    const { session, target } = await beginFullFeature()
    void session.execute(writing(new Uint8Array(0))).result.catch(() => undefined)
    const { values } = await target.command()
    expect(values).toMatchObject({ final: true, read: false, write: false, expectedDataTransferLength: 0 })
  })

  it('of one byte is sent with W and that byte', async () => {
    const { session, target } = await beginFullFeature()
    void session.execute(writing(Uint8Array.of(7))).result.catch(() => undefined)
    const command = await target.command()
    expect(command.values).toMatchObject({ final: true, read: false, write: true, expectedDataTransferLength: 1 })
    expect(bytesOf(command)).toEqual(Buffer.of(7))
  })

  it('sends all that may go unasked: first with the command, the rest in Data-Out', async () => {
    const { session, target } = await beginFullFeature()
    const data = counting(20_000)
    const { result } = session.execute(writing(data))
    const command = await target.command()
    const { initiatorTaskTag } = command.values
    expect(command.values).toMatchObject({ final: false, read: false, write: true, expectedDataTransferLength: 20_000 })
    expect(bytesOf(command)).toEqual(data.subarray(0, 8192))
    const second = await target.raw.expect(DataOut)
    expect(second.values).toMatchObject({
      final: false,
      targetTransferTag: RESERVED_TAG,
      dataSN: 0,
      bufferOffset: 8192,
      expStatSN: FIRST_STAT_SN + 1,
      initiatorTaskTag,
      lun: 0n,
    })
    const third = await target.raw.expect(DataOut)
    expect(third.values).toMatchObject({ final: true, dataSN: 1, bufferOffset: 16_384 })
    expect(Buffer.concat([bytesOf(command), bytesOf(second), bytesOf(third)])).toEqual(data)
    target.end(initiatorTaskTag)
    expect((await result).status).toBe(0)
  })

  it('sends only what goes with the command when the target wants to ask (InitialR2T=Yes)', async () => {
    const { session, target } = await beginFullFeature({}, { InitialR2T: true, FirstBurstLength: 4096 })
    void session.execute(writing(counting(8192))).result.catch(() => undefined)
    const command = await target.command()
    expect(command.values).toMatchObject({ final: true, dataSegmentLength: 4096 })
    expect(target.raw.waitingPackets).toBe(0)
  })

  it('sends nothing with the command without immediate data', async () => {
    const { session, target } = await beginFullFeature({}, { InitialR2T: false, ImmediateData: false })
    void session.execute(writing(counting(512))).result.catch(() => undefined)
    expect((await target.command()).values).toMatchObject({ final: false, dataSegmentLength: 0 })
    expect((await target.raw.expect(DataOut)).values).toMatchObject({ final: true, dataSegmentLength: 512 })
  })

  it('sends what an R2T asks for, several at once, in the order of asking', async () => {
    const { session, target } = await beginFullFeature({}, { InitialR2T: true, ImmediateData: false })
    const data = counting(30_000)
    const { result } = session.execute({ ...writing(data), lun: 2 })
    const { initiatorTaskTag } = (await target.command()).values
    const lun = 0x0002_0000_0000_0000n
    target.solicit(initiatorTaskTag, {
      lun,
      targetTransferTag: 5,
      r2tSN: 0,
      bufferOffset: 0,
      desiredDataTransferLength: 16_384,
    })
    target.solicit(initiatorTaskTag, {
      lun,
      targetTransferTag: 6,
      r2tSN: 1,
      bufferOffset: 16_384,
      desiredDataTransferLength: 13_616,
    })
    const parts = [0, 1, 2, 3].map(() => target.raw.expect(DataOut))
    const packets = await Promise.all(parts)
    expect(
      packets.map(({ values }) => [
        values.targetTransferTag,
        values.dataSN,
        values.bufferOffset,
        values.final,
        values.lun,
      ]),
    ).toEqual([
      [5, 0, 0, false, lun],
      [5, 1, 8192, true, lun],
      [6, 0, 16_384, false, lun],
      [6, 1, 24_576, true, lun],
    ])
    expect(Buffer.concat(packets.map(bytesOf))).toEqual(data)
    target.end(initiatorTaskTag)
    await result
  })

  it.each([
    ['for more than there is', { desiredDataTransferLength: 513 }, 'R2T for 513 bytes at 0'],
    ['for nothing', { desiredDataTransferLength: 0 }, 'R2T for 0 bytes'],
    ['with a number that is not the next', { r2tSN: 1, desiredDataTransferLength: 512 }, 'R2T number 1 of task'],
    ['for an unknown task', { initiatorTaskTag: 99, desiredDataTransferLength: 512 }, 'R2T for task 99'],
  ])('ends the session at an R2T %s', async (_, values, message) => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(writing(counting(512)))
    const { initiatorTaskTag } = (await target.command()).values
    target.tell(R2T, { initiatorTaskTag, targetTransferTag: 1, ...values })
    await expect(result).rejects.toThrow(message)
  })

  it('of one byte that reads one too is sent with the length of both', async () => {
    const { session, target } = await beginFullFeature()
    const request = { ...writing(Uint8Array.of(7)), read: 1 }
    void session.execute(request).result.catch(() => undefined)
    const command = await target.command()
    expect(command.values).toMatchObject({ read: true, write: true, expectedDataTransferLength: 1 })
    expect(command.ahs).toEqual([{ type: 2, readBytes: 1 }])
  })

  it('carries a CDB of 17 bytes behind the header, and one of 16 in it', async () => {
    const { session, target } = await beginFullFeature()
    for (const length of [16, 17]) void session.execute({ lun: 0, cdb: counting(length) }).result.catch(() => undefined)
    expect((await target.command()).ahs).toEqual([])
    expect((await target.command()).ahs).toEqual([{ type: 1, cdb: Uint8Array.of(16) }])
  })

  it('carries a long CDB and the read length of a bidirectional command behind the header', async () => {
    const { session, target } = await beginFullFeature()
    const cdb = counting(32)
    void session.execute({ lun: 0, cdb, read: 4096, write: counting(512) }).result.catch(() => undefined)
    const command = await target.command()
    expect(command.values).toMatchObject({ read: true, write: true, expectedDataTransferLength: 512 })
    expect(command.ahs).toEqual([
      { type: 1, cdb: Uint8Array.from(cdb.subarray(16)) },
      { type: 2, readBytes: 4096 },
    ])
  })
})
