import { NopIn, R2T, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { pattern, sendData } from '../testing/data-out-driver.ts'
import { settled } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const KIB = 1024

describe('a session that holds more data-out than is its share', () => {
  /** One that holds 512 KiB of the 768 KiB that one session may have, and a command of its own in progress. */
  async function holding() {
    const target = new TestTarget({ slabBytes: 2048 * KIB, access: { commandDepth: 2 } })
    const client = await target.loggedIn({ InitialR2T: 'Yes', ImmediateData: 'No', MaxBurstLength: '262144' })
    client.command({ write: true, expectedDataTransferLength: 512 * KIB })
    target.hand.nexus.last.dataLength(512 * KIB)
    target.hand.nexus.last.expectData(512 * KIB)
    const data = pattern(512 * KIB)
    for (const start of [0, 256 * KIB]) {
      const { targetTransferTag: tag } = (await client.expect(R2T)).values
      sendData(client, { data, start, end: start + 256 * KIB, each: 8192, tag })
    }
    client.command({})
    return { target, client }
  }

  it('is invited to send more while it is alone', async () => {
    const { target, client } = await holding()
    target.hand.nexus.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ expCmdSN: 3, maxCmdSN: 3 })
    expect(target.counted('windowsHeldBack')).toBe(0)
  })

  it('is not once there are two, until it holds less', async () => {
    const { target, client } = await holding()
    const [nexus] = target.hand.nexuses
    const other = target.connect()
    await other.login({ isid: 9 })
    nexus?.last.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ expCmdSN: 3, maxCmdSN: 2 })
    expect(target.counted('windowsHeldBack')).toBeGreaterThan(0)
    other.stream.hangUp()
    await settled()
    await target.pass(1000)
    expect((await client.expect(NopIn)).values.maxCmdSN).toBe(3)
  })

  it('leaves nothing that looks after it when it ends meanwhile', async () => {
    const { target, client } = await holding()
    const [nexus] = target.hand.nexuses
    await target.connect().login({ isid: 9 })
    nexus?.last.finish(Status.good)
    await client.expect(ScsiResponse)
    client.stream.hangUp()
    await settled()
    expect(target.server.sessions.map(({ isid }) => isid)).toEqual([9])
  })
})

describe('a session whose peer does not take what it is sent', () => {
  it.each([
    [5, 5],
    [30, 5],
    [45, 4],
  ])('after %i answers that it has not taken is invited up to command %i', async (pings, maxCmdSN) => {
    const limits = { dataInBytes: 256 * KIB, outputBytes: 64 * KIB }
    const target = new TestTarget({ limits, access: { commandDepth: 4 } })
    const client = await target.loggedIn({ MaxRecvDataSegmentLength: '262144' })
    client.command({})
    client.stream.blocked = true
    for (let i = 0; i < pings; i++) client.ping({}, Buffer.alloc(8000))
    target.hand.nexus.last.finish(Status.good)
    client.stream.unblock()
    await settled()
    const answer = client.packets.find(({ pdu }) => pdu === ScsiResponse)
    expect(answer?.values).toMatchObject({ expCmdSN: 2, maxCmdSN })
  })
})

describe('a window that was held back', () => {
  it('is opened again each time, as soon as there is memory', async () => {
    const target = new TestTarget({ access: { commandDepth: 1 }, slabBytes: 256 * KIB, limits: { windowCheckMs: 300 } })
    const client = await target.loggedIn()
    for (const number of [1, 2, 3]) {
      const all = target.slab.take(256 * KIB)
      client.command({})
      target.hand.nexus.last.finish(Status.good)
      expect((await client.expect(ScsiResponse)).values.maxCmdSN).toBe(number)
      await target.pass(1000)
      all?.release()
      await target.pass(1000)
      expect((await client.expect(NopIn)).values.maxCmdSN).toBe(number + 1)
    }
    await target.pass(2000)
    expect(client.packets).toEqual([])
  })
})

describe('a login that waits for the session before it', () => {
  it('and is ended in the moment in which that is gone leaves nothing behind', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    target.hand.endsAtOnce = false
    const fresh = target.connect()
    fresh.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME })
    await settled()
    expect(target.server.endSessions(({ tsih }) => tsih === 2)).toBe(1)
    target.hand.nexus.end()
    await settled()
    expect([target.server.sessions, target.hand.nexuses.length, fresh.stream.closed]).toEqual([[], 1, true])
    expect(target.counted('sessionsReinstated')).toBe(0)
  })
})
