import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RawConnection, tcp } from '@lunkit/initiator'
import {
  encodeText,
  LoginRequest,
  LoginResponse,
  LoginStage,
  LoginStatus,
  NopIn,
  NopOut,
  R2T,
  RESERVED_TAG,
  Reject,
  RejectReason,
  TaskManagementFunction,
  TaskManagementResponseCode,
} from '@lunkit/pdu'
import { targetMetrics } from '@lunkit/target'
import { ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { Clock } from './harness/clock.ts'
import { holdingBack } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { ready, write10 } from './harness/raw-disk.ts'
import { SilentPeer } from './harness/silent-peer.ts'
import { TARGET_NAME, TestServer, type TestServerOptions } from './harness/test-server.ts'
import { until } from './harness/turns.ts'

const KIB = 1024
const MIB = 1024 * KIB

const serve = (options: Partial<TestServerOptions> = {}) =>
  TestServer.serve({ luns: [ramdisk({ sizeBytes: MIB })], ...options })

type Counted = Parameters<TestServer['server']['statistics']['get']>[0]
const counted = (test: TestServer, name: Counted): number => test.server.statistics.get(name)

const peer = async (test: TestServer, options: Parameters<typeof SilentPeer.open>[1] = {}): Promise<SilentPeer> =>
  test.track(await SilentPeer.open(test.address, options))

/** Connections from these addresses, one after the other; which of them the target has kept. */
async function keptOf(test: TestServer, sources: readonly string[]): Promise<boolean[]> {
  const peers: SilentPeer[] = []
  for (const from of sources) {
    peers.push(await peer(test, { from }))
    await until(() => counted(test, 'connectionsAccepted') + counted(test, 'connectionsRefused') >= peers.length)
  }
  await until(() => peers.filter(({ isGone }) => isGone).length === counted(test, 'connectionsRefused'))
  return peers.map(({ isGone }) => !isGone)
}

describe('connections', () => {
  const sources = ['127.0.0.2', '127.0.0.2', '127.0.0.3', '127.0.0.4']
  it.each([
    ['in all', { connections: 3 }, [true, true, true, false], 'connectionsRefusedInAll'],
    [
      'that have not logged in, of one source and in all',
      { connectionsInLogin: 1, connectionsInLoginPerSource: 1 },
      [true, false],
      'connectionsRefusedOfSource',
    ],
  ] as const)('%s are limited', async (_what, limits, kept, counter) => {
    await using test = await serve({ limits })
    expect(await keptOf(test, sources.slice(0, kept.length))).toEqual(kept)
    expect([counted(test, counter), counted(test, 'connectionsRefused')]).toEqual([1, 1])
  })

  it('that have not logged in are limited by source; who has got no further for two seconds gives way', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel, limits: { connectionsInLoginPerSource: 2 } })
    const oldest = await peer(test, { from: '127.0.0.2' })
    const others = [await peer(test, { from: '127.0.0.2' }), await peer(test, { from: '127.0.0.3' })]
    await until(() => counted(test, 'connectionsInLogin') === 3)
    await clock.pass(2500)
    others.push(await peer(test, { from: '127.0.0.2' }))
    await until(() => oldest.isGone)
    expect(others.map(({ isGone }) => isGone)).toEqual([false, false, false])
    expect([counted(test, 'loginsDisplaced'), counted(test, 'connectionsRefused')]).toEqual([1, 0])
  })

  it('that have not logged in are limited; whose source has most of them gives way to another', async () => {
    await using test = await serve({ limits: { connectionsInLogin: 3 } })
    const oldest = await peer(test, { from: '127.0.0.2' })
    const others: SilentPeer[] = []
    for (let i = 2; i <= 3; i++) {
      others.push(await peer(test, { from: '127.0.0.2' }))
      await until(() => counted(test, 'connectionsInLogin') === i)
    }
    const refused = await peer(test, { from: '127.0.0.2' })
    await until(() => refused.isGone)
    const welcome = await peer(test, { from: '127.0.0.3' })
    await until(() => oldest.isGone)
    expect([...others, welcome].map(({ isGone }) => isGone)).toEqual([false, false, false])
    const late = await peer(test, { from: '127.0.0.3' })
    await until(() => late.isGone)
    expect([counted(test, 'loginsDisplaced'), counted(test, 'connectionsRefusedInLogin')]).toEqual([1, 2])
  })

  it('that have logged in leave their place to others', async () => {
    await using test = await serve({ limits: { connectionsInLogin: 1 } })
    for (let i = 0; i < 3; i++) await test.connect()
    expect([counted(test, 'sessionsOpen'), counted(test, 'connectionsRefused')]).toEqual([3, 0])
  })

  it('that the target has ended are cut when their peers do not close them', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel, limits: { lingerMs: 1000 } })
    const stubborn = await peer(test, { staysOpen: true })
    // RFC 7143 11.12.4: a login in a version that is not spoken is refused, and the connection ended.
    stubborn.send(new RawConnection().bytesOf(LoginRequest, { versionMin: 7, isid: 1 }))
    await until(() => stubborn.isGone)
    expect(counted(test, 'connectionsOpen')).toBe(1)
    await clock.pass(1500)
    await until(() => counted(test, 'connectionsOpen') === 0)
    expect(counted(test, 'connectionsLingered')).toBe(1)
  })
})

