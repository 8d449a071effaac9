import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spread } from '../bench/statistics.ts'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { processMs, threadMs } from '../harness/process-time.ts'
import { Scratch } from '../harness/scratch.ts'
import { makeFiles, manyLuns, targetName } from './many-luns.ts'

const LUNS = 1000
const TARGETS = 100
const LUNS_OF_TARGET = LUNS / TARGETS
const SCRAPES = 15
/** Of both processes together: where nobody else has the machine, no scrape takes longer, since they work one after the other. */
const MOST_WORK_MS = 200
const MOST_PROTOCOL_MS = 10

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

  it(`answers a scrape for less than ${MOST_WORK_MS} ms of work, ${MOST_PROTOCOL_MS} ms of them of the protocol thread`, async () => {
    // What both load when they are asked first is no matter of a scrape.
    for (let scrape = 0; scrape < 3; scrape++) await exporter.metrics()
    const scrapesMs: number[] = []
    const protocolMs: number[] = []
    let characters = 0
    const workedMs = await workMs(daemon, exporter)
    for (let scrape = 0; scrape < SCRAPES; scrape++) {
      const cpuMs = await threadMs(daemon.pid, daemon.pid)
      const startedMs = performance.now()
      characters = (await exporter.metrics()).length
      scrapesMs.push(performance.now() - startedMs)
      protocolMs.push((await threadMs(daemon.pid, daemon.pid)) - cpuMs)
    }
    const work = ((await workMs(daemon, exporter)) - workedMs) / SCRAPES
    const [scrapes, protocol] = [spread(scrapesMs), spread(protocolMs)]
    console.log(
      `${LUNS} LUNs: /metrics has ${(characters / 2 ** 20).toFixed(1)} MiB after ${scrapes.median.toFixed(0)} ms ` +
        `(${scrapes.low.toFixed(0)} to ${scrapes.high.toFixed(0)}), for ${work.toFixed(0)} ms of work, ` +
        `${protocol.median.toFixed(1)} ms (${protocol.low.toFixed(1)} to ${protocol.high.toFixed(1)}) of the protocol thread`,
    )
    expect(work).toBeLessThan(MOST_WORK_MS)
    expect(protocol.median).toBeLessThan(MOST_PROTOCOL_MS)
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

/** How long all threads of both processes have been on a CPU, in milliseconds. */
const workMs = async (daemon: Daemon, exporter: Exporter): Promise<number> =>
  (await processMs(daemon.pid)) + (await processMs(exporter.pid))
