import {
  AsyncEvent,
  AsyncMessage,
  DataIn,
  DataOut,
  LogoutRequest,
  NopIn,
  NopOut,
  R2T,
  RESERVED_TAG,
  Reject,
  RejectReason,
  ScsiCommand,
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponse,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { AsyncNotice, RejectNotice } from './full-feature.ts'
import { beginFullFeature, FIRST_STAT_SN, type ScriptedTarget, textOf } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const write10 = Uint8Array.of(0x2a, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const reading = { lun: 0, cdb: read10, read: 1024 }

describe('the numbers of a request', () => {
  const NUMBERS = { immediate: true, cmdSN: 2, expStatSN: FIRST_STAT_SN + 2, initiatorTaskTag: 0x8000_0000 }

  /** A session that has sent one command, which has ended. */
  async function begin() {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(reading)
    target.end((await target.command()).values.initiatorTaskTag)
    await result
    return { session, target }
  }

  it('are those of the next command, of which none is used up, in each kind of request', async () => {
    const pinged = await begin()
    void pinged.session.ping(Buffer.from('abc')).catch(() => undefined)
    expect((await pinged.target.raw.expect(NopOut)).values).toMatchObject({
      ...NUMBERS,
      lun: 0n,
      targetTransferTag: RESERVED_TAG,
      dataSegmentLength: 3,
    })
    const reset = await begin()
    void reset.session.taskManagement(TaskManagementFunction.targetWarmReset).catch(() => undefined)
    expect((await reset.target.raw.expect(TaskManagementRequest)).values).toMatchObject({
      ...NUMBERS,
      function: TaskManagementFunction.targetWarmReset,
      lun: 0n,
      referencedTaskTag: RESERVED_TAG,
      refCmdSN: 0,
    })
    const asked = await begin()
    void asked.session.text([['SendTargets', 'All']]).catch(() => undefined)
    expect((await asked.target.raw.expect(TextRequest)).values).toMatchObject(NUMBERS)
    const left = await begin()
    void left.session.close()
    expect((await left.target.raw.expect(LogoutRequest)).values).toMatchObject({ ...NUMBERS, reason: 0 })
  })

  it('are those of the next command in an immediate one too', async () => {
    const { session, target } = await begin()
    for (const immediate of [true, false]) void session.execute({ ...reading, immediate }).result.catch(() => undefined)
    expect((await target.raw.expect(ScsiCommand)).values).toMatchObject({ immediate: true, cmdSN: 2 })
    expect((await target.raw.expect(ScsiCommand)).values).toMatchObject({ immediate: false, cmdSN: 2 })
  })

  it('stand in the answer to a ping of the target too', async () => {
    const { target } = await begin()
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: 1 })
    expect((await target.raw.expect(NopOut)).values).toMatchObject({ cmdSN: 2, expStatSN: FIRST_STAT_SN + 2 })
  })
})

describe('the command window', () => {
  /** A session whose window is full, one command waiting. */
  async function full() {
    const { session, target } = await beginFullFeature()
    const write = Buffer.alloc(300_000)
    for (let i = 0; i < 66; i++)
      session.execute(i === 0 ? { lun: 0, cdb: write10, write } : reading).result.catch(() => undefined)
    const first = await target.raw.expect(ScsiCommand)
    for (let data = 262_144 - 8192; data > 0; data -= 8192) await target.raw.expect(DataOut)
    const second = await target.raw.expect(ScsiCommand)
    for (let i = 2; i < 65; i++) await target.raw.expect(ScsiCommand)
    expect(target.raw.waitingPackets).toBe(0)
    return { session, target, tags: [first, second].map(({ values }) => values.initiatorTaskTag) }
  }

  it.each<[what: string, open: (target: ScriptedTarget, tags: number[]) => void]>([
    [
      'Data-In without a status',
      (target, [, tag]) => target.tell(DataIn, { initiatorTaskTag: tag as number }, { data: Buffer.alloc(4) }),
    ],
    ['NOP-In', target => target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG })],
    ['Asynchronous Message', target => target.answer(AsyncMessage, { event: AsyncEvent.scsiEvent })],
    ['Reject', target => target.answer(Reject, { reason: RejectReason.protocolError })],
  ])('is opened by a %s', async (_what, open) => {
    const { session, target, tags } = await full()
    target.maxCmdSN = 66
    open(target, tags)
    expect((await target.raw.expect(ScsiCommand)).values.cmdSN).toBe(66)
    session.destroy()
  })

  it('is opened by an R2T', async () => {
    const { session, target, tags } = await full()
    target.maxCmdSN = 66
    const asked = { bufferOffset: 262_144, desiredDataTransferLength: 512, targetTransferTag: 1 }
    target.tell(R2T, { initiatorTaskTag: tags[0] as number, ...asked })
    expect((await target.raw.expect(DataOut)).values.dataSegmentLength).toBe(512)
    expect((await target.raw.expect(ScsiCommand)).values.cmdSN).toBe(66)
    session.destroy()
  })

  it('gives back the one that is aborted of several that wait for it', async () => {
    const { session, target } = await full()
    const [second, third] = [session.execute({ ...reading, lun: 2 }), session.execute({ ...reading, lun: 3 })]
    third.result.catch(() => undefined)
    const failed = second.result.catch((error: unknown) => error)
    await session.abort(second)
    expect(await failed).toMatchObject({ name: 'AbortedError' })
    target.maxCmdSN = 67
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG })
    expect((await target.raw.expect(ScsiCommand)).values.lun).toBe(0n)
    expect((await target.raw.expect(ScsiCommand)).values.lun).toBe(0x0003_0000_0000_0000n)
    session.destroy()
  })

  it('fails what waits for it, when the connection breaks', async () => {
    const { session, target } = await full()
    const waiting = session.execute(reading).result
    target.raw.destroy()
    await expect(waiting).rejects.toThrow('the target closed the connection')
    await session.closed
    expect(session.pendingCommands).toBe(0)
  })
})

