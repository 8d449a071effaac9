import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { NeverBackReport } from './never-back-worker.ts'

/** A thread that reads blocks all the time, from their memory, and notes each sum that has become less. */
export class NeverBack {
  readonly #worker: Worker

  /** `memory` of blocks by their names. */
  constructor(memory: Readonly<Record<string, SharedArrayBuffer>>) {
    this.#worker = new Worker(new URL('./never-back-worker.ts', import.meta.url), { workerData: memory })
  }

  /** Ends it. */
  async report(): Promise<NeverBackReport> {
    const told = once(this.#worker, 'message')
    this.#worker.postMessage('report')
    const [report] = (await told) as [NeverBackReport]
    await this.#worker.terminate()
    return report
  }
}
