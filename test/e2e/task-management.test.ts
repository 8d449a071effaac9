import { type CommandResult, ScsiError, type Session } from '@lunkit/initiator'
import { TaskManagementResponseCode as Code, TaskManagementFunction as Function, NopIn } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { ramdisk, type UnitAttributes } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { holdingBack } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { r2tFor, ready, write10 } from './harness/raw-disk.ts'
import { TestServer } from './harness/test-server.ts'
import { turn, until } from './harness/turns.ts'

const DISK_BYTES = 8 * 1024 * 1024
const data = pattern(4096, { seed: 4 })

/** A disk whose operations can be held back; at the end all are let go. */
async function serve(attributes: Partial<UnitAttributes> = {}) {
  const held = holdingBack(ramdisk({ sizeBytes: DISK_BYTES, attributes }))
  const test = await TestServer.serve({ luns: [held.storage] })
  const end = (): Promise<void> => {
    held.delay.hold(undefined)
    held.delay.release()
    return test[Symbol.asyncDispose]()
  }
  const connect = async (): Promise<Session> => {
    const session = await test.connect()
    await session.lun(0).ready()
    await session.lun(0).blockSizeBytes()
    return session
  }
  /** A function has come in. */
  const isManaged = () => until(() => test.server.statistics.get('managementFunctions') > 0)
  return { test, delay: held.delay, connect, isManaged, [Symbol.asyncDispose]: end }
}

/** A write of `data` to LUN 0. */
const write = (session: Session, lba = 0, bytes: Uint8Array = data) =>
  session.execute({ lun: 0, cdb: write10(lba, bytes.length), write: bytes })

/** How a command ended, in a word. */
const endOf = (result: Promise<CommandResult>): Promise<string> =>
  outcomeOf(
    result.then(({ status, sense }) => {
      if (status !== Status.good) throw new ScsiError('a command', status, sense)
    }),
  )

async function manyTurns(): Promise<void> {
  for (let i = 0; i < 100; i++) await turn()
}

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  )
  await manyTurns()
  return settled
}

describe('ABORT TASK', () => {
  it('is answered when the store has let go of the write, which nothing is said of', async () => {
    await using served = await serve()
    const session = await served.connect()
    served.delay.hold({ operations: ['write'] })
    const command = write(session)
    const outcome = endOf(command.result)
    await until(() => served.delay.held === 1)
    const response = session.taskManagement(Function.abortTask, { command })
    expect(await isSettled(response)).toBe(false)
    served.delay.release()
    expect(await response).toBe(Code.functionComplete)
    expect(await outcome).toBe('aborted')
    served.delay.hold(undefined)
    expect(await session.lun(0).read(0, 8)).toEqual(data)
  })

  it('of a task that has ended, or never was, finds none', async () => {
    await using served = await serve()
    const session = await served.test.raw()
    await ready(session)
    for (const referencedTaskTag of [0x1000, 0x7777]) {
      const tag = session.manage({ function: Function.abortTask, referencedTaskTag, refCmdSN: 1 })
      expect(await session.managed(tag)).toBe(Code.taskDoesNotExist)
    }
  })

  it('of a task that waits for data ends it, and R2Ts that were sent need no answer', async () => {
    await using served = await serve()
    const session = await served.test.raw()
    await ready(session)
    const tag = session.command({ cdb: write10(0, 4096), write: 4096 })
    await r2tFor(session, tag)
    const managed = session.manage({ function: Function.abortTask, referencedTaskTag: tag })
    expect(await session.managed(managed)).toBe(Code.functionComplete)
    await until(() => served.test.server.transferMemoryUsedBytes === 0)
    const again = session.command({ cdb: write10(0, 4096), write: 4096 }, { initiatorTaskTag: tag })
    const { targetTransferTag } = await r2tFor(session, again)
    session.dataOut(again, data, { targetTransferTag })
    expect(await session.outcome(again)).toBe('good')
  })

  it('of a command that has not come takes its place in the window', async () => {
    await using served = await serve()
    const session = await served.test.raw()
    await ready(session)
    const missing = session.takeCmdSN()
    const later = session.command({ cdb: new Uint8Array(16) })
    const managed = session.manage({ function: Function.abortTask, referencedTaskTag: 0x7777, refCmdSN: missing })
    const codes = [await session.outcome(later), await session.managed(managed)]
    expect(codes).toEqual(['good', Code.functionComplete])
    session.command({ cdb: write10(0, 512), write: 512 }, { cmdSN: missing, initiatorTaskTag: 0x7777 })
    const ping = session.ping()
    expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(ping)
  })

  it('of a task behind a held one ends it at once, and those after it go on', async () => {
    await using served = await serve()
    const session = await served.connect()
    served.delay.hold({ operations: ['write'] })
    const first = write(session)
    const second = write(session, 0, pattern(4096, { seed: 5 }))
    const third = write(session, 0, pattern(4096, { seed: 6 }))
    const outcomes = [first, second, third].map(({ result }) => endOf(result))
    await until(() => served.delay.held === 1)
    expect(await session.taskManagement(Function.abortTask, { command: second })).toBe(Code.functionComplete)
    served.delay.hold(undefined)
    served.delay.release()
    expect(await Promise.all(outcomes)).toEqual(['good', 'aborted', 'good'])
    expect(await session.lun(0).read(0, 8)).toEqual(pattern(4096, { seed: 6 }))
  })
})

