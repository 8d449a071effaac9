import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connect, discover, LoginError } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../harness/compiler.ts'
import { Scratch } from '../../harness/scratch.ts'
import { SeededRandom } from '../../harness/seeded-random.ts'
import { bulkLoad } from './bulk-load.ts'
import { type ClientLoad, loadSession } from './client-load.ts'
import { inexact } from './comparison.ts'
import { type AuditedNexus, type AuditedUnit, CountAudit } from './count-audit.ts'
import { CountBook } from './count-book.ts'
import { type CountedDisk, unitLabel } from './counted-disk.ts'
import { CountedTarget } from './counted-target.ts'
import { type CountingLogin, CountingSession } from './counting-session.ts'
import type { LoadedUnit } from './random-command.ts'

const MAIN = 'iqn.2026-11.io.lunkit.test:main'
const OTHER = 'iqn.2026-11.io.lunkit.test:other'
const host = (name: string): string => `iqn.2026-11.io.lunkit.test:host-${name}`
const HOSTS = ['a', 'b', 'c'].map(host)
const GUEST = host('guest')
/** The LUN that comes and goes, of either target. */
const PASSING = 8

const quick: CountedDisk = { name: 'quick', blockSizeBytes: 512, blocks: 65_536 }
const file: CountedDisk = { name: 'file', blockSizeBytes: 4096, blocks: 8192 }
const slow: CountedDisk = { ...quick, name: 'slow', delayMs: 3, failsOnceIn: 50, queueDepth: 5 }
const bulk: CountedDisk = { ...quick, name: 'bulk' }
const shared: CountedDisk = { ...quick, name: 'shared', delayMs: 3 }
const guests: CountedDisk = { ...quick, name: 'guests', blockSizeBytes: 1024 }
const DISKS = [quick, file, slow, bulk, shared]
const LUNS = [...DISKS.keys()]
const [QUICK, FILE, SLOW, BULK, SHARED] = [0, 1, 2, 3, 4]

/** A server that hears of the end of its last connection, and a store that returns, may take a moment until all is at rest. */
const REST = { timeout: 10_000, interval: 100 }

/** How often LUNs come and go, and what is between. */
const CHANGES = 12
const BETWEEN_CHANGES_MS = 100

const at = (lun: number, { blocks, blockSizeBytes }: CountedDisk): LoadedUnit => ({ lun, blocks, blockSizeBytes })

/** How a session ends in the midst; `logIn` logs in again as the same initiator port. */
type End = (session: CountingSession, logIn: () => Promise<CountingSession>) => Promise<void>

const ENDS: readonly End[] = [
  async session => {
    await session.settle()
    await session.drop()
  },
  async session => {
    await session.stop()
    await session.drop()
  },
  session => session.logOut(),
  async (session, logIn) => {
    await session.settle()
    const next = await logIn()
    await session.gone('reinstated')
    await next.logOut()
  },
]

/** A session, and what it is loaded with. */
interface Client {
  readonly session: CountingSession
  readonly load: Promise<void>
}

function client(session: CountingSession, load: ClientLoad): Client {
  const loading = loadSession(session, load)
  // It is waited for later.
  loading.catch(() => undefined)
  return { session, load: loading }
}

async function settled(clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map(({ session }) => session.settle()))
  await Promise.all(clients.map(({ load }) => load))
}

