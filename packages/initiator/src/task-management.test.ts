import {
  Reject,
  RejectReason,
  ScsiCommand,
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponse,
  TaskManagementResponseCode,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { RejectNotice } from './full-feature.ts'
import type { CommandRequest } from './task.ts'
import { beginFullFeature } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const write10 = Uint8Array.of(0x2a, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const counting = (lengthBytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: lengthBytes }, (_, i) => i % 251))
const reading = (read: number): CommandRequest => ({ lun: 0, cdb: read10, read })
const writing = (write: Uint8Array): CommandRequest => ({ lun: 0, cdb: write10, write })

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

  it.each([
    ['CLEAR TASK SET', TaskManagementFunction.clearTaskSet, { lun: 1 }, [1]],
    ['CLEAR TASK SET of LUN 0, where none is named', TaskManagementFunction.clearTaskSet, {}, [0]],
    ['ABORT TASK SET of LUN 0, where none is named', TaskManagementFunction.abortTaskSet, {}, [0]],
    ['LOGICAL UNIT RESET of LUN 0, where none is named', TaskManagementFunction.logicalUnitReset, {}, [0]],
    ['TARGET WARM RESET', TaskManagementFunction.targetWarmReset, {}, [0, 1]],
    ['TARGET COLD RESET', TaskManagementFunction.targetColdReset, {}, [0, 1]],
    ['I_T NEXUS RESET', TaskManagementFunction.iTNexusReset, {}, [0, 1]],
  ])('ends the commands that %s ends at the target, and no others', async (_what, which, options, ended) => {
    const { session, target } = await beginFullFeature()
    const failed: number[] = []
    for (const lun of [0, 1]) {
      session.execute({ ...reading(512), lun }).result.catch(() => failed.push(lun))
      await target.command()
    }
    const asked = session.taskManagement(which, options)
    const { initiatorTaskTag } = (await target.raw.expect(TaskManagementRequest)).values
    target.answer(TaskManagementResponse, { initiatorTaskTag })
    expect(await asked).toBe(TaskManagementResponseCode.functionComplete)
    expect(failed).toEqual(ended)
    expect(session.pendingCommands).toBe(2 - ended.length)
    session.destroy()
  })

  it('does not abort the command of another session', async () => {
    const [one, other] = [await beginFullFeature(), await beginFullFeature()]
    const command = one.session.execute(reading(512))
    command.result.catch(() => undefined)
    await one.target.command()
    await expect(other.session.abort(command)).rejects.toThrow('the command is one of another session')
    expect([one.session.pendingCommands, other.target.raw.waitingPackets]).toEqual([1, 0])
    one.session.destroy()
    other.session.destroy()
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