describe('LOGICAL UNIT RESET by another session', () => {
  it.each([
    ['is told of by TASK ABORTED where TAS is set', true, 'taskAborted'],
    ['is told of by its attention alone where TAS is not set', false, 'lost'],
  ])('%s', async (_what, emulateTas, expected) => {
    await using served = await serve({ emulateTas })
    const [victim, other] = [await served.connect(), await served.connect()]
    served.delay.hold({ operations: ['write'] })
    const outcomes = [write(victim), write(victim, 0), write(other, 100)].map(({ result }) => endOf(result))
    await until(() => served.delay.held === 2)
    const response = other.taskManagement(Function.logicalUnitReset, { lun: 0 })
    expect(await isSettled(response)).toBe(false)
    served.delay.release()
    expect(await response).toBe(Code.functionComplete)
    expect(await outcomeOf(victim.lun(0).testUnitReady())).toBe('busDeviceResetFunctionOccurred')
    expect(await outcomeOf(other.lun(0).testUnitReady())).toBe('busDeviceResetFunctionOccurred')
    victim.destroy()
    expect(await Promise.all(outcomes)).toEqual([expected, expected, 'aborted'])
  })

  it('frees what was reserved, and brings mode parameters back', async () => {
    await using served = await serve()
    const [holder, other] = [await served.connect(), await served.connect()]
    await holder.lun(0).reserve()
    expect(await endOf(write(other).result)).toBe('reservationConflict')
    await other.taskManagement(Function.logicalUnitReset, { lun: 0 })
    await other.lun(0).ready()
    expect(await outcomeOf(other.lun(0).write(0, data))).toBe('good')
  })
})

describe('a function that ends writes on their way', () => {
  it.each([
    ['LOGICAL UNIT RESET', Function.logicalUnitReset],
    ['ABORT TASK SET', Function.abortTaskSet],
    ['TARGET WARM RESET', Function.targetWarmReset],
  ] as const)('is answered behind the data that was asked for, none of which is written: %s', async (_name, asked) => {
    await using served = await serve()
    const session = await served.test.raw()
    await ready(session)
    const tag = session.command({ cdb: write10(8, data.length), write: data.length })
    const { targetTransferTag } = await r2tFor(session, tag)
    const function_ = session.manage({ function: asked })
    const ping = session.ping()
    // The target has heard of the function, and says nothing of it yet.
    expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(ping)
    session.dataOut(tag, data, { targetTransferTag })
    expect(await session.managed(function_)).toBe(Code.functionComplete)
    const other = await served.connect()
    expect(await other.lun(0).read(8, 8)).toEqual(Buffer.alloc(data.length))
  })
})

