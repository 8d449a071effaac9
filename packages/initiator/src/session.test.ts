import {
  AsyncEvent,
  AsyncMessage,
  DataIn,
  DataKind,
  DataOut,
  LogoutRequest,
  LogoutResponse,
  NopIn,
  NopOut,
  R2T,
  RESERVED_TAG,
  Reject,
  RejectReason,
  ScsiCommand,
  TaskAttribute,
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponse,
  TaskManagementResponseCode,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { RejectNotice } from './full-feature.ts'
import type { CommandRequest } from './task.ts'
import { beginFullFeature, FIRST_STAT_SN, textOf } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const write10 = Uint8Array.of(0x2a, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const testUnitReady = new Uint8Array(6)

const counting = (lengthBytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: lengthBytes }, (_, i) => i % 251))
const reading = (read: number): CommandRequest => ({ lun: 0, cdb: read10, read })
const writing = (write: Uint8Array): CommandRequest => ({ lun: 0, cdb: write10, write })

const bytesOf = ({ data }: { data: { kind: string } }): Buffer =>
  data.kind === DataKind.bytes ? Buffer.from((data as { bytes: Uint8Array } & typeof data).bytes) : Buffer.alloc(0)

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

describe('a command that writes', () => {
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

describe('the command window', () => {
  it('holds commands back until it opens, and keeps their order', async () => {
    const { session, target } = await beginFullFeature()
    target.expCmdSN = 2
    target.maxCmdSN = 66
    const results = Array.from({ length: 67 }, (_, i) => session.execute({ lun: i, cdb: testUnitReady }).result)
    const tags: number[] = []
    for (let i = 0; i < 65; i++) tags.push((await target.command()).values.initiatorTaskTag)
    expect(target.raw.waitingPackets).toBe(0)
    expect(session.pendingCommands).toBe(67)
    target.maxCmdSN = 67
    target.end(tags[0] as number)
    const next = await target.command()
    expect(next.values).toMatchObject({ cmdSN: 66, lun: 65n * 0x0001_0000_0000_0000n })
    for (const tag of [...tags.slice(1), next.values.initiatorTaskTag]) target.end(tag)
    const last = await target.command()
    expect(last.values.cmdSN).toBe(67)
    target.end(last.values.initiatorTaskTag)
    await Promise.all(results)
  })

  it('lets immediate commands through when it is closed', async () => {
    const { session, target } = await beginFullFeature()
    target.maxCmdSN = 1
    for (let i = 0; i < 66; i++) void session.execute({ lun: 0, cdb: testUnitReady }).result.catch(() => undefined)
    for (let i = 0; i < 65; i++) await target.command()
    void session.ping().catch(() => undefined)
    expect((await target.raw.expect(NopOut)).values).toMatchObject({ immediate: true, cmdSN: 66 })
  })

  it('never goes back', async () => {
    const { session, target } = await beginFullFeature()
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG, maxCmdSN: 1 })
    for (let i = 0; i < 2; i++) void session.execute({ lun: 0, cdb: testUnitReady }).result.catch(() => undefined)
    expect((await target.command()).values.cmdSN).toBe(1)
    expect((await target.command()).values.cmdSN).toBe(2)
  })
})

describe('NOPs', () => {
  it('are answered with the tag that the target gave', async () => {
    const { session, target } = await beginFullFeature()
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: 0x1234, lun: 1n })
    expect((await target.raw.expect(NopOut)).values).toMatchObject({
      immediate: true,
      initiatorTaskTag: RESERVED_TAG,
      targetTransferTag: 0x1234,
      lun: 1n,
    })
    session.destroy()
  })

  it('are not answered when the target wants no answer', async () => {
    const { session, target } = await beginFullFeature()
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG })
    void session.ping(Buffer.from('x')).catch(() => undefined)
    expect((await target.raw.expect(NopOut)).values.targetTransferTag).toBe(RESERVED_TAG)
  })

  it('bring back what was sent', async () => {
    const { session, target } = await beginFullFeature()
    const pong = session.ping(Buffer.from('ping'))
    const ping = await target.raw.expect(NopOut)
    target.answer(
      NopIn,
      { initiatorTaskTag: ping.values.initiatorTaskTag, targetTransferTag: RESERVED_TAG },
      { data: bytesOf(ping) },
    )
    expect(Buffer.from(await pong).toString()).toBe('ping')
  })
})

