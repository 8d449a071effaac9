import {
  BHS_BYTES,
  DataOut,
  DROP,
  LogoutRequest,
  NopOut,
  type Pdu,
  type ReceivedHeader,
  RejectReason,
  ScsiCommand,
  SnackRequest,
  TaskManagementRequest,
  TextRequest,
} from '@lunkit/pdu'
import { bit, dataView, type Fields, layout, u32, type View } from '@lunkit/wire'
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
  serve(home: FullFeature, view: View<F>, data: Uint8Array, header: ReceivedHeader): void
}

const NOTHING = new Uint8Array(0)

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
  readonly #data: Uint8Array
  readonly view: DataView
  readonly at = 0
  readonly opcode: number
  readonly ahsBytes: number
  readonly dataSegmentLength: number

  constructor(request: Request<F>, home: FullFeature, { header, data }: { header: ReceivedHeader; data: Uint8Array }) {
    this.#request = request
    this.#home = home
    this.#data = data
    const { view, at, opcode, ahsBytes, dataSegmentLength } = header
    this.view = dataView(Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset + at, BHS_BYTES + ahsBytes)))
    this.opcode = opcode
    this.ahsBytes = ahsBytes
    this.dataSegmentLength = dataSegmentLength
  }

  deliver(): void {
    this.#request.serve(this.#home, this.#request.pdu.view(this.view), this.#data, this)
  }

  discard(): void {}
}

function row<F extends Fields>(request: Request<F>): PduRow {
  return {
    pdu: request.pdu,
    inDiscovery: request.inDiscovery,
    seesRejected: false,
    header: (_home, { dataSegmentLength }) =>
      request.takesData && dataSegmentLength > 0 ? Buffer.allocUnsafe(dataSegmentLength) : DROP,
    complete: (home, header, data = NOTHING, digestRight) => {
      // RFC 7143 7.8: the PDU is discarded, and its number does not count as received.
      if (!digestRight) home.reject(header, RejectReason.dataDigestError)
      else receive(request, home, { header, data })
    },
  }
}

/** Serves a request at once, or in its turn. */
function receive<F extends Fields>(
  request: Request<F>,
  home: FullFeature,
  { header, data }: { header: ReceivedHeader; data: Uint8Array },
): void {
  const { immediate, cmdSN } = Numbering.view(header.view, header.at)
  const now = immediate || !request.numbered
  const verdict = now ? Verdict.deliver : home.window.judge(cmdSN)
  if (verdict === Verdict.ignore) home.statistics.add(Counter.pdusIgnored)
  else if (verdict === Verdict.hold) home.window.hold(cmdSN, new HeldPdu(request, home, { header, data }))
  else {
    if (!now) home.window.advance()
    request.serve(home, request.pdu.view(header.view, header.at), data, header)
    if (!now) home.nextInOrder()
  }
}

/** Every PDU that a target takes in the full feature phase, RFC 7143 11. */
const targetPdus: readonly PduRow[] = [
  {
    pdu: ScsiCommand,
    inDiscovery: false,
    seesRejected: true,
    header: commandHeader,
    complete: commandComplete,
  },
  {
    pdu: DataOut,
    inDiscovery: false,
    seesRejected: true,
    header: dataOutHeader,
    complete: dataOutComplete,
  },
  row({ pdu: NopOut, inDiscovery: true, numbered: true, takesData: true, serve: serveNopOut }),
  row({
    pdu: TaskManagementRequest,
    inDiscovery: false,
    numbered: true,
    takesData: false,
    serve: (home, view) => home.management.serve(view),
  }),
  row({
    pdu: TextRequest,
    inDiscovery: true,
    numbered: true,
    takesData: true,
    serve: (home, view, data, header) => home.text.serve(view, data, header),
  }),
  row({ pdu: LogoutRequest, inDiscovery: true, numbered: true, takesData: false, serve: serveLogout }),
  row({ pdu: SnackRequest, inDiscovery: false, numbered: false, takesData: false, serve: serveSnack }),
]

const OPCODES = 64
const byOpcode: (PduRow | undefined)[] = Array.from({ length: OPCODES }, (_, opcode) =>
  targetPdus.find(({ pdu }) => pdu.opcode === opcode),
)

/** The row of an opcode; undefined for what a target does not take in the full feature phase. */
export const rowOf = (opcode: number): PduRow | undefined => byOpcode[opcode]
