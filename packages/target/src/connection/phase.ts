import { DROP, type PduReceiver } from '@lunkit/pdu'
import type { ConnectionEnd } from '../server/events.ts'

/** What a connection does with PDUs: logs in, or serves. Its `header` is called only for a PDU that brings data. */
export interface Phase extends PduReceiver {
  /** The transport has taken output. */
  written(): void
  /** Whether the peer owes data that was asked for, so that memory becomes free by reading. */
  readonly owed: boolean
  /**
   * Whether answers wait for the other events of the process, to be sent with those of other connections. One that is sent by itself wakes
   * its peer by itself, and what runs next finds the processor's caches with the network's code.
   */
  readonly unhurried: boolean
  /** Bytes of output up to which the connection is read. */
  readonly outputBytes: number
  /** Bytes of output beyond which the connection ends. */
  readonly outputBytesAtMost: number
  /** Asks the initiator to log out within so many seconds, where it has logged in. */
  requestLogout(seconds: number): void
  /** Ends the connection for this reason, and tells the initiator where it can be told. */
  announceEnd(why: ConnectionEnd): void
  /** The connection ends, for this reason; nothing more is received. Called once. */
  ended(why: ConnectionEnd): void
}

/** After the end: what still comes is not looked at. */
export const nowhere: Phase = {
  header: () => DROP,
  complete: () => {},
  written: () => {},
  owed: false,
  unhurried: true,
  outputBytes: Number.POSITIVE_INFINITY,
  outputBytesAtMost: Number.POSITIVE_INFINITY,
  requestLogout: () => {},
  announceEnd: () => {},
  ended: () => {},
}
