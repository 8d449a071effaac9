import type { Negotiation, Parameters } from '@lunkit/pdu'
import { type Nexus, NexusEnd, TaskManagementFunction } from '@lunkit/scsi/transport'
import type { Row } from '@lunkit/statistics'
import type { TargetLimits } from '../limits.ts'
import type { InitiatorAccess } from '../server/access.ts'
import { ConnectionEnd, type TargetListener } from '../server/events.ts'
import { DISCOVERY, sessionMetrics } from '../session-metrics.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { CancelDeadline, Timers } from '../timer-wheel.ts'
import { HeldMemory } from '../transfer/held-memory.ts'
import type { IscsiCondition } from '../transfer/iscsi-condition.ts'
import { Solicitor } from '../transfer/solicitor.ts'
import type { IscsiTask } from '../transfer/task.ts'
import { CommandWindow } from './command-window.ts'
import { Management } from './management.ts'
import type { MemoryShare } from './memory-share.ts'
import type { ServingConnection } from './serving-connection.ts'
import type { SessionDescription } from './session-description.ts'
import { sessionEndOf } from './session-end.ts'
import { TaskRegister } from './task-register.ts'

/** The life of the session: who it is, and how it ends. */
export interface SessionLife {
  readonly description: SessionDescription
  /** A logout: `then` is called when nothing is left of the session's tasks. */
  logOut(then: () => void): void
  /** The connections are gone, and the session goes with them. */
  connectionGone(why: NexusEnd): void
}

/** What sessions of a server share. */
interface SessionSurroundings {
  readonly limits: TargetLimits
  readonly timers: Timers
  readonly statistics: TargetStatistics
  readonly share: MemoryShare
  readonly tell: TargetListener
}

/** What the full feature phase of a session begins with. */
export interface FullFeatureSessionOptions {
  readonly life: SessionLife
  readonly surroundings: SessionSurroundings
  readonly negotiation: Negotiation
  readonly parameters: Parameters
  /** Undefined in a discovery session. */
  readonly access: InitiatorAccess | undefined
  /** Undefined in a discovery session. */
  readonly nexus: Nexus | undefined
  /** The number of the first command, where the session does not go on. */
  readonly cmdSN: number
  /** The numbers of a session that goes on with another connection. */
  readonly before: CommandWindow | undefined
}

/** How the nexus ends where it is not lost. */
const nexusEnds: Readonly<Partial<Record<ConnectionEnd, NexusEnd>>> = {
  [ConnectionEnd.reinstated]: NexusEnd.reinstated,
  [ConnectionEnd.connectionReinstated]: NexusEnd.connectionReinstated,
}

/** Commands that a discovery session may have in progress: it has none but text and logout. */
const DISCOVERY_DEPTH = 4

/**
 * What a session has while it serves, however many connections it has: the command window, the tasks, the memory that
 * they hold, the R2Ts, the task management functions, and the I_T nexus.
 */
export class FullFeatureSession {
  readonly limits: TargetLimits
  readonly timers: Timers
  readonly statistics: TargetStatistics
  readonly share: MemoryShare
  /** What the leading login has negotiated. */
  readonly negotiation: Negotiation
  readonly parameters: Parameters
  readonly isDiscovery: boolean
  /** The I_T nexus; only normal sessions have one, and only they get as far as needing it. */
  readonly nexus: Nexus
  readonly window: CommandWindow
  readonly memory: HeldMemory
  readonly solicitor: Solicitor
  readonly tasks: TaskRegister
  readonly management: Management
  readonly maxBurstBytes: number
  readonly maxOutstandingR2Ts: number
  /** Whether the initiator has left our FirstBurstLength unanswered, and may keep to it or to the default. */
  readonly firstBurstLeftOpen: boolean
  /** The connections that serve it: each task is answered on the one that it came on (RFC 7143 4.2.2.1). */
  readonly connections: ServingConnection[] = []
  /** When its initiator is to come back, in seconds, where that was asked for: Time2Wait, RFC 7143 11.15.3. */
  comeBackAfterSeconds = 0
  /** Set when the session has ended. */
  closed = false
  /** Set when a logout of the session is being served: what waits for its turn is not delivered any more. */
  loggingOut = false
  readonly #life: SessionLife
  readonly #tell: TargetListener
  /** Where the sessions with its target are counted. */
  readonly #row: Row
  #windowCheck: CancelDeadline | undefined

