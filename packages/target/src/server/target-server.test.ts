import { channel } from 'node:diagnostics_channel'
import type { Server } from 'node:net'
import { AsyncMessage } from '@lunkit/pdu'
import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { TARGET_LIMITS } from '../limits.ts'
import { HandRouter } from '../testing/hand-router.ts'
import { settled } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'
import { startTimerWheel, TimerWheel } from '../timer-wheel.ts'
import { openAccess } from './access.ts'
import type { TargetEvent } from './events.ts'
import type { Listen } from './listening-socket.ts'
import { formatAddress, type PortalAddress } from './portal-address.ts'
import type { Target } from './target.ts'
import { TargetServer } from './target-server.ts'

const at = (host: string): PortalAddress => ({ host, port: 3260 })

function targetAt(name: string, ...portals: PortalAddress[]): Target {
  const group = { tag: 3, enabled: true, portals, parameters: {}, access: openAccess, router: new HandRouter() }
  return { name, portalGroups: [group] }
}

/** A server whose portals are opened by a test. */
function served(listen: Listen) {
  const events: TargetEvent[] = []
  const timers = new TimerWheel({ clock: () => 0 })
  const slab = new Slab({ sizeBytes: 1 })
  return { events, server: new TargetServer({ slab, timers, listen, listener: event => events.push(event) }) }
}

describe('a connection that the system closed instead of handing it over', () => {
  it('is counted, and told with the portal that it came to', async () => {
    let fail: (error: Error) => void = () => {}
    const { server, events } = served(async (address, { failed }) => {
      fail = failed
      return { address, close: () => {} }
    })
    await server.serve(targetAt(TARGET_NAME, at('10.0.0.5')))
    const error = new Error('accept EMFILE')
    fail(error)
    expect(events.at(-1)).toEqual({ kind: 'acceptFailed', portal: at('10.0.0.5'), error })
    expect(server.statistics.get('acceptsFailed')).toBe(1)
    await server.close()
  })

  it('ends nothing of a real socket', async () => {
    const { wheel, stop } = startTimerWheel()
    const events: TargetEvent[] = []
    const slab = new Slab({ sizeBytes: 1 })
    await using server = new TargetServer({ slab, timers: wheel, listener: event => events.push(event) })
    const sockets: Server[] = []
    const heard = (message: unknown): void => {
      sockets.push((message as { readonly server: Server }).server)
    }
    channel('tracing:net.server.listen:asyncStart').subscribe(heard)
    await server.serve(targetAt(TARGET_NAME, { host: '127.0.0.1', port: 0 }))
    channel('tracing:net.server.listen:asyncStart').unsubscribe(heard)
    const error = new Error('accept EMFILE')
    sockets[0]?.emit('error', error)
    expect(events.at(-1)).toMatchObject({ kind: 'acceptFailed', error })
    expect(server.portals).toHaveLength(1)
    stop()
  })
})

describe('a server', () => {
  it('that closes while it opens portals complains of none', async () => {
    const { server } = served(async address => {
      if (address.host === '10.0.0.5') throw new Error('taken')
      await server.close()
      return { address, close: () => {} }
    })
    await expect(server.serve(targetAt(TARGET_NAME, at('10.0.0.5'), at('10.0.0.6')))).resolves.toBeUndefined()
    await expect(server.serve(targetAt(TARGET_NAME, at('10.0.0.5')))).resolves.toBeUndefined()
  })

  it('names every portal that could not be opened, whatever it was told instead', async () => {
    const { server } = served(async () => {
      throw 'no network'
    })
    const failed = server.serve(targetAt(TARGET_NAME, at('10.0.0.5'), at('10.0.0.6')))
    await expect(failed).rejects.toThrow(
      'portal 10.0.0.5:3260 cannot be opened: no network; portal 10.0.0.6:3260 cannot be opened: no network',
    )
    await server.close()
  })

  it('closes the portals of a target that is removed, and of no other', async () => {
    const open = new Set<string>()
    const { server } = served(async address => {
      open.add(formatAddress(address))
      return { address, close: () => open.delete(formatAddress(address)) }
    })
    const other = 'iqn.2026-11.io.lunkit:other'
    await server.serve(targetAt(TARGET_NAME, at('10.0.0.5')), targetAt(other, at('10.0.0.6')))
    expect(await server.remove(TARGET_NAME)).toBe(true)
    expect([...open]).toEqual(['10.0.0.6:3260'])
    expect(server.addressOf(at('10.0.0.5'))).toBeUndefined()
    expect(server.addressOf(at('10.0.0.6'))).toEqual(at('10.0.0.6'))
    expect([server.groupTagAt(other, at('10.0.0.6')), server.groupTagAt(other, at('10.0.0.5'))]).toEqual([3, undefined])
    expect(server.groupTagAt(TARGET_NAME, at('10.0.0.5'))).toBeUndefined()
    expect(await server.remove(TARGET_NAME)).toBe(false)
    await server.close()
  })

  it('remembers 256 targets that were removed, the latest', async () => {
    const target = new TestTarget()
    const name = (number: number): string => `iqn.2026-11.io.lunkit:removed${number}`
    for (let number = 0; number < 257; number++) target.server.define(targetAt(name(number)))
    for (let number = 0; number < 257; number++) await target.server.remove(name(number))
    const statusOf = async (number: number): Promise<number> =>
      (await target.connect().login({ keys: { TargetName: name(number) } })).values.status
    // RFC 7143 11.13.5: not found, target removed.
    expect([await statusOf(0), await statusOf(1), await statusOf(256)]).toEqual([0x0203, 0x0204, 0x0204])
  })

  it('knows a disabled group by the widest portal there is', async () => {
    const portals = [{ host: '::', port: 3260 }]
    const target = new TestTarget({ group: { enabled: false, portals } })
    expect((await target.connect().login()).values.status).toBe(0x0301)
  })
})

