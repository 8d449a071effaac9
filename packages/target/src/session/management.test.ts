import { DataOut, isPacket, R2T, ScsiCommand, ScsiResponse, TaskManagementResponse } from '@lunkit/pdu'
import { type TaskManagementResponse as Response, Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { FUNCTION_TAG, manage, response } from '../testing/management-driver.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

/** A target whose device server aborts as it is asked to. */
async function obedient() {
  const target = new TestTarget()
  target.hand.onManage = (request, nexus) => {
    for (const task of nexus.tasks)
      if (request.tag === undefined ? task.lun === request.lun : task.tag === request.tag) task.terminate()
    request.done('complete')
  }
  const client = await target.loggedIn()
  return { target, client }
}

describe('task management functions', () => {
  it.each([
    ['abortTaskSet', 2],
    ['clearAca', 3],
    ['clearTaskSet', 4],
    ['logicalUnitReset', 5],
    ['targetWarmReset', 6],
    ['queryTaskSet', 10],
    ['queryAsynchronousEvent', 12],
  ] as const)('%s reaches the device server as function %i, with its logical unit', async (name, code) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    manage(client, name, { lun: 0x0003_0000_0000_0000n })
    const [request] = target.hand.nexus.requests
    expect(request).toMatchObject({ function: code, lun: 3 })
    expect(request).not.toHaveProperty('tag')
    expect(client.packets).toEqual([])
    request?.done('complete')
    expect((await client.expect(TaskManagementResponse)).values).toMatchObject({
      initiatorTaskTag: FUNCTION_TAG,
      response: 0,
      statSN: 1,
    })
  })

  it.each<[Response, number]>([
    ['complete', 0],
    ['taskDoesNotExist', 1],
    ['incorrectLun', 2],
    ['succeeded', 7],
    ['rejected', 255],
  ])('that the device server answers with %s are answered with %i', async (answer, code) => {
    const target = new TestTarget()
    target.hand.onManage = request => request.done(answer)
    const client = await target.loggedIn()
    manage(client, 'logicalUnitReset')
    expect(await response(client)).toBe(code)
  })

  it('that RFC 7143 does not know are not supported: 5', async () => {
    const { client } = await obedient()
    manage(client, 'abortTask', { function: 99 })
    expect(await response(client)).toBe(5)
  })

  it('that reassign a task are refused at ErrorRecoveryLevel 0: 4', async () => {
    const { client } = await obedient()
    manage(client, 'taskReassign')
    expect(await response(client)).toBe(4)
  })

  it('beyond the limit of them are rejected: 255', async () => {
    const target = new TestTarget({ limits: { managementFunctions: 1 } })
    const client = await target.loggedIn()
    manage(client, 'logicalUnitReset')
    manage(client, 'logicalUnitReset', { initiatorTaskTag: 2 })
    expect(await response(client)).toBe(255)
  })

  it('is rejected when too many wait for commands that never come', async () => {
    const target = new TestTarget({ limits: { managementFunctions: 2 } })
    const client = await target.loggedIn()
    const cmdSN = client.cmdSN + 10
    manage(client, 'abortTaskSet', { cmdSN })
    manage(client, 'abortTaskSet', { cmdSN, initiatorTaskTag: 0x7001 })
    manage(client, 'abortTaskSet', { cmdSN, initiatorTaskTag: 0x7002 })
    expect(await response(client)).toBe(255)
    expect(client.packets).toEqual([])
    await target.end()
  })

  it('take their turn in the command window unless they are immediate', async () => {
    const { target, client } = await obedient()
    manage(client, 'logicalUnitReset', { immediate: false, cmdSN: 2 })
    expect(target.hand.nexus.requests).toEqual([])
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN: 1 })
    expect(target.hand.nexus.requests).toHaveLength(1)
  })

  it('for a whole unit wait for the commands before them, RFC 7143 4.2.3.3; target resets do not', async () => {
    const { target, client } = await obedient()
    manage(client, 'targetWarmReset', { cmdSN: 2 })
    manage(client, 'abortTaskSet', { cmdSN: 2 })
    expect(target.hand.nexus.requests).toMatchObject([{ function: 6 }])
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN: 1 })
    expect(target.hand.nexus.requests).toMatchObject([{ function: 6 }, { function: 2 }])
    expect(target.hand.nexus.tasks).toHaveLength(1)
  })

  it('wait for the last of those commands, and are asked for once', async () => {
    const { target, client } = await obedient()
    manage(client, 'abortTaskSet', { cmdSN: 3 })
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN: 1 })
    expect(target.hand.nexus.requests).toEqual([])
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 2, cmdSN: 2 })
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 3, cmdSN: 3 })
    expect(target.hand.nexus.requests).toMatchObject([{ function: 2 }])
  })
})

