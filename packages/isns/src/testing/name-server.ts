import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import {
  type Attribute,
  encodeAttributes,
  numberAttribute,
  readAttributes,
  textAttribute,
} from '../message/attribute.ts'
import { IsnsFunction, IsnsTag, RESPONSE } from '../message/codes.ts'
import { encodeMessage, type IsnsMessage } from '../message/message.ts'
import { MessageReader } from '../message/message-reader.ts'

const key = textAttribute(IsnsTag.entityIdentifier, 'lunkit:a')
const delimiter = textAttribute(IsnsTag.delimiter, '')
/** What is said of an entity: as what it is registered, and for how long. */
const entity = [key, { ...delimiter, value: new Uint8Array(0) }, key]

/** A response to a request: a status, and attributes. */
export function response(request: IsnsMessage, status: number, attributes: readonly Attribute[] = []): Uint8Array {
  const { functionId, transactionId } = request
  const payload = Buffer.concat([Buffer.from([0, 0, 0, status]), encodeAttributes(attributes)])
  return encodeMessage({ functionId: functionId | RESPONSE, transactionId, fromServer: true, payload })
}

/** Says yes to everything, for nine seconds. */
export const agreed = (request: IsnsMessage): Uint8Array =>
  response(
    request,
    0,
    request.functionId === IsnsFunction.deviceDeregistration
      ? []
      : [...entity, numberAttribute(IsnsTag.registrationPeriod, 9)],
  )

/** An iSNS server on a free port of 127.0.0.1 that tells a test what it is asked. */
export class NameServer {
  /** What it answers; undefined: nothing. */
  answer: (request: IsnsMessage) => Uint8Array | undefined = agreed
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #requests: IsnsMessage[] = []
  #waiting: (() => void) | undefined

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', socket => this.#connected(socket))
  }

  static async open(port = 0): Promise<NameServer> {
    const server = createServer()
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new NameServer(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** The next request, when it is there. */
  async next(): Promise<IsnsMessage> {
    while (this.#requests.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting = resolve
      await promise
    }
    return this.#requests.shift() as IsnsMessage
  }

  /** The function of the next request, and its attributes. */
  async asked(): Promise<readonly [functionId: number, tags: readonly Attribute[]]> {
    const { functionId, payload } = await this.next()
    return [functionId, readAttributes(payload)]
  }

  /** Says something to whoever is connected. */
  say(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes)
  }

  /** Ends all connections; those that come are taken still. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.hangUp()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #connected(socket: Socket): void {
    const reader = new MessageReader()
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', bytes => {
      for (const request of reader.push(bytes)) {
        const answer = this.answer(request)
        if (answer !== undefined) socket.write(answer)
        this.#requests.push(request)
        this.#waiting?.()
      }
    })
  }
}
