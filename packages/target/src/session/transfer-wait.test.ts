import { DataOut, R2T } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { type FunctionName, manage, response } from '../testing/management-driver.ts'
import { settled } from '../testing/test-client.ts'
import { TestTarget, type TestTargetOptions } from '../testing/test-target.ts'

/** The functions that end the tasks of a unit or a target, RFC 7143 4.2.3.3. */
const enders = ['abortTaskSet', 'clearTaskSet', 'logicalUnitReset', 'targetWarmReset', 'targetColdReset'] as const

describe('a function that ends tasks for which data was asked', () => {
  /** A device server that ends every task, as resets do. */
  async function asked(name: FunctionName, bytes = 1024, options: TestTargetOptions = {}) {
    const target = new TestTarget(options)
    target.hand.onManage = (request, nexus) => {
      for (const task of nexus.tasks) if (request.tag === undefined || request.tag === task.tag) task.terminate()
      request.done('complete')
    }
    const client = await target.loggedIn()
    const tag = client.command({ write: true, expectedDataTransferLength: bytes })
    target.hand.nexus.last.expectData(bytes)
    const { targetTransferTag } = (await client.expect(R2T)).values
    const send = (values: object = {}, length = bytes) =>
      client.send(
        DataOut,
        { initiatorTaskTag: tag, targetTransferTag, final: true, ...values },
        { data: Buffer.alloc(length) },
      )
    manage(client, name)
    await settled()
    return { target, client, tag, send }
  }

  it.each(enders)('is answered when the answer to the R2T is in, and not before: %s, RFC 7143 4.2.3.3', async name => {
    const { target, client, send } = await asked(name)
    expect([client.packets, target.hand.nexus.requests.length, target.counted('commandsAborted')]).toEqual([[], 1, 1])
    send({ final: false }, 512)
    await settled()
    expect(client.packets).toEqual([])
    send({ dataSN: 1, bufferOffset: 512 }, 512)
    expect(await response(client)).toBe(0)
    await settled()
    expect([client.packets, target.slab.takenBytes]).toEqual([[], 0])
  })

  it.each(enders)('is answered at a shorter answer too, which an initiator should give: %s', async name => {
    const { client, send } = await asked(name)
    send({}, 0)
    expect(await response(client)).toBe(0)
  })

  it.each(enders)('is answered after two seconds in which nothing of it comes, as with Linux: %s', async name => {
    const { target, client } = await asked(name)
    await target.pass(1900)
    expect(client.packets).toEqual([])
    await target.pass(200)
    expect(await response(client)).toBe(0)
    expect(target.counted('abortWaitsGivenUp')).toBe(1)
  })

  it('waits on while data comes, and no longer than data-out may take', async () => {
    const access = { dataOutTimeoutMs: 10_000, pingAfterMs: 0 }
    const { target, client, send } = await asked('logicalUnitReset', 1024, { access })
    for (let at = 0; at < 4; at++) {
      await target.pass(1500)
      send({ final: false, dataSN: at, bufferOffset: at * 256 }, 256)
      await settled()
      expect(client.packets).toEqual([])
    }
    await target.pass(2100)
    expect(await response(client)).toBe(0)
  })

  it('waits for the answers to all R2Ts of the tasks that it ended', async () => {
    const target = new TestTarget()
    target.hand.onManage = (request, nexus) => {
      for (const task of nexus.tasks) task.terminate()
      request.done('complete')
    }
    const client = await target.loggedIn()
    const owed: { initiatorTaskTag: number; targetTransferTag: number }[] = []
    for (let writes = 0; writes < 2; writes++) {
      client.command({ write: true, expectedDataTransferLength: 512 })
      target.hand.nexus.last.expectData(512)
      const { initiatorTaskTag, targetTransferTag } = (await client.expect(R2T)).values
      owed.push({ initiatorTaskTag, targetTransferTag })
    }
    manage(client, 'logicalUnitReset')
    for (const tags of owed) {
      await settled()
      expect(client.packets).toEqual([])
      client.send(DataOut, { ...tags, final: true }, { data: Buffer.alloc(512) })
    }
    expect(await response(client)).toBe(0)
  })

  it('waits for nothing that an ABORT TASK before it has ended', async () => {
    const target = new TestTarget()
    target.hand.onManage = (request, nexus) => {
      for (const task of nexus.tasks) task.terminate()
      request.done('complete')
    }
    const client = await target.loggedIn()
    const tag = client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    await client.expect(R2T)
    manage(client, 'abortTask', { referencedTaskTag: tag, refCmdSN: 1 })
    expect(await response(client)).toBe(0)
    manage(client, 'logicalUnitReset')
    expect(await response(client)).toBe(0)
  })

  it('waits for no data of another unit, nor for data that nobody asked for', async () => {
    const target = new TestTarget({ parameters: { InitialR2T: false } })
    target.hand.onManage = (request, nexus) => {
      for (const task of nexus.tasks) if (task.lun === request.lun) task.terminate()
      request.done('complete')
    }
    const client = await target.loggedIn({ InitialR2T: 'No' })
    client.command({ write: true, expectedDataTransferLength: 1024, lun: 0x0001_0000_0000_0000n })
    target.hand.nexus.last.expectData(1024)
    await client.expect(R2T)
    client.command({ write: true, expectedDataTransferLength: 1024, final: false })
    manage(client, 'abortTaskSet')
    expect(await response(client)).toBe(0)
  })

  it('waits for the device server as well, whichever is later', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const tag = client.command({ write: true, expectedDataTransferLength: 512 })
    target.hand.nexus.last.expectData(512)
    const { targetTransferTag } = (await client.expect(R2T)).values
    manage(client, 'clearTaskSet')
    target.hand.nexus.last.terminate()
    client.send(DataOut, { initiatorTaskTag: tag, targetTransferTag, final: true }, { data: Buffer.alloc(512) })
    await settled()
    expect(client.packets).toEqual([])
    target.hand.nexus.requests[0]?.done('complete')
    expect(await response(client)).toBe(0)
  })

  it('that is refused waits for nothing', async () => {
    const target = new TestTarget()
    target.hand.onManage = request => request.done('incorrectLun')
    const client = await target.loggedIn()
    client.command({ write: true, expectedDataTransferLength: 512 })
    target.hand.nexus.last.expectData(512)
    await client.expect(R2T)
    manage(client, 'logicalUnitReset')
    expect(await response(client)).toBe(2)
  })

  it('waits for nothing where that is turned off', async () => {
    const { client } = await asked('logicalUnitReset', 1024, { limits: { abortWaitMs: 0 } })
    expect(await response(client)).toBe(0)
  })

  it('is forgotten with its connection', async () => {
    const { target, client } = await asked('logicalUnitReset')
    client.stream.hangUp()
    await settled()
    await target.pass(3000)
    expect([client.packets, target.counted('abortWaitsGivenUp')]).toEqual([[], 0])
  })

  it('takes back the answer to a task that was still waiting for data, RFC 7143 11.5.1', async () => {
    const target = new TestTarget()
    target.hand.onManage = request => request.done('complete')
    const client = await target.loggedIn()
    const tag = client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    target.hand.nexus.last.finish(Status.checkCondition, Buffer.alloc(18))
    manage(client, 'logicalUnitReset')
    client.send(DataOut, { initiatorTaskTag: tag, targetTransferTag, final: true }, { data: Buffer.alloc(1024) })
    expect(await response(client)).toBe(0)
    await settled()
    expect(client.packets).toEqual([])
  })
})
