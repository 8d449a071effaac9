import { BasicHeader, BHS_BYTES, DIGEST_BYTES, paddingOf, type ReceivedHeader } from '@lunkit/pdu'
import type { ByteStream } from '../connection/byte-stream.ts'
import type { PduFilter } from './pdu-filter.ts'
import { copyOf, ShownData, type ShownDataOptions } from './shown-data.ts'
import type { PduListener, TracedPdu } from './traced-pdu.ts'

/** Whether digests follow headers and data segments. */
interface Digests {
  readonly headerDigest: boolean
  readonly dataDigest: boolean
}

/** What is looked at of a connection beside its PDUs. */
interface ViewedConnection {
  readonly stream: Pick<ByteStream, 'remote' | 'local'>
  readonly decoder: Digests
  readonly outbox: Digests
}

/** How one trace looks at a connection. */
export interface PduViewOptions {
  readonly connection: ViewedConnection
  /** Whether nothing has come in yet. */
  readonly fromStart: boolean
  /** Undefined: all PDUs are wanted. */
  readonly filter: PduFilter | undefined
  /** How much is shown of data segments. */
  readonly shown: ShownDataOptions
  readonly nowNs: () => bigint
  readonly tell: PduListener
}

/** What one trace sees of a connection: copies of its PDUs, without secrets. */
export class PduView {
  readonly #options: PduViewOptions
  readonly #data: ShownData
  /** Bytes that were seen of each direction. */
  readonly #seen = { in: 0, out: 0 }

  constructor(options: PduViewOptions) {
    this.#options = options
    this.#data = new ShownData(options.shown, options.fromStart)
  }

  /** A PDU is all in. */
  received({ view, at }: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    const { headerDigest, dataDigest } = this.#options.connection.decoder
    this.#see({ view, at, data, headerDigest, dataDigest, digestRight, fromInitiator: true })
  }

  /** A PDU is composed. */
  sent(view: DataView, at: number, data: Uint8Array | undefined): void {
    const { headerDigest, dataDigest } = this.#options.connection.outbox
    this.#see({ view, at, data, headerDigest, dataDigest, digestRight: true, fromInitiator: false })
  }

  #see({ view, at, data, ...seen }: SeenPdu): void {
    const { filter, nowNs, tell, connection } = this.#options
    // Those that are not wanted are looked at too: what a later text goes on with may be a secret.
    const shown = this.#data.of(view, at, { data, fromInitiator: seen.fromInitiator })
    if (filter && !filter.wants(view, at)) return
    const { totalAhsWords, dataSegmentLength } = BasicHeader.view(view, at)
    const header = copyOf(new Uint8Array(view.buffer, view.byteOffset + at, BHS_BYTES + totalAhsWords * 4))
    const { remote: initiator, local: target } = connection.stream
    const direction = seen.fromInitiator ? 'in' : 'out'
    const offset = this.#seen[direction]
    const pdu = {
      ...seen,
      timeNs: nowNs(),
      initiator,
      target,
      header,
      dataLength: dataSegmentLength,
      data: shown,
      offset,
    }
    this.#seen[direction] += lengthOf(pdu)
    tell(pdu)
  }
}

type SeenPdu = Pick<TracedPdu, 'fromInitiator' | 'headerDigest' | 'dataDigest' | 'digestRight'> & {
  readonly view: DataView
  readonly at: number
  readonly data: Uint8Array | undefined
}

/** Bytes that a PDU has on the wire. */
function lengthOf({ header, dataLength, headerDigest, dataDigest }: TracedPdu): number {
  const afterHeader = headerDigest ? DIGEST_BYTES : 0
  if (dataLength === 0) return header.length + afterHeader
  return header.length + afterHeader + dataLength + paddingOf(dataLength) + (dataDigest ? DIGEST_BYTES : 0)
}
