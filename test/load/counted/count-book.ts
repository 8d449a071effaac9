import { Tally } from './tally.ts'

/** An initiator at a target. */
export interface NexusNames {
  readonly target: string
  readonly initiator: string
}

/** What ends a session. */
export type SessionEnding = 'normal' | 'connection_lost' | 'reinstated' | 'reset'

/** What the clients of a server know that it must have counted: of each nexus at each LUN, of targets, and of the server. */
export class CountBook {
  /** Logins, logouts, functions. */
  readonly server = new Tally()
  readonly #sessions = new Map<string, Tally>()
  readonly #tallies = new Map<string, { readonly target: string; readonly lun: number; readonly tally: Tally }>()

  /** Of the sessions with a target, or those that `_absent` and `_discovery` stand for. */
  sessions(target: string): Tally {
    const tally = this.#sessions.get(target) ?? new Tally()
    this.#sessions.set(target, tally)
    return tally
  }

  /** Of all sessions. */
  get allSessions(): Tally {
    return Tally.sum(this.#sessions.values())
  }

  /** Sessions with a target have begun. */
  loggedIn(target: string, sessions = 1): void {
    for (const counter of ['connectionsAccepted', 'sessionsStarted', 'sessionsOpen'])
      this.server.count(counter, sessions)
    for (const counter of ['logins.normal', 'sessions.normal']) this.sessions(target).count(counter, sessions)
  }

  /** Sessions with a target have ended. */
  ended(target: string, reason: SessionEnding, sessions = 1): void {
    this.server.count('sessionsOpen', -sessions)
    this.server.count(reason === 'normal' ? 'logouts' : 'connectionsDropped', sessions)
    if (reason === 'reinstated') this.server.count('sessionsReinstated', sessions)
    this.sessions(target).count('sessions.normal', -sessions)
    this.sessions(target).count(`logouts.${reason}`, sessions)
  }

  /** Of a nexus at a LUN. */
  of({ target, initiator }: NexusNames, lun: number): Tally {
    const key = JSON.stringify([target, initiator, lun])
    const known = this.#tallies.get(key)
    if (known) return known.tally
    const tally = new Tally()
    this.#tallies.set(key, { target, lun, tally })
    return tally
  }

  /** Of all nexuses at a LUN of a target, or at all LUNs of all targets. */
  sum(target?: string, lun?: number): Tally {
    const wanted = [...this.#tallies.values()].filter(
      each => target === undefined || (each.target === target && each.lun === lun),
    )
    return Tally.sum(wanted.map(({ tally }) => tally))
  }
}
