import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { DiskServer } from 'lunkit'
import { givenBlocks } from './given-blocks.ts'
import type { Answered, Asked, GivenBlock, StatisticsRequest } from './statistics-request.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const entry = fileURLToPath(new URL(`./statistics-worker.${extension}`, import.meta.url))

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (json: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/**
 * The thread that reads what is counted: with thousands of disks that takes longer than what is served may wait. It is started when somebody
 * asks first. Who asks what somebody else waits for waits for the same.
 */
export class StatisticsThread {
  readonly #blocks: readonly GivenBlock[]
  readonly #waiting = new Map<number, Waiting>()
  readonly #underWay = new Map<string, Promise<Uint8Array>>()
  #worker: Worker | undefined
  #last = 0

  constructor(blocks: DiskServer['statistics']['blocks']) {
    this.#blocks = givenBlocks(blocks)
  }

  /** The JSON of an answer, in UTF-8. Rejects where the thread has ended. */
  ask(request: StatisticsRequest): Promise<Uint8Array> {
    const key = JSON.stringify(request)
    const shared = this.#underWay.get(key) ?? this.#send(request).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, shared)
    return shared
  }

  /** Ends the thread; whoever waits is told. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#lost(new Error('lunkitd is ending'))
    await worker?.terminate()
  }

  #send(request: StatisticsRequest): Promise<Uint8Array> {
    const id = ++this.#last
    const asked: Asked = { id, request }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker ??= this.#started()
      this.#worker.postMessage(asked)
    })
  }

  #started(): Worker {
    const worker = new Worker(entry, { workerData: this.#blocks, name: 'statistics' })
    worker.unref()
    worker.on('message', ({ id, json }: Answered) => {
      this.#waiting.get(id)?.resolve(json)
      this.#waiting.delete(id)
    })
    const lost = (error: Error): void => {
      if (this.#worker === worker) this.#lost(error)
    }
    worker.on('error', lost)
    worker.on('exit', () => lost(new Error('the thread that reads what is counted has ended')))
    return worker
  }

  /** The next question starts another one. */
  #lost(error: Error): void {
    this.#worker = undefined
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}
