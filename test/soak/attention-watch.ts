/** The conditions that changes of what is served establish: the LUNs of the nexus are others, or a unit has another size. */
export const CHANGE_ATTENTIONS = ['reportedLunsDataHasChanged', 'capacityDataHasChanged'] as const
/** One of them. */
export type ChangeAttention = (typeof CHANGE_ATTENTIONS)[number]

/** Whether sense of this name is one of them. */
export const isChangeAttention = (name: string | undefined): name is ChangeAttention =>
  CHANGE_ATTENTIONS.some(each => each === name)

/** How a change has ended. */
export interface ChangeEnd {
  /** The number of the next operation. */
  readonly next: number
  /** Whether the nexus can be told: it had a session all the time, and sees the unit. */
  readonly isTellable: boolean
}

/** A change that is being made. */
interface ChangeUnderWay {
  /** Whether the nexus was told of anything since it began. */
  isTold: boolean
}

/** What of one condition at one unit is known. */
interface Watched {
  /** Changes of which the nexus may not have been told yet. */
  untold: number
  readonly underWay: Set<ChangeUnderWay>
  /** The number of the first operation that was sent when none was under way. */
  settledFrom: number
  /** The number of the first operation that must not end well before the nexus was told. */
  dueFrom: number | undefined
}

/**
 * The unit attentions that changes of what is served establish for one nexus: it must be told of each change, and of nothing
 * that has not changed. One that is told of a reset need not be told of what was before.
 */
export class AttentionWatch {
  readonly #watched = new Map<string, Watched>()

  /** Something changes, from now on. Returns what is to be called when it has changed. */
  begin(what: ChangeAttention, lun: number): (end: ChangeEnd) => void {
    const watched = this.#of(what, lun)
    const change = { isTold: false }
    watched.untold++
    watched.underWay.add(change)
    return ({ next, isTellable }) => {
      watched.underWay.delete(change)
      watched.settledFrom = next
      if (isTellable && !change.isTold) watched.dueFrom ??= next
    }
  }

  /** The nexus was told, by the answer to an operation. False: there was nothing to tell of. */
  told(what: ChangeAttention, lun: number, operation: number): boolean {
    const watched = this.#of(what, lun)
    if (watched.untold === 0) return false
    // Told after all changes, it is told of all of them; else the last ones may have come later.
    const isLast = watched.underWay.size === 0 && operation >= watched.settledFrom
    watched.untold = isLast ? 0 : watched.untold - 1
    this.#say(watched)
    return true
  }

  /** A session has begun, or was told of a reset: nothing is due any more. */
  forget(lun?: number): void {
    for (const [key, watched] of this.#watched) if (lun === undefined || key.startsWith(`${lun} `)) this.#say(watched)
  }

  /** Whether an operation that ends well should have been told of something. */
  isDue(what: ChangeAttention, lun: number, operation: number): boolean {
    const { dueFrom } = this.#of(what, lun)
    return dueFrom !== undefined && operation >= dueFrom
  }

  #say(watched: Watched): void {
    watched.dueFrom = undefined
    for (const change of watched.underWay) change.isTold = true
  }

  #of(what: ChangeAttention, lun: number): Watched {
    const key = `${lun} ${what}`
    let watched = this.#watched.get(key)
    if (!watched) {
      watched = { untold: 0, underWay: new Set(), settledFrom: 0, dueFrom: undefined }
      this.#watched.set(key, watched)
    }
    return watched
  }
}
