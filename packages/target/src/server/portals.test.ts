import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TargetStatistics } from '../statistics.ts'
import { type FakeMachine, FakeNetwork, meet } from '../testing/fake-network.ts'
import type { TargetEvent } from './events.ts'
import { canonicalAddress, formatAddress, isWildcard, type PortalAddress } from './portal-address.ts'
import { PortalRows } from './portal-rows.ts'
import { Portals } from './portals.ts'

const MACHINE: FakeMachine = { hosts: ['127.0.0.1', '10.0.0.5', '::1', '2001:db8::5'], ipv6: true, taken: [] }

/** `10.0.0.5:3260`, `[::]:3260` */
function at(text: string): PortalAddress {
  const [, host = '', port = ''] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(text) ?? []
  return { host, port: Number(port) }
}

/** Portals on a machine that a test describes. */
class World {
  readonly network: FakeNetwork
  readonly events: TargetEvent[] = []
  readonly portals: Portals
  readonly statistics = new TargetStatistics()
  readonly rows = new PortalRows(this.statistics)
  #wanted: PortalAddress[] = []

  constructor(machine: Partial<FakeMachine> = {}) {
    this.network = new FakeNetwork({ ...MACHINE, ...machine })
    this.portals = new Portals({
      listen: this.network.listen,
      tell: event => this.events.push(event),
      rows: this.rows,
      accepted: () => {},
      acceptFailed: () => {},
    })
  }

  async want(...texts: string[]): Promise<void> {
    await this.wantAddresses(texts.map(at))
  }