describe('what a server has counted is what its clients did', () => {
  const book = new CountBook()
  const random = new SeededRandom(10)
  let scratch: Scratch
  let target: CountedTarget
  let disks: readonly CountedDisk[]
  let portal: { readonly host: string; readonly port: number }
  let program: string
  let hosts: readonly CountingSession[]
  let guest: CountingSession

  beforeAll(async () => {
    scratch = await Scratch.create('counted')
    program = scratch.path('whole-load')
    await compile(fileURLToPath(new URL('../whole-load.c', import.meta.url)), program)
    disks = DISKS.map(disk => (disk === file ? { ...file, path: scratch.path('file.img') } : disk))
    target = CountedTarget.start()
    portal = await target.ask('serve', { name: MAIN, disks })
    await target.ask('serve', { name: OTHER, disks: [guests], initiators: [GUEST] })
    await target.ask('shareLun', { target: OTHER, lun: 1, disk: { target: MAIN, lun: SLOW } })
    const digests = { offers: { HeaderDigest: ['CRC32C'], DataDigest: ['CRC32C'] } } as const
    hosts = await Promise.all(HOSTS.map((name, i) => login(name, i === 1 ? digests : {})))
    guest = await login(GUEST, { target: OTHER })
  })

  afterAll(async () => {
    await target?.stop()
    await scratch?.remove()
  })

  const login = (initiatorName: string, more: Partial<CountingLogin> = {}): Promise<CountingSession> =>
    CountingSession.login({ ...portal, target: MAIN, initiatorName, ...more }, book)

  const labelAt = (lun: number): string => unitLabel(disks[lun] as CountedDisk, MAIN)

  /** What is counted otherwise than clients know; of the units that come and go all together. */
  async function differences(sessions: readonly CountingSession[]): Promise<string[]> {
    const units: AuditedUnit[] = [QUICK, FILE, BULK].map(lun => ({
      labels: [labelAt(lun)],
      places: [{ target: MAIN, lun }],
    }))
    const audited = [
      ...units,
      {
        labels: [labelAt(SLOW)],
        places: [
          { target: MAIN, lun: SLOW },
          { target: OTHER, lun: 1 },
        ],
      },
      { labels: [unitLabel(guests, OTHER)], places: [{ target: OTHER, lun: 0 }] },
      {
        labels: ['_absent', '_ended', labelAt(SHARED)],
        places: [
          { target: MAIN, lun: SHARED },
          { target: MAIN, lun: PASSING },
          { target: OTHER, lun: PASSING },
        ],
      },
    ]
    const nexuses = sessions.flatMap(({ names }): AuditedNexus[] =>
      names.target === MAIN
        ? [QUICK, FILE, SLOW, SHARED].map(lun => ({ names, lun, unit: labelAt(lun) }))
        : [
            { names, lun: 0, unit: unitLabel(guests, OTHER) },
            { names, lun: 1, unit: labelAt(SLOW) },
          ],
    )
    const counted = await target.ask('counts', undefined)
    return new CountAudit(counted, book).differences(audited, nexuses)
  }

  it('after commands of all kinds, aborts and resets', async () => {
    const units = [QUICK, FILE, SLOW, SHARED].map(lun => at(lun, disks[lun] as CountedDisk))
    const clients = hosts.map(session => client(session, { random, depth: 6, units, disturbed: LUNS, luns: LUNS }))
    const ofGuest = { random, depth: 6, units: [at(0, guests), at(1, slow)], disturbed: [0, 1], luns: [0, 1] }
    clients.push(client(guest, ofGuest))
    const address = { ...portal, iqn: MAIN, lun: BULK }
    const load = { bytes: 4096, depth: 16, sessions: 2, seconds: 1 } as const
    await bulkLoad(program, address, { ...load, mode: 'read' }, book)
    await bulkLoad(program, address, { ...load, mode: 'write', bytes: 393_216, depth: 4 }, book)
    await settled(clients)
    await expect.poll(() => differences([...hosts, guest]), REST).toEqual([])
    const happened = ['resets', 'abortedCommands', 'refusals.task_set_full', 'refusals.reservation_conflict']
    const did = [...happened, 'functionsComplete.abort_task', 'functionsWithoutTask.abort_task', 'bytes.write']
    expect(did.filter(counter => book.sum().certain(counter) === 0)).toEqual([])
  })

  it('after LUNs that were added and taken away under load', async () => {
    for (const session of [...hosts, guest]) session.goOn()
    const passing = at(PASSING, quick)
    const units = [at(QUICK, quick), at(SLOW, slow), at(SHARED, shared), passing]
    const clients = hosts.map(session => client(session, { random, depth: 4, units }))
    clients.push(client(guest, { random, depth: 4, units: [at(0, guests), passing] }))
    for (let round = 0; round < CHANGES; round++) {
      await target.ask('addLun', {
        target: MAIN,
        lun: PASSING,
        disk: { ...quick, name: `passing-${round}`, delayMs: 5 },
      })
      await target.ask('shareLun', { target: OTHER, lun: PASSING, disk: { target: MAIN, lun: SHARED } })
      await sleep(BETWEEN_CHANGES_MS)
      await target.ask('removeLun', { target: MAIN, lun: PASSING })
      await target.ask('removeLun', { target: OTHER, lun: PASSING })
    }
    await settled(clients)
    await expect.poll(() => differences([...hosts, guest]), REST).toEqual([])
  })

  it('after sessions that ended in the midst, and logins that were refused', async () => {
    const units = [at(QUICK, quick), at(SLOW, slow), at(SHARED, shared)]
    for (let round = 0; round < 2 * ENDS.length; round++) {
      const initiatorName = host(`passing-${round}`)
      const isid = 0x8000_0000_0000 + round
      const { session, load } = client(await login(initiatorName, { isid }), { random, depth: 6, units })
      await sleep(BETWEEN_CHANGES_MS)
      await ENDS[round % ENDS.length]?.(session, () => login(initiatorName, { isid }))
      await load
    }
    await expect(connect({ ...portal, target: `${MAIN}-not` })).rejects.toThrow(LoginError)
    await expect(connect({ ...portal, target: OTHER })).rejects.toThrow(LoginError)
    await discover(portal)
    const { server } = book
    server.count('connectionsAccepted', 3)
    server.count('loginsInitiatorError', 2)
    server.count('loginsAuthorizationFailed')
    for (const counter of ['discoverySessionsStarted', 'logouts']) server.count(counter)
    book.sessions('_absent').count('loginsRefused.unknown_target')
    book.sessions(OTHER).count('loginsRefused.no_acl')
    for (const counter of ['logins.discovery', 'logouts.normal']) book.sessions('_discovery').count(counter)
    await expect.poll(() => differences([...hosts, guest]), REST).toEqual([])
  })

  it('after a reset that ended every session of a target', async () => {
    for (const session of [...hosts, guest]) session.goOn()
    const units = [at(QUICK, quick), at(SLOW, slow)]
    const clients = hosts.map(session => client(session, { random, depth: 6, units }))
    clients.push(client(guest, { random, depth: 6, units: [at(0, guests), at(1, slow)] }))
    await sleep(BETWEEN_CHANGES_MS)
    await Promise.all(hosts.map(session => session.settle()))
    await hosts[0]?.resetTarget('targetColdReset', LUNS)
    await Promise.all(hosts.map(session => session.gone('reset')))
    await guest.settle()
    await Promise.all(clients.map(({ load }) => load))
    await expect.poll(() => differences([guest]), REST).toEqual([])
  })

  it('and never went back, as a thread saw that read it all the time', async () => {
    const { looks, less } = await target.ask('neverBack', undefined)
    expect(less).toEqual([])
    expect(looks).toBeGreaterThan(20)
  })

  it('and every duration is in a histogram, wherever its row has gone', async () => {
    const sums = await target.ask('sums', undefined)
    expect(sums.flatMap(inexact)).toEqual([])
  })
})