  constructor({
    life,
    surroundings,
    negotiation,
    parameters,
    access,
    nexus,
    cmdSN,
    before,
  }: FullFeatureSessionOptions) {
    const { limits, timers, statistics, share, tell } = surroundings
    this.#life = life
    this.#tell = tell
    this.limits = limits
    this.timers = timers
    this.statistics = statistics
    this.share = share
    this.negotiation = negotiation
    this.parameters = parameters
    this.isDiscovery = nexus === undefined
    const row = statistics.sessionRow(life.description.targetName || DISCOVERY)
    this.#row = row
    this.nexus = nexus as Nexus
    const pressed = (): boolean => this.#pressed()
    const reopened = (seconds: number): void => row.add(sessionMetrics.at.windowClosedSeconds, seconds)
    this.window = new CommandWindow({ cmdSN, depth: this.#depth(access), pressed, before, clock: timers, reopened })
    this.memory = new HeldMemory(share, () => this.solicitor.run())
    this.maxBurstBytes = parameters.MaxBurstLength
    this.firstBurstLeftOpen = negotiation.leftOpen.has('FirstBurstLength')
    this.maxOutstandingR2Ts = Math.min(parameters.MaxOutstandingR2T, limits.outstandingR2Ts)
    this.solicitor = new Solicitor(this)
    this.tasks = new TaskRegister(this, access?.dataOutTimeoutMs ?? 0)
    this.management = new Management(this)
    row.add(sessionMetrics.at.sessions[this.#type])
    row.add(sessionMetrics.at.logins[this.#type])
    if (this.isDiscovery) return
    share.sessionBegan()
    statistics.add(Counter.sessionsOpen)
  }

  /** How many commands may come: what they may bring unasked is paid from the session's limit beforehand. */
  #depth(access: InitiatorAccess | undefined): number {
    if (!access) return DISCOVERY_DEPTH
    const { InitialR2T, ImmediateData, FirstBurstLength } = this.parameters
    const unaskedBytes = InitialR2T && !ImmediateData ? 1 : FirstBurstLength
    const affordable = Math.floor(this.limits.dataOutBytes / unaskedBytes)
    return Math.max(1, Math.min(access.commandDepth, this.limits.commandDepth, affordable))
  }

  get #type(): 'discovery' | 'normal' {
    return this.isDiscovery ? 'discovery' : 'normal'
  }

  get description(): SessionDescription {
    return this.#life.description
  }

  /** Bytes of data-in that tasks have read, or may read. */
  get reservedBytes(): number {
    let bytes = 0
    for (const { room } of this.connections) bytes += room.reservedBytes
    return bytes
  }

  /** Bytes of PDUs that its connections have not sent yet. */
  get queuedBytes(): number {
    let bytes = 0
    for (const { outbox } of this.connections) bytes += outbox.queuedBytes
    return bytes
  }

  /** A connection serves the session from now on. */
  join(connection: ServingConnection): void {
    this.connections.push(connection)
  }

  /** Whether one of its connections is called so. */
  has(cid: number): boolean {
    return this.connections.some(connection => connection.cid === cid)
  }

  /** A numbered request was served: those that waited for it follow. */
  nextInOrder(): void {
    if (this.loggingOut || this.closed) return
    this.window.deliverHeld()
    this.management.next()
  }

  /** Has a command aborted whose data broke a rule; its answer says so. */
  abortFailed(task: IscsiTask, condition: IscsiCondition): void {
    this.solicitor.forget(task)
    const { tag, lun, connection } = task
    const done = (): void => {
      if (!connection.closed) task.failed(condition)
    }
    connection.engine.into()
    this.nexus.manage({ function: TaskManagementFunction.abortTask, tag, lun, unasked: true, done })
    connection.engine.outOf()
  }

  /** Nothing is left of a task. */
  release(task: IscsiTask): void {
    this.solicitor.forget(task)
    this.tasks.release(task)
  }

  /** A logout of the session: `then` is called when nothing is left of its tasks. */
  logOut(then: () => void): void {
    this.loggingOut = true
    this.#life.logOut(then)
  }

  /** A reset has ended the session: what was answered is still sent. */
  endByReset(): void {
    for (const connection of this.connections) {
      connection.outbox.flush()
      connection.close(ConnectionEnd.reset)
    }
  }

  /** A connection has ended. At ErrorRecoveryLevel 0 the session ends with it, and with the session its others. */
  connectionGone(gone: ServingConnection, why: ConnectionEnd): void {
    if (this.closed) return gone.dropArriving()
    this.closed = true
    this.#windowCheck?.()
    this.window.shut()
    this.solicitor.close()
    gone.dropArriving()
    for (const other of this.connections) if (other !== gone) other.end(why)
    this.window.clear()
    this.management.close()
    this.tasks.close()
    this.#count(why)
    this.#tell({ kind: 'sessionEnded', session: this.description, why })
    if (why !== ConnectionEnd.logout) this.#life.connectionGone(nexusEnds[why] ?? NexusEnd.lost)
  }

  #count(why: ConnectionEnd): void {
    const asked = this.connections.some(({ logoutRequested }) => logoutRequested)
    this.#row.add(sessionMetrics.at.sessions[this.#type], -1)
    this.#row.add(sessionMetrics.at.logouts[sessionEndOf(why, asked)])
    this.#row.release()
    if (this.isDiscovery) return
    this.share.sessionEnded()
    this.statistics.add(Counter.sessionsOpen, -1)
    if (why !== ConnectionEnd.logout) this.statistics.add(Counter.connectionsDropped)
  }

  /** Whether the session holds so much that no more commands should come. */
  #pressed(): boolean {
    const { share, limits } = this
    const held = this.memory.heldBytes > share.dataOutBytes
    const queued = this.queuedBytes + this.reservedBytes > share.dataInBytes + limits.outputBytes
    if (!held && !queued && !share.short) return false
    this.statistics.add(Counter.windowsHeldBack)
    this.#windowCheck ??= this.timers.after(limits.windowCheckMs, () => this.reopenWindow())
    return true
  }

  /** A window that was held back is opened when memory allows it; a NOP-In carries it to an initiator that waits. */
  reopenWindow(): void {
    this.#windowCheck?.()
    this.#windowCheck = undefined
    const before = this.window.maxCmdSN
    this.window.open()
    if (this.window.maxCmdSN === before) return
    this.connections.find(({ closed }) => !closed)?.tellWindow()
  }
}
