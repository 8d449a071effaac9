import { DataIn, TaskAttribute } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { CommandRequest } from './task.ts'
import { beginFullFeature, FIRST_STAT_SN } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const counting = (lengthBytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: lengthBytes }, (_, i) => i % 251))
const reading = (read: number): CommandRequest => ({ lun: 0, cdb: read10, read })
describe('a command that reads', () => {
  it('is sent with its CDB, LUN, lengths and numbers', async () => {
    const { session, target } = await beginFullFeature()
    void session.execute({ ...reading(4096), lun: 1, attribute: TaskAttribute.ordered }).result.catch(() => undefined)
    expect((await target.command()).values).toMatchObject({
      immediate: false,
      final: true,
      read: true,
      write: false,
      attribute: TaskAttribute.ordered,
      lun: 0x0001_0000_0000_0000n,
      expectedDataTransferLength: 4096,
      cmdSN: 1,
      expStatSN: FIRST_STAT_SN + 1,
      dataSegmentLength: 0,
    })
  })

  it.each([
    [0, false],
    [1, true],
  ])('of %i bytes is sent with R %j', async (read, set) => {
    const { session, target } = await beginFullFeature()
    void session.execute(reading(read)).result.catch(() => undefined)
    expect((await target.command()).values).toMatchObject({ read: set, write: false, expectedDataTransferLength: read })
  })

  it('puts Data-In where it belongs and ends with the status of the last', async () => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(reading(4096))
    const { initiatorTaskTag } = (await target.command()).values
    const data = counting(4096)
    target.tell(DataIn, { initiatorTaskTag, dataSN: 0, bufferOffset: 0 }, { data: data.subarray(0, 1024) })
    target.answer(
      DataIn,
      { initiatorTaskTag, dataSN: 1, bufferOffset: 1024, final: true, hasStatus: true },
      { data: data.subarray(1024) },
    )
    expect(await result).toEqual({ status: 0, sense: new Uint8Array(0), data, underflowBytes: 0, overflowBytes: 0 })
    expect(session.pendingCommands).toBe(0)
  })

  it('reads into the memory that it is given', async () => {
    const { session, target } = await beginFullFeature()
    const memory = new Uint8Array(512)
    const { result } = session.execute({ lun: 0, cdb: read10, read: memory })
    const { initiatorTaskTag } = (await target.command()).values
    target.answer(DataIn, { initiatorTaskTag, final: true, hasStatus: true }, { data: counting(512) })
    await result
    expect(Buffer.from(memory)).toEqual(counting(512))
  })

  it('tells how much of what was expected did not come', async () => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(reading(512))
    const { initiatorTaskTag } = (await target.command()).values
    target.tell(DataIn, { initiatorTaskTag, final: true }, { data: counting(36) })
    target.end(initiatorTaskTag, { underflow: true, residualCount: 476 })
    expect(await result).toMatchObject({ data: counting(36), underflowBytes: 476, overflowBytes: 0 })
  })

  it('tells how much more there was than was expected', async () => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(reading(36))
    const { initiatorTaskTag } = (await target.command()).values
    target.tell(DataIn, { initiatorTaskTag, final: true }, { data: counting(36) })
    target.end(initiatorTaskTag, { overflow: true, residualCount: 60 })
    expect(await result).toMatchObject({ underflowBytes: 0, overflowBytes: 60 })
  })

  it('ends with status and sense data', async () => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(reading(512))
    const { initiatorTaskTag } = (await target.command()).values
    const sense = Buffer.from('700006000000000a00000000290000000000', 'hex')
    target.end(
      initiatorTaskTag,
      { status: 2, underflow: true, residualCount: 512 },
      { data: Buffer.concat([Buffer.from('0012', 'hex'), sense]) },
    )
    expect(await result).toMatchObject({ status: 2, sense })
  })

  it.each([
    ['a number that is not the next', { dataSN: 1 }, 16, 'SCSI Data-In number 1 of task'],
    ['an offset that is not the next', { bufferOffset: 512 }, 16, 'Data-In for byte 512'],
    ['more than was expected', {}, 1024, 'Data-In up to byte 1024'],
    ['an unknown tag', { initiatorTaskTag: 77 }, 16, 'SCSI Data-In for task 77, which is not on its way'],
    [
      'a status that skips one',
      { hasStatus: true, final: true, statSN: 200 },
      16,
      'a status came with StatSN 200, 101 was next',
    ],
    ['a status in the middle', { hasStatus: true }, 16, 'that is not final'],
  ])('ends the session at a Data-In with %s', async (_, values, length, message) => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(reading(512))
    const { initiatorTaskTag } = (await target.command()).values
    target.tell(DataIn, { initiatorTaskTag, ...values }, { data: Buffer.alloc(length) })
    await expect(result).rejects.toThrow(message)
    expect((await session.closed).name).toBe('ProtocolError')
  })

  it('ends the session at a sequence that is longer than a burst, in a strict session', async () => {
    const { session, target } = await beginFullFeature({}, { MaxBurstLength: 512 })
    const { result } = session.execute(reading(4096))
    const { initiatorTaskTag } = (await target.command()).values
    target.tell(DataIn, { initiatorTaskTag }, { data: Buffer.alloc(512) })
    target.tell(DataIn, { initiatorTaskTag, dataSN: 1, bufferOffset: 512 }, { data: Buffer.alloc(4) })
    await expect(result).rejects.toThrow('Data-In sequence of 516 bytes; MaxBurstLength is 512')
  })
})
