import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { median } from '../bench/statistics.ts'
import { compile } from '../harness/compiler.ts'
import type { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { type LoadReport, runLoad } from '../load/load-run.ts'
import { Attack, compileAttackers, type Peers } from './attack.ts'
import { startCompiled } from './compiled-daemon.ts'
import { afterRest } from './rest.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:abuse'
const store = { plugin: 'ramdisk', name: 'disk0', sizeBytes: 64 * 2 ** 20 } as const
const peers = { hogs: 200, drips: 200, idles: 5000 } as const
/** What the good session does, quiet and under attack. */
const load = { mode: 'read', bytes: 4096, depth: 4, sessions: 1, seconds: 7 } as const
/** iscsi-load counts from half a second on: the attack begins before. */
const loginMs = 200
/** The p99 of one run varies by half: each round is judged by itself, and the median of all counts. */
const rounds = 3
/**
 * 378 to 399 MB were found. 32 MB of them are what V8 takes for its young generation as more comes: with `--max-semi-space-size=8` it was 340 instead
 * of 372 to 377 in the same quarter of an hour.
 */
const mostResidentBytes = 420 * 10 ** 6
const mostTimesP99 = 3
const mostPartLeft = 0.1
/** Somebody else may log in, whatever the attackers hold. */
const mostNewcomerMs = 5000

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

describe.each([
  { which: 'the default limits', limits: {}, isHeld: false },
  {
    which: 'limits that hold them all',
    limits: { connections: 8192, connections_in_login: 6000, connections_in_login_per_source: 6000 },
    isHeld: true,
  },
])('5,000 peers that never log in, 200 that send a byte a second, 200 that never read: with $which', attacked => {
  let scratch: Scratch
  let daemon: Daemon
  let attack: Attack | undefined
  let attackers: string
  let iscsiLoad: string

  beforeAll(async () => {
    scratch = await Scratch.create('abuse')
    attackers = scratch.path('attackers')
    iscsiLoad = scratch.path('iscsi-load')
    await compileAttackers(attackers)
    await compile(fileURLToPath(new URL('../load/iscsi-load.c', import.meta.url)), iscsiLoad)
    const served = { iqn, stores: [store], limits: attacked.limits }
    daemon = await startCompiled(served, scratch.directory)
  })

  afterAll(async () => {
    await attack?.end()
    await scratch?.remove()
  })

  const runGood = (): Promise<LoadReport> => runLoad(iscsiLoad, daemon.address(0), load)

  /** The good session while the attackers come and stay. */
  async function attacking(): Promise<Attacked> {
    const attackedLoad = runGood()
    await sleep(loginMs)
    attack = await Attack.start(attackers, daemon.address(0), peers)
    const newcomerMs = await logInAndRead(daemon.address(0))
    const under = await attackedLoad
    const held = await attack.held()
    await attack.end()
    return { under, held, newcomerMs }
  }

  it('a good session goes on, memory is bounded, and comes back', async () => {
    await runGood()
    const beforeBytes = await daemon.residentBytes()
    // The first attack runs through code that V8 has not compiled yet: its times are not judged.
    const first = await attacking()
    const peakBytes = await daemon.peakResidentBytes()
    const mostLeftBytes = beforeBytes * (1 + mostPartLeft)
    const restedMs = performance.now()
    const afterBytes = await afterRest(
      () => daemon.residentBytes(),
      bytes => bytes < mostLeftBytes,
    )
    const restMs = performance.now() - restedMs
    const judged: Round[] = []
    while (judged.length < rounds) judged.push({ quiet: await runGood(), ...(await attacking()) })
    const all = [first, ...judged]
    await daemon.stop()
    const { counted } = daemon
    for (const each of all) console.log(`${attacked.which}: ${described(each)}`)
    console.log(
      `${attacked.which}: resident ${megabytes(beforeBytes)} before, ${megabytes(peakBytes)} at most, ${megabytes(afterBytes)} ${(restMs / 1000).toFixed(1)} s after; ` +
        `refused ${counted.connectionsRefused ?? 0}, displaced ${counted.loginsDisplaced ?? 0}`,
    )

    for (const { newcomerMs, held } of all) {
      expect(newcomerMs).toBeLessThan(mostNewcomerMs)
      expect(held.hogs).toBe(peers.hogs)
    }
    const refused = all.reduce((sum, { held }) => sum + peers.drips + peers.idles - held.drips - held.idles, 0)
    expect((counted.connectionsRefused ?? 0) + (counted.loginsDisplaced ?? 0)).toBe(refused)
    expect(refused === 0).toBe(attacked.isHeld)
    expect(median(judged.map(({ quiet, under }) => under.p99us / quiet.p99us))).toBeLessThan(mostTimesP99)
    expect(peakBytes).toBeLessThan(mostResidentBytes)
    expect(afterBytes).toBeLessThan(mostLeftBytes)
  })
})

/** What came of one attack. */
type Attacked = {
  readonly under: LoadReport
  readonly held: Peers
  readonly newcomerMs: number
}
/** And how it was right before. */
type Round = Attacked & { readonly quiet: LoadReport }

function described({ quiet, under, held, newcomerMs }: Attacked & Partial<Round>): string {
  return (
    `p99 ${quiet?.p99us ?? '-'} us quiet, ${under.p99us} us attacked (${quiet?.iops ?? '-'} and ${under.iops} reads/s); ` +
    `a newcomer read after ${newcomerMs.toFixed(0)} ms; held ${JSON.stringify(held)}`
  )
}

/** How long it takes to log in and read a block, in milliseconds. */
async function logInAndRead({ host, port, iqn: target }: TargetAddress): Promise<number> {
  const startedMs = performance.now()
  await using session = await connect({ host, port, target })
  const unit = session.lun(0)
  await unit.ready()
  await unit.read(0, 1)
  return performance.now() - startedMs
}
