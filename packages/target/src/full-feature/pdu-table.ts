import {
  BasicHeader,
  BHS_BYTES,
  DataOut,
  DROP,
  LogoutRequest,
  NopOut,
  type Pdu,
  RESERVED_TAG,
  type ReceivedHeader,
  RejectReason,
  ScsiCommand,
  SnackRequest,
  TaskManagementRequest,
  TextRequest,
} from '@lunkit/pdu'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import { bit, dataView, type Fields, layout, type Slot, u32, type View } from '@lunkit/wire'
import { type HeldRequest, Verdict } from '../session/command-window.ts'
import { Counter } from '../statistics.ts'
import { commandComplete, commandHeader } from './command-arrival.ts'
import { dataOutComplete, dataOutHeader } from './data-out-arrival.ts'
import type { FullFeature } from './full-feature.ts'
import { serveLogout } from './logout.ts'
import { serveNopOut } from './ping.ts'
import { serveSnack } from './snack.ts'

/** How one kind of PDU is received in the full feature phase. */
export interface PduRow {
  readonly pdu: Pdu
  /** Whether a discovery session takes it, RFC 7143 13.21. */
  readonly inDiscovery: boolean
  /** Whether it takes a place in the command window unless it is immediate, RFC 7143 4.2.2.1. */
  readonly numbered: boolean
  /** Whether `complete` is called even for a PDU that is going to be rejected. */
  readonly seesRejected: boolean
  /** Where its data goes. */
  header(home: FullFeature, header: ReceivedHeader): Uint8Array | typeof DROP
  /** It is all in; without data where there is none, or where its digest was wrong. */
  complete(home: FullFeature, header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void
}

/** A PDU that comes in one piece and is served at once, or in its turn. */
interface Request<F extends Fields> {
  readonly pdu: Pdu<F>
  readonly inDiscovery: boolean
  /** Whether it takes a place in the command window unless it is immediate, RFC 7143 4.2.2.1. */
  readonly numbered: boolean
  /** Whether its data segment is looked at. */
  readonly takesData: boolean
  /** Whether it is a task, which the reserved tag cannot name (RFC 7143 11.2.1.8). */
  readonly tagged: boolean
  /** Serves it, or answers why it is rejected; then nothing of it was done, and nothing was sent. */
  serve(home: FullFeature, view: View<F>, body: RequestBody): RejectReason | undefined
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
  readonly #home: FullFeature
  readonly #body: RequestBody
  readonly view: DataView
  readonly at = 0
  readonly opcode: number
  readonly ahsBytes: number
  readonly dataSegmentLength: number

  constructor(request: Request<F>, home: FullFeature, { header, body }: ReceivedRequest) {
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

function row<F extends Fields>(request: Request<F>): PduRow {
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
      home.reject(header, RejectReason.dataDigestError)
    },
  }
}

/** Memory for the data of a request; where there is none the request is refused, and may come again. */
function requestMemory(home: FullFeature, lengthBytes: number): Uint8Array | typeof DROP {
  const slot = lengthBytes <= PIECE_BYTES ? home.memory.takeUnsolicited(lengthBytes, lengthBytes, NO_UNIT) : undefined
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
export function isOutsideWindow({ numbered }: PduRow, { window }: FullFeature, { view, at }: ReceivedHeader): boolean {
  const { immediate, cmdSN } = Numbering.view(view, at)
  return numbered && !immediate && window.judge(cmdSN) === Verdict.ignore
}

function judge<F extends Fields>(request: Request<F>, home: FullFeature, header: ReceivedHeader): Verdict {
  if (!takesNumber(request, header)) return Verdict.deliver
  return home.window.judge(Numbering.view(header.view, header.at).cmdSN)
}

/** Serves a request at once, or in its turn. */
function receive<F extends Fields>(request: Request<F>, home: FullFeature, { header, body }: ReceivedRequest): void {
  const verdict = judge(request, home, header)
  if (verdict === Verdict.hold) {
    const { cmdSN } = Numbering.view(header.view, header.at)
    return home.window.hold(cmdSN, new HeldPdu(request, home, { header, body }))
  }
  if (verdict === Verdict.ignore) {
    home.statistics.add(Counter.pdusIgnored)
    body.slot?.release()
    return
  }
  const numbered = takesNumber(request, header)
  if (numbered) home.window.advance()
  serve(request, home, { header, body })
  if (numbered) home.nextInOrder()
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
function serve<F extends Fields>(request: Request<F>, home: FullFeature, { header, body }: ReceivedRequest): void {
  try {
    const reason = malformed(request, header) ?? request.serve(home, request.pdu.view(header.view, header.at), body)
    if (reason === undefined) return
    if (takesNumber(request, header)) home.window.takeBack()
    home.reject(header, reason)
  } finally {
    body.slot?.release()
  }
}

/** Every PDU that a target takes in the full feature phase, RFC 7143 11. */
const targetPdus: readonly PduRow[] = [
  {
    pdu: ScsiCommand,
    inDiscovery: false,
    numbered: true,
    seesRejected: true,
    header: commandHeader,
    complete: commandComplete,
  },
  {
    pdu: DataOut,
    inDiscovery: false,
    numbered: false,
    seesRejected: true,
    header: dataOutHeader,
    complete: dataOutComplete,
  },
  row({ pdu: NopOut, inDiscovery: true, numbered: true, takesData: true, tagged: false, serve: serveNopOut }),
  row({
    pdu: TaskManagementRequest,
    inDiscovery: false,
    numbered: true,
    takesData: false,
    tagged: true,
    serve: (home, view) => {
      home.management.serve(view)
      return undefined
    },
  }),
  row({
    pdu: TextRequest,
    inDiscovery: true,
    numbered: true,
    takesData: true,
    tagged: true,
    serve: (home, view, { data }) => home.text.serve(view, data),
  }),
  row({ pdu: LogoutRequest, inDiscovery: true, numbered: true, takesData: false, tagged: true, serve: serveLogout }),
  row({ pdu: SnackRequest, inDiscovery: false, numbered: false, takesData: false, tagged: false, serve: serveSnack }),
]

const OPCODES = 64
const byOpcode: (PduRow | undefined)[] = Array.from({ length: OPCODES }, (_, opcode) =>
  targetPdus.find(({ pdu }) => pdu.opcode === opcode),
)

/** The row of an opcode; undefined for what a target does not take in the full feature phase. */
export const rowOf = (opcode: number): PduRow | undefined => byOpcode[opcode]
