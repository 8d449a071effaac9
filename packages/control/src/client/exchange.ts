import type { IncomingMessage } from 'node:http'
import { ControlFault, type FaultDescription } from '../control-fault.ts'
import type { Route } from '../methods/routes.ts'
import { connectionFault } from './connection-fault.ts'
import type { DaemonPlace } from './daemon-place.ts'
import { NoDaemonError } from './no-daemon-error.ts'

/** One request to a daemon. */
export interface Exchange {
  readonly place: DaemonPlace
  readonly route: Route
  readonly query: string
  readonly body: string | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * Sends a request; resolves with its answer when the head of that is there.
 * @throws {NoDaemonError} where nobody answers. {ControlFault} where the caller may not connect.
 */
export function send(exchange: Exchange): Promise<IncomingMessage> {
  const { place, route, query, body, timeoutMs, signal } = exchange
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const dialled = {
      method: route.verb,
      path: route.path + query,
      headers,
      timeout: timeoutMs,
      ...(signal && { signal }),
    }
    const sent = place.dial(dialled, resolve)
    sent.on('timeout', () => sent.destroy(new NoDaemonError(place.name, `it has said nothing for ${timeoutMs} ms`)))
    sent.on('error', error => reject(connectionFault(error, place.name)))
    sent.end(body)
  })
}

/** The whole text of an answer. @throws {ControlFault} for an error. {NoDaemonError} where it breaks off. */
export async function textOf(answer: IncomingMessage, path: string): Promise<string> {
  const text = await wholeText(answer, path)
  if (answer.statusCode === 200) return text
  const { kind, ...fault } = faultIn(text, path)
  throw new ControlFault(kind, fault)
}

/** The bytes of an answer, as they come. @throws {NoDaemonError} where it breaks off. */
export async function* chunksOf(answer: IncomingMessage, path: string): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of answer) yield chunk as Buffer
  } catch (error) {
    throw connectionFault(error as NodeJS.ErrnoException, path)
  }
}

async function wholeText(answer: IncomingMessage, path: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(answer, path)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function faultIn(text: string, path: string): FaultDescription {
  const { error } = (parsed(text, path) ?? {}) as { readonly error?: Partial<FaultDescription> }
  const { kind, what, where = '', right = '', nearest = null } = error ?? {}
  if (kind === undefined || what === undefined) throw new NoDaemonError(path, 'what answers is no lunkitd')
  return { kind, what, where, right, nearest }
}

/** What a text of JSON says. @throws {NoDaemonError} for what a lunkitd would not have sent. */
export function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NoDaemonError(path, 'what answers is no lunkitd', { cause: error })
  }
}
