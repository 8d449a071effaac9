import { describe, expect, it } from 'vitest'
import { TargetStatistics } from '../statistics.ts'
import { HandRouter } from '../testing/hand-router.ts'
import { openAccess } from './access.ts'
import { Directory, type FindPortal } from './directory.ts'
import type { PortalAddress } from './portal-address.ts'
import type { PortalGroup } from './target.ts'

const at = (host: string, port = 3260): PortalAddress => ({ host, port })
const named = (name: string): string => `iqn.2026-11.io.lunkit:${name}`

function setUp(findPortal: FindPortal = asked => asked) {
  const statistics = new TargetStatistics()
  const directory = new Directory(findPortal, name => statistics.sessionRow(name))
  const put = (name: string, ...portalGroups: PortalGroup[]) => directory.set({ name: named(name), portalGroups })
  const rows = () =>
    statistics.blocks.sessions.snapshot().flatMap(({ labels: { target } }) => (target.startsWith('_') ? [] : [target]))
  return { directory, put, rows }
}

const group = (tag: number, portals: readonly PortalAddress[], more: Partial<PortalGroup> = {}): PortalGroup => ({
  ...{ tag, enabled: true, portals, parameters: {}, access: openAccess, router: new HandRouter() },
  ...more,
})

describe('the targets of a server', () => {
  it('are found by name, in whatever letters, as long as they are there', () => {
    const { directory, put } = setUp()
    put('a')
    expect(directory.find(named('A').toUpperCase())?.name).toBe(named('a'))
    expect([directory.delete(named('A')), directory.delete(named('a'))]).toEqual([true, false])
    expect(directory.find(named('a'))).toBeUndefined()
  })

  it('have one row each while they are there, and give it back, however often they are defined', () => {
    const { directory, put, rows } = setUp()
    for (const name of ['a', 'b', 'a', 'a']) put(name)
    expect(rows().toSorted()).toEqual([named('a'), named('b')])
    expect(directory.delete(named('none'))).toBe(false)
    directory.delete(named('a'))
    expect(rows()).toEqual([named('b')])
    expect(directory.delete(named('b'), false)).toBe(true)
    expect(rows()).toEqual([])
    for (const name of ['a', 'b', 'a']) put(name)
    expect(rows().toSorted()).toEqual([named('a'), named('b')])
  })

  it('are known to have been there once they are removed, where they are to be, until there is one again', () => {
    const { directory, put } = setUp()
    const known = () => ['a', 'b', 'c'].filter(name => directory.wasRemoved(named(name).toUpperCase()))
    put('a')
    put('b')
    expect(known()).toEqual([])
    directory.delete(named('a'))
    directory.delete(named('b'), false)
    directory.delete(named('c'))
    expect(known()).toEqual(['a'])
    put('A')
    expect(known()).toEqual([])
  })

  it('of those that were removed the last 256 are known', () => {
    const { directory, put } = setUp()
    const names = Array.from({ length: 257 }, (_, i) => `disk${i}`)
    const known = () => names.filter(name => directory.wasRemoved(named(name)))
    const remove = (name: string) => {
      put(name)
      directory.delete(named(name))
    }
    names.slice(0, 256).forEach(remove)
    expect(known()).toEqual(names.slice(0, 256))
    remove(names[256] as string)
    expect(known()).toEqual(names.slice(1))
  })
})

describe('the portal group that is reached at an address', () => {
  const exact = group(1, [at('192.0.2.1')])
  const ofIPv4 = group(2, [at('0.0.0.0')])
  const ofAll = group(3, [at('::')])
  const off = { enabled: false }

  it.each([
    ['the one whose portal names it most closely', [ofAll, ofIPv4, exact], at('192.0.2.1'), 1],
    ['that of every IPv4 address before that of every address', [ofAll, ofIPv4], at('192.0.2.1'), 2],
    ['that of every address for IPv6', [ofAll, ofIPv4], at('2001:db8::1'), 3],
    ['an enabled one, however closely others name it', [{ ...exact, ...off }, ofAll], at('192.0.2.1'), 3],
    ['a disabled one, where there is no other', [{ ...exact, ...off }], at('192.0.2.1'), 1],
    [
      'the closest of disabled ones',
      [
        { ...ofAll, ...off },
        { ...ofIPv4, ...off },
      ],
      at('192.0.2.1'),
      2,
    ],
    ['a disabled one of every address', [{ ...ofAll, ...off }], at('2001:db8::1'), 3],
    ['none at another port', [ofAll, ofIPv4, exact], at('192.0.2.1', 3261), undefined],
    ['none at another host', [exact, group(4, [at('192.0.2.2')])], at('192.0.2.3'), undefined],
  ])('is %s', (_what, groups, address, tag) => {
    const { directory, put } = setUp()
    for (const portalGroups of [groups, groups.toReversed()]) {
      put('a', ...portalGroups)
      const target = { name: named('a'), portalGroups }
      expect(directory.groupAt(target, address)?.tag).toBe(tag)
      expect(directory.anyGroupAt(address)?.group.tag).toBe(tag)
    }
  })

  it('is, of equally close ones of several targets, that of the first by name', () => {
    for (const names of [
      ['b', 'a', 'c'],
      ['c', 'b', 'a'],
    ]) {
      const { directory, put } = setUp()
      for (const name of names) put(name, ofAll)
      expect(directory.anyGroupAt(at('192.0.2.1'))?.target.name).toBe(named('a'))
      put('z', exact)
      expect(directory.anyGroupAt(at('192.0.2.1'))?.target.name).toBe(named('z'))
      expect(directory.anyGroupAt(at('192.0.2.1', 1))).toBeUndefined()
    }
  })

  it('is found by where its portals listen, and by what they are called while they do not', () => {
    const listening = new Map([
      ['0.0.0.0', at('192.0.2.1', 4000)],
      ['192.0.2.7', at('192.0.2.7', 4001)],
    ])
    const { directory } = setUp(({ host }) => listening.get(host))
    const target = (host: string) => ({ name: named('a'), portalGroups: [group(1, [at(host, 0)])] })
    const tagAt = (host: string, address: PortalAddress) => directory.groupAt(target(host), address)?.tag
    expect([tagAt('0.0.0.0', at('192.0.2.9', 4000)), tagAt('0.0.0.0', at('192.0.2.1', 0))]).toEqual([1, undefined])
    expect(tagAt('192.0.2.7', at('192.0.2.7', 4001))).toBe(1)
    expect([tagAt('192.0.2.5', at('192.0.2.5', 0)), tagAt('192.0.2.5', at('192.0.2.5', 4000))]).toEqual([1, undefined])
  })
})

describe('a portal that is there for discovery alone', () => {
  const both = [at('192.0.2.1'), at('192.0.2.2'), at('192.0.2.1', 3261)]

  it.each([
    [at('192.0.2.1'), true],
    [at('192.0.2.2'), false],
    [at('192.0.2.1', 3261), false],
    [at('192.0.2.3'), false],
  ])('is that one, and no other of its group: %j', (address, isDiscoveryOnly) => {
    const { directory } = setUp()
    const portalGroups = [group(1, both, { discoveryOnly: [at('192.0.2.1')] }), group(2, [at('192.0.2.4')])]
    expect(directory.isDiscoveryOnly({ name: named('a'), portalGroups }, address)).toBe(isDiscoveryOnly)
    expect(directory.isDiscoveryOnly({ name: named('a'), portalGroups: portalGroups.slice(1) }, address)).toBe(false)
  })
})
