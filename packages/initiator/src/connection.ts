import { Decoder, type DROP, PduError, type PduReceiver, PduWriter, type ReceivedHeader } from '@lunkit/pdu'
import { ConnectionError, ProtocolError } from './error.ts'
import type { OpenTransport, Transport, TransportEvents } from './transport.ts'

/** What a connection reports to: a login first, then a session. */
export interface ConnectionHandler extends PduReceiver {
  /** All PDUs of a received chunk were reported; what they caused is sent after this. */
  received?(): void
  /** The connection is gone. Called once. */
  ended(reason: ConnectionError): void
}

/** Why a connection ends in which a listener of the program (or a bug here) threw: a socket's callback has no caller. */
export const thrown = (error: unknown): ConnectionError =>
  new ConnectionError(`what a PDU was handed to threw: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  })

/** A connection's PDUs in both directions, over any transport. */
export class Connection implements TransportEvents, PduReceiver {
  readonly writer = new PduWriter()
  readonly decoder = new Decoder(this)
  readonly #unwanted = new AbortController()
  handler: ConnectionHandler
  #transport: Transport | undefined
  #reason: ConnectionError | undefined
  #receiving = false
  #flushing = false
  #ended = false

  constructor(handler: ConnectionHandler) {
    this.handler = handler
  }

  /**
   * Opens the transport.
   * @throws {ConnectionError} when there is none to be had.
   */
  async open(transport: OpenTransport): Promise<void> {
    this.#transport = await transport(this, this.#unwanted.signal)
    if (this.#reason) this.#transport.destroy()
  }

  /** Whether nothing can be sent any more. */
  get ended(): boolean {
    return this.#ended
  }

  /** Sends what was composed when the current turn of the program ends, all of it at once. */
  flushSoon(): void {
    if (this.#flushing || this.#receiving) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      this.flush()
    })
  }

  /** Sends what was composed. Never throws: it is called where nobody could catch it. */
  flush(): void {
    try {
      const turn = this.writer.take()
      if (!turn) return
      if (this.#transport && !this.#ended) this.#transport.send(turn)
      else turn.written()
    } catch (error) {
      this.fail(thrown(error))
    }
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.flush()
    const buffers = [Buffer.from(bytes)]
    if (!this.#ended) this.#transport?.send({ buffers, lengthBytes: bytes.length, written: () => undefined })
  }

  /** Sends what was composed and ends the connection; `reason` is what its handler hears. */
  close(reason: ConnectionError): void {
    this.#reason ??= reason
    this.flush()
    this.#transport?.close()
  }

  /** Ends the connection at once. */
  fail(reason: ConnectionError): void {
    this.#reason ??= reason
    this.#unwanted.abort()
    this.#transport?.destroy()
  }

  received(chunk: Uint8Array): void {
    if (this.#ended) return
    this.#receiving = true
    try {
      for (let at = 0; at < chunk.length; ) at += this.decoder.push(at === 0 ? chunk : chunk.subarray(at))
      this.handler.received?.()
    } catch (error) {
      if (error instanceof PduError) this.fail(new ProtocolError(error.message, { cause: error }))
      else this.fail(error instanceof ConnectionError ? error : thrown(error))
    } finally {
      this.#receiving = false
      this.flush()
    }
  }

  closed(error?: Error): void {
    this.#ended = true
    this.flush()
    const text = error ? `the connection broke: ${error.message}` : 'the target closed the connection'
    this.handler.ended(this.#reason ?? new ConnectionError(text, { cause: error }))
  }

  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    return this.handler.header(header)
  }

  complete(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    this.handler.complete(header, data, digestRight)
  }
}
