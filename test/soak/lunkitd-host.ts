import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { freePort } from '../harness/free-port.ts'
import { sampleProcess } from '../harness/process-sample.ts'
import type { ServedConfig, StorageObject } from '../harness/save-config.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { ConfigEdits } from './config-edits.ts'
import { CountedRows, type RowsTaken } from './counted-rows.ts'
import { EditLoop } from './edit-loop.ts'
import type { ExpectedLogin } from './expected-login.ts'
import { type HeapSize, heapSize } from './heap-size.ts'
import type { Host, HostAddress, HostGauges } from './host.ts'
import type { LoadedEdit } from './loaded-edit.ts'
import { ownHandles } from './own-handles.ts'
import { Scrapes } from './scrapes.ts'
import { servedLogins } from './served-logins.ts'
import type { EditCounts, ToldEdits } from './told-edits.ts'
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
  /** What no LUN has it does not open. */
  readonly removals = ['close'] as const
  readonly #directory: string
  readonly #edits: ConfigEdits
  readonly #loop: EditLoop
  readonly #rows = new CountedRows()
  readonly address: HostAddress
  readonly #exporter: Exporter
  readonly #scrapes: Scrapes
  #daemon: Daemon
  #told: ToldEdits | undefined

  private constructor(
    { daemon, exporter }: { readonly daemon: Daemon; readonly exporter: Exporter },
    { served, directory, seed, editPauseMs }: LunkitdStart & { served: ServedConfig },
  ) {
    this.#directory = directory
    this.#daemon = daemon
    this.#exporter = exporter
    this.#scrapes = new Scrapes(
      [
        { name: 'lunkit-exporter', metrics: () => exporter.metrics() },
        { name: 'lunkitd --metrics', metrics: () => ownMetrics(this.#daemon) },
      ],
      what => this.#told?.find(what),
    )
    this.address = { host: '127.0.0.1', port: served.port ?? 0, target: IQN }
    const edits = new ConfigEdits({ served, directory, seed, daemon: () => this.#daemon })
    const random = new SeededRandom(seed)
    this.#edits = edits
    this.#loop = new EditLoop({
      edit: () => (this.#told ? edits.edit(this.#told) : Promise.resolve()),
      pauseMs: () => random.below(2 * editPauseMs),
      failed: error => this.#told?.find(String(error)),
    })
  }

  /** Starts it; its files lie in `directory`. */
  static async start(start: LunkitdStart): Promise<LunkitdHost> {
    const { directory } = start
    const port = await freePort()
    const served = {
      iqn: IQN,
      stores: UNIT_PLANS.map(plan => storageObject(plan, directory)),
      parameters: PARAMETERS,
      port,
    }
    const daemon = await startDaemon(served, directory)
    const exporter = await Exporter.start(`${directory}/control.sock`)
    return new LunkitdHost({ daemon, exporter }, { ...start, served })
  }

  get pid(): number {
    return this.#daemon.pid
  }

  get editCounts(): EditCounts {
    return this.#edits.counts
  }

  get scrapes(): number {
    return this.#scrapes.count
  }

  file({ name, volatile }: UnitPlan): string | undefined {
    return volatile ? undefined : fileOf(this.#directory, name)
  }

  gauges(): Promise<HostGauges> {
    return this.#loop.rest(async () => {
      const { heap, rows } = await this.#report()
      const sample = await sampleProcess(this.pid)
      const { files, ...own } = ownHandles(this.#edits.served)
      const handles = { openFiles: sample.openFiles - files, rows: this.#rows.left(rows, own) }
      return { ...sample, ...heap, ...handles, laneDeaths: 0 }
    })
  }

  async edit(told: ToldEdits): Promise<void> {
    this.#told = told
    this.#loop.start()
    this.#scrapes.start()
  }

  perform(edit: LoadedEdit): Promise<void> {
    return this.#loop.rest(() => this.#edits.perform(edit))
  }

  lookAt(look: (expected: readonly ExpectedLogin[]) => Promise<void>): Promise<void> {
    return this.#loop.rest(() => look(servedLogins(this.#edits.served)))
  }

  async #report(): Promise<{ heap: HeapSize; rows: RowsTaken }> {
    const path = `${this.#directory}/${REPORT_NAME}`
    const before = await readReport(path)
    const { rows } = await this.#daemon.countedSoFar()
    for (let waitedMs = 0; waitedMs < REPORT_MS; waitedMs += REPORT_POLL_MS) {
      await sleep(REPORT_POLL_MS)
      const report = await readReport(path)
      if (report && report.at !== before?.at) return { heap: report.heap, rows: rows as RowsTaken }
    }
    throw new Error(`lunkitd wrote no report within ${REPORT_MS} ms of SIGUSR2`)
  }

  readonly restart = (): Promise<void> =>
    this.#loop.rest(() =>
      this.#scrapes.rest(async () => {
        await this.#daemon.kill(REFUSALS)
        this.#daemon = await startDaemon(this.#edits.served, this.#directory)
      }),
    )

  async stop(): Promise<void> {
    await this.#loop.end()
    await this.#scrapes.end()
    await this.#exporter[Symbol.asyncDispose]()
    await this.#daemon.stop({ errors: REFUSALS })
  }
}

/** How lunkitd is started. */
interface LunkitdStart {
  readonly directory: string
  readonly seed: number
  /** How long edits pause after each, on average. */
  readonly editPauseMs: number
}

/** What lunkitd logs of edits that are wrong. */
const REFUSALS = [
  /^the configuration was not applied, nothing has changed: /,
  /^portal 192\.0\.2\.1:\d+ cannot be opened: /,
]

const fileOf = (directory: string, unit: string): string => `${directory}/${unit}.img`

function startDaemon(served: ServedConfig, directory: string): Promise<Daemon> {
  const reports = ['on-signal', `directory=${directory}`, `filename=${REPORT_NAME}`, 'exclude-network', 'exclude-env']
  const environment = { NODE_OPTIONS: reports.map(option => `--report-${option}`).join(' ') }
  return Daemon.start(served, directory, { environment, servedLuns: 1, args: ['--metrics', '127.0.0.1:0'] })
}

async function ownMetrics(daemon: Daemon): Promise<string> {
  const url = daemon.metricsUrl
  const answer = await fetch(url, { headers: { accept: 'text/plain' } })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer.text()
}

function storageObject(plan: UnitPlan, directory: string): StorageObject {
  const { lun, name, volatile } = plan
  const attributes = { block_size: plan.blockSizeBytes, unmap_zeroes_data: 1 }
  const common = { lun, name, sizeBytes: sizeBytes(plan), attributes }
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
