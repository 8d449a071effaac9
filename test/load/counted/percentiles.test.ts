import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../harness/compiler.ts'
import { Scratch } from '../../harness/scratch.ts'
import { SeededRandom } from '../../harness/seeded-random.ts'
import { runWholeLoad } from '../load-run.ts'
import { loadSession } from './client-load.ts'
import { type Comparison, inexact, QUANTILES } from './comparison.ts'
import { CountBook } from './count-book.ts'
import { type CountedDisk, unitLabel } from './counted-disk.ts'
import { CountedTarget } from './counted-target.ts'
import { CountingSession } from './counting-session.ts'

const TARGET = 'iqn.2026-11.io.lunkit.test:timed'
const SECONDS = 1

/** What iscsi-load does, each to a disk that nobody else uses. */
const RUNS = [
  { mode: 'read', bytes: 4096, depth: 1, sessions: 1, onFile: false },
  { mode: 'read', bytes: 4096, depth: 32, sessions: 2, onFile: false },
  { mode: 'write', bytes: 4096, depth: 32, sessions: 2, onFile: false },
  { mode: 'read', bytes: 4096, depth: 32, sessions: 1, onFile: true },
  { mode: 'write', bytes: 393_216, depth: 2, sessions: 2, onFile: true },
] as const

const disk: CountedDisk = { name: 'quick', blockSizeBytes: 512, blocks: 65_536 }
/** So small that commands wait for one another. */
const narrow: CountedDisk = { ...disk, name: 'narrow', blocks: 64, delayMs: 2 }

/** A power of two is cut into 16 buckets of one width. */
function bucketOf(seconds: number): number {
  const octave = Math.floor(Math.log2(seconds))
  return 16 * octave + Math.floor(16 * (seconds / 2 ** octave - 1))
}

describe('durations that a server tells', () => {
  let scratch: Scratch
  let target: CountedTarget
  let disks: readonly CountedDisk[]
  let portal: { readonly host: string; readonly port: number }
  let program: string

  beforeAll(async () => {
    scratch = await Scratch.create('timed')
    program = scratch.path('whole-load')
    await compile(fileURLToPath(new URL('../whole-load.c', import.meta.url)), program)
    const loaded = RUNS.map(({ onFile }, lun): CountedDisk => {
      const name = `disk${lun}`
      return { ...disk, name, ...(onFile && { path: scratch.path(name) }) }
    })
    disks = [...loaded, disk, narrow]
    target = CountedTarget.start()
    portal = await target.ask('serve', { name: TARGET, disks })
  })

  afterAll(async () => {
    await target?.stop()
    await scratch?.remove()
  })

  it.each(RUNS.map((run, lun) => ({ ...run, lun })))(
    'are no longer than iscsi-load has them: $mode of $bytes bytes at depth $depth, in a file: $onFile',
    async ({ lun, ...run }) => {
      const report = await runWholeLoad(program, { ...portal, iqn: TARGET, lun }, { ...run, seconds: SECONDS })
      const all = await target.ask('histograms', undefined)
      const what = `unit ${JSON.stringify([unitLabel(disks[lun] as CountedDisk, TARGET)])} duration ${run.mode}`
      const { told, count } = all.find(each => each.what === what) as Comparison
      const theirs = [report.p50us, report.p99us, report.p999us].map(us => (us + 1) / 1e6)
      const shown = (seconds: readonly number[]) => seconds.map(each => Math.round(each * 1e6)).join(', ')
      console.log(`${count} ${run.mode}s; p50, p99, p99.9 in µs: ours ${shown(told)}; of iscsi-load ${shown(theirs)}`)
      expect([report.errors, count]).toEqual([0, report.answered])
      const isLonger = (at: number) => bucketOf(told[at] as number) > bucketOf(theirs[at] as number) + 1
      expect(QUANTILES.filter((_, at) => isLonger(at))).toEqual([])
    },
  )

  it('are those of the samples, recorded one by one, within 5 % at p50, p99 and p99.9', async () => {
    const login = { ...portal, target: TARGET, initiatorName: 'iqn.2026-11.io.lunkit.test:host' }
    const session = await CountingSession.login(login, new CountBook())
    const units = [disk, narrow].map(({ blocks, blockSizeBytes }, at) => {
      const lun = RUNS.length + at
      return { lun, blocks, blockSizeBytes, ...(at === 0 && { mostBlocks: 1024 }) }
    })
    const load = loadSession(session, { random: new SeededRandom(5), depth: 8, units })
    await sleep(2 * SECONDS * 1000)
    await session.settle()
    await load
    const all = await target.ask('histograms', undefined)
    const sums = await target.ask('sums', undefined)
    expect([...all, ...sums].flatMap(inexact)).toEqual([])
    const timed = new Set(all.filter(({ count }) => count > 0).map(({ what }) => what.replace(/ \[.*\]/, '')))
    for (const what of ['duration read', 'duration write', 'duration other', 'queueWait', 'r2tWait'])
      expect(timed).toContain(`unit ${what}`)
    for (const what of ['unit storeInline read', 'nexus duration', 'thread eventLoopLag']) expect(timed).toContain(what)
  })
})
