import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { trimHeap } from 'lunkit'

/** How often it is looked whether many connections have gone. */
const LOOK_EVERY_MS = 5000
/** So many that the memory that they had is worth a collection. */
const MANY_CONNECTIONS = 128

/** Has V8 collect everything, as a task of its own. */
function collectAll(): void {
  // Node has no call for it; a context that is made after this flag has one.
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => unknown
  collect({ type: 'major', execution: 'async', flavor: 'last-resort' })
}

/**
 * Gives back to the system what many connections needed, after they have gone: V8 collects when something is allocated,
 * and a server that was attacked and is idle then would keep it all.
 */
export class IdleMemory {
  readonly #connections: () => number
  readonly #collect: () => void
  readonly #trim: () => void
  /** Whether objects were collected since the last look, whose memory the allocator has now. */
  #collected = false
  #most = 0
  #last = 0

  constructor(connections: () => number, collect: () => void = collectAll, trim: () => void = trimHeap) {
    this.#connections = connections
    this.#collect = collect
    this.#trim = trim
  }

  /** Looks from now on, without keeping the process alive. */
  start(): void {
    setInterval(() => this.look(), LOOK_EVERY_MS).unref()
  }

  /** Collects when far fewer connections are left than there were, and no more of them go. */
  look(): void {
    if (this.#collected) this.#trim()
    this.#collected = false
    const now = this.#connections()
    this.#most = Math.max(this.#most, now)
    const settled = now >= this.#last
    this.#last = now
    if (!settled || this.#most - now < MANY_CONNECTIONS) return
    this.#most = now
    this.#collected = true
    this.#collect()
  }
}