describe('ABORT TASK', () => {
  it('ends a task without a word, and is answered after it', async () => {
    const { target, client } = await obedient()
    const tag = client.command({ read: true, expectedDataTransferLength: 512 })
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect(target.hand.nexus.requests).toMatchObject([{ function: 1, tag, lun: 0 }])
    expect(await response(client)).toBe(0)
    expect(client.packets).toEqual([])
    expect(target.counted('commandsAborted')).toBe(1)
  })

  it('of a task that has ended says that it does not exist: 1', async () => {
    const { target, client } = await obedient()
    const tag = client.command({})
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect(await response(client)).toBe(1)
  })

  it('of a command that never came counts it as received: 0', async () => {
    const { target, client } = await obedient()
    // Command 1 was lost; command 2 waits for it.
    client.cmdSN = 3
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 2, cmdSN: 2 })
    manage(client, 'abortTask', { referencedTaskTag: 1, refCmdSN: 1 })
    await settled()
    expect(target.hand.nexus.tasks.map(({ tag }) => tag)).toEqual([2])
    expect((await client.expect(TaskManagementResponse)).values).toMatchObject({ response: 0, expCmdSN: 3 })
  })

  it('of a command outside the window, or not before itself, does not exist: 1', async () => {
    const { client } = await obedient()
    for (const refCmdSN of [0, 65, 1]) {
      manage(client, 'abortTask', { referencedTaskTag: 1, refCmdSN, cmdSN: 1 })
      expect(await response(client)).toBe(1)
    }
  })

  it('of a command that is over, as QUERY TASK, does not exist: 1; the device server is told, which counts it', async () => {
    const { target, client } = await obedient()
    const lun = 0x0003_0000_0000_0000n
    const tag = client.command({ expectedDataTransferLength: 0 })
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1, lun })
    manage(client, 'queryTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect([await response(client), await response(client)]).toEqual([1, 1])
    expect(target.hand.nexus.requests).toEqual([])
    expect(target.hand.nexus.answers).toEqual([
      { function: 1, lun: 3, response: 'taskDoesNotExist' },
      { function: 9, lun: 0, response: 'taskDoesNotExist' },
    ])
    expect(target.counted('managementFunctions')).toBe(2)
  })

  it('of a command that waits for its turn drops it: 0', async () => {
    const { target, client } = await obedient()
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 2, cmdSN: 2 })
    client.cmdSN = 3
    manage(client, 'abortTask', { referencedTaskTag: 2, refCmdSN: 2 })
    expect(await response(client)).toBe(0)
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN: 1 })
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 3, cmdSN: 3 })
    expect(target.hand.nexus.tasks.map(({ tag }) => tag)).toEqual([1, 3])
  })

  it('of a task management function is rejected: 255', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    manage(client, 'logicalUnitReset', { initiatorTaskTag: 5 })
    manage(client, 'abortTask', { referencedTaskTag: 5 })
    expect(await response(client)).toBe(255)
  })

  it('of a write drains the data that was asked for, silently', async () => {
    const { target, client } = await obedient()
    const tag = client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect((await client.expect(TaskManagementResponse)).values).toMatchObject({ response: 0, maxCmdSN: 65 })
    expect(target.slab.takenBytes).toBe(0)
    const values = { initiatorTaskTag: tag, targetTransferTag }
    client.send(DataOut, values, { data: Buffer.alloc(512) })
    client.send(DataOut, { ...values, dataSN: 1, bufferOffset: 512, final: true }, { data: Buffer.alloc(512) })
    await settled()
    expect(client.packets).toEqual([])
  })

  it('of a write lets its tag be used again while its data is still drained', async () => {
    const { target, client } = await obedient()
    const tag = client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1 })
    await client.expect(TaskManagementResponse)
    client.command({ initiatorTaskTag: tag })
    client.send(DataOut, { initiatorTaskTag: tag, targetTransferTag, final: true }, { data: Buffer.alloc(1024) })
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ initiatorTaskTag: tag, status: 0 })
  })

  it('of an immediate write frees its place at once, and its tag, while its data is still drained', async () => {
    const target = new TestTarget({ limits: { immediateCommands: 1 } })
    target.hand.onManage = (request, nexus) => {
      for (const task of nexus.tasks) if (task.tag === request.tag) task.terminate()
      request.done('complete')
    }
    const client = await target.loggedIn()
    const tag = client.command({ immediate: true, write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    await client.expect(R2T)
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1 })
    await client.expect(TaskManagementResponse)
    client.command({ immediate: true, initiatorTaskTag: tag })
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ initiatorTaskTag: tag, status: 0 })
  })

  it('of a refused write whose data is still drained takes the answer back: 0', async () => {
    const { target, client } = await obedient()
    const tag = client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    await client.expect(R2T)
    target.hand.nexus.last.finish(Status.checkCondition, Buffer.alloc(18))
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect(await response(client)).toBe(0)
  })
})

