import type { ControlPdu } from '@lunkit/control/client'
import { BasicHeader, InitiatorOpcode } from '@lunkit/pdu'
import { dataView } from '@lunkit/wire'
import { type Endpoint, endpointOf } from './ip-address.ts'
import { frameOf, headerBytes, TcpFlag } from './tcp-frame.ts'
import { wireBytes } from './wire-bytes.ts'

/** Of an Ethernet that is not tuned. */
const MTU_BYTES = 1500
const NOTHING = new Uint8Array(0)
/** The SYN takes the number 0 of each side. */
const FIRST = 1

/** A frame, and when it is seen. */
export interface TimedFrame {
  readonly timeNs: bigint
  readonly isOurs: boolean
  readonly bytes: Uint8Array
}

/** Which of the sides has sent a PDU. */
type Side = ControlPdu['from']

/**
 * A traced connection as TCP: frames with the sequence numbers that the bytes of its PDUs have. Each PDU begins in a frame of its own, so that
 * what follows PDUs that were lost is understood again.
 */
export class TracedConnection {
  readonly #ends: Readonly<Record<Side, Endpoint>>
  /** The number of the byte that comes next of each side. */
  readonly #next: Record<Side, number> = { initiator: FIRST, target: FIRST }
  readonly #segmentBytes: number
  #begun = false

  constructor({ initiator, target }: Pick<ControlPdu, 'initiator' | 'target'>) {
    this.#ends = { initiator: endpointOf(initiator), target: endpointOf(target) }
    this.#segmentBytes = MTU_BYTES - headerBytes(this.#ends.target)
  }

  /** Whether a PDU is of another connection, with the same addresses and ports: its bytes are counted from the start again. */
  isOther({ from, offset }: Pick<ControlPdu, 'from' | 'offset'>): boolean {
    return offset === 0 && this.#next[from] !== FIRST
  }

  /** The frames of the PDU that comes next; before the first of a login, those with which TCP begins. */
  frames(pdu: ControlPdu): TimedFrame[] {
    const frames = this.#begun || !isLogin(pdu) ? [] : this.#opening(BigInt(pdu.at))
    this.#begun = true
    const bytes = wireBytes(pdu)
    this.#next[pdu.from] = FIRST + pdu.offset
    for (let at = 0; at < bytes.length; at += this.#segmentBytes) {
      const payload = bytes.subarray(at, at + this.#segmentBytes)
      const isLast = at + payload.length === bytes.length
      frames.push(this.#frame(pdu, isLast ? TcpFlag.ack | TcpFlag.push : TcpFlag.ack, payload))
      this.#next[pdu.from] += payload.length
    }
    return frames
  }

  #opening(timeNs: bigint): TimedFrame[] {
    const at = timeNs.toString()
    const before = (from: Side, flags: number, next: Record<Side, number>): TimedFrame =>
      this.#frame({ at, from }, flags, NOTHING, next)
    return [
      before('initiator', TcpFlag.syn, { initiator: 0, target: 0 }),
      before('target', TcpFlag.syn | TcpFlag.ack, { initiator: FIRST, target: 0 }),
      before('initiator', TcpFlag.ack, { initiator: FIRST, target: FIRST }),
    ]
  }

  #frame(
    { at, from }: Pick<ControlPdu, 'at' | 'from'>,
    flags: number,
    payload: Uint8Array,
    next: Readonly<Record<Side, number>> = this.#next,
  ): TimedFrame {
    const other = from === 'initiator' ? 'target' : 'initiator'
    const [sequence, acknowledged] = [next[from], next[other]]
    const segment = { from: this.#ends[from], to: this.#ends[other], sequence, acknowledged, flags, payload }
    return { timeNs: BigInt(at), isOurs: from === 'target', bytes: frameOf(segment, from === 'target') }
  }
}

/** Whether a PDU is one that connections begin with. */
function isLogin({ from, header, offset }: ControlPdu): boolean {
  const { opcode } = BasicHeader.view(dataView(Buffer.from(header, 'base64')))
  return from === 'initiator' && offset === 0 && opcode === InitiatorOpcode.loginRequest
}
