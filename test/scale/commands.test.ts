import { readFile } from 'node:fs/promises'
import { connect } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { median, spread } from '../bench/statistics.ts'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { lunkit, makeLuns, type Stretch } from './lun-script.ts'
import { makeFiles, targetName } from './many-luns.ts'

const LUNS = 1000
const TARGETS = 100
const LEAST_A_SECOND = 10
/** How many times as long the last hundred may take as the first. */
const MOST_TIME_RISE = 1.5
/** How many times as much CPU time of lunkitd as the second: for the first its code is not compiled yet. */
const MOST_CPU_RISE = 1.7
const MOST_RESTORE_MS = 5000
/**
 * What else goes on at the machine is not judged: of commands in pairs, one right after the other, the median counts, or where that is
 * worse the quicker quarter of each, to which others have added least.
 */
const ROUNDS = 24
const MOST_COMMAND_RISE = 1.1
const timeoutMs = 10_000

const first = { plugin: 'ramdisk', name: 'first', sizeBytes: 2 ** 20 } as const
const oneLun = { iqn: 'iqn.2026-11.io.lunkit.test:first', stores: [first] }

describe(`lunkit makes ${LUNS} LUNs over ${TARGETS} targets one by one:`, () => {
  let scratch: Scratch
  let beside: Scratch
  const daemons: Daemon[] = []
  let stretches: readonly Stretch[]
  let port: number

  beforeAll(async () => {
    ;[scratch, beside] = [await Scratch.create('scale-commands'), await Scratch.create('scale-beside')]
    const { directory } = scratch
    await makeFiles(directory, LUNS)
    const daemon = await Daemon.start(oneLun, directory)
    daemons.push(daemon)
    port = await freePort()
    stretches = await makeLuns({ luns: LUNS, targets: TARGETS, directory, port }, daemon)
    const told = stretches.map(({ tookS, cpuS }) => `${tookS.toFixed(2)} (${cpuS.toFixed(2)})`)
    console.log(`each hundred in seconds (CPU time of lunkitd): ${told.join(', ')}`)
  })

  afterAll(async () => {
    for (const daemon of daemons) await daemon.stop()
    await scratch?.remove()
    await beside?.remove()
  })

  it(`${LEAST_A_SECOND} a second at least, the last as fast as the first`, () => {
    const [begin, second] = stretches
    const end = stretches.at(-1)
    const tookS = stretches.reduce((sum, stretch) => sum + stretch.tookS, 0)
    expect(LUNS / tookS).toBeGreaterThan(LEAST_A_SECOND)
    expect((end?.tookS ?? 0) / (begin?.tookS ?? 0)).toBeLessThan(MOST_TIME_RISE)
    expect((end?.cpuS ?? 0) / (second?.cpuS ?? 0)).toBeLessThan(MOST_CPU_RISE)
  })

  it(`a lunkitd that is started again serves them within ${MOST_RESTORE_MS / 1000} s of what was saved`, async () => {
    await daemons.pop()?.stop()
    const { directory } = scratch
    const saved = await readFile(scratch.path('saveconfig.json'), 'utf8')
    const startedMs = performance.now()
    const daemon = await Daemon.start(saved, directory, { servedLuns: LUNS + 1 })
    daemons.push(daemon)
    await readLast(port)
    const tookMs = performance.now() - startedMs
    console.log(`restored and read after ${tookMs.toFixed(0)} ms`)
    expect(tookMs).toBeLessThan(MOST_RESTORE_MS)
  })

  it.each([
    ['shows', () => ['/iscsi', 'status']],
    ['changes', (round: number) => ['/backstores/ramdisk/first', 'set', 'attribute', `emulate_caw=${round % 2}`]],
  ])('a command that %s something takes as long as beside one LUN, within 10 %%', async (_, lineOf) => {
    if (daemons.length < 2) daemons.push(await Daemon.start(oneLun, beside.directory))
    const [few, many]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      const line = lineOf(round)
      const both = [
        () => runMs(beside, line).then(ms => few.push(ms)),
        () => runMs(scratch, line).then(ms => many.push(ms)),
      ]
      for (const each of round % 2 === 0 ? both : both.toReversed()) await each()
    }
    const rise = median(many.map((ms, round) => ms / (few[round] as number)))
    const [less, more] = [spread(few), spread(many)].map(
      told => `${told.median.toFixed(0)} ms (from ${told.low.toFixed(0)})`,
    )
    console.log(`${lineOf(0).join(' ')}: ${less} beside one LUN, ${more} beside ${LUNS}; ${rise.toFixed(3)} times`)
    expect(Math.min(rise, quarter(many) / quarter(few))).toBeLessThan(MOST_COMMAND_RISE)
  })
})

/** A quarter of the values is less. */
const quarter = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 4)] ?? 0

/** Reads a block of the last LUN of the last target. */
async function readLast(port: number): Promise<void> {
  await using session = await connect({ host: '127.0.0.1', port, target: targetName(TARGETS - 1) })
  const unit = session.lun(LUNS / TARGETS - 1)
  await unit.ready()
  await unit.read(0, 1)
}

/** Runs lunkit once; how long it took, in milliseconds. */
async function runMs(scratch: Scratch, line: readonly string[]): Promise<number> {
  const { elapsedMs } = await succeed(lunkit, ['--control', scratch.path('control.sock'), ...line], { timeoutMs })
  return elapsedMs
}
