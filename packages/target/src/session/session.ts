import { type Nexus, NexusEnd, type TaskRouter } from '@lunkit/scsi/transport'
import type { FullFeature } from '../full-feature/full-feature.ts'
import { ConnectionEnd } from '../server/events.ts'
import type { PortalAddress } from '../server/portal-address.ts'
import { ConnectionEvent } from '../states/connection-states.ts'
import { moved } from '../states/machine.ts'
import { SessionEvent, SessionState, sessionMachine } from '../states/session-states.ts'
import type { Connection } from './connection.ts'

/** Who talks with whom: what a person is shown of a session. */
export interface SessionDescription {
  /** As the initiator wrote it, in lower case. */
  readonly initiatorName: string
  /** What a person called the initiator; RFC 7143 13.7. */
  readonly initiatorAlias?: string
  /** 48 bits, RFC 7143 11.12.5. */
  readonly isid: number
  /** Empty in a discovery session that names no target. */
  readonly targetName: string
  readonly targetPortalGroupTag: number
  readonly discovery: boolean
  /** The target's handle of the session, RFC 7143 11.12.6. */
  readonly tsih: number
  readonly remote: PortalAddress
  readonly local: PortalAddress
}

/** A session with its one connection, RFC 7143 4.2.1 and 8.3. */
export class Session {
  readonly description: SessionDescription
  readonly connection: Connection
  #state: SessionState = SessionState.free
  #nexus: Nexus | undefined
  #cid = 0
  /** The full feature phase, while there is one. */
  fullFeature: FullFeature | undefined
  #nexusEnding = false
  #waiting: (() => void)[] = []
  /** The session that this one reinstates, while something of it is left. */
  #before: Session | undefined
  readonly #gone: (session: Session) => void

  /** `gone` is called once, when nothing is left of the session that was begun. */
  constructor(description: SessionDescription, connection: Connection, gone: (session: Session) => void) {
    this.description = description
    this.connection = connection
    this.#gone = gone
  }

  get state(): SessionState {
    return this.#state
  }

  /** What the initiator calls the session's connection. */
  get cid(): number {
    return this.#cid
  }

  /** Whether it is in the full feature phase, so that it could go on with another connection. */
  get goesOn(): boolean {
    return this.#state === SessionState.loggedIn && this.fullFeature !== undefined && !this.fullFeature.deaf
  }

  get nexus(): Nexus | undefined {
    return this.#nexus
  }

  /** The leading connection logs in. */
  begin(): void {
    this.#move(SessionEvent.loginBegun)
  }

  /** Waits for the session that this one reinstates; `ready` is not called where the login was given up by then. */
  waitFor(before: Session, ready: () => void): void {
    this.#before = before
    before.whenGone(() => {
      this.#before = undefined
      if (this.#state === SessionState.active) ready()
    })
  }

  /** The leading connection has logged in: the I_T nexus begins. Discovery sessions have no router, and no nexus. */
  start(cid: number, router: TaskRouter | undefined): void {
    this.#cid = cid
    this.#move(SessionEvent.loginDone)
    const { initiatorName, isid, targetName, targetPortalGroupTag } = this.description
    const reset = (): void => this.connection.end(ConnectionEnd.reset)
    this.#nexus = router?.open({ initiatorName, isid, targetName, targetPortalGroupTag }, { reset })
  }

  /** The login failed, or was given up. */
  giveUp(): void {
    if (this.#state !== SessionState.active) return
    this.#move(SessionEvent.loginFailed)
    if (this.#before) this.#before.whenGone(() => this.#end())
    else this.#end()
  }

  /** A logout: `then` is called when nothing is left of the session's tasks. */
  logOut(then: () => void): void {
    this.#closeNexus(NexusEnd.logout, () => {
      if (this.#state === SessionState.loggedIn) this.#move(SessionEvent.closed)
      then()
      this.#end()
    })
  }

  /** The connection is gone. At ErrorRecoveryLevel 0 the session goes with it. */
  connectionGone(why: NexusEnd): void {
    if (this.#state !== SessionState.loggedIn) return
    const reinstated = why === NexusEnd.reinstated || why === NexusEnd.connectionReinstated
    this.#move(reinstated ? SessionEvent.closed : SessionEvent.connectionLost)
    const already = this.#nexusEnding
    this.#closeNexus(why, () => {
      if (this.#state === SessionState.failed) {
        this.#move(SessionEvent.timedOut)
        this.connection.move(ConnectionEvent.cleaned)
      }
      if (!already) this.#end()
    })
  }

  /** Calls `then` when nothing is left of the session. */
  whenGone(then: () => void): void {
    this.#waiting.push(then)
  }

  #closeNexus(why: NexusEnd, ended: () => void): void {
    if (!this.#nexus) return ended()
    if (this.#nexusEnding) return this.whenGone(ended)
    this.#nexusEnding = true
    this.#nexus.close(why, ended)
  }

  #end(): void {
    this.#gone(this)
    const waiting = this.#waiting
    this.#waiting = []
    for (const then of waiting) then()
  }

  #move(event: SessionEvent): void {
    this.#state = moved(sessionMachine, this.#state, event)
  }
}
