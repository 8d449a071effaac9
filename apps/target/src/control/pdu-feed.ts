import { formatPortal } from '@lunkit/config'
import type { ToldTrace } from '@lunkit/control'
import type { TracedPdu } from 'lunkit'

type ToldPdu = ToldTrace['pdus'][number]

/** Bytes of PDUs that are kept of a turn of the event loop; further ones are lost. */
const TURN_BYTES = 1024 * 1024
/** What is counted of a PDU beside its header and its data. */
const EVERY_PDU_BYTES = 256

/** What a feed is made of. */
export interface PduFeedOptions {
  /** Tells PDUs; false where they were not taken. */
  readonly tell: (told: ToldTrace) => boolean
  /** Has something done after the other events of the process: `setImmediate`. */
  readonly later: (run: () => void) => void
}

/** Tells the PDUs of a turn together, and how many were lost before them because nobody took them. */
export class PduFeed {
  readonly #options: PduFeedOptions
  #pdus: ToldPdu[] = []
  #bytes = 0
  #lost = 0
  #isScheduled = false

  constructor(options: PduFeedOptions) {
    this.#options = options
  }

  /** Hears of a PDU. */
  readonly hear = (pdu: TracedPdu): void => {
    if (this.#bytes > TURN_BYTES) this.#lost++
    else {
      this.#bytes += pdu.header.length + pdu.data.length + EVERY_PDU_BYTES
      this.#pdus.push(told(pdu))
    }
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#options.later(() => this.#flush())
  }

  #flush(): void {
    this.#isScheduled = false
    const pdus = this.#pdus
    const taken = this.#options.tell({ lost: this.#lost, pdus })
    this.#lost = taken ? 0 : this.#lost + pdus.length
    this.#pdus = []
    this.#bytes = 0
  }
}

function told({ timeNs, fromInitiator, initiator, target, header, data, ...rest }: TracedPdu): ToldPdu {
  return {
    at: timeNs.toString(),
    from: fromInitiator ? 'initiator' : 'target',
    initiator: formatPortal(initiator),
    target: formatPortal(target),
    header: base64(header),
    dataLength: rest.dataLength,
    data: base64(data),
    headerDigest: rest.headerDigest,
    dataDigest: rest.dataDigest,
    digestRight: rest.digestRight,
    offset: rest.offset,
  }
}

const base64 = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('base64')
