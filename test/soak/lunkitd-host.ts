import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Daemon } from '../harness/daemon.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { type HeapSize, heapSize } from './heap-size.ts'
import type { Host, HostAddress, HostGauges } from './host.ts'
import { sizeBytes, UNIT_PLANS, type UnitPlan } from './unit-plan.ts'

const IQN = 'iqn.2026-11.io.lunkit.test:soak'
/** Sessions ask for more than LIO's defaults offer. */
const PARAMETERS = { InitialR2T: 'No', MaxBurstLength: '1048576', MaxOutstandingR2T: '8' } as const
const REPORT_NAME = 'report.json'
/** How long the report of a busy process may take. */
const REPORT_MS = 10_000
const REPORT_POLL_MS = 50

/** lunkitd, as an administrator starts it; its heap is read from the report that Node writes at SIGUSR2. */
export class LunkitdHost implements Host {
  readonly name = 'lunkitd'
  readonly tolerance = { laneDeaths: false }
  readonly #directory: string
  #daemon: Daemon

  private constructor(directory: string, daemon: Daemon) {
    this.#directory = directory
    this.#daemon = daemon
  }

  /** Starts it; its files lie in `directory`. */
  static async start(directory: string): Promise<LunkitdHost> {
    return new LunkitdHost(directory, await startDaemon(directory, 0))
  }

  get pid(): number {
    return this.#daemon.pid
  }

  get address(): HostAddress {
    const { host, port } = this.#daemon.address(0)
    return { host, port, target: IQN }
  }

  file({ name, volatile }: UnitPlan): string | undefined {
    return volatile ? undefined : fileOf(this.#directory, name)
  }

  async gauges(): Promise<HostGauges> {
    const path = `${this.#directory}/${REPORT_NAME}`
    const before = await readReport(path)
    process.kill(this.pid, 'SIGUSR2')
    for (let waitedMs = 0; waitedMs < REPORT_MS; waitedMs += REPORT_POLL_MS) {
      await sleep(REPORT_POLL_MS)
      const report = await readReport(path)
      if (report && report.at !== before?.at) return { ...report.heap, laneDeaths: 0 }
    }
    throw new Error(`lunkitd wrote no report within ${REPORT_MS} ms of SIGUSR2`)
  }

  readonly restart = async (): Promise<void> => {
    const { port } = this.address
    await this.#daemon.kill()
    this.#daemon = await startDaemon(this.#directory, port)
  }

  async stop(): Promise<void> {
    await this.#daemon.stop()
  }
}

const fileOf = (directory: string, unit: string): string => `${directory}/${unit}.img`

function startDaemon(directory: string, port: number): Promise<Daemon> {
  const stores = UNIT_PLANS.map(plan => storageObject(plan, directory))
  const reports = ['on-signal', `directory=${directory}`, `filename=${REPORT_NAME}`, 'exclude-network', 'exclude-env']
  const environment = { NODE_OPTIONS: reports.map(option => `--report-${option}`).join(' ') }
  return Daemon.start({ iqn: IQN, stores, parameters: PARAMETERS, port }, directory, { environment })
}

function storageObject(plan: UnitPlan, directory: string): StorageObject {
  const { name, volatile } = plan
  const attributes = { block_size: plan.blockSizeBytes, unmap_zeroes_data: 1 }
  const common = { name, sizeBytes: sizeBytes(plan), attributes }
  if (volatile) return { ...common, plugin: 'ramdisk' }
  return { ...common, plugin: 'fileio', path: fileOf(directory, name), writeBack: name === 'write-back' }
}

/** What is looked at in Node's report. */
interface NodeReport {
  readonly header: { readonly dumpEventTimeStamp: string }
  readonly javascriptHeap: {
    readonly heapSpaces: Readonly<Record<string, { readonly used: number; readonly committedMemory: number }>>
  }
}

async function readReport(path: string): Promise<{ at: string; heap: HeapSize } | undefined> {
  try {
    const { header, javascriptHeap } = JSON.parse(await readFile(path, 'utf8')) as NodeReport
    const spaces = Object.entries(javascriptHeap.heapSpaces).map(([name, { used, committedMemory }]) => ({
      name,
      usedBytes: used,
      residentBytes: committedMemory,
    }))
    return { at: header.dumpEventTimeStamp, heap: heapSize(spaces) }
  } catch {
    // Not there yet, or half written.
    return undefined
  }
}