describe('a login', () => {
  const open = async (test: TestServer): Promise<RawConnection> =>
    test.track(await RawConnection.open(tcp(test.address)))
  const names = { InitiatorName: 'iqn.2026-11.io.lunkit:raw', TargetName: TARGET_NAME }
  /** A Login Request that stays in the operational stage. */
  const request = (raw: RawConnection, text: Readonly<Record<string, string>>, continues = false): void => {
    const usual = { continues, currentStage: LoginStage.operationalNegotiation, isid: 0x8000_0000_0007 }
    const data = encodeText(Object.entries(text))
    raw.send(LoginRequest, usual, data.length > 0 ? { data } : {})
  }
  const statusOf = async (raw: RawConnection): Promise<number> => (await raw.expect(LoginResponse)).values.status
  const many = (keys: number) =>
    Object.fromEntries(Array.from({ length: keys }, (_, i) => [`X-com.example.k${i}`, '1']))

  it('of too many requests is refused', async () => {
    await using test = await serve({ limits: { loginRequests: 6 } })
    const raw = await open(test)
    request(raw, names)
    expect(await statusOf(raw)).toBe(LoginStatus.success)
    for (let i = 0; i < 5; i++) request(raw, {})
    for (let i = 0; i < 5; i++) expect(await statusOf(raw)).toBe(LoginStatus.success)
    request(raw, {})
    expect(await statusOf(raw)).toBe(LoginStatus.initiatorError)
    await raw.closed
    expect(counted(test, 'loginsTooLong')).toBe(1)
  })

  it.each([
    ['of too many keys', { textKeys: 40 }, [{ ...names, ...many(39) }]],
    ['of too many bytes', { textBytes: 8192 }, [many(300), { ...names, ...many(120) }]],
  ] as const)('%s in one text is refused', async (_what, limits, texts) => {
    await using test = await serve({ limits })
    const raw = await open(test)
    for (const [at, text] of texts.entries()) {
      const last = at === texts.length - 1
      request(raw, text, !last)
      expect(await statusOf(raw)).toBe(last ? LoginStatus.initiatorError : LoginStatus.success)
    }
    await raw.closed
    expect(counted(test, 'textsTooLong')).toBe(1)
  })
})

