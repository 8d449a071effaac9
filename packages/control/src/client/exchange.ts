import type { IncomingMessage } from 'node:http'
import { ControlFault, type FaultDescription, FaultKind } from '../control-fault.ts'
import type { Route } from '../methods/routes.ts'
import { NoDaemonError } from './no-daemon-error.ts'

// Imported, it would bring all that it exports, a WebSocket included, which takes 35 ms: a third of a command of the CLI.
const { request } = process.getBuiltinModule('node:http')

/** One request to a daemon. */
export interface Exchange {
  readonly path: string
  readonly route: Route
  readonly query: string
  readonly body: string | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Why no connection comes about, by the code of connect(2). */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; is lunkitd running?',
  ECONNREFUSED: 'nobody listens there any more; is lunkitd running?',
  ENOTSOCK: 'it is no socket',
}

/**
 * Sends a request; resolves with its answer when the head of that is there.
 * @throws {NoDaemonError} where nobody answers. {ControlFault} where the caller may not ask, or lunkitd ends meanwhile.
 */
export function send(exchange: Exchange): Promise<IncomingMessage> {
  const { path, route, query, body, timeoutMs, signal } = exchange
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(
      {
        socketPath: path,
        method: route.verb,
        path: route.path + query,
        headers,
        agent: false,
        timeout: timeoutMs,
        ...(signal && { signal }),
      },
      resolve,
    )
    sent.on('timeout', () => sent.destroy(new NoDaemonError(path, `it has said nothing for ${timeoutMs} ms`)))
    sent.on('error', error => reject(reasonOf(error, path)))
    sent.end(body)
  })
}

function reasonOf(error: NodeJS.ErrnoException, path: string): Error {
  if (error instanceof NoDaemonError || error.name === 'AbortError') return error
  const reason = REASONS[error.code ?? '']
  if (reason !== undefined) return new NoDaemonError(path, reason, { cause: error })
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new ControlFault(FaultKind.unauthorised, {
      what: 'is not for you',
      where: path,
      right: 'to be root, or in the group lunkit',
    })
  return new NoDaemonError(path, `the connection broke (${error.code ?? error.message})`, { cause: error })
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
    throw reasonOf(error as NodeJS.ErrnoException, path)
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
