import { LoginRequest, LoginResponse } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { TargetStatistics } from '../statistics.ts'
import { MemoryStream } from '../testing/memory-stream.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget, type TestTargetOptions } from '../testing/test-target.ts'
import type { PortalAddress } from './portal-address.ts'
import { PortalRows } from './portal-rows.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }
const PORTAL = '192.0.2.1:3260'

const rowOf = ({ server }: TestTarget, portal = PORTAL) =>
  server.statistics.blocks.portals.snapshot().find(({ labels }) => labels.portal === portal)?.values
/** What is not 0 of a metric that tells kinds apart. */
const counted = (values: Readonly<Record<string, number>> = {}) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0))

async function refused(target: TestTarget, keys: Readonly<Record<string, string>>): Promise<TestClient> {
  const client = target.connect()
  client.requestLogin(keys)
  await settled()
  return client
}

describe('the row of a portal', () => {
  it('counts connections, logins, bytes and PDUs, as they are counted of all', async () => {
    const target = new TestTarget()
    const keeper = await target.loggedIn({ InitiatorName: 'iqn.2026-11.example:keeper' })
    const client = await target.loggedIn()
    client.ping({}, Buffer.alloc(101))
    client.command({})
    await settled()
    client.logout()
    await settled()
    client.stream.hangUp()
    await settled()
    const row = rowOf(target)
    expect(row).toMatchObject({ connections: 1, connectionsAccepted: 2, logins: 2 })
    expect(counted(row?.pdusReceived)).toEqual({ login_request: 2, nop_out: 1, scsi_command: 1, logout_request: 1 })
    expect(counted(row?.pdusSent)).toMatchObject({ login_response: 2, nop_in: 1, logout_response: 1 })
    const sum = (values: object | undefined) => Object.values(values ?? {}).reduce((a, b) => a + b, 0)
    const { bytesIn, bytesOut, pdusIn, pdusOut } = target.server.statistics.read()
    expect([row?.bytesReceived, row?.bytesSent]).toEqual([bytesIn, bytesOut])
    expect([sum(row?.pdusReceived), sum(row?.pdusSent)]).toEqual([pdusIn, pdusOut])
    keeper.stream.hangUp()
  })

  it('goes with its last connection where nothing listens, and what it has counted is kept', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.stream.hangUp()
    await settled()
    expect(rowOf(target)).toBeUndefined()
    expect(rowOf(target, '_ended')).toMatchObject({ connections: 0, connectionsAccepted: 1, logins: 1 })
  })

  it('counts a PDU with an opcode that there is none of', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.stream.feed(Buffer.concat([Buffer.of(0x3e), Buffer.alloc(47)]))
    await settled()
    expect(counted(rowOf(target)?.pdusReceived)).toEqual({ login_request: 1, unknown: 1 })
    expect(counted(rowOf(target)?.protocolErrors)).toEqual({ reject: 1 })
  })
})

const GROUP: Record<string, TestTargetOptions> = {
  closed: { group: { enabled: false } },
  exclusive: { group: { access: () => undefined } },
  secret: { access: { authenticationRequired: true } },
  lengthy: { limits: { textKeys: 2 } },
}

describe('a login that is refused', () => {
  it.each([
    ['no_acl', GROUP['exclusive'], NAMES],
    ['authentication', GROUP['secret'], NAMES],
    ['unknown_target', {}, { ...NAMES, TargetName: 'iqn.2026-11.io.lunkit:none' }],
    ['tpg_disabled', GROUP['closed'], NAMES],
    ['limit', GROUP['lengthy'], { ...NAMES, MaxBurstLength: '512' }],
    ['protocol', {}, { InitiatorName: 'iqn.2026-11.example:host' }],
  ])('because of %s is counted by that', async (cause, options, keys) => {
    const target = new TestTarget(options)
    await refused(target, keys)
    const all = { ...rowOf(target, '_ended')?.loginsRefused, ...rowOf(target)?.loginsRefused }
    expect(counted(all)).toEqual({ [cause]: 1 })
  })

  it('because its text makes no sense is counted as what broke the protocol', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.send(LoginRequest, { currentStage: 1, isid: client.isid }, { data: Buffer.from('no pair\0') })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
    expect(counted(rowOf(target)?.loginsRefused)).toEqual({ protocol: 1 })
  })

  it('because the target shuts down is counted by that', async () => {
    const target = new TestTarget()
    const keeper = await target.loggedIn({ InitiatorName: 'iqn.2026-11.example:keeper' })
    const client = target.connect()
    const drained = target.server.drain(1000)
    await settled()
    expect(client.stream.closed).toBe(true)
    target.connect(new MemoryStream())
    expect(counted(rowOf(target)?.connectionsRefused)).toEqual({ shutting_down: 1 })
    keeper.stream.hangUp()
    await drained
  })
})

