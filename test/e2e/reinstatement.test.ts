import { RawConnection, tcp } from '@lunkit/initiator'
import { NopIn } from '@lunkit/pdu'
import { Sense } from '@lunkit/scsi'
import { ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { holdingBack } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { finishWrite, ready, write10 } from './harness/raw-disk.ts'
import { RawSession } from './harness/raw-session.ts'
import { TestServer } from './harness/test-server.ts'
import { turn, until } from './harness/turns.ts'

const BYTES = 4096
const data = pattern(BYTES, { seed: 3 })
const isid = 0x8000_0000_0009

/** A session with a write that the store has and does not end. */
async function writing() {
  const held = holdingBack(ramdisk({ sizeBytes: 1024 * 1024 }))
  const test = await TestServer.serve({ luns: [held.storage] })
  const old = await test.raw({ isid })
  await ready(old)
  held.delay.hold({ operations: ['write'] })
  const tag = old.command({ cdb: write10(0, BYTES), write: BYTES })
  void finishWrite(old, tag, data).catch(() => {})
  await until(() => held.delay.held === 1)
  return { test, old, delay: held.delay, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() }
}

type Writing = Awaited<ReturnType<typeof writing>>

/** Begins a login that reinstates the session; tells whether it is done. */
function loginAgain({ test }: Writing) {
  let session: RawSession | undefined
  const login = RawSession.login(test.address, { isid }).then(each => {
    session = test.track(each)
    return each
  })
  return { login, isDone: () => session !== undefined }
}

/** Lets both sides have many turns. */
async function manyTurns(): Promise<void> {
  for (let i = 0; i < 200; i++) await turn()
}

describe('a login with the ISID of a session that writes', () => {
  it('ends the old connection, and is answered when the store has let go of the write', async () => {
    await using served = await writing()
    const { login, isDone } = loginAgain(served)
    await served.old.raw.closed
    await manyTurns()
    expect(isDone()).toBe(false)
    served.delay.release()
    const session = await login
    served.delay.hold(undefined)
    expect(await session.outcome(session.command({ cdb: new Uint8Array(16) }))).toBe('iTNexusLossOccurred')
    const unit = (await served.test.connect()).lun(0)
    await unit.ready()
    expect(await unit.read(0, BYTES / 512)).toEqual(data)
  })

  it('waits as well when the old connection is gone already', async () => {
    await using served = await writing()
    served.old.destroy()
    await until(() => served.test.server.statistics.get('sessionsOpen') === 0)
    const { login, isDone } = loginAgain(served)
    await manyTurns()
    expect(isDone()).toBe(false)
    served.delay.release()
    served.delay.hold(undefined)
    await ready(await login)
  })

  it('and one after it: the last one wins', async () => {
    await using served = await writing()
    const first = loginAgain(served)
    const refused = first.login.catch(String)
    await served.old.raw.closed
    const second = loginAgain(served)
    expect(await refused).toContain('closed')
    served.delay.release()
    served.delay.hold(undefined)
    await ready(await second.login)
    expect(served.test.server.statistics.get('sessionsOpen')).toBe(1)
  })

  it('leaves nothing when it gives up', async () => {
    await using served = await writing()
    const raw = await RawConnection.open(tcp(served.test.address))
    const names = { InitiatorName: 'iqn.2026-11.io.lunkit:raw', TargetName: served.test.targetName } as const
    const failed = raw.login(names, { isid }).catch(String)
    await served.old.raw.closed
    raw.destroy()
    expect(await failed).toContain('dropped')
    served.delay.release()
    await until(() => served.test.idle)
  })

  it('lets sessions of other ISIDs and other initiators alone', async () => {
    await using served = await writing()
    const others = [await served.test.raw(), await served.test.raw({ isid, initiatorName: 'iqn.2026-11.io.lunkit:b' })]
    for (const other of others) {
      other.ping()
      await other.expect(NopIn)
    }
    served.delay.release()
    served.delay.hold(undefined)
    await until(() => served.test.server.transferMemoryUsedBytes === 0)
    expect(served.test.server.statistics.get('sessionsOpen')).toBe(3)
  })
})

describe('a session that is begun anew', () => {
  it('by the same nexus hears of the loss of the old one, by another one of a start', async () => {
    await using test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })] })
    const isids = [1, 1, 2].map(n => 0x8000_0000_0000 + n)
    const heard: unknown[] = []
    for (const each of isids) {
      await using session = await test.connect({ isid: each })
      heard.push(await session.lun(0).requestSense())
    }
    expect(heard).toMatchObject([
      { code: Sense.powerOnResetOrBusDeviceResetOccurred },
      { code: Sense.iTNexusLossOccurred },
      { code: Sense.powerOnResetOrBusDeviceResetOccurred },
    ])
  })
})

describe('a login with ISID, TSIH and CID of a session that writes (RFC 7143 6.3.4)', () => {
  const sixByteCdb = (opcode: number): Uint8Array => Uint8Array.of(opcode, 0, 0, 0, 0, 0)
  const RESERVE = sixByteCdb(0x16)
  const TEST_UNIT_READY = sixByteCdb(0x00)

  it('goes on with the session: the write ends unseen, and its unit says so, but nothing else is lost', async () => {
    const held = holdingBack(ramdisk({ sizeBytes: 1024 * 1024 }))
    await using test = await TestServer.serve({ luns: [held.storage] })
    const old = await test.raw({ isid })
    const other = await test.raw()
    await ready(old)
    await ready(other)
    expect(await old.outcome(old.command({ cdb: RESERVE }))).toBe('good')
    held.delay.hold({ operations: ['write'] })
    void finishWrite(old, old.command({ cdb: write10(0, BYTES), write: BYTES }), data).catch(() => {})
    await until(() => held.delay.held === 1)
    const login = RawSession.login(test.address, { isid, tsih: old.tsih, cmdSN: old.cmdSN })
    await old.raw.closed
    held.delay.release()
    const session = test.track(await login)
    expect(session.tsih).toBe(old.tsih)
    expect(await session.outcome(session.command({ cdb: TEST_UNIT_READY }))).toBe(
      'someCommandsClearedByIscsiProtocolEvent',
    )
    expect(await session.outcome(session.command({ cdb: TEST_UNIT_READY }))).toBe('good')
    expect(await other.outcome(other.command({ cdb: TEST_UNIT_READY }))).toBe('reservationConflict')
  })

  it('hears nothing where no command was under way', async () => {
    await using test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })] })
    const old = await test.raw({ isid })
    await ready(old)
    const session = test.track(await RawSession.login(test.address, { isid, tsih: old.tsih, cmdSN: old.cmdSN }))
    await old.raw.closed
    expect(await session.outcome(session.command({ cdb: TEST_UNIT_READY }))).toBe('good')
    expect(test.server.statistics.get('sessionsOpen')).toBe(1)
  })
})
