import { LogoutResponse, NopIn, Reject, ScsiCommand } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

describe('a logout', () => {
  it('of the session is answered when its tasks have ended, and the connection closed', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true, expectedDataTransferLength: 512 })
    target.hand.endsAtOnce = false
    client.logout({ reason: 0, initiatorTaskTag: 0x99 })
    await settled()
    expect([target.hand.nexus.closedBy, client.packets.length]).toEqual(['logout', 0])
    target.hand.nexus.end()
    const { values } = await client.expect(LogoutResponse)
    expect(values).toMatchObject({ initiatorTaskTag: 0x99, response: 0, time2Wait: 2, time2Retain: 20, statSN: 1 })
    expect([client.packets.length, client.stream.ended, target.server.sessions.length]).toEqual([0, true, 0])
  })

  it('invites no more commands, though those that were under way have ended', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true, expectedDataTransferLength: 512 })
    client.ping()
    const { maxCmdSN } = (await client.expect(NopIn)).values
    target.hand.endsAtOnce = false
    client.logout()
    target.hand.nexus.end()
    expect((await client.expect(LogoutResponse)).values).toMatchObject({ maxCmdSN, expCmdSN: 2 })
  })

  it('of the connection ends the session too, which has no other', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.logout({ reason: 1 })
    expect((await client.expect(LogoutResponse)).values.response).toBe(0)
    expect(target.server.sessions).toEqual([])
  })

  it('of a connection that is not there finds nothing: 1', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.logout({ reason: 1, cid: 1234 })
    expect((await client.expect(LogoutResponse)).values.response).toBe(1)
    expect(target.server.sessions).toHaveLength(1)
  })

  it('for recovery is not supported: 2', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.logout({ reason: 2 })
    expect((await client.expect(LogoutResponse)).values.response).toBe(2)
    expect(target.server.sessions).toHaveLength(1)
  })

  it('for a reserved reason is rejected', async () => {
    const client = await new TestTarget().loggedIn()
    client.logout({ reason: 5 as never })
    expect((await client.expect(Reject)).values.reason).toBe(0x09)
  })

  it('is the last thing that is heard', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const commands = client.bytesOf(ScsiCommand, { final: true, cmdSN: 1, initiatorTaskTag: 3 })
    target.hand.endsAtOnce = false
    client.logout()
    client.stream.feed(commands)
    await settled()
    expect(target.hand.nexus.tasks).toEqual([])
  })

  it('whose initiator closes its side is over; one that does not is closed after a while', async () => {
    const target = new TestTarget({ limits: { lingerMs: 2000 } })
    const client = await target.loggedIn()
    client.logout()
    await client.expect(LogoutResponse)
    await target.pass(1500)
    expect(client.stream.closed).toBe(false)
    await target.pass(1000)
    expect(client.stream.closed).toBe(true)
  })

  it('may be cut off by the loss of its connection', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    target.hand.endsAtOnce = false
    client.logout()
    client.stream.hangUp()
    await settled()
    expect(target.server.sessions).toHaveLength(1)
    target.hand.nexus.end()
    expect(target.server.sessions).toEqual([])
  })
})

describe('a lost connection', () => {
  it('ends its session, which is an I_T nexus loss', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ write: true, expectedDataTransferLength: 4096 }, { data: Buffer.alloc(4096) })
    client.command({ write: true, expectedDataTransferLength: 4096 })
    target.hand.nexus.last.expectData(4096)
    target.hand.endsAtOnce = false
    client.stream.hangUp()
    await settled()
    expect(target.hand.nexus.closedBy).toBe('lost')
    expect(target.slab.takenBytes).toBe(0)
    expect(target.server.sessions).toHaveLength(1)
    target.hand.nexus.end()
    expect(target.server.sessions).toHaveLength(0)
    expect(target.counted('connectionsDropped')).toBe(1)
  })
})