describe('QUERY TASK', () => {
  it('of a task of the device server is asked there', async () => {
    const { target, client } = await obedient()
    target.hand.onManage = request => request.done('succeeded')
    const tag = client.command({})
    manage(client, 'queryTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect(await response(client)).toBe(7)
    expect(target.hand.nexus.requests).toMatchObject([{ function: 9, tag }])
  })

  it('of a command that has not come yet does not keep it from being carried out: 0', async () => {
    const { target, client } = await obedient()
    client.cmdSN = 2
    manage(client, 'queryTask', { referencedTaskTag: 1, refCmdSN: 1 })
    expect(await response(client)).toBe(0)
    client.send(ScsiCommand, { final: true, initiatorTaskTag: 1, cmdSN: 1 })
    expect(target.hand.nexus.tasks.map(({ tag }) => tag)).toEqual([1])
  })
})

describe('TARGET COLD RESET', () => {
  it('is answered, and ends the session', async () => {
    const { target, client } = await obedient()
    manage(client, 'targetColdReset')
    expect(await response(client)).toBe(0)
    expect(client.stream.ended).toBe(true)
    expect(target.hand.nexus.closedBy).toBe('lost')
    expect(target.events.at(-1)).toMatchObject({ kind: 'sessionEnded', why: 'reset' })
  })

  it('of another session ends this one', async () => {
    const { target, client } = await obedient()
    target.hand.nexus.listener.reset?.()
    await settled()
    expect(client.stream.closed).toBe(true)
  })
})

describe('a task that another initiator has aborted', () => {
  it('ends with TASK ABORTED after the data that was asked for', async () => {
    const { target, client } = await obedient()
    const tag = client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    target.hand.nexus.last.terminate(Status.taskAborted)
    await settled()
    expect(client.packets).toEqual([])
    client.send(DataOut, { initiatorTaskTag: tag, targetTransferTag, final: true }, { data: Buffer.alloc(1024) })
    await settled()
    expect(client.packets.filter(packet => isPacket(packet, ScsiResponse)).map(({ values }) => values.status)).toEqual([
      0x40,
    ])
  })
})

it('a function that ends after its connection is not answered, and counts no PDU', async () => {
  const target = new TestTarget()
  const client = await target.loggedIn()
  manage(client, 'targetColdReset')
  const [request] = target.hand.nexus.requests
  const before = target.counted('pdusOut')
  client.stream.hangUp()
  await settled()
  const events = target.events.length
  request?.done('complete')
  await settled()
  expect([target.counted('pdusOut'), target.events.length, client.packets]).toEqual([before, events, []])
})
