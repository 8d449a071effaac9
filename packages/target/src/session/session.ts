import { type Nexus, NexusEnd, type TaskRouter } from '@lunkit/scsi/transport'
import { checkArgument, text } from '@lunkit/wire'
import type { Connection } from '../connection/connection.ts'
import { ConnectionEnd } from '../server/events.ts'
import { ConnectionEvent, ConnectionState } from '../states/connection-states.ts'
import { moved } from '../states/machine.ts'
import { SessionEvent, SessionState, sessionMachine } from '../states/session-states.ts'
import type { FullFeatureSession, SessionLife } from './full-feature-session.ts'
import type { SessionDescription } from './session-description.ts'

/**
 * Whose LUN map the sessions of an access rule see: what no initiator can be called, as NUL ends a value of a text.
 * @throws {TypeError} or {RangeError} for what is no name of a rule.
 */
export function viewOf(rule: string): string {
  checkArgument('viewOf: rule', rule, RULE)
  return `\0${rule}`
}

const RULE = text('the name of an access rule', rule => rule !== '')

/** A session, RFC 7143 4.2.1 and 8.3: who it is, its state, its nexus, and the connections that it has. */
export class Session implements SessionLife {
  readonly description: SessionDescription
  /** Its connections, those that are logging in and those that have ended too. */
  readonly connections: readonly Connection[]
  #state: SessionState = SessionState.free
  #nexus: Nexus | undefined
  /** What it serves with, once it is in the full feature phase. */
  fullFeature: FullFeatureSession | undefined
  #nexusEnding = false
  #waiting: (() => void)[] = []
  /** The session that this one reinstates, while something of it is left. */
  #before: Session | undefined
  readonly #gone: (session: Session) => void

  /** `gone` is called once, when nothing is left of the session that was begun. */
  constructor(description: SessionDescription, leading: Connection, gone: (session: Session) => void) {
    this.description = description
    this.connections = [leading]
    this.#gone = gone
  }

  get state(): SessionState {
    return this.#state
  }

  /** Whether it is in the full feature phase, so that it could go on with another connection. */
  get goesOn(): boolean {
    return this.#state === SessionState.loggedIn && this.fullFeature !== undefined && !this.fullFeature.loggingOut
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
  start(router: TaskRouter | undefined): void {
    this.#move(SessionEvent.loginDone)
    const { initiatorName, isid, targetName, targetPortalGroupTag, rule } = this.description
    const reset = (): void => this.end(ConnectionEnd.reset)
    this.#nexus = router?.open(
      { initiatorName, isid, targetName, targetPortalGroupTag },
      { reset },
      rule && viewOf(rule),
    )
  }

  /** Ends its connections now, and the session with them. */
  end(why: ConnectionEnd): void {
    for (const connection of this.connections) connection.end(why)
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

  /** Its connections are gone. At ErrorRecoveryLevel 0 the session goes with them. */
  connectionGone(why: NexusEnd): void {
    if (this.#state !== SessionState.loggedIn) return
    const reinstated = why === NexusEnd.reinstated || why === NexusEnd.connectionReinstated
    this.#move(reinstated ? SessionEvent.closed : SessionEvent.connectionLost)
    const already = this.#nexusEnding
    this.#closeNexus(why, () => {
      if (this.#state === SessionState.failed) {
        this.#move(SessionEvent.timedOut)
        this.#cleaned()
      }
      if (!already) this.#end()
    })
  }

  /** Calls `then` when nothing is left of the session. */
  whenGone(then: () => void): void {
    this.#waiting.push(then)
  }

  #cleaned(): void {
    for (const connection of this.connections)
      if (connection.state === ConnectionState.cleanupWait) connection.move(ConnectionEvent.cleaned)
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
