import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type LogOptions, usualFormat } from '../log/log.ts'
import type { Logger } from '../log/logger.ts'
import { BEAT_MS, BeatWatch } from './beat-watch.ts'
import { Beats, Side, type Standstill, type Standstills } from './beats.ts'
import { processorShare, threadNumber } from './processor-share.ts'
import { TextMemory } from './text-memory.ts'
import type { WatchTask } from './watch-worker.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const entry = fileURLToPath(new URL(`./watch-worker.${extension}`, import.meta.url))
/** It has no work; what it says it says by a log of its own. */
const HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }
/** A thread that has ended unasked is followed by another one after this long. */
const AGAIN_MS = 1000
/** Nothing is kept waiting for a thread any longer. */
const BEGUN_MS = 2000
const SILENT = 'the thread that watches the protocol thread does not answer'

/** What the watching thread is started with. */
export interface WatchThreadOptions {
  readonly log: Logger
  /** How lines of the log look. */
  readonly logOptions: LogOptions
}

/** The watching thread, seen from the protocol thread: each watches the other. */
export class WatchThread {
  readonly #options: WatchThreadOptions
  readonly #beats = new Beats()
  readonly #status = new TextMemory()
  readonly #watch = new BeatWatch(() => processorShare(this.#beats.thread(Side.watch)))
  #timer: NodeJS.Timeout | undefined
  #worker: Worker | undefined
  /** The thread has all that it needs. What comes later may leave it no descriptor to load anything by. */
  readonly begun: Promise<void>

  constructor(options: WatchThreadOptions) {
    this.#options = options
    this.#beats.begin(Side.protocol, threadNumber())
    this.begun = new Promise(resolve => {
      this.#start(resolve)
      setTimeout(resolve, BEGUN_MS).unref()
    })
  }

  /** Why it says nothing, in words; undefined while it goes on. */
  get silent(): string | undefined {
    return this.#watch.isStill ? SILENT : undefined
  }

  /** When the protocol thread stood still last; undefined: never yet. */
  get lastStandstill(): Standstill | undefined {
    return this.#beats.last
  }

  /** How often it has, and for how long. */
  get standstills(): Standstills {
    return this.#beats.standstills
  }

  /** What it is to tell of lunkitd when nobody else can: an answer of `status`, without health. */
  remember(status: object): void {
    this.#status.write(JSON.stringify(status))
  }

  /** The process ends itself: if it has not in two seconds, the watching thread does. */
  endSoon(): void {
    this.#beats.end()
  }

  /**
   * From now on each watches the other: who is still starting may be long in one turn. `control` is the descriptor of the control socket, at
   * which the thread may answer in another's place; undefined: there is none.
   */
  watch(control: number | undefined): void {
    this.#beats.control = control
    this.#beat()
    this.#timer = setInterval(() => this.#beat(), BEAT_MS).unref()
  }

  /** Before the control socket is closed: its descriptor is somebody else's then. */
  leaveControl(): void {
    this.#beats.control = undefined
  }

  /** Ends it. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #beat(): void {
    this.#beats.beat(Side.protocol)
    const count = this.#beats.count(Side.watch)
    const { log } = this.#options
    const finding = this.#watch.look(count, performance.now(), this.#beats.isLoading)
    if (finding?.kind === 'standsStill')
      log.error({ event: 'watchSilent' }, `${SILENT}: a standstill would not be found`)
    else if (finding?.kind === 'goesOn')
      log.info({ event: 'watchGoesOn', forMs: Math.round(finding.forMs) }, 'the watching thread goes on')
  }

  #start(begun?: () => void): void {
    const { log, logOptions } = this.#options
    this.#beats.loads()
    const format = logOptions.format ?? usualFormat()
    const task: WatchTask = {
      beats: this.#beats.memory,
      status: this.#status.memory,
      log: { ...logOptions, format },
    }
    const worker = new Worker(entry, {
      workerData: task,
      name: 'watch',
      resourceLimits: HEAP,
      trackUnmanagedFds: false,
    })
    this.#worker = worker
    worker.unref()
    worker.once('message', () => {
      log.debug({ event: 'watched' }, 'the protocol thread is watched')
      begun?.()
    })
    worker.on('error', error =>
      log.error({ event: 'watchDied', err: error }, 'the watching thread died; it is started again'),
    )
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      setTimeout(() => {
        if (this.#worker === worker) this.#start()
      }, AGAIN_MS).unref()
    })
  }
}
