import { BasicHeader, BHS_BYTES, DROP, type Pdu, RESERVED_TAG, type ReceivedHeader, RejectReason } from '@lunkit/pdu'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import { bit, dataView, type Fields, layout, type Slot, u32, type View } from '@lunkit/wire'
import { type HeldRequest, Verdict } from '../session/command-window.ts'
import { Counter } from '../statistics.ts'
import type { FullFeatureConnection } from './full-feature-connection.ts'
import type { PduRow } from './pdu-row.ts'
import { reject } from './reject.ts'

/** A PDU that comes in one piece and is served at once, or in its turn. */
export interface Request<F extends Fields> {
  readonly pdu: Pdu<F>
  readonly inDiscovery: boolean
  /** Whether it takes a place in the command window unless it is immediate, RFC 7143 4.2.2.1. */
  readonly numbered: boolean
  /** Whether its data segment is looked at. */
  readonly takesData: boolean
  /** Whether it is a task, which the reserved tag cannot name (RFC 7143 11.2.1.8). */
  readonly tagged: boolean
  /** Serves it, or answers why it is rejected; then nothing of it was done, and nothing was sent. */
  serve(home: FullFeatureConnection, view: View<F>, body: RequestBody): RejectReason | undefined
}

/** The data segment of a request, and the slot that it lies in: whoever keeps it beyond the call retains the slot. */
export interface RequestBody {
  readonly data: Uint8Array
  readonly slot?: Slot | undefined
}

const NOTHING: RequestBody = { data: new Uint8Array(0) }
/** What a request brings is not for a logical unit. */
const NO_UNIT = -1

/** The numbering of every request that takes a place in the command window. */
const Numbering = layout({
  name: 'numbering of a request',
  spec: 'RFC 7143 11.2.1.1 and 11.3.2',
  size: BHS_BYTES,
  fields: { immediate: bit(0, 6), cmdSN: u32(24) },
})

/** A request that waits for those before it, with its header in memory of its own. */
class HeldPdu<F extends Fields> implements HeldRequest, ReceivedHeader {
  readonly #request: Request<F>
  readonly #home: FullFeatureConnection
  readonly #body: RequestBody
  readonly view: DataView
  readonly at = 0
  readonly opcode: number
  readonly ahsBytes: number
  readonly dataSegmentLength: number

  constructor(request: Request<F>, home: FullFeatureConnection, { header, body }: ReceivedRequest) {
    this.#request = request
    this.#home = home
    this.#body = body
    const { view, at, opcode, ahsBytes, dataSegmentLength } = header
    this.view = dataView(Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset + at, BHS_BYTES + ahsBytes)))
    this.opcode = opcode
    this.ahsBytes = ahsBytes
    this.dataSegmentLength = dataSegmentLength
  }

  deliver(): void {
    serve(this.#request, this.#home, { header: this, body: this.#body })
  }

  discard(): void {
    this.#body.slot?.release()
  }
}

/** The row of a request. */
export function requestRow<F extends Fields>(request: Request<F>): PduRow {
  return {
    pdu: request.pdu,
    inDiscovery: request.inDiscovery,
    numbered: request.numbered,
    seesRejected: false,
    header: (home, header) => {
      const { dataSegmentLength } = header
      if (!request.takesData || dataSegmentLength === 0 || judge(request, home, header) === Verdict.ignore) return DROP
      return requestMemory(home, dataSegmentLength)
    },
    complete: (home, header, data, digestRight) => {
      const slot = home.receivingSlot
      home.receivingSlot = undefined
      if (digestRight) return receive(request, home, { header, body: data ? { data, slot } : NOTHING })
      slot?.release()
      if (judge(request, home, header) === Verdict.ignore) return home.statistics.add(Counter.pdusIgnored)
      // RFC 7143 7.8: the PDU is discarded, and its number does not count as received.
      reject(home, header, RejectReason.dataDigestError)
    },
  }
}

/** Memory for the data of a request; where there is none the request is refused, and may come again. */
function requestMemory(home: FullFeatureConnection, lengthBytes: number): Uint8Array | typeof DROP {
  const slot =
    lengthBytes <= PIECE_BYTES ? home.session.memory.takeUnsolicited(lengthBytes, lengthBytes, NO_UNIT) : undefined
  if (slot) {
    home.receivingSlot = slot
    return slot.bytes.subarray(0, lengthBytes)
  }
  home.statistics.add(Counter.requestsRefusedForMemory)
  home.rejection = RejectReason.outOfTransferTags
  return DROP
}

interface ReceivedRequest {
  readonly header: ReceivedHeader
  readonly body: RequestBody
}

/** Whether a request takes a place among the numbered ones. */
function takesNumber<F extends Fields>({ numbered }: Request<F>, { view, at }: ReceivedHeader): boolean {
  return numbered && !Numbering.view(view, at).immediate
}

/** RFC 7143 4.2.2.1: whether a PDU is outside the command window, so that nobody looks at it. */
export function isOutsideWindow(
  { numbered }: PduRow,
  { session }: FullFeatureConnection,
  { view, at }: ReceivedHeader,
): boolean {
  const { immediate, cmdSN } = Numbering.view(view, at)
  return numbered && !immediate && session.window.judge(cmdSN) === Verdict.ignore
}

function judge<F extends Fields>(request: Request<F>, home: FullFeatureConnection, header: ReceivedHeader): Verdict {
  if (!takesNumber(request, header)) return Verdict.deliver
  return home.session.window.judge(Numbering.view(header.view, header.at).cmdSN)
}

/** Serves a request at once, or in its turn. */
function receive<F extends Fields>(
  request: Request<F>,
  home: FullFeatureConnection,
  { header, body }: ReceivedRequest,
): void {
  const verdict = judge(request, home, header)
  if (verdict === Verdict.hold) {
    const { cmdSN } = Numbering.view(header.view, header.at)
    return home.session.window.hold(cmdSN, new HeldPdu(request, home, { header, body }))
  }
  if (verdict === Verdict.ignore) {
    home.statistics.add(Counter.pdusIgnored)
    body.slot?.release()
    return
  }
  const numbered = takesNumber(request, header)
  if (numbered) home.session.window.advance()
  serve(request, home, { header, body })
  if (numbered) home.session.nextInOrder()
}

/** RFC 7143 11.2.1.5: additional header segments are for SCSI Commands; 11.2.1.8: a task has a tag of its own. */
function malformed<F extends Fields>({ tagged }: Request<F>, header: ReceivedHeader): RejectReason | undefined {
  const untagged = tagged && BasicHeader.view(header.view, header.at).initiatorTaskTag === RESERVED_TAG
  return header.ahsBytes > 0 || untagged ? RejectReason.invalidPduField : undefined
}

/**
 * Serves a request and gives its memory back, also after a bug of ours, which ends this connection alone. The number of
 * one that is rejected does not count as received (RFC 7143 7.3): it comes again, or an ABORT TASK stands for it.
 */
function serve<F extends Fields>(
  request: Request<F>,
  home: FullFeatureConnection,
  { header, body }: ReceivedRequest,
): void {
  try {
    const reason = malformed(request, header) ?? request.serve(home, request.pdu.view(header.view, header.at), body)
    if (reason === undefined) return
    if (takesNumber(request, header)) home.session.window.takeBack()
    reject(home, header, reason)
  } finally {
    body.slot?.release()
  }
}
