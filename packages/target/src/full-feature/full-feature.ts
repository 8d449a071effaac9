import {
  AsyncEvent,
  AsyncMessage,
  DROP,
  InitiatorOpcode,
  type Negotiation,
  type Parameters,
  type ReceivedHeader,
  RejectReason,
} from '@lunkit/pdu'
import { type Nexus, NexusEnd, TaskManagementFunction } from '@lunkit/scsi/transport'
import type { Slot } from '@lunkit/wire'
import type { TargetLimits } from '../limits.ts'
import type { InitiatorAccess } from '../server/access.ts'
import { ConnectionEnd } from '../server/events.ts'
import { CommandWindow, Verdict } from '../session/command-window.ts'
import type { Connection, Phase } from '../session/connection.ts'
import type { MemoryShare } from '../session/memory-share.ts'
import type { Outbox } from '../session/outbox.ts'
import type { Session } from '../session/session.ts'
import type { Surroundings } from '../session/surroundings.ts'
import { ConnectionEvent, ConnectionState } from '../states/connection-states.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { CancelDeadline } from '../timer-wheel.ts'
import { HeldMemory } from '../transfer/held-memory.ts'
import type { IscsiCondition } from '../transfer/iscsi-condition.ts'
import { Room } from '../transfer/room.ts'
import { Solicitor } from '../transfer/solicitor.ts'
import type { IscsiTask } from '../transfer/task.ts'
import { Keepalive } from './keepalive.ts'
import { Management } from './management.ts'
import { isOutsideWindow, rowOf } from './pdu-table.ts'
import { sendReject } from './reject.ts'
import { TaskRegister } from './task-register.ts'
import { TextExchange } from './text-exchange.ts'

/** What a full feature phase begins with. */
export interface FullFeatureOptions {
  readonly connection: Connection
  readonly session: Session
  readonly surroundings: Surroundings
  readonly negotiation: Negotiation
  readonly parameters: Parameters
  /** Undefined in a discovery session. */
  readonly access: InitiatorAccess | undefined
  /** The number of the first command, where the session does not go on. */
  readonly cmdSN: number
  /** The numbers of a session that goes on with this connection. */
  readonly before: CommandWindow | undefined
  readonly cid: number
  readonly maxSentDataSegmentLength: number | undefined
}

/** How the nexus ends where it is not lost. */
const nexusEnds: Readonly<Partial<Record<ConnectionEnd, NexusEnd>>> = {
  [ConnectionEnd.reinstated]: NexusEnd.reinstated,
  [ConnectionEnd.connectionReinstated]: NexusEnd.connectionReinstated,
}

/** Commands that a discovery session may have in progress: it has none but text and logout. */
const DISCOVERY_DEPTH = 4

/** The full feature phase of a connection, which is all there is of its session (RFC 7143 4.2.5). */
export class FullFeature implements Phase {
  readonly connection: Connection
  readonly session: Session
  readonly surroundings: Surroundings
  readonly negotiation: Negotiation
  readonly parameters: Parameters
  readonly cid: number
  readonly outbox: Outbox
  readonly statistics: TargetStatistics
  readonly limits: TargetLimits
  readonly share: MemoryShare
  readonly window: CommandWindow
  readonly memory: HeldMemory
  readonly room: Room
  readonly solicitor: Solicitor
  readonly tasks: TaskRegister
  readonly management: Management
  readonly text: TextExchange
  readonly keepalive: Keepalive
  readonly maxBurstBytes: number
  readonly maxOutstandingR2Ts: number
  /** Whether the initiator has left our FirstBurstLength unanswered, and may keep to it or to the default. */
  readonly firstBurstLeftOpen: boolean
  /** The longest data segment that is sent now; the initiator may declare another one. */
  maxSentBytes: number
  readonly #maxSentDataSegmentLength: number
  readonly #nexus: Nexus | undefined
  /** Set when the connection is gone: nothing is sent or received any more. */
  closed = false
  /** Set when the initiator was asked to log out: new commands are rejected. */
  logoutRequested = false
  /** Set when a logout is being served: nothing that comes after it is looked at. */
  deaf = false
  /** Why the PDU on its way will be rejected. */
  rejection: RejectReason | undefined
  /** Whether the PDU on its way would be rejected if it were inside the command window. */
  #ignored = false
  /** The command whose PDU is on its way, and what is to be done with it. */
  arriving: IscsiTask | undefined
  arrivingVerdict: Verdict = Verdict.deliver
  /** The task for which a Data-Out is on its way, unless it is gone by now, and the memory that its data goes to. */
  receiving: IscsiTask | undefined
  receivingSlot: Slot | undefined
  #windowCheck: CancelDeadline | undefined