describe('a session', () => {
  it('has its texts refused that are too long, and goes on', async () => {
    await using test = await serve({ limits: { textKeys: 40 } })
    const session = await test.raw()
    session.text(Array.from({ length: 41 }, (_, i) => [`X-com.example.k${i}`, '1'] as const))
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.protocolError)
    expect(counted(test, 'textsTooLong')).toBe(1)
    await ready(session)
  })

  it('gives way to others after so many PDUs, and is served to the end', async () => {
    await using test = await serve({ limits: { pdusPerTurn: 8 } })
    const session = await test.raw()
    const tags = Array.from({ length: 100 }, () => session.newTag())
    const ping = (initiatorTaskTag: number) =>
      session.raw.bytesOf(NopOut, { immediate: true, initiatorTaskTag, targetTransferTag: RESERVED_TAG })
    session.raw.sendBytes(Buffer.concat(tags.map(ping)))
    for (const tag of tags) expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(tag)
    expect(counted(test, 'turnsCut')).toBeGreaterThanOrEqual(100 / 8 - 1)
  })

  it('has so many immediate commands at a time, and no more', async () => {
    const held = holdingBack(ramdisk({ sizeBytes: MIB }))
    await using test = await serve({ luns: [held.storage], limits: { immediateCommands: 2 } })
    const session = await test.raw()
    await ready(session)
    held.delay.hold({ operations: ['write'] })
    const data = pattern(512, { seed: 1 })
    const tags = [0, 1, 2].map(lba =>
      session.command({ cdb: write10(lba, 512), write: 512, data }, { immediate: true }),
    )
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.tooManyImmediateCommands)
    held.delay.hold(undefined)
    held.delay.release()
    for (const tag of tags.slice(0, 2)) expect(await session.outcome(tag)).toBe('good')
    expect(counted(test, 'immediateCommandsRefused')).toBe(1)
  })

  it('has so many task management functions at a time, and no more', async () => {
    const held = holdingBack(ramdisk({ sizeBytes: MIB }))
    await using test = await serve({ luns: [held.storage], limits: { managementFunctions: 2 } })
    const session = await test.raw()
    await ready(session)
    held.delay.hold({ operations: ['write'] })
    session.command({ cdb: write10(0, 512), write: 512, data: pattern(512, { seed: 1 }) })
    await until(() => held.delay.held === 1)
    const resets = [0, 1, 2].map(() => session.manage({ function: TaskManagementFunction.abortTaskSet }))
    expect(await session.managed(resets[2] as number)).toBe(TaskManagementResponseCode.functionRejected)
    held.delay.hold(undefined)
    held.delay.release()
    for (const tag of resets.slice(0, 2))
      expect(await session.managed(tag)).toBe(TaskManagementResponseCode.functionComplete)
    expect(counted(test, 'managementFunctionsRefused')).toBe(1)
  })

  it('is asked for so much of a write at a time, whatever it has offered', async () => {
    const parameters = { MaxOutstandingR2T: 8, MaxBurstLength: 4096 }
    await using test = await serve({ parameters, limits: { outstandingR2Ts: 2 } })
    const session = await test.raw({ offers: { MaxOutstandingR2T: 8, MaxBurstLength: 4096 } })
    await ready(session)
    session.command({ cdb: write10(0, 64 * KIB), write: 64 * KIB })
    expect([(await session.expect(R2T)).values.r2tSN, (await session.expect(R2T)).values.r2tSN]).toEqual([0, 1])
    const tag = session.ping()
    expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(tag)
  })

  it('of discovery ends when it has had nothing to say for too long', async () => {
    const clock = new Clock()
    await using test = await serve({ timers: clock.wheel, limits: { discoveryIdleMs: 5000 } })
    const raw = test.track(await RawConnection.open(tcp(test.address)))
    await raw.login({ InitiatorName: 'iqn.2026-11.io.lunkit:raw', SessionType: 'Discovery' })
    await clock.pass(8000)
    await raw.closed
    expect(counted(test, 'discoveryIdled')).toBe(1)
  })

  it('that holds back a request leaves memory to others, however many pings with data come after it', async () => {
    await using test = await serve({ transferMemoryBytes: 8 * MIB, parameters: { MaxRecvDataSegmentLength: 262_144 } })
    const data = pattern(200 * KIB, { seed: 1 })
    const session = await test.raw()
    await ready(session)
    session.takeCmdSN()
    for (let i = 0; i < 60; i++) session.ping(data, { immediate: false })
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.outOfTransferTags)
    await until(() => counted(test, 'pdusIn') >= 60)
    expect(test.server.transferMemoryUsedBytes).toBeLessThan(7 * MIB)
    expect(counted(test, 'requestsRefusedForMemory')).toBeGreaterThan(0)
    const unit = (await test.connect()).lun(0)
    await unit.ready()
    await unit.write(0, data)
    expect(Buffer.compare(await unit.read(0, data.length / 512), data)).toBe(0)
  })

  it('shows what it holds', async () => {
    const held = holdingBack(ramdisk({ sizeBytes: MIB }))
    await using test = await serve({ luns: [held.storage] })
    const session = await test.raw({ offers: { ImmediateData: true } })
    await ready(session)
    held.delay.hold({ operations: ['write'] })
    const tag = session.command({ cdb: write10(0, 4096), write: 4096, data: pattern(4096, { seed: 1 }) })
    await until(() => held.delay.held === 1)
    const [load] = test.server.sessionLoads
    expect(load?.session.initiatorName).toBe('iqn.2026-11.io.lunkit:raw')
    const { dataOutHeldBytes, commandsInProgress, tasks, commandsInvited } = load?.gauges ?? {}
    expect([dataOutHeldBytes, commandsInProgress, tasks]).toEqual([4096, 1, 1])
    expect(commandsInvited).toBeGreaterThan(0)
    expect([counted(test, 'dataOutHeldBytes'), test.server.transferMemoryUsedBytes]).toEqual([4096, 4096])
    held.delay.hold(undefined)
    held.delay.release()
    expect(await session.outcome(tag)).toBe('good')
    expect(counted(test, 'dataOutHeldBytes')).toBe(0)
  })
})

describe('the manual', () => {
  it('names counters that there are', () => {
    const page = readFileSync(fileURLToPath(new URL('../../docs/operating/limits.md', import.meta.url)), 'utf8')
    const named = [...page.matchAll(/^\| .*\| `(\w+)` \|$/gm)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(15)
    expect(named.filter(name => !Object.hasOwn(targetMetrics.metrics, name as string))).toEqual([])
  })
})
