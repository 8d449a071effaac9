import type { Negotiation, Parameters, RejectReason, TextPair } from '@lunkit/pdu'
import type { Slot } from '@lunkit/wire'
import type { Connection } from '../connection/connection.ts'
import type { ConnectionCounts } from '../connection/connection-counts.ts'
import type { EngineDepth } from '../connection/engine-depth.ts'
import type { Outbox } from '../connection/outbox.ts'
import type { InitiatorAccess } from '../server/access.ts'
import type { ConnectionEnd } from '../server/events.ts'
import { Verdict } from '../session/command-window.ts'
import type { FullFeatureSession } from '../session/full-feature-session.ts'
import type { ServingConnection } from '../session/serving-connection.ts'
import type { TargetStatistics } from '../statistics.ts'
import { Room } from '../transfer/room.ts'
import type { IscsiTask } from '../transfer/task.ts'
import { Keepalive } from './keepalive.ts'
import { TextExchange } from './text-exchange.ts'

/** What a connection begins to serve its session with. */
export interface FullFeatureConnectionOptions {
  readonly connection: Connection
  readonly session: FullFeatureSession
  /** What its own login has negotiated, and what holds by that. */
  readonly negotiation: Negotiation
  readonly parameters: Parameters
  /** Undefined in a discovery session. */
  readonly access: InitiatorAccess | undefined
  readonly cid: number
  readonly maxSentDataSegmentLength: number | undefined
  /** The answer to SendTargets with a value; undefined where it names nothing. */
  readonly sendTargets: (value: string) => TextPair[] | undefined
}

/** What a connection has in the full feature phase beside its session: its output, its room, and what is arriving. */
export class FullFeatureConnection implements ServingConnection {
  readonly connection: Connection
  readonly session: FullFeatureSession
  readonly cid: number
  /** What its own login has negotiated: what holds for the whole session, its leading login's has said. */
  readonly negotiation: Negotiation
  readonly parameters: Parameters
  readonly outbox: Outbox
  readonly engine: EngineDepth
  readonly statistics: TargetStatistics
  readonly counts: ConnectionCounts
  readonly room: Room
  readonly text: TextExchange
  readonly keepalive: Keepalive
  readonly sendTargets: (value: string) => TextPair[] | undefined
  /** The longest data segment that is sent now; the initiator may declare another one. */
  maxSentBytes = 0
  readonly #maxSentDataSegmentLength: number
  /** Set when the connection is gone: nothing is sent or received any more. */
  closed = false
  /** Set when the initiator was asked to log out: new commands are rejected. */
  logoutRequested = false
  /** Set when a logout is being served: nothing that comes after it is looked at. */
  deaf = false
  /** Why the PDU on its way will be rejected. */
  rejection: RejectReason | undefined
  /** The command whose PDU is on its way, and what is to be done with it. */
  arriving: IscsiTask | undefined
  arrivingVerdict: Verdict = Verdict.deliver
  /** The task for which a Data-Out is on its way, unless it is gone by now, and the memory that its data goes to. */
  receiving: IscsiTask | undefined
  receivingSlot: Slot | undefined

  constructor(options: FullFeatureConnectionOptions) {
    const { connection, session, negotiation, access } = options
    this.connection = connection
    this.session = session
    this.cid = options.cid
    this.negotiation = negotiation
    this.parameters = options.parameters
    this.outbox = connection.outbox
    this.engine = connection.engine
    this.statistics = session.statistics
    this.counts = connection.counts
    this.sendTargets = options.sendTargets
    this.room = new Room(this.outbox, session.share)
    this.#maxSentDataSegmentLength = options.maxSentDataSegmentLength ?? Number.POSITIVE_INFINITY
    this.initiatorTakes(this.parameters.InitiatorMaxRecvDataSegmentLength)
    this.text = new TextExchange(this)
    this.keepalive = new Keepalive(this, access)
  }

  /** The initiator has declared the longest data segment that it receives. */
  initiatorTakes(maxRecvDataSegmentLength: number): void {
    this.maxSentBytes = Math.min(maxRecvDataSegmentLength, this.#maxSentDataSegmentLength)
  }

  tellWindow(): void {
    this.keepalive.tellWindow()
  }

  dropArriving(): void {
    if (this.arriving) this.session.release(this.arriving)
    this.arriving = undefined
    this.receiving = undefined
    this.receivingSlot?.release()
    this.receivingSlot = undefined
  }

  end(why: ConnectionEnd): void {
    this.connection.end(why)
  }

  close(why: ConnectionEnd): void {
    this.connection.close(why)
  }

  /** The connection is gone, for this reason. */
  ended(why: ConnectionEnd): void {
    if (this.closed) return
    this.closed = true
    this.keepalive.stop()
    this.room.close()
    this.session.connectionGone(this, why)
  }
}
