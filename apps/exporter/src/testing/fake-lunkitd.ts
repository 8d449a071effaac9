import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnswerOf, ControlFault, ControlServer, type ControlService, methods } from '@lunkit/control'

type Counters = AnswerOf<'counters'>
type Inventory = AnswerOf<'inventory'>

/** What a lunkitd tells that has one LUN. */
export const COUNTERS: Counters = {
  bounds: [0.001, 1],
  blocks: [
    {
      name: 'unit',
      labels: ['unit'],
      cells: [
        { metric: 'commands', kind: 'counter', of: 'read' },
        { metric: 'commands', kind: 'counter', of: 'write' },
        { metric: 'duration', kind: 'histogram', of: 'read' },
        { metric: 'tasks', kind: 'gauge', of: '' },
        { metric: 'waitingTasks', kind: 'gauge', of: '' },
        { metric: 'checkConditions', kind: 'counter', of: 'mediumError' },
        { metric: 'unitAttentions', kind: 'counter', of: '2a09' },
      ],
      rows: [
        { labels: ['fileio/a'], values: [0, 7, 3, 5, 4, 2], histograms: [[2, 3, 1.5, 1, 2]] },
        { labels: ['_ended'], values: [0, 1], histograms: [] },
      ],
    },
  ],
}

/** What such a lunkitd is. */
export const INVENTORY: Inventory = {
  version: '1.2.3',
  node: 'v24.21.0',
  started: 1_796_000_000,
  configuration: { saved: null, unsaved: true, fallbacks: 0 },
  calls: [{ method: 'edit', result: 'done', calls: 1 }],
  sessions: [{ target: 'iqn.t', initiator: 'iqn.i', tsih: 1, address: '[::1]:40000', alias: 'a "b"\\\n' }],
  sessionsLeftOut: 0,
  luns: [
    {
      ...{ lun: 'fileio/a', state: 'ready', size: 1024, serial: 's', product: 'FILEIO' },
      ...{ naa: '6001405', blockSize: 512, thin: true },
    },
  ],
  mappings: [{ target: 'iqn.t', tpg: 1, number: 3, lun: 'fileio/a' }],
}

const refuse = async () => {
  throw new ControlFault('refused', { what: 'is not what an exporter asks', right: 'counters' })
}

/** The control service of a lunkitd that tells what it is set to tell, and counts how often it was asked. */
export class FakeLunkitd implements AsyncDisposable {
  counters: () => Promise<Counters> = async () => COUNTERS
  inventory: Inventory = INVENTORY
  asked = 0
  readonly #directory: string
  #server: ControlServer | undefined

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** One that listens. */
  static async open(): Promise<FakeLunkitd> {
    const lunkitd = new FakeLunkitd(await mkdtemp(join(tmpdir(), 'lunkit-exporter-')))
    await lunkitd.start()
    return lunkitd
  }

  /** Where it listens. */
  get path(): string {
    return join(this.#directory, 'control.sock')
  }

  /** Listens again. */
  async start(): Promise<void> {
    const refusing = Object.keys(methods).map(name => [name, refuse])
    const service: ControlService = {
      ...(Object.fromEntries(refusing) as unknown as ControlService),
      counters: () => {
        this.asked++
        return this.counters()
      },
      inventory: async () => this.inventory,
      refusals: async () => ({ refusals: [] }),
    }
    this.#server = await ControlServer.open({ path: this.path, service, version: '1', tell: () => undefined })
  }

  /** Goes away, as one that has ended. */
  async stop(): Promise<void> {
    await this.#server?.close()
  }

  /** Goes for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.#directory, { recursive: true })
  }
}
