import { Sense, type SenseCode } from '@lunkit/scsi'
import { ATTENTIONS_A_NEXUS, REMEMBERED_NEXUSES } from '../limits.ts'

/** Sense that waits for the next command of a nexus: a unit attention, or a deferred error (SPC-5). */
export interface PendingSense {
  readonly code: SenseCode
  readonly deferred: boolean
}

/**
 * The resets, in the order of precedence of SAM-5 5.14 (highest first). One that is established says all that lower
 * ones could, so that it clears them; I_T nexus loss clears what is no reset.
 */
const RESETS: readonly SenseCode[] = [
  Sense.powerOnResetOrBusDeviceResetOccurred,
  Sense.powerOnOccurred,
  Sense.deviceInternalReset,
  Sense.scsiBusResetOccurred,
  Sense.busDeviceResetFunctionOccurred,
  Sense.iTNexusLossOccurred,
]

/** 0 is reported first; what is no reset is reported in the order of coming. */
function precedence({ code }: PendingSense): number {
  const at = RESETS.indexOf(code)
  return at < 0 ? RESETS.length : at
}

/** What waits for one nexus at one logical unit; each condition at most once. */
export class AttentionQueue {
  readonly #waiting: PendingSense[] = []
  /** A session of the nexus exists. */
  open = true

  /** How many wait; looked at for every command. */
  get length(): number {
    return this.#waiting.length
  }

  /** Establishes a condition. One that a pending reset of higher precedence covers already is not kept beside it. */
  raise(code: SenseCode, deferred = false): void {
    if (this.has(code, deferred)) return
    const pending = { code, deferred }
    const rank = precedence(pending)
    if (rank < RESETS.length) {
      if (this.#waiting.some(other => precedence(other) < rank)) return
      this.#waiting.length = 0
    }
    if (this.#waiting.length < ATTENTIONS_A_NEXUS) this.#waiting.push(pending)
  }

  has(code: SenseCode, deferred = false): boolean {
    for (const other of this.#waiting) if (other.code === code && other.deferred === deferred) return true
    return false
  }

  /** The condition to report first, which is cleared by that. */
  take(): PendingSense | undefined {
    return this.#waiting.shift()
  }

  /** Clears one condition, wherever it stands. */
  clear(code: SenseCode): void {
    const at = this.#waiting.findIndex(other => other.code === code && !other.deferred)
    if (at >= 0) this.#waiting.splice(at, 1)
  }
}

/**
 * The unit attention conditions of one logical unit, by the name of the I_T nexus, so that they outlive sessions
 * (SAM-5 5.14). A nexus that was never seen, or is no longer remembered, finds 29/00.
 */
export class UnitAttentions {
  readonly #byNexus = new Map<string, AttentionQueue>()

  /** A session of the nexus begins to see the unit: its queue. */
  open(key: string): AttentionQueue {
    let queue = this.#byNexus.get(key)
    if (!queue) {
      queue = new AttentionQueue()
      queue.raise(Sense.powerOnResetOrBusDeviceResetOccurred)
      this.#byNexus.set(key, queue)
    }
    queue.open = true
    return queue
  }

  /** The nexus is lost, or does not see the unit any more: its conditions are kept for a while. */
  close(key: string): void {
    const queue = this.#byNexus.get(key)
    if (!queue) return
    queue.open = false
    // The last ones closed stand last, so that the first closed one found is the one to forget.
    this.#byNexus.delete(key)
    this.#byNexus.set(key, queue)
    this.#forget()
  }

  /** Establishes a condition for every nexus but `except`. */
  raise(code: SenseCode, { except, deferred = false }: { except?: string | undefined; deferred?: boolean } = {}): void {
    for (const [key, queue] of this.#byNexus) if (key !== except) queue.raise(code, deferred)
  }

  /** Establishes a condition for one nexus, if it is known. */
  raiseFor(key: string, code: SenseCode): void {
    this.#byNexus.get(key)?.raise(code)
  }

  /** The condition that the nexus has to be told first, which is cleared by that. */
  take(key: string): PendingSense | undefined {
    return this.#byNexus.get(key)?.take()
  }

  /** How many nexuses are remembered, open ones included. */
  get known(): number {
    return this.#byNexus.size
  }

  #forget(): void {
    let closed = 0
    for (const queue of this.#byNexus.values()) if (!queue.open) closed++
    for (const [key, queue] of this.#byNexus) {
      if (closed <= REMEMBERED_NEXUSES) return
      if (queue.open) continue
      this.#byNexus.delete(key)
      closed--
    }
  }
}
