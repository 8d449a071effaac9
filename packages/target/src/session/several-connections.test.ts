import {
  DataIn,
  NopIn,
  parametersOf,
  R2T,
  ScsiResponse,
  TaskManagementRequest,
  TaskManagementResponse,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { Status, type Task } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import type { Connection } from '../connection/connection.ts'
import { FullFeatureConnection } from '../full-feature/full-feature-connection.ts'
import { FullFeaturePhase } from '../full-feature/full-feature-phase.ts'
import type { LoginPhase } from '../login/login-phase.ts'
import { DEFAULT_ACCESS } from '../server/access.ts'
import { ConnectionEvent } from '../states/connection-states.ts'
import { contradictionsIn } from '../testing/books.ts'
import { PieceCollector } from '../testing/hand-router.ts'
import { MemoryStream } from '../testing/memory-stream.ts'
import { settled, TestClient } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const PORTAL = { host: '192.0.2.1', port: 3260 }
const SECOND_CID = 8

function connect(target: TestTarget): { client: TestClient; connection: Connection } {
  const stream = new MemoryStream()
  const connection = target.server.accept(stream, PORTAL)
  if (!connection) throw new Error('the connection was refused')
  stream.start(connection)
  return { client: new TestClient(stream), connection }
}

/** A session with a second connection, which no login can ask for: MaxConnections is 1. */
async function withTwo({ takesBytes }: { readonly takesBytes?: number } = {}) {
  const target = new TestTarget()
  const first = connect(target)
  await first.client.login()
  const { home } = first.connection.phase as FullFeaturePhase
  const { session } = home
  const second = connect(target)
  ;(second.connection.phase as LoginPhase).succeeded()
  second.connection.move(ConnectionEvent.loginReceived)
  second.connection.move(ConnectionEvent.loginAccepted)
  second.connection.outbox.commands = session.window
  const negotiation = {
    ...session.negotiation,
    declared: { ...session.negotiation.declared, ...(takesBytes && { MaxRecvDataSegmentLength: takesBytes }) },
  }
  const served = new FullFeatureConnection({
    connection: second.connection,
    session,
    negotiation,
    parameters: parametersOf(negotiation),
    access: { ...DEFAULT_ACCESS, authenticationRequired: false },
    cid: SECOND_CID,
    maxSentDataSegmentLength: undefined,
    sendTargets: () => undefined,
  })
  session.join(served)
  second.connection.enter(new FullFeaturePhase(served))
  const audit = (): string[] => [...contradictionsIn(home), ...contradictionsIn(served)]
  return { target, session, first: first.client, second: second.client, audit }
}

const sequenceNumbers = ({ values }: { values: { statSN: number; expCmdSN: number; maxCmdSN: number } }) => [
  values.statSN,
  values.expCmdSN,
  values.maxCmdSN,
]

describe('a session with two connections', () => {
  it('answers each command on the connection that it came on, which has a StatSN of its own', async () => {
    const { target, first, second, audit } = await withTwo()
    const { tasks } = target.hand.nexus
    first.command({ cmdSN: 1, initiatorTaskTag: 0x31 })
    second.command({ cmdSN: 2, initiatorTaskTag: 0x32 })
    expect(audit()).toEqual([])
    tasks[1]?.finish(Status.good)
    tasks[0]?.finish(Status.good)
    const onSecond = await second.expect(ScsiResponse)
    const onFirst = await first.expect(ScsiResponse)
    expect([onFirst.values.initiatorTaskTag, onSecond.values.initiatorTaskTag]).toEqual([0x31, 0x32])
    // The login of the first had StatSN 0; the window is 64 commands wide, one of which was still in progress.
    expect(sequenceNumbers(onSecond)).toEqual([0, 3, 65])
    expect(sequenceNumbers(onFirst)).toEqual([1, 3, 66])
    expect(audit()).toEqual([])
  })

  it('delivers commands by their numbers, whichever connection they come on', async () => {
    const { target, first, second, audit } = await withTwo()
    second.command({ cmdSN: 2, initiatorTaskTag: 0x32 })
    expect(target.hand.nexus.tasks).toEqual([])
    first.command({ cmdSN: 1, initiatorTaskTag: 0x31 })
    expect(target.hand.nexus.tasks.map(({ tag }) => tag)).toEqual([0x31, 0x32])
    for (const task of target.hand.nexus.tasks) task.finish(Status.good)
    expect((await second.expect(ScsiResponse)).values.initiatorTaskTag).toBe(0x32)
    expect(audit()).toEqual([])
  })

  it('sends the data of a read where it was asked for, and uses the object of a task for either connection', async () => {
    const { target, first, second, audit } = await withTwo()
    const read = (task: Task): void => {
      task.dataLength(4)
      task.send(Buffer.from('data'))
      task.finish(Status.good)
    }
    target.hand.onTask = read
    first.command({ cmdSN: 1, read: true, expectedDataTransferLength: 4 })
    second.command({ cmdSN: 2, read: true, expectedDataTransferLength: 4 })
    expect((await first.expect(DataIn)).values.hasStatus).toBe(true)
    expect((await second.expect(DataIn)).values.hasStatus).toBe(true)
    expect(target.hand.nexus.tasks[0]).toBe(target.hand.nexus.tasks[1])
    expect(audit()).toEqual([])
  })

  it('asks for the data of a write on its connection, and tells of an abort where that was asked for', async () => {
    const { target, first, second, audit } = await withTwo()
    target.hand.onTask = task => {
      task.dataLength(task.writeBytes)
      task.expectData(task.writeBytes)
      task.receive(new PieceCollector())
    }
    target.hand.onManage = request => {
      target.hand.nexus.last.terminate()
      request.done('complete')
    }
    second.command({ cmdSN: 1, write: true, expectedDataTransferLength: 512, initiatorTaskTag: 0x31 })
    expect((await second.expect(R2T)).values.initiatorTaskTag).toBe(0x31)
    first.send(TaskManagementRequest, {
      immediate: true,
      function: 1,
      initiatorTaskTag: 0x40,
      referencedTaskTag: 0x31,
      cmdSN: 2,
    })
    expect((await first.expect(TaskManagementResponse)).values.initiatorTaskTag).toBe(0x40)
    expect(second.packets).toEqual([])
    expect(audit()).toEqual([])
  })

  it('sends segments as long as the login of their connection has declared, after an exchange of texts too', async () => {
    const { target, second, audit } = await withTwo({ takesBytes: 512 })
    target.hand.onTask = (task: Task): void => {
      task.dataLength(1024)
      task.send(Buffer.alloc(1024))
      task.finish(Status.good)
    }
    const text = { immediate: true, final: true, initiatorTaskTag: 0x77, targetTransferTag: 0xffff_ffff, cmdSN: 1 }
    second.send(TextRequest, text, { data: Buffer.from('X-com.example.key=1\0') })
    await second.expect(TextResponse)
    second.command({ cmdSN: 1, read: true, expectedDataTransferLength: 1024 })
    expect((await second.expect(DataIn)).values.dataSegmentLength).toBe(512)
    expect((await second.expect(DataIn)).values.dataSegmentLength).toBe(512)
    expect(audit()).toEqual([])
  })

  it('answers a ping on the connection that it came on', async () => {
    const { first, second } = await withTwo()
    second.ping({ cmdSN: 1 })
    expect((await second.expect(NopIn)).values.expCmdSN).toBe(1)
    expect(first.packets).toEqual([])
  })

  it('ends with either of them, as ErrorRecoveryLevel 0 has it, and leaves nothing behind', async () => {
    const { target, session, first, second, audit } = await withTwo()
    first.command({ cmdSN: 1, initiatorTaskTag: 0x31 })
    second.command({ cmdSN: 2, initiatorTaskTag: 0x32 })
    second.stream.hangUp()
    await settled()
    expect([first.stream.closed, session.closed]).toEqual([true, true])
    expect(target.told.filter(kind => kind === 'sessionEnded')).toHaveLength(1)
    expect(target.hand.nexus.closedBy).toBe('lost')
    expect(audit()).toEqual([])
  })
})
