import {
  type Ahs,
  Decoder,
  decodeText,
  encodeText,
  isPacket,
  LoginRequest,
  LoginResponse,
  LoginStage,
  LogoutRequest,
  NopOut,
  type Packet,
  type Pdu,
  PduWriter,
  RESERVED_TAG,
  type ReceivedHeader,
  readPacket,
  ScsiCommand,
  writeAhs,
} from '@lunkit/pdu'
import type { Fields, Values } from '@lunkit/wire'
import type { MemoryStream } from './memory-stream.ts'

/** What goes with a header. */
export interface PduExtras {
  readonly data?: Uint8Array
  readonly ahs?: readonly Ahs[]
}

/** What a test says of a login; the rest is as open-iscsi does it. */
export interface LoginWish {
  readonly keys?: Readonly<Record<string, string>>
  readonly isid?: number
  readonly tsih?: number
  readonly cid?: number
  readonly cmdSN?: number
}

const MEGABYTE = 1024 * 1024
const ISID = 0x8000_0000_0001
const CID = 7

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(() => setImmediate(resolve)))

/** An initiator that sends whatever a test wants, and keeps what comes. */
export class TestClient {
  readonly stream: MemoryStream
  readonly writer = new PduWriter()
  readonly packets: Packet[] = []
  readonly #decoder: Decoder
  cmdSN = 1
  isid = ISID
  cid = CID
  nextTag = 0x10

  constructor(stream: MemoryStream) {
    this.stream = stream
    this.#decoder = new Decoder({
      header: (header: ReceivedHeader) => Buffer.alloc(header.dataSegmentLength),
      complete: (header, data, digestRight) => {
        if (!digestRight) throw new Error('the target has sent a wrong digest')
        this.packets.push(packetOf(header, data?.subarray(0, header.dataSegmentLength)))
      },
    })
    this.#decoder.maxDataSegmentLength = 16 * MEGABYTE
    stream.received = bytes => {
      for (let at = 0; at < bytes.length; ) at += this.#decoder.push(bytes.subarray(at))
    }
  }

  /** Digests in both directions. */
  useDigests(header: boolean, data: boolean): void {
    this.#decoder.headerDigest = header
    this.#decoder.dataDigest = data
    this.writer.headerDigest = header
    this.writer.dataDigest = data
  }

  /** The bytes of a PDU. */
  bytesOf<F extends Fields>(pdu: Pdu<F>, values: Partial<Values<F>>, { data, ahs }: PduExtras = {}): Buffer {
    Object.assign(this.writer.compose(pdu), values)
    if (ahs) this.writer.ahs(writeAhs(ahs))
    if (data) this.writer.endWith(data)
    else this.writer.end()
    const turn = this.writer.take()
    const bytes = Buffer.concat(turn?.buffers ?? [])
    turn?.written()
    return bytes
  }

  send<F extends Fields>(pdu: Pdu<F>, values: Partial<Values<F>>, extras: PduExtras = {}): void {
    this.stream.feed(this.bytesOf(pdu, values, extras))
  }

  /** The next PDU, which has to be this one. */
  take<F extends Fields>(pdu: Pdu<F>): Packet<F> {
    const packet = this.packets.shift()
    if (!packet) throw new Error(`${pdu.name} was expected, nothing came`)
    if (!isPacket(packet, pdu)) throw new Error(`${pdu.name} was expected, ${packet.pdu.name} came`)
    return packet
  }

  /** The next PDU after everything has run. */
  async expect<F extends Fields>(pdu: Pdu<F>): Promise<Packet<F>> {
    if (this.packets.length === 0) await settled()
    return this.take(pdu)
  }

  /** Sends one Login Request: from the operational stage to the full feature phase, unless said otherwise. */
  requestLogin(keys: Readonly<Record<string, string>>, values: Partial<Values<typeof LoginRequest.fields>> = {}): void {
    const stages = { currentStage: LoginStage.operationalNegotiation, nextStage: LoginStage.fullFeaturePhase }
    this.sendLogin({ transit: true, ...stages, ...values }, encodeText(Object.entries(keys)))
  }

  /** Sends one Login Request with the text as it is. */
  sendLogin(values: Partial<Values<typeof LoginRequest.fields>>, data: Uint8Array): void {
    const { isid, cid, cmdSN } = this
    this.send(LoginRequest, { isid, cid, cmdSN, initiatorTaskTag: 1, ...values }, { data })
  }

  /** Logs in and answers the final response. */
  async login({ keys, isid, tsih, cid, cmdSN }: LoginWish = {}): Promise<Packet<typeof LoginResponse.fields>> {
    if (isid !== undefined) this.isid = isid
    if (cid !== undefined) this.cid = cid
    if (cmdSN !== undefined) this.cmdSN = cmdSN
    const names = {
      InitiatorName: 'iqn.2026-11.example:host',
      TargetName: 'iqn.2026-11.io.lunkit:disk',
      SessionType: 'Normal',
    }
    this.requestLogin({ ...names, ...keys }, tsih === undefined ? {} : { tsih })
    const response = await this.expect(LoginResponse)
    if (response.values.status === 0) {
      const digest = (key: string): boolean => textOf(response).get(key) === 'CRC32C'
      this.useDigests(digest('HeaderDigest'), digest('DataDigest'))
    }
    return response
  }

  /** Sends a SCSI Command with the next number; answers its tag. */
  command(values: Partial<Values<typeof ScsiCommand.fields>>, extras: PduExtras = {}): number {
    const initiatorTaskTag = this.nextTag++
    const cmdSN = values.immediate ? this.cmdSN : this.cmdSN++
    this.send(ScsiCommand, { final: true, attribute: 1, initiatorTaskTag, cmdSN, ...values }, extras)
    return initiatorTaskTag
  }

  ping(values: Partial<Values<typeof NopOut.fields>> = {}, data?: Uint8Array): void {
    const ping = { immediate: true, initiatorTaskTag: 0xabcd, targetTransferTag: RESERVED_TAG, cmdSN: this.cmdSN }
    this.send(NopOut, { ...ping, ...values }, data ? { data } : {})
  }

  logout(values: Partial<Values<typeof LogoutRequest.fields>> = {}): void {
    this.send(LogoutRequest, { immediate: true, initiatorTaskTag: 0xbeef, cid: this.cid, cmdSN: this.cmdSN, ...values })
  }
}

function packetOf({ view, at, opcode }: ReceivedHeader, data: Uint8Array | undefined): Packet {
  const packet = readPacket(view, at, isTextPart(view, at, data) ? undefined : data)
  if (!packet) throw new Error(`the target has sent opcode ${opcode}`)
  return data && packet.data.kind === 'none'
    ? { ...packet, data: { kind: 'bytes', bytes: Uint8Array.from(data) } }
    : packet
}

/** Whether data is a text that began in an earlier PDU: it makes no sense by itself. */
function isTextPart(view: DataView, at: number, data: Uint8Array | undefined): boolean {
  const { pdu } = readPacket(view, at) ?? {}
  if (!data || pdu?.data !== 'text') return false
  try {
    decodeText(data, { textBytes: data.length, keys: data.length })
    return false
  } catch {
    return true
  }
}

/** The pairs of a PDU's text by key. */
export function textOf({ data }: Packet): Map<string, string> {
  return new Map(data.kind === 'text' ? data.pairs : [])
}

/** The bytes of a PDU's data. */
export function bytesOf({ data }: Packet): Buffer {
  return data.kind === 'bytes' ? Buffer.from(data.bytes) : Buffer.alloc(0)
}
