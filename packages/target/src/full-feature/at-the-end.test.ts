import {
  AsyncMessage,
  DataOut,
  LogoutResponse,
  R2T,
  RESERVED_TAG,
  Reject,
  ScsiCommand,
  ScsiResponse,
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponse,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { type TaskManagementRequest as Request, Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { collect, sendData, TAG, writing } from '../testing/data-out-driver.ts'
import { settled, type TestClient, textOf } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const ask = { immediate: true, final: true, initiatorTaskTag: 5, targetTransferTag: RESERVED_TAG, cmdSN: 1 }

/** A discovery session whose answers come in many parts. */
async function discovering(): Promise<{ target: TestTarget; client: TestClient }> {
  const target = new TestTarget()
  target.open(target.group.portals)
  const names = Array.from({ length: 40 }, (_, i) => `iqn.2026-11.io.lunkit:disk${i}`)
  for (const name of names) target.server.define({ name, portalGroups: [target.group] })
  const client = target.connect()
  await client.login({ keys: { SessionType: 'Discovery', MaxRecvDataSegmentLength: '512' } })
  return { target, client }
}

describe('at a shutdown', () => {
  it('a discovery session is ended, not asked to log out', async () => {
    const { target, client } = await discovering()
    await target.server.drain(10_000)
    expect([client.stream.closed, client.packets]).toEqual([true, []])
  })

  it('a session that is logging out is not asked to', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    target.hand.endsAtOnce = false
    client.command({})
    client.logout()
    const drained = target.server.drain(10_000)
    target.hand.nexus.end()
    await client.expect(LogoutResponse)
    client.stream.hangUp()
    await drained
    expect(client.packets.filter(({ pdu }) => pdu === AsyncMessage)).toEqual([])
  })
})

describe('a text whose answer is under way', () => {
  const sendTargets = (client: TestClient, values: object = {}, text = 'SendTargets=All\0') =>
    client.send(TextRequest, { ...ask, ...values }, text === '' ? {} : { data: Buffer.from(text) })

  it('comes in parts, one for each request with nothing in it', async () => {
    const { client } = await discovering()
    sendTargets(client)
    const parts = [await client.expect(TextResponse)]
    while (parts.at(-1)?.values.continues) {
      const { targetTransferTag } = parts.at(-1)?.values ?? {}
      sendTargets(client, { targetTransferTag }, '')
      parts.push(await client.expect(TextResponse))
    }
    expect(parts.length).toBeGreaterThan(3)
    expect(parts.map(({ values }) => values.final)).toEqual([...parts.slice(1).map(() => false), true])
    expect(new Set(parts.slice(0, -1).map(({ values }) => values.targetTransferTag)).size).toBe(parts.length - 1)
  })

  it('is given up for a request with something in it, which is rejected', async () => {
    const { client } = await discovering()
    sendTargets(client)
    const { targetTransferTag } = (await client.expect(TextResponse)).values
    sendTargets(client, { targetTransferTag })
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
    sendTargets(client, { targetTransferTag }, '')
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
  })

  it('is forgotten for a new one, and so is the half of a text that had come', async () => {
    const { client } = await discovering()
    sendTargets(client, { final: false, continues: true }, 'SendTargets=iqn.2026-11.io.lunkit:di')
    await client.expect(TextResponse)
    sendTargets(client, {}, 'SendTargets=iqn.2026-11.io.lunkit:disk7\0')
    const answer = await client.expect(TextResponse)
    expect(answer.values.final).toBe(true)
    expect(textOf(answer).get('TargetName')).toBe('iqn.2026-11.io.lunkit:disk7')
  })

  it('asks for one thing at a time', async () => {
    const { client } = await discovering()
    sendTargets(client, {}, 'SendTargets=All\0X-a=b\0')
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })
})

describe('a command whose data broke a rule', () => {
  /** A write of which the device server is asked to let go, and has not. */
  async function failing() {
    const asked: Request[] = []
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    const task = target.hand.nexus.last
    task.dataLength(1024)
    task.expectData(1024)
    target.hand.onManage = request => asked.push(request)
    const { targetTransferTag: tag } = (await client.expect(R2T)).values
    sendData(client, { data, start: 0, end: 512, tag })
    expect(asked).toMatchObject([{ function: 1, tag: TAG }])
    return { target, client, task, letGo: () => asked[0]?.done('complete') }
  }

  it('cannot be aborted any more: its answer follows', async () => {
    const { client, task, letGo } = await failing()
    client.send(TaskManagementRequest, {
      function: TaskManagementFunction.abortTask,
      immediate: true,
      initiatorTaskTag: 0x7000,
      referencedTaskTag: TAG,
      cmdSN: client.cmdSN,
    })
    expect((await client.expect(TaskManagementResponse)).values.response).toBe(1)
    task.terminate()
    letGo()
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ initiatorTaskTag: TAG, status: 2 })
  })

  it('may be ended by the device server, and is answered once', async () => {
    const { client, task, letGo } = await failing()
    task.finish(Status.good)
    task.terminate(Status.taskAborted)
    await settled()
    expect(client.packets).toEqual([])
    letGo()
    expect((await client.expect(ScsiResponse)).values.status).toBe(2)
    expect(client.packets).toEqual([])
  })

  it('leaves nothing behind where its connection goes first', async () => {
    const { target, client, letGo } = await failing()
    target.hand.endsAtOnce = false
    client.stream.hangUp()
    await settled()
    letGo()
    target.hand.nexus.end()
    await settled()
    expect([target.slab.takenBytes, target.server.sessions]).toEqual([0, []])
  })
})

describe('data that is on its way when its connection ends', () => {
  it('is given back with its command', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const command = { final: true, write: true, initiatorTaskTag: 1, cmdSN: 1, expectedDataTransferLength: 4096 }
    client.stream.feed(client.bytesOf(ScsiCommand, command, { data: Buffer.alloc(4096) }).subarray(0, 100))
    expect(target.slab.takenBytes).toBe(4096)
    client.stream.hangUp()
    await settled()
    expect(target.slab.takenBytes).toBe(0)
  })

  it('for a command that was dropped meanwhile is passed over', async () => {
    const { target, client, data } = await writing({ bytes: 1024 }, { ImmediateData: 'No' })
    collect(target, 1024)
    const { targetTransferTag } = (await client.expect(R2T)).values
    const values = { initiatorTaskTag: TAG, targetTransferTag, final: true }
    const bytes = client.bytesOf(DataOut, values, { data })
    client.stream.feed(bytes.subarray(0, 100))
    void target.server.drain(10_000)
    await client.expect(AsyncMessage)
    target.hand.nexus.last.terminate()
    client.stream.feed(bytes.subarray(100))
    await settled()
    expect([client.packets, target.slab.takenBytes]).toEqual([[], 0])
  })
})

describe('a task management function', () => {
  it('that is done when its connection is gone says nothing', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const asked: Request[] = []
    target.hand.onManage = request => asked.push(request)
    client.send(TaskManagementRequest, {
      function: TaskManagementFunction.targetColdReset,
      immediate: true,
      initiatorTaskTag: 0x7000,
      referencedTaskTag: RESERVED_TAG,
      cmdSN: client.cmdSN,
    })
    target.hand.endsAtOnce = false
    client.stream.hangUp()
    await settled()
    asked[0]?.done('complete')
    target.hand.nexus.end()
    await settled()
    expect([client.packets, target.server.connections]).toEqual([[], 0])
  })
})
