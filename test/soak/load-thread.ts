import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { LoadOptions } from './load.ts'
import type { LoadAnswer, LoadOrder } from './load-worker.ts'

/** A load in a thread of its own. */
export class LoadThread {
  readonly #worker: Worker
  /** What it has counted and found, as of its last answer. */
  last: LoadAnswer = { counts: {}, findings: [], found: 0 }
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: LoadOptions) {
    this.#worker = new Worker(new URL('./load-worker.ts', import.meta.url), {
      workerData: options,
      execArgv: ['--conditions=source'],
    })
  }

  /** Asks it for something; resolves when it has done so. */
  ask(order: LoadOrder): Promise<LoadAnswer> {
    const answered = this.#turn.then(async () => {
      this.#worker.postMessage(order)
      const [answer] = (await once(this.#worker, 'message')) as [LoadAnswer]
      this.last = answer
      return answer
    })
    this.#turn = answered.catch(() => undefined)
    return answered
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
