import {
  type Ahs,
  isPacket,
  type Offers,
  type Packet,
  type Pdu,
  PduWriter,
  pduOf,
  type ReceivedHeader,
  readPacket,
  writeAhs,
} from '@lunkit/pdu'
import {
  byteArray,
  callback,
  checkArgument,
  checkOptions,
  checkValues,
  type Fields,
  flag,
  object,
  type Values,
  wholeNumber,
} from '@lunkit/wire'
import { checkChapOptions } from './chap/chap-options.ts'
import { Connection, type ConnectionHandler } from './connection.ts'
import { ConnectionError, ProtocolError } from './error.ts'
import { type LoggedIn, Login, type LoginOptions } from './login.ts'
import type { OpenTransport } from './transport.ts'

/** What goes with a PDU's header. */
export interface RawExtras {
  readonly data?: Uint8Array
  readonly ahs?: readonly Ahs[]
}

/** The longest data segment that there is, in bytes, whatever was declared. */
const LONGEST_DATA_SEGMENT = 0xff_ffff
const DATA_SEGMENT = byteArray(0, LONGEST_DATA_SEGMENT)

const LOGIN_OPTIONS = {
  isid: wholeNumber(0, 2 ** 48 - 1),
  tsih: wholeNumber(0, 0xffff),
  cid: wholeNumber(0, 0xffff),
  securityStage: flag,
  cmdSN: wholeNumber(0, 0xffff_ffff),
}

/** TotalAHSLength is one byte and counts words of four. */
const LONGEST_AHS_BYTES = 1020

interface Reader {
  readonly resolve: (packet: Packet) => void
  readonly reject: (reason: Error) => void
}

/**
 * A connection without rules, for tests: sends any PDU with any values, or any bytes, and hands over what comes as it
 * comes. Either side can be played with it.
 */
export class RawConnection implements ConnectionHandler, AsyncDisposable {
  /** Resolves when the connection is gone, with the reason. */
  readonly closed: Promise<ConnectionError>
  readonly #connection: Connection
  readonly #packets: Packet[] = []
  readonly #readers: Reader[] = []
  #reason: ConnectionError | undefined
  readonly #resolveClosed: (reason: ConnectionError) => void

  /** @internal made by `open` */
  constructor() {
    const { promise, resolve } = Promise.withResolvers<ConnectionError>()
    this.closed = promise
    this.#resolveClosed = resolve
    this.#connection = new Connection(this)
    this.#connection.decoder.maxDataSegmentLength = LONGEST_DATA_SEGMENT
  }

  /** @throws {ConnectionError} when there is no connection to be had. */
  static async open(transport: OpenTransport): Promise<RawConnection> {
    checkArgument('transport', transport, callback)
    const raw = new RawConnection()
    await raw.#connection.open(transport)
    return raw
  }

  /** Whether headers have digests, in both directions. */
  set headerDigest(on: boolean) {
    this.#connection.writer.headerDigest = on
    this.#connection.decoder.headerDigest = on
  }

  /** Whether data segments have digests, in both directions. */
  set dataDigest(on: boolean) {
    this.#connection.writer.dataDigest = on
    this.#connection.decoder.dataDigest = on
  }

