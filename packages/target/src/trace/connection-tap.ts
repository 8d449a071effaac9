import type { ReceivedHeader } from '@lunkit/pdu'
import type { PduView } from './pdu-view.ts'

/** What hears of the PDUs of a connection that is traced: each trace has a view of its own. */
export class ConnectionTap {
  readonly views = new Set<PduView>()

  /** A PDU is all in. `data` is undefined where there is none, or it was not kept. */
  received(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    for (const view of this.views) view.received(header, data, digestRight)
  }

  /** A PDU is composed. */
  sent(view: DataView, at: number, data: Uint8Array | undefined): void {
    for (const each of this.views) each.sent(view, at, data)
  }
}
