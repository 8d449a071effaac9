import { byteArray, checkArgument, dataView, type View } from '@lunkit/wire'
import { IsnsError, IsnsFault } from '../error.ts'
import { LONGEST_MESSAGE_BYTES, MOST_PDUS } from '../limits.ts'
import { HEADER_BYTES, Header, VERSION } from './header.ts'
import type { IsnsMessage } from './message.ts'

type Pdu = View<typeof Header.fields>

const BYTES = byteArray()

/** Finds messages in a stream, however it is split, and puts their PDUs together. It holds one message of the longest at most. */
export class MessageReader {
  /** What has come of a PDU that is not whole yet, in the pieces that it came in. */
  #pieces: Uint8Array[] = []
  #heldBytes = 0
  /** With how many bytes there is something to look at. */
  #neededBytes = HEADER_BYTES
  /** The PDUs of a message that is not whole yet. */
  #parts: Uint8Array[] = []
  #partBytes = 0
  #begun: Pdu | undefined

  /**
   * The messages that end in these bytes. The bytes are copied as far as they are kept.
   * @throws {IsnsError} for what is no iSNS; nothing that comes after it means anything. {TypeError} for what are no bytes.
   */
  push(bytes: Uint8Array): readonly IsnsMessage[] {
    checkArgument('MessageReader.push: bytes', bytes, BYTES)
    this.#pieces.push(Buffer.from(bytes))
    this.#heldBytes += bytes.length
    return this.#heldBytes < this.#neededBytes ? [] : this.#wholeOnes(Buffer.concat(this.#pieces))
  }

  #wholeOnes(stream: Buffer): readonly IsnsMessage[] {
    const messages: IsnsMessage[] = []
    let at = 0
    for (;;) {
      const left = stream.subarray(at)
      const header = headerOf(left)
      const end = HEADER_BYTES + (header?.payloadLength ?? 0)
      if (header === undefined || left.length < end) {
        this.#pieces = [left]
        this.#heldBytes = left.length
        this.#neededBytes = end
        return messages
      }
      const message = this.#joined(header, left.subarray(HEADER_BYTES, end))
      if (message !== undefined) messages.push(message)
      at += end
    }
  }

  /** The message that a PDU ends; undefined where more of it comes. */
  #joined(header: Pdu, payload: Uint8Array): IsnsMessage | undefined {
    this.#check(header, payload.length)
    this.#begun ??= header
    this.#parts.push(payload)
    this.#partBytes += payload.length
    if (!header.last) return undefined
    const { functionId, transactionId, fromServer, replace } = this.#begun
    const whole = { functionId, transactionId, fromServer, replace, payload: Buffer.concat(this.#parts) }
    this.#parts = []
    this.#partBytes = 0
    this.#begun = undefined
    return whole
  }

  /** RFC 4171 5.1.4 and 5.1.6: which PDU may follow which. */
  #check(header: Pdu, lengthBytes: number): void {
    const begun = this.#begun
    const { functionId, transactionId, sequenceId, first } = header
    if (first !== (begun === undefined))
      throw malformed(`a PDU that is ${first ? 'the first, before the last' : 'not the first of its message'}`)
    if (sequenceId !== this.#parts.length) throw malformed(`PDU ${sequenceId} in the place of ${this.#parts.length}`)
    if (begun !== undefined && (begun.functionId !== functionId || begun.transactionId !== transactionId))
      throw malformed('a PDU of another message before the last of this one')
    if (this.#parts.length >= MOST_PDUS || this.#partBytes + lengthBytes > LONGEST_MESSAGE_BYTES)
      throw malformed(`a message of more than ${LONGEST_MESSAGE_BYTES} bytes or ${MOST_PDUS} PDUs`)
  }
}

/** The header that a stream begins with, once it is in. What cannot become a PDU is refused at once. */
function headerOf(stream: Buffer): Pdu | undefined {
  if (stream.length < HEADER_BYTES) return undefined
  const header = Header.view(dataView(stream))
  const { version, payloadLength, hasAuthentication } = header
  if (version !== VERSION) throw malformed(`version ${version}`)
  if (payloadLength % 4 !== 0) throw malformed(`a PDU of ${payloadLength} bytes, which is no multiple of 4`)
  if (hasAuthentication) throw malformed('a message that is signed')
  return header
}

const malformed = (what: string): IsnsError => new IsnsError(IsnsFault.malformed, `what came is no iSNS: ${what}`)