  async wantAddresses(addresses: readonly PortalAddress[], again = addresses): Promise<void> {
    this.#wanted = [...addresses]
    await this.portals.adjust({ all: () => this.#wanted, again })
  }

  /** Where the portals listen, as text. */
  get open(): string[] {
    return this.portals.addresses.map(formatAddress).sort()
  }

  failure(text: string): string | undefined {
    return this.portals.failureOf(at(text))?.message
  }

  told(kind: TargetEvent['kind']): string[] {
    return this.events.flatMap(event => (event.kind === kind && 'portal' in event ? [formatAddress(event.portal)] : []))
  }
}

describe('portals', () => {
  it.each([
    ['every address, and every IPv4 one', ['[::]:3260', '0.0.0.0:3260'], ['[::]:3260']],
    ['every address, and some', ['10.0.0.5:3260', '[::]:3260', '[::1]:3260'], ['[::]:3260']],
    ['every IPv4 address, and some', ['127.0.0.1:3260', '0.0.0.0:3260'], ['0.0.0.0:3260']],
    ['every IPv4 address, and one of IPv6', ['[::1]:3260', '0.0.0.0:3260'], ['0.0.0.0:3260', '[::1]:3260']],
    ['single addresses', ['127.0.0.1:3260', '10.0.0.5:3260'], ['10.0.0.5:3260', '127.0.0.1:3260']],
    ['two ports', ['0.0.0.0:3260', '127.0.0.1:3261'], ['0.0.0.0:3260', '127.0.0.1:3261']],
    ['one address, written twice', ['[::ffff:10.0.0.5]:3260', '10.0.0.5:3260'], ['10.0.0.5:3260']],
    ['every address, written twice', ['[::0]:3260', '[0:0:0:0:0:0:0:0]:3260'], ['[::]:3260']],
  ])('at %s are served by as few sockets as the system allows', async (_what, portals, sockets) => {
    for (const order of [portals, portals.toReversed()]) {
      const world = new World()
      await world.want(...order)
      expect(world.network.listening).toEqual(sockets)
      expect(world.open).toEqual([...new Set(portals.map(text => formatAddress(canonicalAddress(at(text)))))].sort())
    }
  })

  it('are told each when they are opened, and once', async () => {
    const world = new World()
    await world.want('127.0.0.1:3260')
    await world.want('127.0.0.1:3260', '[::]:3260')
    await world.want('127.0.0.1:3260', '[::]:3260', '0.0.0.0:3260')
    expect(world.told('portalOpened')).toEqual(['127.0.0.1:3260', '[::]:3260', '0.0.0.0:3260'])
    expect(world.told('portalFailed')).toEqual([])
  })

  it('that nobody wants any more leave the others where they are', async () => {
    const world = new World()
    await world.want('127.0.0.1:3260', '[::]:3260', '10.0.0.5:3261')
    await world.want('127.0.0.1:3260', '10.0.0.5:3261')
    expect([world.network.listening, world.open]).toEqual(Array(2).fill(['10.0.0.5:3261', '127.0.0.1:3260']))
    await world.want()
    expect([world.network.listening, world.open]).toEqual([[], []])
  })

  it('at an address that the machine does not have are not open, though a socket for all addresses is', async () => {
    const world = new World()
    await world.want('0.0.0.0:3260', '10.0.0.6:3260')
    expect(world.open).toEqual(['0.0.0.0:3260'])
    expect(world.failure('10.0.0.6:3260')).toContain('EADDRNOTAVAIL')
    expect(world.network.listening).toEqual(['0.0.0.0:3260'])
  })

  it('at single addresses are open where another program keeps the wildcard from it', async () => {
    const world = new World({ taken: [at('127.0.0.1:3260')] })
    await world.want('10.0.0.5:3260')
    await world.want('[::]:3260', '0.0.0.0:3260', '10.0.0.5:3260', '[::1]:3260')
    expect(world.open).toEqual(['10.0.0.5:3260', '[::1]:3260'])
    expect(world.told('portalFailed')).toEqual(['[::]:3260', '0.0.0.0:3260'])
    expect(world.failure('0.0.0.0:3260')).toContain('EADDRINUSE')
  })

  it('at every address are open by IPv4 where the machine has no IPv6', async () => {
    const world = new World({ ipv6: false })
    await world.want('[::]:3260', '10.0.0.5:3260', '[::1]:3260')
    expect(world.open).toEqual(['0.0.0.0:3260', '10.0.0.5:3260'])
    expect(world.failure('[::1]:3260')).toContain('EAFNOSUPPORT')
  })

  it('on any free port have one each, which is none of those that others ask for', async () => {
    const world = new World()
    world.network.nextPort = 3260
    await world.want('0.0.0.0:0', '127.0.0.1:0', '[::]:0', '127.0.0.1:3261')
    expect(world.portals.addressOf(at('127.0.0.1:3261'))).toEqual(at('127.0.0.1:3261'))
    const found = ['0.0.0.0:0', '127.0.0.1:0', '[::]:0'].map(text => world.portals.addressOf(at(text))?.port)
    expect(new Set([...found, 3261]).size).toBe(4)
  })

  it('that ask for a port which another portal has found are told by which', async () => {
    const world = new World()
    await world.want('127.0.0.1:0')
    await world.want('127.0.0.1:0', '0.0.0.0:40000')
    expect(world.failure('0.0.0.0:40000')).toBe('the portal 127.0.0.1:0 of the same server listens at 127.0.0.1:40000')
  })

  it('that failed are tried again when they are asked for again, and not before', async () => {
    const taken = [at('127.0.0.1:3260')]
    const world = new World({ taken })
    await world.want('127.0.0.1:3260')
    taken.pop()
    await world.wantAddresses([at('127.0.0.1:3260'), at('10.0.0.5:3261')], [at('10.0.0.5:3261')])
    expect(world.open).toEqual(['10.0.0.5:3261'])
    await world.want('127.0.0.1:3260', '10.0.0.5:3261')
    expect(world.open).toEqual(['10.0.0.5:3261', '127.0.0.1:3260'])
    expect(world.failure('127.0.0.1:3260')).toBeUndefined()
  })

  it.each([0, 1, 2, 3, 4])('that are opened while the server closes, %i steps later, are closed', async steps => {
    const world = new World()
    const opening = world.want('127.0.0.1:3260', '0.0.0.0:3260', '10.0.0.5:3261')
    for (let step = 0; step < steps; step++) await Promise.resolve()
    const told = world.events.length
    world.portals.close()
    await opening
    expect([world.network.listening, world.events.length]).toEqual([[], told])
  })

  it.each([0, 1, 2, 3, 4])(
    'that cannot be opened while the server closes, %i steps later, are no failures any more',
    async steps => {
      const world = new World({ taken: [at('127.0.0.1:3260')] })
      const opening = world.want('127.0.0.1:3260')
      for (let step = 0; step < steps; step++) await Promise.resolve()
      const told = world.events.length
      world.portals.close()
      await opening
      expect(world.events.length).toBe(told)
    },
  )

  it('that two ask for at once are opened by turns', async () => {
    const world = new World()
    await Promise.all([world.want('127.0.0.1:3260'), world.want('0.0.0.0:3260', '127.0.0.1:3260')])
    expect(world.network.listening).toEqual(['0.0.0.0:3260'])
    expect(world.told('portalFailed')).toEqual([])
  })
})

describe('which portals are open', () => {
  const hosts = ['0.0.0.0', '::', '127.0.0.1', '10.0.0.5', '10.0.0.6', '::1', '2001:db8::5', '2001:db8::6']
  const address = fc.record({ host: fc.constantFrom(...hosts), port: fc.constantFrom(3260, 3261) })
  const machine = fc.record({ ipv6: fc.boolean(), taken: fc.array(address, { maxLength: 2 }) })

  /** What a system lets be opened by itself, whatever else this server has. */
  function canOpen(portal: PortalAddress, { ipv6, taken }: Pick<FakeMachine, 'ipv6' | 'taken'>): boolean {
    const portalThere = portal.host === '::' && !ipv6 ? { ...portal, host: '0.0.0.0' } : portal
    const there = isWildcard(portal) || (MACHINE.hosts.includes(portal.host) && (ipv6 || !portal.host.includes(':')))
    return there && !taken.some(other => meet(portalThere, other))
  }

  it('depends on the machine, and not on the order or on what was open before', async () => {
    const cases = fc.tuple(machine, fc.array(fc.array(address, { maxLength: 6 }), { minLength: 1, maxLength: 4 }))
    await fc.assert(
      fc.asyncProperty(cases, async ([given, steps]) => {
        const world = new World(given)
        for (const portals of steps) {
          await world.wantAddresses(portals)
          const right = portals.filter(portal => canOpen(portal, given)).map(formatAddress)
          expect(portals.filter(portal => world.portals.addressOf(portal)).map(formatAddress)).toEqual(right)
          const failed = portals.filter(portal => world.portals.failureOf(portal)).map(formatAddress)
          expect([...right, ...failed].sort()).toEqual(portals.map(formatAddress).sort())
        }
      }),
    )
  })
})

describe('a connection that the system could not hand over', () => {
  it('is told with the portal at which it came, and the portal goes on', async () => {
    const failures: [PortalAddress, Error][] = []
    let fail: (error: Error) => void = () => undefined
    const portals = new Portals({
      listen: async (address, { failed }) => {
        fail = failed
        return { address, close: () => undefined }
      },
      tell: () => {},
      rows: new PortalRows(new TargetStatistics()),
      accepted: () => {},
      acceptFailed: (portal, error) => failures.push([portal, error]),
    })
    await portals.adjust({ all: () => [at('10.0.0.5:3260')], again: [at('10.0.0.5:3260')] })
    const error = new Error('accept EMFILE')
    fail(error)
    expect(failures).toEqual([[{ host: '10.0.0.5', port: 3260 }, error]])
    expect(portals.addresses.map(formatAddress)).toEqual(['10.0.0.5:3260'])
  })
})