describe('a status', () => {
  it.each([
    ['SCSI Response', (target: ScriptedTarget, tag: number) => target.end(tag, { statSN: 200 })],
    ['Reject', (target: ScriptedTarget) => target.answer(Reject, { statSN: 200 })],
  ])('of a %s that skips one ends the session', async (_what, wrong) => {
    const { session, target } = await beginFullFeature()
    const { result } = session.execute(reading)
    wrong(target, (await target.command()).values.initiatorTaskTag)
    await expect(result).rejects.toThrow('a status came with StatSN 200, 101 was next')
  })
})

describe('Data-In', () => {
  it('may come in sequences that are as long as a burst together longer', async () => {
    const { session, target } = await beginFullFeature({}, { MaxBurstLength: 512 })
    const { result } = session.execute(reading)
    const { initiatorTaskTag } = (await target.command()).values
    for (const dataSN of [0, 1])
      target.tell(
        DataIn,
        { initiatorTaskTag, dataSN, bufferOffset: dataSN * 512, final: true },
        { data: Buffer.alloc(512, dataSN + 1) },
      )
    target.end(initiatorTaskTag)
    expect((await result).data).toEqual(Buffer.concat([Buffer.alloc(512, 1), Buffer.alloc(512, 2)]))
  })

  it('may come in one that is longer, where the session is not strict, as it is not unless it is told to', async () => {
    const { session, target } = await beginFullFeature({ strict: undefined } as object, { MaxBurstLength: 512 })
    const { result } = session.execute(reading)
    const { initiatorTaskTag } = (await target.command()).values
    target.answer(DataIn, { initiatorTaskTag, final: true, hasStatus: true }, { data: Buffer.alloc(1024) })
    expect((await result).data).toHaveLength(1024)
  })
})

describe('an R2T', () => {
  /** A write of 1024 bytes of which so many are asked for, where a burst has 512. */
  async function asked(desiredDataTransferLength: number) {
    const wishes = { InitialR2T: true, ImmediateData: false, MaxBurstLength: 512 }
    const { session, target } = await beginFullFeature({}, wishes)
    const { result } = session.execute({ lun: 0, cdb: write10, write: Buffer.alloc(1024) })
    result.catch(() => undefined)
    const { initiatorTaskTag } = (await target.command()).values
    target.solicit(initiatorTaskTag, { targetTransferTag: 1, desiredDataTransferLength })
    return { target, result }
  }

  it('for a burst is answered', async () => {
    const { target } = await asked(512)
    expect((await target.raw.expect(DataOut)).values).toMatchObject({ final: true, dataSegmentLength: 512 })
  })

  it('for more than a burst ends the session', async () => {
    const { result } = await asked(513)
    await expect(result).rejects.toThrow(/R2T for 513 bytes at 0 of task \d+, which writes 1024 in bursts up to 512/)
  })
})