describe('task management', () => {
  it('aborts a command: names it, and lets it fail', async () => {
    const { session, target } = await beginFullFeature()
    const command = session.execute({ ...reading(512), lun: 3 })
    const failed = command.result.catch((error: unknown) => error)
    const { initiatorTaskTag, cmdSN } = (await target.command()).values
    const aborted = session.abort(command)
    const request = await target.raw.expect(TaskManagementRequest)
    expect(request.values).toMatchObject({
      immediate: true,
      function: TaskManagementFunction.abortTask,
      referencedTaskTag: initiatorTaskTag,
      refCmdSN: cmdSN,
      lun: 0x0003_0000_0000_0000n,
    })
    target.answer(TaskManagementResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await aborted
    expect(await failed).toMatchObject({ name: 'AbortedError' })
    expect(session.pendingCommands).toBe(0)
  })

  it('leaves a command alone that ended before, and says nothing of it', async () => {
    const { session, target } = await beginFullFeature()
    const command = session.execute(reading(512))
    const { initiatorTaskTag } = (await target.command()).values
    const aborted = session.abort(command)
    const request = await target.raw.expect(TaskManagementRequest)
    target.end(initiatorTaskTag)
    const response = TaskManagementResponseCode.taskDoesNotExist
    target.answer(TaskManagementResponse, { initiatorTaskTag: request.values.initiatorTaskTag, response })
    await aborted
    expect((await command.result).status).toBe(0)
  })

  it('aborts a command that was never sent without asking the target', async () => {
    const { session, target } = await beginFullFeature()
    for (let i = 0; i < 65; i++) void session.execute(reading(512)).result.catch(() => undefined)
    const waiting = session.execute(reading(512))
    const failed = waiting.result.catch((error: unknown) => error)
    for (let i = 0; i < 65; i++) await target.command()
    await session.abort(waiting)
    expect(String(await failed)).toContain('aborted before it was sent')
    expect(target.raw.waitingPackets).toBe(0)
  })

  it('ends the commands of a unit that is reset, and no others', async () => {
    const { session, target } = await beginFullFeature()
    const [first, second] = [0, 1].map(lun =>
      session.execute({ ...reading(512), lun }).result.catch((error: unknown) => error),
    )
    await target.command()
    const { initiatorTaskTag } = (await target.command()).values
    const reset = session.taskManagement(TaskManagementFunction.logicalUnitReset, { lun: 0 })
    const request = await target.raw.expect(TaskManagementRequest)
    target.answer(TaskManagementResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    expect(await reset).toBe(TaskManagementResponseCode.functionComplete)
    expect(await first).toMatchObject({ name: 'AbortedError' })
    target.end(initiatorTaskTag)
    expect(await second).toMatchObject({ status: 0 })
  })

  it('tells what a function was answered with when it could not be done', async () => {
    const { session, target } = await beginFullFeature()
    const command = session.execute(reading(512))
    command.result.catch(() => undefined)
    await target.command()
    const aborted = session.abort(command)
    const request = await target.raw.expect(TaskManagementRequest)
    const response = TaskManagementResponseCode.functionRejected
    target.answer(TaskManagementResponse, { initiatorTaskTag: request.values.initiatorTaskTag, response })
    await expect(aborted).rejects.toThrow('ABORT TASK was answered with functionRejected')
  })
})

describe('a Reject', () => {
  it('fails the command that it refuses, and is told', async () => {
    const notices: RejectNotice[] = []
    const { session, target } = await beginFullFeature({ listener: { rejected: notice => notices.push(notice) } })
    const { result } = session.execute(reading(512))
    const command = await target.command()
    const reason = RejectReason.commandNotSupported
    target.answer(Reject, { reason }, { data: ScsiCommand.encode(command.values) })
    await expect(result).rejects.toThrow('the target rejected SCSI Command: commandNotSupported')
    expect(notices).toEqual([{ reason, header: Buffer.from(ScsiCommand.encode(command.values)) }])
  })

  it('leaves a command whose data was damaged to its status', async () => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(writing(counting(512)))
    const command = await target.command()
    target.answer(Reject, { reason: RejectReason.dataDigestError }, { data: ScsiCommand.encode(command.values) })
    target.end(command.values.initiatorTaskTag, { status: 8 })
    expect((await result).status).toBe(8)
  })
})

describe('texts', () => {
  it('come back whole, however many PDUs the answer takes', async () => {
    const { session, target } = await beginFullFeature()
    const answered = session.text([['SendTargets', 'All']])
    const first = await target.raw.expect(TextRequest)
    const { initiatorTaskTag } = first.values
    expect(first.values).toMatchObject({ final: true, continues: false, targetTransferTag: RESERVED_TAG })
    expect(textOf(first)).toEqual([['SendTargets', 'All']])
    target.answer(
      TextResponse,
      { initiatorTaskTag, continues: true, targetTransferTag: 9 },
      { data: Buffer.from('TargetName=iqn.a\0Target') },
    )
    const second = await target.raw.expect(TextRequest)
    expect(second.values).toMatchObject({ final: true, initiatorTaskTag, targetTransferTag: 9, dataSegmentLength: 0 })
    target.answer(
      TextResponse,
      { initiatorTaskTag, final: true, targetTransferTag: RESERVED_TAG },
      { data: Buffer.from('Name=iqn.b\0') },
    )
    expect(await answered).toEqual([
      ['TargetName', 'iqn.a'],
      ['TargetName', 'iqn.b'],
    ])
  })
})

describe('the end of a session', () => {
  it('is a logout, and then the connection closes', async () => {
    const { session, target } = await beginFullFeature()
    const closing = session.close()
    const request = await target.raw.expect(LogoutRequest)
    expect(request.values).toMatchObject({ immediate: true, reason: 0 })
    target.answer(LogoutResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await closing
    expect((await session.closed).message).toBe('the session was closed by logout')
    expect(() => session.submit(reading(512), { ended: () => undefined, failed: () => undefined })).toThrow(
      'closed by logout',
    )
    await expect(session.ping()).rejects.toThrow('closed by logout')
  })

  it('comes when the block of an await using is left', async () => {
    const { session, target } = await beginFullFeature()
    const used = (async () => {
      await using inner = session
      expect(inner.pendingCommands).toBe(0)
    })()
    const request = await target.raw.expect(LogoutRequest)
    target.answer(LogoutResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await used
    await target.raw.closed
  })

  it('does not wait for ever for the answer to a logout', async () => {
    const strikes: (() => void)[] = []
    const timers = {
      after: (_: number, callback: () => void) => {
        strikes.push(callback)
        return () => undefined
      },
    }
    const { session, target } = await beginFullFeature({ timers })
    const closing = session.close()
    await target.raw.expect(LogoutRequest)
    strikes.at(-1)?.()
    await closing
    expect((await session.closed).message).toContain('dropped without a logout')
  })

  it('fails all that is on its way when the connection breaks', async () => {
    const { session, target } = await beginFullFeature()
    const command = session.execute(reading(512)).result
    const ping = session.ping()
    await target.command()
    target.raw.destroy()
    await expect(command).rejects.toThrow('the target closed the connection')
    await expect(ping).rejects.toThrow('the target closed the connection')
    await session.close()
  })

  it('is what an Asynchronous Message may ask for', async () => {
    const events: number[] = []
    const { session, target } = await beginFullFeature({
      listener: { asyncMessage: ({ event }) => events.push(event) },
    })
    target.answer(AsyncMessage, { event: AsyncEvent.logoutRequest, parameter3: 5 })
    const request = await target.raw.expect(LogoutRequest)
    expect(events).toEqual([AsyncEvent.logoutRequest])
    target.answer(LogoutResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await session.closed
  })

  it('is a data segment with a wrong digest', async () => {
    const { session, target } = await beginFullFeature(
      { offers: { DataDigest: ['CRC32C'] } },
      { DataDigest: ['CRC32C'] },
    )
    const { result } = session.execute(reading(4))
    const { initiatorTaskTag } = (await target.command()).values
    const bytes = target.raw.bytesOf(DataIn, { initiatorTaskTag, final: true }, { data: Buffer.from('abcd') })
    target.raw.sendBytes(Buffer.concat([bytes, Buffer.alloc(4)]))
    await expect(result).rejects.toThrow('wrong digest')
  })

  it('is a PDU that does not belong in the full feature phase', async () => {
    const { session, target } = await beginFullFeature()
    target.raw.sendBytes(target.raw.bytesOf(LogoutRequest, {}))
    expect((await session.closed).message).toBe('PDU with opcode 6 does not belong in the full feature phase')
  })
})
