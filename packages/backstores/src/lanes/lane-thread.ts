import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { storeLimits } from '../limits.ts'
import { Doorbell, type LaneTask } from './lane-worker.ts'
import type { RingMemory } from './ring-memory.ts'

/** Hears of a lane's thread. */
export interface LaneThreadOwner {
  /** The thread serves the ring. */
  threadReady(): void
  /** The system does not let the thread run on its processor, and says why by this number; told before it serves. */
  threadUnplaced(errno: number): void
  /** Something has completed. */
  threadCompleted(): void
  /** The thread has really ended: nothing it was asked for is going on any more. */
  threadEnded(cause: Error | undefined): void
}

/** What a thread is started with. */
export interface LaneThreadOptions {
  /** The number of its lane, which the system knows the thread by. */
  readonly index: number
  readonly ring: RingMemory
  readonly memory: SharedArrayBuffer
  readonly native: boolean
  /** Where the thread may map regions of files, if anywhere; what it leaves there when it ends is its owner's to take away. */
  readonly mappingAddress: number | undefined
  /** Microseconds for which the thread looks for more work before it sleeps. */
  readonly pollUs: Int32Array
  /** The processor that the thread runs on; undefined: any. */
  readonly cpu: number | undefined
  readonly owner: LaneThreadOwner
}

/** Starts a thread, and says how it is ended. Tests bring threads of their own. */
export type StartLaneThread = (options: LaneThreadOptions) => Pick<LaneThread, 'terminate'>

// The worker's entry lies beside this file, in the same language: unbuilt .ts, built .js.
const entry = fileURLToPath(new URL(`./lane-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))

/**
 * Node's arguments for a lane: those of the process, unless it runs a program of its command line. A lane is a file, which
 * what is said of such a program would keep from being loaded; then only where packages are found is passed on.
 */
const laneArguments = (): string[] | undefined => {
  const { execArgv } = process
  if (!execArgv.some(argument => argument.startsWith('--input-type'))) return undefined
  return execArgv.filter(argument => argument.startsWith('--conditions='))
}

/**
 * One life of one lane's thread. A pool of one: Piscina starts it, hands it its one task, and hears it die; when it
 * starts again is the lane's own decision, so each life has a pool of its own.
 */
export class LaneThread {
  readonly #owner: LaneThreadOwner
  readonly #pool: Piscina
  #cause: Error | undefined

  constructor({ ring, owner, ...rest }: LaneThreadOptions) {
    this.#owner = owner
    const execArgv = laneArguments()
    this.#pool = new Piscina({
      filename: entry,
      name: 'serve',
      minThreads: 0,
      maxThreads: 1,
      recordTiming: false,
      ...(execArgv && { execArgv }),
      // Else the end of the thread would close files that other threads use.
      trackUnmanagedFds: false,
      resourceLimits: {
        maxOldGenerationSizeMb: storeLimits.laneHeapMiB,
        maxYoungGenerationSizeMb: storeLimits.laneNewHeapMiB,
      },
    })
    this.#pool.on('error', (error: Error) => this.#blame(error))
    const { port1, port2 } = new MessageChannel()
    port1.on('message', this.#heard)
    port1.unref()
    const { shared, capacity } = ring
    const task: LaneTask = { ...rest, ring: shared, capacity, doorbell: port2 }
    const served = this.#pool.run(task, { transferList: [port2] })
    const thread = this.#pool.threads[0]
    if (!thread) throw new Error('a lane was started, but Piscina started no thread for it')
    // Told before its end, and before the pool rejects its task.
    thread.once('error', (error: Error) => this.#blame(error))
    thread.once('exit', code => {
      port1.close()
      this.#ended(code)
    })
    served.then(this.#end, error => {
      this.#blame(error as Error)
      this.#end()
    })
  }

  /** Ends the thread as soon as it returns from its system call. Only for a thread that has been ready. */
  terminate(): void {
    this.#blame(new Error('the thread was terminated'))
    this.#end()
  }

  readonly #heard = (message: number): void => {
    if (message < 0) this.#owner.threadUnplaced(-message)
    else if (message === Doorbell.ready) this.#owner.threadReady()
    else this.#owner.threadCompleted()
  }

  readonly #end = (): void => {
    this.#pool.destroy().catch((error: unknown) => this.#blame(error as Error))
  }

  #blame(error: Error): void {
    this.#cause ??= error
  }

  #ended(code: number): void {
    if (code !== 0 && !this.#cause) this.#cause = new Error(`the thread exited with code ${code}`)
    this.#owner.threadEnded(this.#cause)
  }
}