describe('a connection that is refused', () => {
  it.each([
    ['connections', { connections: 1 }, ['192.0.2.7', '192.0.2.8']],
    ['in_login', { connectionsInLogin: 1 }, ['192.0.2.7', '192.0.2.8']],
    ['of_source', { connectionsInLogin: 1, connectionsInLoginPerSource: 1 }, ['192.0.2.7', '192.0.2.7']],
  ])('because of %s is counted by that', async (cause, limits, sources) => {
    const target = new TestTarget({ limits })
    for (const remote of sources) target.connect(new MemoryStream({ remote }))
    await settled()
    expect(counted(rowOf(target)?.connectionsRefused)).toEqual({ [cause]: 1 })
    expect(rowOf(target)).toMatchObject({ connections: 1, connectionsAccepted: 1 })
  })
})

describe('a peer that is waited for too long', () => {
  it('is counted at the portal: in its login, and after it', async () => {
    const target = new TestTarget({ limits: { loginTimeMs: 1000 }, access: { pingAfterMs: 1000, pingTimeoutMs: 1000 } })
    await target.loggedIn()
    target.connect()
    await target.pass(4000)
    expect(counted(rowOf(target, '_ended')?.protocolErrors)).toEqual({ timeout: 2 })
  })
})

describe('where a connection is counted', () => {
  const rows = () => {
    const statistics = new TargetStatistics()
    const taken = new PortalRows(statistics)
    const named = (host: string, port = 3260) => {
      const row = taken.at({ host, port })
      row.add(statistics.blocks.portals.declaration.at.logins)
      const found = statistics.blocks.portals.snapshot().find(({ values }) => values.logins > 0)
      row.add(statistics.blocks.portals.declaration.at.logins, -1)
      row.release()
      return found?.labels.portal
    }
    const open = (host: string, asked = host): PortalAddress => {
      const address = { host, port: 3260 }
      taken.opened(asked, address)
      return address
    }
    return { statistics, taken, named, open }
  }

  it('is the portal that names its address most closely', () => {
    const { named, open } = rows()
    expect(named('192.0.2.1')).toBe('192.0.2.1:3260')
    open('::')
    expect([named('192.0.2.1'), named('2001:db8::1')]).toEqual(['[::]:3260', '[::]:3260'])
    open('0.0.0.0')
    open('192.0.2.2')
    expect([named('192.0.2.1'), named('192.0.2.2')]).toEqual(['0.0.0.0:3260', '192.0.2.2:3260'])
    expect([named('2001:db8::1'), named('192.0.2.2', 3261)]).toEqual(['[::]:3260', '192.0.2.2:3261'])
  })

  it('is there from when the portal is opened until it is closed, by whichever of its names', () => {
    const { statistics, taken, open } = rows()
    const portals = () => statistics.blocks.portals.snapshot().map(({ labels }) => labels.portal)
    open('0.0.0.0', 'one')
    open('0.0.0.0', 'other')
    taken.closed('one')
    expect(portals()).toEqual(['0.0.0.0:3260'])
    taken.opened('other', { host: '0.0.0.0', port: 4000 })
    expect(portals()).toEqual(['0.0.0.0:4000'])
    taken.closed('other')
    taken.closed('other')
    expect([portals(), statistics.blocks.portals.rowsTaken]).toEqual([[], 0])
  })
})
