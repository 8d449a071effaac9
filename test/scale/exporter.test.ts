import { setTimeout as elapsed } from 'node:timers/promises'
import { ControlClient } from '@lunkit/control/client'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spread } from '../bench/statistics.ts'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { processMs, threadMs } from '../harness/process-time.ts'
import { Scratch } from '../harness/scratch.ts'
import { LagReading } from './lag-reading.ts'
import { makeFiles, manyLuns, targetName } from './many-luns.ts'

const LUNS = 1000
const TARGETS = 100
const LUNS_OF_TARGET = LUNS / TARGETS
const SCRAPES = 15
/** Of both processes together: where nobody else has the machine, no scrape takes longer, since they work one after the other. */
const MOST_WORK_MS = 200
const MOST_PROTOCOL_MS = 10
/** For so long it is scraped every second, and is not. */
const LAG_SECONDS = 10
/** Of lunkitd, by which it looks how late it is. */
const TIMERS_A_SECOND = 10

describe(`a lunkitd with ${LUNS} LUNs that have all been read and written`, () => {
  let scratch: Scratch
  let daemon: Daemon
  let exporter: Exporter
  let own: string

  beforeAll(async () => {
    scratch = await Scratch.create('exporter')
    const { directory } = scratch
    await makeFiles(directory, LUNS)
    const served = manyLuns({ luns: LUNS, targets: TARGETS, directory })
    daemon = await Daemon.start(served, directory, { args: ['--metrics', '127.0.0.1:0'] })
    own = String(daemon.records.find(record => record['metrics'] !== undefined)?.['metrics'])
    for (let target = 0; target < TARGETS; target++) await use(daemon, targetName(target))
    exporter = await Exporter.start(scratch.path('control.sock'))
  })
  afterAll(async () => {
    await exporter[Symbol.asyncDispose]()
    await daemon.stop()
    await scratch.remove()
  })

  it.each([
    ['lunkit-exporter', () => exporter.metrics(), () => [daemon.pid, exporter.pid]],
    ['itself', () => metricsAt(own), () => [daemon.pid]],
  ] as const)(
    `is scraped by %s for less than ${MOST_WORK_MS} ms of work, ${MOST_PROTOCOL_MS} ms of them of the protocol thread`,
    async (name, scrape, processes) => {
      // What is loaded for the first ones is no matter of a scrape.
      for (let times = 0; times < 3; times++) await scrape()
      const [scrapesMs, protocolMs] = [[] as number[], [] as number[]]
      let characters = 0
      const workedMs = await workMs(processes())
      for (let times = 0; times < SCRAPES; times++) {
        const cpuMs = await threadMs(daemon.pid, daemon.pid)
        const startedMs = performance.now()
        characters = (await scrape()).length
        scrapesMs.push(performance.now() - startedMs)
        protocolMs.push((await threadMs(daemon.pid, daemon.pid)) - cpuMs)
      }
      const work = ((await workMs(processes())) - workedMs) / SCRAPES
      const [scrapes, protocol] = [spread(scrapesMs), spread(protocolMs)]
      console.log(
        `${LUNS} LUNs by ${name}: /metrics has ${(characters / 2 ** 20).toFixed(1)} MiB after ${scrapes.median.toFixed(0)} ms ` +
          `(${scrapes.low.toFixed(0)} to ${scrapes.high.toFixed(0)}), for ${work.toFixed(0)} ms of work, ` +
          `${protocol.median.toFixed(1)} ms (${protocol.low.toFixed(1)} to ${protocol.high.toFixed(1)}) of the protocol thread`,
      )
      expect(work).toBeLessThan(MOST_WORK_MS)
      expect(protocol.median).toBeLessThan(MOST_PROTOCOL_MS)
    },
  )

  it('answers in time while it is scraped every second', async () => {
    const client = new ControlClient({ path: scratch.path('control.sock') })
    const lagOver = async (each: () => Promise<unknown>): Promise<LagReading> => {
      const before = await LagReading.of(client)
      for (let second = 0; second < LAG_SECONDS; second++) await Promise.all([elapsed(1000), each()])
      return (await LagReading.of(client)).since(before)
    }
    const unasked = await lagOver(async () => undefined)
    const scraped = await lagOver(() => metricsAt(own))
    const [p99, before] = [scraped, unasked].map(lag => lag.quantileMs(0.99).toFixed(2))
    // Whoever else has the machine adds to both, and most to the longest of a hundred: it is told, and compared by who knows that nobody has.
    console.log(`p99 of the event loop's lag: ${p99} ms scraped every second, ${before} ms before`)
    expect(scraped.count).toBeGreaterThan((LAG_SECONDS * TIMERS_A_SECOND) / 2)
  })
})

const metricsAt = async (url: string): Promise<string> => (await fetch(url)).text()

/** Reads and writes a block of each LUN of a target. */
async function use(daemon: Daemon, target: string): Promise<void> {
  const { host, port } = daemon.address(0)
  await using session = await connect({ host, port, target })
  for (let lun = 0; lun < LUNS_OF_TARGET; lun++) {
    const unit = session.lun(lun)
    await unit.ready()
    await unit.write(0, await unit.read(0, 1))
  }
}

/** How long all threads of processes have been on a CPU, in milliseconds. */
async function workMs(processes: readonly number[]): Promise<number> {
  let sum = 0
  for (const pid of processes) sum += await processMs(pid)
  return sum
}
