import { createServer } from 'node:net'
import { TextRequest, TextResponse } from '@lunkit/pdu'
import { Slab } from '@lunkit/wire'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HandRouter } from '../testing/hand-router.ts'
import { SocketClient } from '../testing/socket-client.ts'
import { startTimerWheel } from '../timer-wheel.ts'
import { openAccess } from './access.ts'
import { canonicalAddress, formatAddress, type PortalAddress } from './portal-address.ts'
import type { Target } from './target.ts'
import { TargetServer } from './target-server.ts'

/** Where connections are tried: addresses of this machine, of which some have no portal of their own. */
const LOCAL_HOSTS = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '::1']
const PORTAL_HOSTS = ['0.0.0.0', '::', '::0', '127.0.0.1', '127.0.0.2', '::ffff:127.0.0.2', '::1']
const TARGET_NAMES = ['a', 'b', 'c'].map(name => `iqn.2026-11.io.lunkit:${name}`)
const RESERVED = 0xffff_ffff

/** The hosts of the portals of each group of each target. */
type Hosts = readonly (readonly (readonly string[])[])[]

/** Portals on one port; no two groups of a target have the same one, which no configuration may have either. */
const hostsOfTargets: fc.Arbitrary<Hosts> = fc.array(
  fc
    .uniqueArray(fc.constantFrom(...PORTAL_HOSTS), { minLength: 1, maxLength: 4, selector: canonicalHost })
    .chain(hosts => fc.integer({ min: 0, max: hosts.length }).map(at => [hosts.slice(0, at), hosts.slice(at)])),
  { minLength: 1, maxLength: TARGET_NAMES.length },
)

function canonicalHost(host: string): string {
  return canonicalAddress({ host, port: 0 }).host
}

/** Below the ports that the system gives to connections, so that none of the test's own has it between two servers. */
const PORTS = { min: 20_000, max: 32_000 }

/** The first port from this one on that is free at every address. */
async function freePort(from: number): Promise<number> {
  const server = createServer()
  const free = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false))
    server.listen(from, '::', () => resolve(true))
  })
  await new Promise(resolve => server.close(resolve))
  return free ? from : freePort(from + 1)
}

function targetsOf(hosts: Hosts, port: number): Target[] {
  return hosts.map((groups, at) => ({
    name: TARGET_NAMES[at] as string,
    portalGroups: groups.map((group, position) => ({
      tag: position + 1,
      enabled: true,
      portals: group.map(host => ({ host, port })),
      parameters: {},
      access: openAccess,
      router: new HandRouter(),
    })),
  }))
}

/** The tag of the group that a login to a target leads to, by RFC 7143 13.9; or the status of its refusal; or nobody listens. */
async function login(at: PortalAddress, target: string): Promise<string> {
  const client = new SocketClient(at)
  client.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', TargetName: target, SessionType: 'Normal' })
  await client.arrived(1)
  const [response] = client.packets
  client.socket.destroy()
  if (!response) return 'nobody listens'
  const { status } = response.values as { status: number }
  if (status !== 0) return status.toString(16)
  const pairs = response.data.kind === 'text' ? response.data.pairs : []
  return `group ${pairs.find(([key]) => key === 'TargetPortalGroupTag')?.[1]}`
}

/** What discovery tells at an address: `NAME HOST:PORT,TAG`. */
async function told(at: PortalAddress): Promise<string[]> {
  const client = new SocketClient(at)
  client.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', SessionType: 'Discovery' })
  await client.arrived(1)
  if (client.packets.length === 0) return []
  client.packets.splice(0)
  const request = { final: true, immediate: true, initiatorTaskTag: 9, targetTransferTag: RESERVED, cmdSN: 1 }
  client.send(TextRequest, request, { data: Buffer.from('SendTargets=All\0') })
  const { data } = (await client.expect(TextResponse)) as { data: { pairs: [string, string][] } }
  client.socket.destroy()
  let name = ''
  return data.pairs.flatMap(([key, value]) => {
    if (key === 'TargetAddress') return [`${name} ${value}`]
    name = value
    return []
  })
}

/** What an initiator on this machine sees of a server: where it can log in to what, and what it is told where. */
interface Seen {
  readonly logins: Readonly<Record<string, string>>
  readonly told: Readonly<Record<string, readonly string[]>>
}

async function see(port: number): Promise<Seen> {
  const logins: Record<string, string> = {}
  const tellings: Record<string, readonly string[]> = {}
  for (const host of LOCAL_HOSTS) {
    tellings[host] = (await told({ host, port })).sort()
    for (const name of TARGET_NAMES)
      logins[`${name} ${formatAddress({ host, port })}`] = await login({ host, port }, name)
  }
  return { logins, told: tellings }
}

/** Serves targets, at once or one after the other, and looks. */
async function seenOf(targets: readonly Target[], { port, atOnce }: { port: number; atOnce: boolean }): Promise<Seen> {
  const { wheel, stop } = startTimerWheel()
  await using server = new TargetServer({ slab: new Slab({ sizeBytes: 1 }), timers: wheel })
  if (atOnce) await server.serve(...targets)
  else for (const target of targets) await server.serve(target)
  try {
    return await see(port)
  } finally {
    stop()
  }
}

/** Which group a login leads to: that of the portal which names the address most closely. */
function rightLogin(groups: readonly (readonly string[])[] | undefined, host: string): string {
  const family = host.includes(':') ? [] : ['0.0.0.0']
  for (const portal of [host, ...family, '::']) {
    const position = groups?.findIndex(hosts => hosts.some(each => canonicalHost(each) === portal)) ?? -1
    if (position >= 0) return `group ${position + 1}`
  }
  return 'refused'
}

it('what is served and told at a port does not depend on the order of targets, groups and portals; what is told works', async () => {
  const cases = fc.tuple(hostsOfTargets, fc.boolean(), fc.integer(PORTS))
  await fc.assert(
    fc.asyncProperty(cases, async ([hosts, atOnce, from]) => {
      const port = await freePort(from)
      const targets = targetsOf(hosts, port)
      const turned = targets.toReversed().map(({ name, portalGroups }) => ({
        name,
        portalGroups: portalGroups.toReversed().map(group => ({ ...group, portals: group.portals.toReversed() })),
      }))
      const seen = await seenOf(targets, { port, atOnce })
      expect(await seenOf(turned, { port, atOnce: !atOnce })).toEqual(seen)
      for (const [at, name] of TARGET_NAMES.entries())
        for (const host of LOCAL_HOSTS) {
          const right = rightLogin(hosts[at], host)
          const outcome = seen.logins[`${name} ${formatAddress({ host, port })}`]
          expect(outcome).toMatch(right === 'refused' ? /^(203|nobody listens)$/ : right)
        }
      for (const each of Object.values(seen.told).flat()) {
        const [, address = '', tag] = /^(.*),(\d+)$/.exec(each) ?? []
        expect(seen.logins[address]).toBe(`group ${tag}`)
      }
      for (const [host, tellings] of Object.entries(seen.told)) {
        expect(new Set(tellings).size).toBe(tellings.length)
        const reached = TARGET_NAMES.filter((_, at) => rightLogin(hosts[at], host) !== 'refused')
        expect(reached.filter(name => !tellings.some(each => each.startsWith(`${name} `)))).toEqual([])
      }
    }),
    { numRuns: 15 },
  )
}, 60_000)
