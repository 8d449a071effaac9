import type { Socket } from 'node:net'
import type { ControlFault } from '../control-fault.ts'
import type { FaultAnswer } from './bad-request.ts'

/** What answers are. */
export const JSON_TYPE = 'application/json; charset=utf-8'

/** A fault as it is answered. */
export const textOf = (fault: ControlFault): string => `${JSON.stringify({ error: fault })}\n`

/** Answers bytes that are no request, as far as somebody listens, and closes. */
export function refuse(socket: Socket, { status, fault }: FaultAnswer): void {
  if (!socket.writable) return void socket.destroy()
  const text = textOf(fault)
  const head = [
    `HTTP/1.1 ${status} Bad Request`,
    `content-type: ${JSON_TYPE}`,
    `content-length: ${Buffer.byteLength(text)}`,
  ]
  socket.end([...head, 'connection: close', '', text].join('\r\n'))
  socket.destroySoon()
}
