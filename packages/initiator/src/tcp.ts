import { connect, type Socket } from 'node:net'
import type { Turn } from '@lunkit/pdu'
import { checkArgument, object, text, wholeNumber } from '@lunkit/wire'
import { ConnectionError } from './error.ts'
import { RECEIVE_BUFFER_BYTES } from './limits.ts'
import type { OpenTransport, Transport, TransportEvents } from './transport.ts'

/** Where a portal listens. */
export interface TcpAddress {
  readonly host: string
  readonly port: number
}

class TcpTransport implements Transport {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  send(turn: Turn): void {
    const socket = this.#socket
    const { buffers } = turn
    const last = buffers.length - 1
    if (last > 0) socket.cork()
    for (let i = 0; i < last; i++) socket.write(buffers[i] as Buffer)
    // Called with an error when the socket ends before: then too the memory is free.
    socket.write(buffers[last] as Buffer, () => turn.written())
    if (last > 0) socket.uncork()
  }

  close(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

const ADDRESS = { host: text('a host name or an address', host => host !== ''), port: wholeNumber(1, 0xffff) }

/**
 * TCP to a portal.
 * @throws {TypeError} or {RangeError} for what is no address.
 */
export function tcp(address: TcpAddress): OpenTransport {
  checkArgument('the address', address, object('{ host, port }'))
  const { host, port } = address
  checkArgument('host', host, ADDRESS.host)
  checkArgument('port', port, ADDRESS.port)
  return (events, signal) =>
    new Promise((resolve, reject) => {
      const buffer = Buffer.allocUnsafeSlow(RECEIVE_BUFFER_BYTES)
      const socket = connect({ host, port, noDelay: true, onread: { buffer, callback: deliver(buffer, events) } })
      let failure: Error | undefined
      const refused = () =>
        reject(new ConnectionError(`no connection to ${host} port ${port}: ${failure?.message ?? 'it was given up'}`))
      socket.on('error', error => {
        failure = error
      })
      const unwanted = () => socket.destroy()
      signal?.addEventListener('abort', unwanted)
      socket.once('close', refused)
      socket.once('connect', () => {
        signal?.removeEventListener('abort', unwanted)
        socket.off('close', refused)
        socket.once('close', () => events.closed(failure))
        // The peer closes: nothing more can come, so neither is anything sent.
        socket.once('end', () => socket.destroy())
        resolve(new TcpTransport(socket))
      })
    })
}

const deliver =
  (buffer: Buffer, events: TransportEvents) =>
  (lengthBytes: number): boolean => {
    events.received(buffer.subarray(0, lengthBytes))
    return true
  }
