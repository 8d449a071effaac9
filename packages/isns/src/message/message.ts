import { byteArray, checkOptions, dataView, flag, type OptionDomains, required, wholeNumber } from '@lunkit/wire'
import { LONGEST_MESSAGE_BYTES, LONGEST_PAYLOAD_BYTES } from '../limits.ts'
import { HEADER_BYTES, Header } from './header.ts'

/** A message of iSNSP, put together of its PDUs. */
export interface IsnsMessage {
  /** One of `IsnsFunction`; of a response with the highest bit set. */
  readonly functionId: number
  /** Of a request and its response the same. */
  readonly transactionId: number
  /** Whether a server sends it, and no client. */
  readonly fromServer?: boolean
  /** Of a registration: takes the place of what was registered before, RFC 4171 5.6.5.1. */
  readonly replace?: boolean
  /** A multiple of 4 bytes: attributes, in a response behind the status. */
  readonly payload: Uint8Array
}

const U16 = wholeNumber(0, 0xffff)
const MESSAGE: OptionDomains = {
  functionId: required(U16),
  transactionId: required(U16),
  fromServer: flag,
  replace: flag,
  payload: required({
    ...byteArray(0, LONGEST_MESSAGE_BYTES),
    words: `a Uint8Array of at most ${LONGEST_MESSAGE_BYTES} bytes, a multiple of 4`,
    has: (value: unknown) =>
      value instanceof Uint8Array && value.length <= LONGEST_MESSAGE_BYTES && value.length % 4 === 0,
  }),
}

/**
 * The bytes of a message, as one PDU or as many as it takes, RFC 4171 5.1.5.
 * @throws {TypeError} or {RangeError} for what is no message.
 */
export function encodeMessage(message: IsnsMessage): Uint8Array {
  checkOptions('encodeMessage: message', message, MESSAGE)
  const { payload } = message
  const count = Math.max(1, Math.ceil(payload.length / LONGEST_PAYLOAD_BYTES))
  const bytes = Buffer.alloc(count * HEADER_BYTES + payload.length)
  for (let sequenceId = 0; sequenceId < count; sequenceId++) {
    const from = sequenceId * LONGEST_PAYLOAD_BYTES
    const part = payload.subarray(from, from + LONGEST_PAYLOAD_BYTES)
    const at = from + sequenceId * HEADER_BYTES
    composeHeader(dataView(bytes), at, message, {
      sequenceId,
      payloadLength: part.length,
      last: sequenceId === count - 1,
    })
    bytes.set(part, at + HEADER_BYTES)
  }
  return bytes
}

/** What sets a PDU apart from the others of its message. */
interface PduPlace {
  readonly sequenceId: number
  readonly payloadLength: number
  readonly last: boolean
}

function composeHeader(
  view: DataView,
  at: number,
  message: IsnsMessage,
  { sequenceId, payloadLength, last }: PduPlace,
) {
  const { functionId, transactionId, fromServer = false, replace = false } = message
  const header = Header.compose(view, at)
  Object.assign(header, {
    functionId,
    transactionId,
    sequenceId,
    payloadLength,
    replace,
    last,
    first: sequenceId === 0,
  })
  header.fromServer = fromServer
  header.fromClient = !fromServer
}
