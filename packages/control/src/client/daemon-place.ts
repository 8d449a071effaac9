import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Agent } from 'node:https'
import { checkOptions, type OptionDomains, required, text, wholeNumber } from '@lunkit/wire'

/** Where a daemon's socket is. */
interface OnSocket {
  /** The path of the daemon's socket. */
  readonly path: string
  readonly url?: undefined
}

/** Where a daemon listens by TLS. */
interface ByTls {
  /** `https://HOST:PORT`. */
  readonly url: string
  /** What it knows the caller by. */
  readonly token: string
  /** Certificates in PEM of those who are trusted to say who it is; left out: those that Node trusts. */
  readonly ca?: string
  readonly path?: undefined
}

/** Where a client finds its daemon. */
export type ControlClientOptions = (OnSocket | ByTls) & {
  /** Milliseconds of silence after which nobody is taken to be there: five minutes. */
  readonly timeoutMs?: number
}

/** A request without where it goes. */
interface Dialled {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly timeout: number
  readonly signal?: AbortSignal
}

/** Where a daemon is, and how it is reached. */
export interface DaemonPlace {
  /** As errors call it: the path of a socket, or a URL. */
  readonly name: string
  dial(request: Dialled, answered: (answer: IncomingMessage) => void): ClientRequest
}

const LONGEST_SILENCE_MS = 2 ** 31 - 1
const TIMEOUT = wholeNumber(1, LONGEST_SILENCE_MS)
const SOCKET_OPTIONS: OptionDomains = {
  path: required(text('the path of a socket', path => path !== '' && !path.includes('\0'))),
  timeoutMs: TIMEOUT,
}
const TLS_OPTIONS: OptionDomains = {
  url: required(text()),
  token: required(text()),
  ca: text(),
  timeoutMs: TIMEOUT,
}

const URL_FORM = /^https:\/\/(?<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(?<port>\d{1,5})\/?$/
const TOKEN_FORM = /^[A-Za-z0-9._~+/-]+=*$/
const PEM = '-----BEGIN CERTIFICATE-----'

/** @throws {TypeError} or {RangeError} for what is no place, without showing what may be secret. */
export function placeOf(options: ControlClientOptions): DaemonPlace {
  if (typeof options !== 'object' || options === null || options.url === undefined) {
    checkOptions('ControlClient', options, SOCKET_OPTIONS)
    return new SocketPlace((options as OnSocket).path)
  }
  checkOptions('ControlClient', options, TLS_OPTIONS)
  const { host = '', port = '' } = URL_FORM.exec(options.url)?.groups ?? {}
  if (host === '' || Number(port) > 65_535 || Number(port) === 0)
    throw new RangeError('ControlClient: url is none of a daemon; right is https://HOST:PORT, and nothing else in it')
  if (!TOKEN_FORM.test(options.token))
    throw new RangeError('ControlClient: token is none; right is one as lunkit token prints it')
  if (options.ca !== undefined && !options.ca.includes(PEM))
    throw new RangeError('ControlClient: ca is no certificate; right is one or more in PEM')
  return new TlsPlace(options, { host: host.replace(/^\[|\]$/g, ''), port: Number(port) })
}

// Imported, it would bring all that it exports, a WebSocket included, which takes 35 ms: a third of a command of the CLI.
const { request } = process.getBuiltinModule('node:http')

class SocketPlace implements DaemonPlace {
  readonly name: string

  constructor(path: string) {
    this.name = path
  }

  dial(dialled: Dialled, answered: (answer: IncomingMessage) => void): ClientRequest {
    return request({ ...dialled, socketPath: this.name, agent: false }, answered)
  }
}

/** One connection serves many calls: a handshake takes longer than most of them. */
class TlsPlace implements DaemonPlace {
  readonly name: string
  readonly #token: string
  readonly #ca: string | undefined
  readonly #address: { readonly host: string; readonly port: number }
  #agent: Agent | undefined

  constructor({ url, token, ca }: ByTls, address: { readonly host: string; readonly port: number }) {
    this.name = url
    this.#token = token
    this.#ca = ca
    this.#address = address
  }

  dial({ headers, ...dialled }: Dialled, answered: (answer: IncomingMessage) => void): ClientRequest {
    // Who uses the socket need not load it.
    const { Agent: HttpsAgent, request: requestByTls } = process.getBuiltinModule('node:https')
    this.#agent ??= new HttpsAgent({
      keepAlive: true,
      minVersion: 'TLSv1.2',
      ...(this.#ca !== undefined && { ca: this.#ca }),
    })
    const authorization = `Bearer ${this.#token}`
    const options = { ...dialled, ...this.#address, headers: { ...headers, authorization }, agent: this.#agent }
    return requestByTls(options, answered)
  }
}
