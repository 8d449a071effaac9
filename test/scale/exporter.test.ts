import { readFile } from 'node:fs/promises'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { median, spread } from '../bench/statistics.ts'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { Scratch } from '../harness/scratch.ts'
import { makeFiles, manyLuns, targetName } from './many-luns.ts'

const LUNS = 1000
const TARGETS = 100
const LUNS_OF_TARGET = LUNS / TARGETS
/** What else goes on at the machine is not judged: of several the median counts. */
const SCRAPES = 15
const MOST_SCRAPE_MS = 200
const MOST_CPU_MS = 10

describe(`lunkit-exporter at a lunkitd with ${LUNS} LUNs that have all been read and written`, () => {
  let scratch: Scratch
  let daemon: Daemon
  let exporter: Exporter

  beforeAll(async () => {
    scratch = await Scratch.create('exporter')
    const { directory } = scratch
    await makeFiles(directory, LUNS)
    daemon = await Daemon.start(manyLuns({ luns: LUNS, targets: TARGETS, directory }), directory)
    for (let target = 0; target < TARGETS; target++) await use(daemon, targetName(target))
    exporter = await Exporter.start(scratch.path('control.sock'))
  })
  afterAll(async () => {
    await exporter[Symbol.asyncDispose]()
    await daemon.stop()
    await scratch.remove()
  })

  it(`answers a scrape within ${MOST_SCRAPE_MS} ms, for less than ${MOST_CPU_MS} ms of the protocol thread`, async () => {
    // What both load when they are asked first is no matter of a scrape.
    await exporter.metrics()
    await exporter.metrics()
    const scrapesMs: number[] = []
    const cpusMs: number[] = []
    let characters = 0
    for (let scrape = 0; scrape < SCRAPES; scrape++) {
      const cpuMs = await protocolThreadMs(daemon)
      const startedMs = performance.now()
      characters = (await exporter.metrics()).length
      scrapesMs.push(performance.now() - startedMs)
      cpusMs.push((await protocolThreadMs(daemon)) - cpuMs)
    }
    const [scrapes, cpus] = [spread(scrapesMs), spread(cpusMs)]
    console.log(
      `${LUNS} LUNs: /metrics has ${(characters / 2 ** 20).toFixed(1)} MiB after ${scrapes.median.toFixed(0)} ms ` +
        `(${scrapes.low.toFixed(0)} to ${scrapes.high.toFixed(0)}), the protocol thread works for ${cpus.median.toFixed(1)} ms ` +
        `(${cpus.low.toFixed(1)} to ${cpus.high.toFixed(1)})`,
    )
    expect(median(scrapesMs)).toBeLessThan(MOST_SCRAPE_MS)
    expect(median(cpusMs)).toBeLessThan(MOST_CPU_MS)
  })
})

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

/** How long the main thread of a lunkitd has been on a CPU, in milliseconds: proc(5), schedstat. */
async function protocolThreadMs({ pid }: Daemon): Promise<number> {
  const [nanoseconds] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')).split(' ')
  return Number(nanoseconds) / 1e6
}