  constructor(options: FullFeatureOptions) {
    const { connection, session, surroundings, parameters, access, cmdSN } = options
    this.connection = connection
    this.session = session
    this.surroundings = surroundings
    this.negotiation = options.negotiation
    this.parameters = parameters
    this.cid = options.cid
    this.outbox = connection.outbox
    this.statistics = surroundings.statistics
    this.limits = surroundings.limits
    this.share = surroundings.share
    this.#nexus = session.nexus
    const { before } = options
    const pressed = (): boolean => this.#pressed()
    this.window = new CommandWindow({ cmdSN, depth: this.#depth(access), pressed, before })
    this.memory = new HeldMemory(this.share, () => this.solicitor.run())
    this.room = new Room(this.outbox, this.share)
    this.maxBurstBytes = parameters.MaxBurstLength
    this.firstBurstLeftOpen = options.negotiation.leftOpen.has('FirstBurstLength')
    this.maxOutstandingR2Ts = Math.min(parameters.MaxOutstandingR2T, this.limits.outstandingR2Ts)
    this.#maxSentDataSegmentLength = options.maxSentDataSegmentLength ?? Number.POSITIVE_INFINITY
    this.maxSentBytes = 0
    this.initiatorTakes(parameters.InitiatorMaxRecvDataSegmentLength)
    this.solicitor = new Solicitor(this)
    this.tasks = new TaskRegister(this, access?.dataOutTimeoutMs ?? 0)
    this.management = new Management(this)
    this.text = new TextExchange(this)
    this.keepalive = new Keepalive(this, access)
    if (this.isDiscovery) return
    this.share.sessionBegan()
    this.statistics.add(Counter.sessionsOpen)
  }

  /** How many commands may come: what they may bring unasked is paid from the session's limit beforehand. */
  #depth(access: InitiatorAccess | undefined): number {
    if (!access) return DISCOVERY_DEPTH
    const { InitialR2T, ImmediateData, FirstBurstLength } = this.parameters
    const unaskedBytes = InitialR2T && !ImmediateData ? 1 : FirstBurstLength
    const affordable = Math.floor(this.limits.dataOutBytes / unaskedBytes)
    return Math.max(1, Math.min(access.commandDepth, this.limits.commandDepth, affordable))
  }

  get isDiscovery(): boolean {
    return this.#nexus === undefined
  }

  get owed(): boolean {
    return this.tasks.owed
  }

  get outputBytes(): number {
    return this.share.outputBytes
  }

  get outputBytesAtMost(): number {
    return this.share.outputBytesAtMost
  }

  /** The I_T nexus; only normal sessions have one, and only they get as far as needing it. */
  get nexus(): Nexus {
    return this.#nexus as Nexus
  }

  /** The initiator has declared the longest data segment that it receives. */
  initiatorTakes(maxRecvDataSegmentLength: number): void {
    this.maxSentBytes = Math.min(maxRecvDataSegmentLength, this.#maxSentDataSegmentLength)
  }

  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    this.rejection = undefined
    this.#ignored = false
    if (this.deaf) return DROP
    const row = rowOf(header.opcode)
    if (!row || (this.isDiscovery && !row.inDiscovery)) {
      // A login is over and a PDU that discovery does not take is known: only what nobody knows is not supported.
      const known = row !== undefined || header.opcode === InitiatorOpcode.loginRequest
      this.#ignored = row !== undefined && isOutsideWindow(row, this, header)
      this.rejection = known ? RejectReason.protocolError : RejectReason.commandNotSupported
      return DROP
    }
    return row.header(this, header)
  }

  complete(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    if (this.deaf) return
    if (this.#ignored) return this.statistics.add(Counter.pdusIgnored)
    const row = rowOf(header.opcode)
    if (!digestRight) this.statistics.add(Counter.dataDigestErrors)
    if (!row || (this.rejection !== undefined && !row.seesRejected)) this.reject(header, this.rejection)
    else row.complete(this, header, digestRight ? data : undefined, digestRight)
  }

  /** A numbered request was served: those that waited for it follow. */
  nextInOrder(): void {
    if (this.deaf || this.closed) return
    this.window.deliverHeld()
    this.management.next()
  }

  /** Refuses a PDU, RFC 7143 11.17. */
  reject(header: ReceivedHeader, reason: RejectReason = RejectReason.commandNotSupported): void {
    this.statistics.add(Counter.pdusRejected)
    sendReject(this, header, reason)
  }

  /** Gives a command to the device server. */
  submit(task: IscsiTask): void {
    this.statistics.add(Counter.commands)
    this.connection.intoEngine()
    this.nexus.submit(task)
    this.connection.outOfEngine()
  }

  /** Has a command aborted whose data broke a rule; its answer says so. */
  abortFailed(task: IscsiTask, condition: IscsiCondition): void {
    this.solicitor.forget(task)
    const { tag, lun } = task
    const done = (): void => {
      if (!this.closed) task.failed(condition)
    }
    this.connection.intoEngine()
    this.nexus.manage({ function: TaskManagementFunction.abortTask, tag, lun, done })
    this.connection.outOfEngine()
  }

  /** The peer owes the answer to an R2T. */
  owes(task: IscsiTask, targetTransferTag: number): void {
    this.tasks.owes(task, targetTransferTag)
  }

  /** A task has ended and the peer still owes data for it. */
  drain(task: IscsiTask): void {
    this.solicitor.forget(task)
  }

  /** Nothing is left of a task. */
  release(task: IscsiTask): void {
    this.solicitor.forget(task)
    if (this.receiving === task) this.receiving = undefined
    this.tasks.release(task)
  }

  /** The transport has taken output: there is room again. */
  written(): void {
    this.room.written()
    if (this.window.heldBack) this.reopenWindow()
  }

  /** Asks the initiator to log out, RFC 7143 11.9.1; it has so many seconds. */
  requestLogout(seconds: number): void {
    if (this.closed) return
    this.window.shut()
    if (this.isDiscovery) return this.connection.end(ConnectionEnd.ended)
    if (this.connection.state === ConnectionState.inLogout) return
    this.logoutRequested = true
    this.connection.move(ConnectionEvent.logoutAsked)
    this.#tell(AsyncEvent.logoutRequest, seconds)
    this.tasks.dropOwed()
  }

  /** Tells the initiator that the connection ends now (RFC 7143 11.9.1), and ends it. */
  announceEnd(why: ConnectionEnd): void {
    if (!this.isDiscovery && !this.closed) {
      this.#tell(AsyncEvent.connectionDrop, 0)
      this.outbox.flush()
    }
    this.connection.end(why)
  }

  #tell(event: AsyncEvent, parameter3: number): void {
    const out = this.outbox.answer(AsyncMessage)
    out.event = event
    out.parameter1 = event === AsyncEvent.connectionDrop ? this.cid : 0
    out.parameter3 = parameter3
    this.outbox.end()
  }

  ended(why: ConnectionEnd): void {
    if (this.closed) return
    this.closed = true
    this.#windowCheck?.()
    this.keepalive.stop()
    this.window.shut()
    this.room.close()
    this.solicitor.close()
    if (this.arriving) this.release(this.arriving)
    this.arriving = undefined
    this.receivingSlot?.release()
    this.receivingSlot = undefined
    this.window.clear()
    this.management.close()
    this.tasks.close()
    this.#count(why)
    this.surroundings.tell({ kind: 'sessionEnded', session: this.session.description, why })
    if (why === ConnectionEnd.logout) return
    this.session.connectionGone(nexusEnds[why] ?? NexusEnd.lost)
  }

  #count(why: ConnectionEnd): void {
    if (this.isDiscovery) return
    this.share.sessionEnded()
    this.statistics.add(Counter.sessionsOpen, -1)
    if (why !== ConnectionEnd.logout) this.statistics.add(Counter.connectionsDropped)
  }

  /** Whether the session holds so much that no more commands should come. */
  #pressed(): boolean {
    const held = this.memory.heldBytes > this.share.dataOutBytes
    const queued = this.outbox.queuedBytes + this.room.reservedBytes > this.share.dataInBytes + this.limits.outputBytes
    if (!held && !queued && !this.share.short) return false
    this.statistics.add(Counter.windowsHeldBack)
    this.#windowCheck ??= this.surroundings.timers.after(this.limits.windowCheckMs, () => this.reopenWindow())
    return true
  }

  /** A window that was held back is opened when memory allows it; a NOP-In carries it to an initiator that waits. */
  reopenWindow(): void {
    this.#windowCheck?.()
    this.#windowCheck = undefined
    const before = this.window.maxCmdSN
    this.window.open()
    if (this.window.maxCmdSN !== before) this.keepalive.tellWindow()
  }
}
