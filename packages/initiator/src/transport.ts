import type { Turn } from '@lunkit/pdu'

/** What a transport tells its connection. */
export interface TransportEvents {
  /** Bytes came in; their memory is used again after the call. */
  received(chunk: Uint8Array): void
  /** The transport is gone, by its peer's wish, by an error or by `close`. Called once. */
  closed(error?: Error): void
}

/** A stream of bytes in both directions. */
export interface Transport {
  /** Sends a turn's buffers in order and reports it as written when they are not needed any more. */
  send(turn: Turn): void
  /** Sends what was given and then ends; `closed` follows. */
  close(): void
  /** Ends at once. */
  destroy(): void
}

/**
 * Makes a transport: rejects when there is none to be had. The signal says that it is not wanted any more; one that is
 * opened all the same is destroyed.
 */
export type OpenTransport = (events: TransportEvents, signal?: AbortSignal) => Promise<Transport>
