import { LoginResponse, NopIn, NopOut, RESERVED_TAG, Reject, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { bytesOf, settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

describe('a ping', () => {
  it('is echoed with its data', async () => {
    const client = await new TestTarget().loggedIn()
    client.ping({ initiatorTaskTag: 0x55 }, Buffer.from('nopping\0'))
    const packet = await client.expect(NopIn)
    expect(packet.values).toMatchObject({
      initiatorTaskTag: 0x55,
      targetTransferTag: RESERVED_TAG,
      lun: 0n,
      statSN: 1,
      final: true,
    })
    expect(bytesOf(packet).toString()).toBe('nopping\0')
  })

  it('is echoed as far as the initiator receives', async () => {
    const client = await new TestTarget().loggedIn({ MaxRecvDataSegmentLength: '512' })
    client.ping({}, Buffer.alloc(600, 1))
    expect(bytesOf(await client.expect(NopIn)).length).toBe(512)
  })

  it('may bring 256 KiB, which is all that one PDU may', async () => {
    const client = await new TestTarget().loggedIn({ MaxRecvDataSegmentLength: '262144' })
    client.ping({}, Buffer.alloc(262_144, 1))
    expect(bytesOf(await client.expect(NopIn)).equals(Buffer.alloc(262_144, 1))).toBe(true)
  })

  it('that wants no answer gets none', async () => {
    const client = await new TestTarget().loggedIn()
    client.ping({ initiatorTaskTag: RESERVED_TAG })
    await settled()
    expect(client.packets).toEqual([])
  })

  it('that wants no answer and is not immediate is rejected', async () => {
    const client = await new TestTarget().loggedIn()
    client.ping({ initiatorTaskTag: RESERVED_TAG, immediate: false })
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })
})

describe('a silent initiator', () => {
  const access = { pingAfterMs: 5000, pingTimeoutMs: 10_000 }

  it('is asked whether it is there, and lives by answering', async () => {
    const target = new TestTarget({ access })
    const client = await target.loggedIn()
    for (let i = 0; i < 4; i++) {
      await target.pass(8000)
      const { values } = await client.expect(NopIn)
      expect(values).toMatchObject({ initiatorTaskTag: RESERVED_TAG, targetTransferTag: i, lun: 0n, statSN: 1 })
      const { targetTransferTag, lun } = values
      client.send(NopOut, { immediate: true, initiatorTaskTag: RESERVED_TAG, targetTransferTag, lun, cmdSN: 1 })
    }
    expect([client.stream.closed, target.counted('pingsSent')]).toEqual([false, 4])
  })

  it('that does not answer is dropped', async () => {
    const target = new TestTarget({ access })
    const client = await target.loggedIn()
    await target.pass(8000)
    await client.expect(NopIn)
    await target.pass(14_000)
    expect(client.stream.closed).toBe(true)
    expect(target.counted('pingsUnanswered')).toBe(1)
    expect(target.hand.nexus.closedBy).toBe('lost')
  })

  it('that answers something else is dropped all the same', async () => {
    const target = new TestTarget({ access })
    const client = await target.loggedIn()
    await target.pass(8000)
    const { targetTransferTag } = (await client.expect(NopIn)).values
    const answer = { immediate: true, initiatorTaskTag: RESERVED_TAG, lun: 0n, cmdSN: 1 }
    client.send(NopOut, { ...answer, targetTransferTag: targetTransferTag + 1 })
    await target.pass(14_000)
    expect([client.stream.closed, target.counted('pingsSent')]).toEqual([true, 1])
  })

  it('whose answer may lie in what is not read of it is not dropped for that', async () => {
    const limits = { dataInBytes: 256 * 1024, outputBytes: 64 * 1024 }
    const target = new TestTarget({ access, limits })
    const client = await target.loggedIn({ MaxRecvDataSegmentLength: '262144' })
    await target.pass(8000)
    await client.expect(NopIn)
    for (let i = 0; i < 8; i++) {
      client.stream.unblock()
      client.stream.blocked = true
      for (let ping = 0; ping < 60 && !client.stream.paused; ping++) client.ping({}, Buffer.alloc(8000))
      expect(client.stream.paused).toBe(true)
      await target.pass(3000)
    }
    expect([client.stream.closed, target.counted('pingsSent')]).toEqual([false, 1])
    client.stream.unblock()
  })

  it('that takes nothing of what it is sent, from the start, is dropped when its time is over, and not before', async () => {
    const target = new TestTarget({ access })
    const client = await target.loggedIn()
    client.stream.blocked = true
    client.ping({}, Buffer.alloc(8000))
    await target.pass(9000)
    expect(client.stream.closed).toBe(false)
    await target.pass(6000)
    expect([client.stream.closed, target.counted('pingsUnanswered')]).toEqual([true, 1])
  })

  it('is left in peace where pings are turned off', async () => {
    const target = new TestTarget({ access: { pingAfterMs: 0, pingTimeoutMs: 1000 } })
    const client = await target.loggedIn()
    await target.pass(60_000)
    expect([client.stream.closed, client.packets.length]).toEqual([false, 0])
  })

  it('that sends commands is not asked', async () => {
    const target = new TestTarget({ access })
    target.hand.onTask = task => task.finish(Status.good)
    const client = await target.loggedIn()
    for (let i = 0; i < 10; i++) {
      await target.pass(3000)
      client.command({})
      await client.expect(ScsiResponse)
    }
    expect(target.counted('pingsSent')).toBe(0)
  })
})

describe('how long is waited', () => {
  const TICK_MS = 100

  /** How many milliseconds pass before something is so. */
  async function until(target: TestTarget, isSo: () => boolean): Promise<number> {
    let passedMs = 0
    for (; !isSo() && passedMs < 100_000; passedMs += TICK_MS) await target.pass(TICK_MS)
    return passedMs
  }

  // It is looked twice in the shorter of both times: at once when it is due, or with the next look where something was heard between two.
  it.each([
    { pingAfterMs: 5000, pingTimeoutMs: 10_000, heard: 0, asked: 5000, dropped: 10_000 },
    { pingAfterMs: 5000, pingTimeoutMs: 10_000, heard: 400, asked: 7100, dropped: 10_000 },
    { pingAfterMs: 8000, pingTimeoutMs: 2000, heard: 400, asked: 8600, dropped: 2000 },
    { pingAfterMs: 1000, pingTimeoutMs: 1000, heard: 400, asked: 1100, dropped: 1000 },
    { pingAfterMs: 1000, pingTimeoutMs: 9000, heard: 400, asked: 1100, dropped: 9000 },
  ])('is $pingAfterMs ms for a PDU, and $pingTimeoutMs ms for an answer, heard after $heard ms', async given => {
    const { heard, asked, dropped, ...access } = given
    const target = new TestTarget({ access })
    const client = await target.loggedIn()
    await target.pass(heard)
    client.ping({ initiatorTaskTag: RESERVED_TAG })
    expect(await until(target, () => client.packets.length > 0)).toBe(asked)
    expect(await until(target, () => client.stream.closed)).toBe(dropped)
  })

  it.each([1000, 10_000])('is %i ms in a discovery session, which is asked nothing', async discoveryIdleMs => {
    const target = new TestTarget({ limits: { discoveryIdleMs } })
    const client = target.connect()
    client.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', SessionType: 'Discovery' })
    await client.expect(LoginResponse)
    expect(await until(target, () => client.stream.closed)).toBe(discoveryIdleMs)
    expect(client.packets).toEqual([])
  })
})