  /** Logs in by the rules, so that misbehaviour can start after it. */
  async login(offers: Offers, more: Partial<Omit<LoginOptions, 'offers'>> = {}): Promise<LoggedIn> {
    checkLogin(more)
    const options = { offers, isid: 0x8000_0000_0000, tsih: 0, cid: 0, securityStage: false, cmdSN: 1, ...more }
    const { promise, resolve, reject } = Promise.withResolvers<LoggedIn>()
    const login = new Login(this.#connection, options, {
      loggedIn: outcome => {
        this.#connection.handler = this
        this.#connection.decoder.maxDataSegmentLength = LONGEST_DATA_SEGMENT
        resolve(outcome)
      },
      redirected: ({ redirectedTo }) =>
        reject(new ConnectionError(`the login was redirected to ${redirectedTo.join(', ')}`)),
      failed: reason => {
        this.ended(reason)
        reject(reason)
      },
    })
    this.#connection.handler = login
    login.start()
    return promise
  }

  /** Sends a PDU with these values; what is left out is zero. Lengths and digests are made as they have to be. */
  send<F extends Fields>(pdu: Pdu<F>, values: Partial<Values<F>>, extras: RawExtras = {}): void {
    compose(this.#connection.writer, { pdu, values, extras })
    this.#connection.flush()
  }

  /** The bytes that `send` would send without digests, to be spoilt. */
  bytesOf<F extends Fields>(pdu: Pdu<F>, values: Partial<Values<F>>, extras: RawExtras = {}): Buffer {
    const writer = new PduWriter()
    compose(writer, { pdu, values, extras })
    const turn = writer.take()
    const bytes = Buffer.concat(turn?.buffers ?? [])
    turn?.written()
    return bytes
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    checkArgument('bytes', bytes, byteArray())
    this.#connection.sendBytes(bytes)
  }

  /**
   * The next PDU that comes, or came.
   * @throws {ConnectionError} when the connection ends before.
   */
  async receive(): Promise<Packet> {
    const packet = this.#packets.shift()
    if (packet) return packet
    if (this.#reason) throw this.#reason
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
  }

  /**
   * The next PDU, which has to be this one.
   * @throws {ProtocolError} when it is another. {ConnectionError} when the connection ends before.
   */
  async expect<F extends Fields>(pdu: Pdu<F>): Promise<Packet<F>> {
    const packet = await this.receive()
    if (isPacket(packet, pdu)) return packet
    throw new ProtocolError(`${packet.pdu.name} came, ${pdu.name} was expected`)
  }

  /** PDUs that came and were not yet received. */
  get waitingPackets(): number {
    return this.#packets.length
  }

  /** Ends the connection without a logout. */
  destroy(): void {
    this.#connection.fail(new ConnectionError('the connection was dropped'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy()
    await this.closed
  }

  /** @internal */
  header(header: ReceivedHeader): Uint8Array {
    return Buffer.allocUnsafe(header.dataSegmentLength)
  }

  /** @internal */
  complete({ view, at, opcode }: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    if (!digestRight) throw new ProtocolError(`${pduOf(opcode)?.name} came with a wrong data digest`)
    const packet = readPacket(view, at, data)
    if (!packet) throw new ProtocolError(`PDU with opcode ${opcode} came, which RFC 7143 does not know`)
    const reader = this.#readers.shift()
    if (reader) reader.resolve(packet)
    else this.#packets.push(packet)
  }

  /** @internal */
  ended(reason: ConnectionError): void {
    this.#reason = reason
    for (const { reject } of this.#readers.splice(0)) reject(reason)
    this.#resolveClosed(reason)
  }
}

function checkLogin(more: Partial<Omit<LoginOptions, 'offers'>>): void {
  checkArgument('login', more, object())
  const { auth, ...others } = more
  if (auth !== undefined) checkChapOptions('login: auth', auth)
  checkOptions('login', others, LOGIN_OPTIONS)
}

interface Composition<F extends Fields> {
  readonly pdu: Pdu<F>
  readonly values: Partial<Values<F>>
  readonly extras: RawExtras
}

/** Everything is checked before the first byte is composed, so that a mistake leaves the connection as it was. */
function compose<F extends Fields>(writer: PduWriter, { pdu, values, extras: { data, ahs } }: Composition<F>): void {
  checkValues(pdu, values)
  if (data !== undefined) checkArgument('data', data, DATA_SEGMENT)
  const segments = ahs && writeAhs(ahs)
  if (segments) checkArgument('the additional header segments', segments, byteArray(0, LONGEST_AHS_BYTES))
  Object.assign(writer.compose(pdu), values)
  if (segments) writer.ahs(segments)
  if (data) writer.endWith(data)
  else writer.end()
}
