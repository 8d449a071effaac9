import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnswerOf, ControlFault, ControlServer, type ControlService, methods } from '@lunkit/control'
import { DAEMON } from './told-daemon.ts'

type Counters = AnswerOf<'counters'>
type Inventory = AnswerOf<'inventory'>

const COUNTERS: Counters = { bounds: [], blocks: [] }
const INVENTORY: Inventory = {
  ...DAEMON,
  configuration: { saved: null, unsaved: true, fallbacks: 0 },
  ...{ sessions: [], luns: [], groups: [], mappings: [] },
}

const refuse = async () => {
  throw new ControlFault('refused', { what: 'is not what an exporter asks', right: 'counters' })
}

/** The control service of a lunkitd that tells what it is set to tell, and counts how often it was asked. */
export class FakeLunkitd implements AsyncDisposable {
  counters: () => Promise<Counters> = async () => COUNTERS
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
      inventory: async () => INVENTORY,
      refusals: async () => ({ refusals: [], counts: [] }),
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
