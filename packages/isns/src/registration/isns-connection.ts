import { connect, type Socket } from 'node:net'
import { dataView, layout, type Timers, u32 } from '@lunkit/wire'
import { IsnsError, IsnsFault, refusedWith } from '../error.ts'
import type { Attribute } from '../message/attribute.ts'
import { encodeAttributes, readAttributes } from '../message/attribute.ts'
import { RESPONSE } from '../message/codes.ts'
import { encodeMessage, type IsnsMessage } from '../message/message.ts'
import { MessageReader } from '../message/message-reader.ts'

/** Where an iSNS server listens. */
export interface IsnsServer {
  /** A numeric address, or the name of a host. */
  readonly host: string
  readonly port: number
}

/** How a connection goes about its work. */
export interface ConnectionSurroundings {
  readonly timers: Timers
  readonly answerMs: number
  /** Aborted when all is to end at once. */
  readonly signal: AbortSignal
}

/** What a client asks. */
export interface IsnsRequest {
  readonly functionId: number
  readonly replace?: boolean
  readonly attributes: readonly Attribute[]
}

const STATUS_BYTES = 4
/** What a response begins with. */
const Response = layout({ name: 'response', spec: 'RFC 4171 5.7', size: STATUS_BYTES, fields: { status: u32(0) } })
const WRAP = 0x1_0000

/** A connection to an iSNS server: one question at a time, each with its answer, or an error when it does not come in time. */
export class IsnsConnection {
  readonly #socket: Socket
  readonly #surroundings: ConnectionSurroundings
  readonly #reader = new MessageReader()
  readonly #lost = Promise.withResolvers<never>()
  #transactionId = 0
  #answered: ((message: IsnsMessage) => void) | undefined

  private constructor(socket: Socket, surroundings: ConnectionSurroundings) {
    this.#socket = socket
    this.#surroundings = surroundings
    this.#lost.promise.catch(() => {})
    const { signal } = surroundings
    const stop = () => this.#fail(new IsnsError(IsnsFault.unreachable, 'it was given up'))
    signal.addEventListener('abort', stop)
    socket.on('data', bytes => this.#received(bytes))
    socket.on('error', error => this.#fail(new IsnsError(IsnsFault.unreachable, error.message)))
    socket.on('close', () => {
      signal.removeEventListener('abort', stop)
      this.#fail(new IsnsError(IsnsFault.unreachable, 'the server has closed the connection'))
    })
  }

  /** @throws {IsnsError} where nobody answers there in time. */
  static async open({ host, port }: IsnsServer, surroundings: ConnectionSurroundings): Promise<IsnsConnection> {
    const socket = connect({ host, port, noDelay: true })
    const connection = new IsnsConnection(socket, surroundings)
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.once('connect', resolve)
    await connection.#inTime(promise)
    return connection
  }

  /** The address of this side, by which the server was reached. */
  get localAddress(): string {
    return this.#socket.localAddress ?? ''
  }

  /** Rejects when the connection is no more. */
  get lost(): Promise<never> {
    return this.#lost.promise
  }

  /**
   * Asks, and answers with the attributes that the answer has behind its status.
   * @throws {IsnsError} for a refusal, an answer that is none, and none in time; in the last two cases the connection is no more.
   */
  async ask({ functionId, replace = false, attributes }: IsnsRequest): Promise<readonly Attribute[]> {
    this.#transactionId = (this.#transactionId + 1) % WRAP
    const transactionId = this.#transactionId
    const { promise, resolve } = Promise.withResolvers<IsnsMessage>()
    this.#answered = resolve
    this.#socket.write(encodeMessage({ functionId, transactionId, replace, payload: encodeAttributes(attributes) }))
    const answer = await this.#inTime(promise)
    if (answer.functionId !== (functionId | RESPONSE) || answer.transactionId !== transactionId)
      throw this.#fail(new IsnsError(IsnsFault.malformed, 'the server answers what it was not asked'))
    return this.#answerOf(answer.payload)
  }

  /** Ends it at once. */
  destroy(): void {
    this.#socket.destroy()
  }

  #answerOf(payload: Uint8Array): readonly Attribute[] {
    if (payload.length < STATUS_BYTES)
      throw this.#fail(new IsnsError(IsnsFault.malformed, 'the server answers without a status'))
    const { status } = Response.view(dataView(payload))
    if (status !== 0) throw refusedWith(status)
    try {
      return readAttributes(payload.subarray(STATUS_BYTES))
    } catch (error) {
      throw this.#fail(error as IsnsError)
    }
  }

  #received(bytes: Uint8Array): void {
    try {
      for (const message of this.#reader.push(bytes)) this.#heard(message)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  /** Who asks nothing of a server is told nothing by it: it may only send what was registered for. */
  #heard(message: IsnsMessage): void {
    const answered = this.#answered
    this.#answered = undefined
    if (answered === undefined) this.#fail(new IsnsError(IsnsFault.malformed, 'the server speaks without being asked'))
    else answered(message)
  }

  #fail<E extends Error>(error: E): E {
    this.#lost.reject(error)
    this.#socket.destroy()
    return error
  }

  #inTime<T>(promise: Promise<T>): Promise<T> {
    const { timers, answerMs } = this.#surroundings
    const stop = timers.after(answerMs, () => {
      this.#fail(new IsnsError(IsnsFault.unreachable, `no answer within ${answerMs / 1000} s`))
    })
    return Promise.race([promise, this.lost]).finally(stop)
  }
}
