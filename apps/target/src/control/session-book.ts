import type { SessionDescription, TargetEvent } from 'lunkit'

/** What is known of a session beside what a server says of it. */
export interface SessionEntry {
  /** No other session of this process has it. */
  readonly id: string
  /** When it began. */
  readonly since: Date
}

interface Kept extends SessionEntry {
  readonly session: SessionDescription
  /** Its connection has been replaced, and it has not gone on yet. */
  readonly between: boolean
}

const isSame = (one: SessionDescription, other: SessionDescription): boolean =>
  one.initiatorName === other.initiatorName && one.isid === other.isid && one.targetName === other.targetName

/** Since when sessions are, and by what they are called: a TSIH is given again, a name here is not. */
export class SessionBook {
  readonly #byTsih = new Map<number, Kept>()
  #last = 0

  /** What a target server tells. */
  heard(event: TargetEvent): void {
    if (event.kind === 'sessionStarted') this.#start(event.session)
    else if (event.kind === 'sessionEnded') this.#end(event.session, event.why === 'connectionReinstated')
  }

  /** Undefined for one that has ended. */
  of(session: SessionDescription): SessionEntry | undefined {
    const kept = this.#byTsih.get(session.tsih)
    return kept !== undefined && isSame(kept.session, session) ? kept : undefined
  }

  #start(session: SessionDescription): void {
    const before = this.#byTsih.get(session.tsih)
    const goesOn = before?.between === true && isSame(before.session, session)
    const { id, since } = goesOn ? before : { id: String(++this.#last), since: new Date() }
    this.#byTsih.set(session.tsih, { id, since, session, between: false })
  }

  #end(session: SessionDescription, goesOn: boolean): void {
    const kept = this.#byTsih.get(session.tsih)
    if (kept?.session !== session) return
    if (goesOn) this.#byTsih.set(session.tsih, { ...kept, between: true })
    else this.#byTsih.delete(session.tsih)
  }
}
