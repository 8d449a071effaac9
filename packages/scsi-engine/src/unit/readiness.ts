import { Sense, type SenseCode } from '@lunkit/scsi'

/** What of a command decides whether it runs on a unit that is not ready. */
export interface PassingCommand {
  readonly whileNotReady: boolean
}

/** A reason why a unit is not ready. */
export interface NotReady {
  readonly name: string
  /** What a command that does not pass ends with, and what REQUEST SENSE returns. */
  readonly sense: SenseCode
  /** Which commands run nevertheless. */
  passes(command: PassingCommand): boolean
}

interface ConditionRow extends NotReady {
  holds(readiness: Readiness): boolean
}

/** Commands that need neither the medium nor the store, or that bring the medium back. */
const withoutMedium = ({ whileNotReady }: PassingCommand): boolean => whileNotReady

/** Every condition in which a unit is not ready; of several that hold, the first is reported. */
const CONDITIONS: readonly ConditionRow[] = [
  {
    name: 'an operation of an aborted task does not return',
    sense: Sense.logicalUnitNotReadyCauseNotReportable,
    passes: withoutMedium,
    holds: readiness => readiness.hangs,
  },
  {
    name: 'what the store keeps its blocks on has gone',
    sense: Sense.mediumNotPresent,
    passes: withoutMedium,
    holds: readiness => readiness.gone,
  },
  {
    name: 'the store is not available',
    sense: Sense.logicalUnitIsInProcessOfBecomingReady,
    passes: withoutMedium,
    holds: readiness => !readiness.available,
  },
  {
    name: 'the medium was taken out',
    sense: Sense.mediumNotPresent,
    passes: withoutMedium,
    holds: readiness => readiness.ejected,
  },
]

/** The part of a store that readiness looks at, at every command. */
export interface AvailableStore {
  readonly available: boolean
  readonly gone?: boolean | undefined
}

/** Whether a logical unit is ready, and if not, why. */
export class Readiness {
  readonly #store: AvailableStore
  #hanging = 0
  #ejected = false

  constructor(store: AvailableStore) {
    this.#store = store
  }

  /** Why the unit is not ready, or undefined when it is. Asked for every command. */
  get condition(): NotReady | undefined {
    if (this.#store.available && this.#hanging === 0 && !this.#ejected) return undefined
    return CONDITIONS.find(row => row.holds(this))
  }

  /** Whether the store serves operations now. */
  get available(): boolean {
    return this.#store.available
  }

  /** Whether it does not because what it keeps its blocks on has gone. */
  get gone(): boolean {
    return !this.#store.available && this.#store.gone === true
  }

  /** Whether operations of aborted tasks do not return. */
  get hangs(): boolean {
    return this.#hanging > 0
  }

  /** Whether the medium of a removable unit is out. */
  get ejected(): boolean {
    return this.#ejected
  }

  /** An operation of an aborted task does not return. @returns whether it is the only one. */
  hang(): boolean {
    return this.#hanging++ === 0
  }

  /** An operation that did not return has returned. @returns whether it was the last of them. */
  returned(): boolean {
    return --this.#hanging === 0
  }

  /** The medium is taken out. */
  eject(): void {
    this.#ejected = true
  }

  /** The medium is put in. @returns whether it was out. */
  load(): boolean {
    const wasOut = this.#ejected
    this.#ejected = false
    return wasOut
  }
}
