import { describe, expect, it } from 'vitest'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }

const rowOf = ({ server }: TestTarget, target: string = TARGET_NAME) =>
  server.statistics.blocks.sessions.snapshot().find(({ labels }) => labels.target === target)?.values
/** What is not 0 of a metric that tells kinds apart. */
const counted = (values: Readonly<Record<string, number>> = {}) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0))

async function login(target: TestTarget, keys: Readonly<Record<string, string>>): Promise<TestClient> {
  const client = target.connect()
  client.requestLogin(keys)
  await settled()
  return client
}

describe('the row of the sessions with a target', () => {
  it('is there while the target is, and counts its sessions by type', async () => {
    const target = new TestTarget()
    expect(rowOf(target)).toMatchObject({ sessions: { normal: 0, discovery: 0 }, logins: { normal: 0 } })
    const client = await target.loggedIn()
    const other = { InitiatorName: 'iqn.2026-11.example:other', SessionType: 'Discovery' }
    await login(target, { ...other, TargetName: TARGET_NAME })
    await login(target, other)
    const one = { sessions: { normal: 1, discovery: 1 }, logins: { normal: 1, discovery: 1 } }
    expect(rowOf(target)).toMatchObject(one)
    expect(rowOf(target, '_discovery')).toMatchObject({ sessions: { normal: 0, discovery: 1 } })
    client.stream.hangUp()
    await settled()
    expect(rowOf(target)).toMatchObject({ ...one, sessions: { normal: 0, discovery: 1 } })
  })

  it('goes with the target and its last session', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    target.server.undefine(TARGET_NAME)
    expect(rowOf(target)).toMatchObject({ sessions: { normal: 1 } })
    client.stream.hangUp()
    await settled()
    expect(rowOf(target)).toBeUndefined()
    expect(rowOf(target, '_ended')).toMatchObject({ logins: { normal: 1 }, logouts: { connection_lost: 1 } })
  })

  it('stays when the target is served anew', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    target.server.define({ name: TARGET_NAME, portalGroups: [target.group] })
    expect(rowOf(target)).toMatchObject({ logins: { normal: 1 } })
  })
})

describe('a login that is refused', () => {
  it('is counted for the target that it named, though nobody may log in there', async () => {
    const target = new TestTarget({ group: { access: () => undefined } })
    await login(target, NAMES)
    expect(counted(rowOf(target)?.loginsRefused)).toEqual({ no_acl: 1 })
  })

  it('is counted apart where it named none that is there', async () => {
    const target = new TestTarget()
    await login(target, { ...NAMES, TargetName: 'iqn.2026-11.io.lunkit:none' })
    await login(target, { TargetName: TARGET_NAME })
    await login(target, { InitiatorName: NAMES.InitiatorName })
    expect(counted(rowOf(target, '_absent')?.loginsRefused)).toEqual({ unknown_target: 1, protocol: 1 })
    expect(counted(rowOf(target)?.loginsRefused)).toEqual({ protocol: 1 })
  })
})

/** How a session ends, and as what that counts. */
const ENDS: Readonly<Record<string, (target: TestTarget, client: TestClient) => unknown>> = {
  normal: (_target, client) => client.logout(),
  target_requested: (target, client) => {
    void target.server.logOutSessions(() => true, 5000)
    client.logout()
  },
  connection_lost: (_target, client) => client.stream.hangUp(),
  timeout: target => target.pass(4000),
  reinstated: target => target.loggedIn(),
  ended: target => target.server.endSessions(() => true),
}

describe('a session that ends', () => {
  it.each(Object.entries(ENDS))('is counted by what ended it: %s', async (reason, end) => {
    const target = new TestTarget({ access: { pingAfterMs: 1000, pingTimeoutMs: 1000 } })
    const client = await target.loggedIn()
    await end(target, client)
    await settled()
    expect(counted(rowOf(target)?.logouts)).toEqual({ [reason]: 1 })
  })
})

describe('the time in which initiators are not to send commands', () => {
  it('is added to the row of their target when they may again', async () => {
    const target = new TestTarget({ access: { commandDepth: 2 } })
    const client = await target.loggedIn()
    client.command({})
    client.command({})
    await settled()
    await target.pass(2000)
    expect(rowOf(target)?.windowClosedSeconds).toBe(0)
    target.hand.nexus.last.finish(0)
    await settled()
    expect(rowOf(target)?.windowClosedSeconds).toBe(2)
  })
})