describe('the deadline of a shutdown', () => {
  it('is told in whole seconds, and reaches as far as a timer', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const drained = target.server.drain(2_000_001)
    expect((await client.expect(AsyncMessage)).values.parameter3).toBe(2001)
    client.stream.hangUp()
    await drained
    await target.server.drain(2 ** 31 - 1)
    await expect(target.server.drain(2 ** 31)).rejects.toThrow(RangeError)
    await target.server.drain(0)
    await expect(target.server.drain(-1)).rejects.toThrow(RangeError)
  })
})

describe('a portal group', () => {
  const group = (more: object) => ({
    name: TARGET_NAME,
    portalGroups: [{ ...targetAt(TARGET_NAME).portalGroups[0], ...more }],
  })
  const define = (more: object) => () => new TestTarget().server.define(group(more) as Target)

  it.each([
    [{ maxSentDataSegmentLength: 512 }],
    [{ maxSentDataSegmentLength: 16_777_215 }],
    [{ tag: 0 }],
    [{ tag: 65_535 }],
    [{ loginTimeMs: 1 }],
  ])('may have %o', more => {
    expect(define(more)).not.toThrow()
  })

  it.each([
    [{ maxSentDataSegmentLength: 511 }],
    [{ maxSentDataSegmentLength: 16_777_216 }],
    [{ tag: 65_536 }],
    [{ loginTimeMs: 0 }],
    [{ enabled: undefined }],
    [{ router: {} }],
  ])('may not have %o', more => {
    expect(define(more)).toThrow(/TypeError|RangeError|right is/)
  })
})

describe('the loads of sessions', () => {
  it('are those that serve; one that waits for the session before it holds nothing yet', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({})
    await settled()
    expect(target.server.sessionLoads).toMatchObject([
      { session: { tsih: 1 }, gauges: { commandsInProgress: 1, commandsInvited: 63, tasks: 1, dataOutHeldBytes: 0 } },
    ])
    target.hand.endsAtOnce = false
    const waiting = target.connect()
    waiting.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME })
    await settled()
    expect(target.server.sessions.map(({ tsih }) => tsih)).toEqual([1, 2])
    expect(target.server.sessionLoads.map(({ session }) => session.tsih)).toEqual([1])
    target.hand.nexus.end()
  })
})

describe('portals that are adjusted to what targets have', () => {
  it('are opened and closed by what changed, and those that fail are told by what was asked for', async () => {
    const open = new Set<string>()
    const { server } = served(async address => {
      const key = formatAddress(address)
      if (key === '10.0.0.9:3260') throw new Error('this machine does not have it')
      open.add(key)
      return { address, close: () => void open.delete(key) }
    })
    server.define(targetAt(TARGET_NAME, at('10.0.0.5'), at('10.0.0.9')))
    const failures = await server.adjustPortals([at('10.0.0.5'), at('10.0.0.9')])
    expect([...failures].map(([{ host }, { message }]) => [host, message])).toEqual([
      ['10.0.0.9', 'this machine does not have it'],
    ])
    expect([...open]).toEqual(['10.0.0.5:3260'])
    expect(await server.adjustPortals([at('10.0.0.6')])).toEqual(new Map())
    expect([...open]).toEqual(['10.0.0.5:3260', '10.0.0.6:3260'])
    server.define(targetAt(TARGET_NAME, at('10.0.0.6')))
    expect(await server.adjustPortals()).toEqual(new Map())
    expect([...open]).toEqual(['10.0.0.6:3260'])
    await server.close()
  })
})

describe('a server that is told something else while it serves', () => {
  it('has other limits for who comes from then on, and the usual ones where they are left out', async () => {
    const target = new TestTarget()
    target.server.setLimits({ connections: 1, textKeys: 40 })
    await target.loggedIn()
    target.connect()
    expect([target.counted('connectionsRefusedInAll'), target.server.limits.textKeys]).toEqual([1, 40])
    target.server.setLimits({})
    expect(target.server.limits).toEqual(TARGET_LIMITS)
    await target.connect().login({ keys: { InitiatorName: 'iqn.2026-11.example:second' } })
    expect(target.server.sessions).toHaveLength(2)
  })

  it('refuses discovery, or lets it in again', async () => {
    const target = new TestTarget()
    const discovery = { SessionType: 'Discovery', InitiatorName: 'iqn.2026-11.example:seeker' }
    const statuses: number[] = []
    for (const required of [true, false]) {
      target.server.setDiscovery({ authenticationRequired: required })
      statuses.push((await target.connect().login({ keys: discovery })).values.status)
    }
    expect(statuses).toEqual([0x0201, 0])
  })
})