describe('a Reject', () => {
  async function begin() {
    const notices: RejectNotice[] = []
    const begun = await beginFullFeature({ listener: { rejected: notice => notices.push(notice) } })
    const { result } = begun.session.execute(reading)
    return { ...begun, notices, result, command: (await begun.target.command()).values }
  }

  it.each([0, 47])('with %i bytes of a header fails nothing', async length => {
    const { session, target, notices, result, command } = await begin()
    target.answer(Reject, { reason: 4 }, { data: Buffer.alloc(length, 1) })
    target.end(command.initiatorTaskTag)
    expect(await result).toMatchObject({ status: 0 })
    expect(notices.map(({ reason, header }) => [reason, header.length])).toEqual([[4, length]])
    session.destroy()
  })

  it('of a Data-Out fails no command: it ends with a status', async () => {
    const { session, target, result, command } = await begin()
    const { initiatorTaskTag } = command
    target.answer(Reject, { reason: 4 }, { data: DataOut.encode({ initiatorTaskTag }) })
    target.end(initiatorTaskTag)
    expect(await result).toMatchObject({ status: 0 })
    session.destroy()
  })

  it('fails the ping that it refuses', async () => {
    const { session, target } = await begin()
    const pong = session.ping()
    const { initiatorTaskTag } = (await target.raw.expect(NopOut)).values
    target.answer(Reject, { reason: RejectReason.protocolError }, { data: NopOut.encode({ initiatorTaskTag }) })
    await expect(pong).rejects.toThrow('the target rejected NOP-Out: protocolError')
    session.destroy()
  })
})

describe('an Asynchronous Message', () => {
  it('is told, and ends no session that it does not ask to end', async () => {
    const notices: AsyncNotice[] = []
    const { session, target } = await beginFullFeature({ listener: { asyncMessage: notice => notices.push(notice) } })
    const parameters = { parameter1: 1, parameter2: 2, parameter3: 3 }
    target.answer(AsyncMessage, { event: AsyncEvent.scsiEvent, ...parameters }, { data: Buffer.from('ab') })
    target.answer(AsyncMessage, { event: AsyncEvent.negotiationRequest })
    const pong = session.ping()
    const { initiatorTaskTag } = (await target.raw.expect(NopOut)).values
    target.answer(NopIn, { initiatorTaskTag })
    expect(await pong).toHaveLength(0)
    expect(notices).toEqual([
      { event: AsyncEvent.scsiEvent, ...parameters, data: Buffer.from('ab') },
      { event: AsyncEvent.negotiationRequest, parameter1: 0, parameter2: 0, parameter3: 0, data: new Uint8Array(0) },
    ])
    session.destroy()
  })
})

describe('a text', () => {
  it('that is too long for one PDU is asked in pieces, and may be answered by more than other answers have', async () => {
    const { session, target } = await beginFullFeature({}, { MaxRecvDataSegmentLength: 512 })
    const pairs = [
      ['X-a', 'a'.repeat(507)],
      ['X-b', 'b'.repeat(400)],
    ] as const
    const answered = session.text(pairs)
    const first = await target.raw.expect(TextRequest)
    expect(first.values).toMatchObject({ continues: true, final: false, dataSegmentLength: 512 })
    const { initiatorTaskTag } = first.values
    target.answer(TextResponse, { initiatorTaskTag, final: true, targetTransferTag: 9 })
    const second = await target.raw.expect(TextRequest)
    expect(second.values).toMatchObject({ continues: false, final: true, targetTransferTag: 9 })
    const long = Array.from({ length: 200 }, (_, at) => `TargetName=iqn.${at}${'x'.repeat(400)}\0`).join('')
    target.answer(TextResponse, { initiatorTaskTag, final: true }, { data: Buffer.from(long) })
    expect(await answered).toHaveLength(200)
    session.destroy()
  })

  it('is read as sent', async () => {
    const { session, target } = await beginFullFeature()
    void session.text([['SendTargets', '']]).catch(() => undefined)
    expect(textOf(await target.raw.expect(TextRequest))).toEqual([['SendTargets', '']])
    session.destroy()
  })
})

describe('a task management function', () => {
  it('does not fail a command that ended before its answer came', async () => {
    const { session, target } = await beginFullFeature()
    const heard: string[] = []
    session.submit(reading, { ended: () => heard.push('ended'), failed: () => heard.push('failed') })
    const { initiatorTaskTag } = (await target.command()).values
    const reset = session.taskManagement(TaskManagementFunction.logicalUnitReset, { lun: 0 })
    const request = await target.raw.expect(TaskManagementRequest)
    target.end(initiatorTaskTag)
    target.answer(TaskManagementResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await reset
    expect(heard).toEqual(['ended'])
    session.destroy()
  })
})