describe('functions for a task set', () => {
  it('abort the tasks of who asks alone: ABORT TASK SET', async () => {
    await using served = await serve()
    const [one, other] = [await served.connect(), await served.connect()]
    served.delay.hold({ operations: ['write'] })
    const outcomes = [write(one), write(one, 8), write(other, 16)].map(({ result }) => endOf(result))
    await until(() => served.delay.held === 3)
    const response = one.taskManagement(Function.abortTaskSet, { lun: 0 })
    await served.isManaged()
    served.delay.release()
    expect(await response).toBe(Code.functionComplete)
    expect(await Promise.all(outcomes)).toEqual(['aborted', 'aborted', 'good'])
  })

  it.each([
    ['tell the others by TASK ABORTED where TAS is set', true, ['taskAborted', 'good']],
    ['tell the others by an attention where it is not', false, ['lost', 'commandsClearedByAnotherInitiator']],
  ])('%s: CLEAR TASK SET', async (_what, emulateTas, expected) => {
    await using served = await serve({ emulateTas })
    const [one, other] = [await served.connect(), await served.connect()]
    served.delay.hold({ operations: ['write'] })
    const outcome = endOf(write(other).result)
    await until(() => served.delay.held === 1)
    const response = one.taskManagement(Function.clearTaskSet, { lun: 0 })
    await served.isManaged()
    served.delay.release()
    expect(await response).toBe(Code.functionComplete)
    const attention = await outcomeOf(other.lun(0).testUnitReady())
    other.destroy()
    expect([await outcome, attention]).toEqual(expected)
  })

  it('end the sessions of all with the target: TARGET COLD RESET', async () => {
    await using served = await serve()
    const [one, other] = [await served.connect(), await served.connect()]
    served.delay.hold({ operations: ['write'] })
    const outcomes = [write(one), write(other, 8)].map(({ result }) => endOf(result))
    await until(() => served.delay.held === 2)
    const response = one.taskManagement(Function.targetColdReset)
    expect((await other.closed).message).toContain('closed')
    served.delay.release()
    expect(await response).toBe(Code.functionComplete)
    await one.closed
    expect(await Promise.all(outcomes)).toEqual(['aborted', 'lost'])
  })
})

describe('aborts that race with what they abort', () => {
  const step = fc.record({
    what: fc.constantFrom('write', 'write', 'write', 'read', 'abort', 'abort', 'release', 'reset', 'turn'),
    lba: fc.nat(20),
    blocks: fc.integer({ min: 1, max: 600 }),
    which: fc.nat(),
  })
  it('are all answered, and so are the commands', async () => {
    await using served = await serve()
    const found = await fc.check(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const session = await served.connect()
        served.delay.hold({})
        const commands: ReturnType<typeof write>[] = []
        const answers: Promise<unknown>[] = []
        // Each is listened to from the start: an abort may end it within the steps.
        const begin = (command: ReturnType<typeof write>) => {
          commands.push(command)
          answers.push(endOf(command.result))
        }
        for (const [seed, { what, lba, blocks, which }] of steps.entries()) {
          const command = commands[which % Math.max(1, commands.length)]
          if (what === 'write') begin(write(session, lba, pattern(blocks * 512, { seed })))
          if (what === 'read')
            begin(session.execute({ lun: 0, cdb: Uint8Array.of(0x28, 0, 0, 0, 0, lba, 0, 0, 8), read: 4096 }))
          if (what === 'abort' && command) answers.push(session.abort(command))
          if (what === 'reset') answers.push(session.taskManagement(Function.logicalUnitReset))
          if (what === 'release') served.delay.release(1 + (which % 3))
          if (what === 'turn') await turn()
        }
        served.delay.hold(undefined)
        while (await Promise.race([Promise.all(answers).then(() => false), turn().then(() => true)]))
          served.delay.release()
        await session.close()
      }),
      { numRuns: 60 },
    )
    expect(fc.defaultReportMessage(found)).toBeUndefined()
  })
})
