import { AhsError, type ReceivedHeader, readAhs, type ScsiCommand } from '@lunkit/pdu'
import { dataView, layout, u32, type Values, type View } from '@lunkit/wire'

/** The header of a SCSI Command. */
export type CommandView = View<typeof ScsiCommand.fields>

/** A CDB of this length lies in the header; a longer one goes on in an additional header segment. */
export const HEADER_CDB_BYTES = 16
const BHS_BYTES = 48
const CDB_BYTE = 32
/** Where a header has its logical unit number. */
export const LUN_BYTE = 8

const CdbWords = layout({
  name: 'CDB',
  spec: 'RFC 7143 11.3.5',
  size: HEADER_CDB_BYTES,
  fields: { first: u32(0), second: u32(4), third: u32(8), fourth: u32(12) },
})

/** A logical unit number as two words, which are compared and kept more cheaply than a bigint. */
export const LunWords = layout({
  name: 'LUN',
  spec: 'RFC 7143 11.2.1.7',
  size: 8,
  fields: { high: u32(0), low: u32(4) },
})

/** Memory for the CDBs of one task after the other. */
export class CdbMemory {
  readonly #bytes = new Uint8Array(HEADER_CDB_BYTES)
  readonly #view = dataView(this.#bytes)

  /**
   * The CDB of a SCSI Command in memory of the task's own.
   * @throws {AhsError} where the additional header segments contradict themselves, or are none that are known.
   */
  take(header: ReceivedHeader): Uint8Array {
    const from = CdbWords.view(header.view, header.at + CDB_BYTE)
    const to = CdbWords.view(this.#view) as Values<typeof CdbWords.fields>
    to.first = from.first
    to.second = from.second
    to.third = from.third
    to.fourth = from.fourth
    return header.ahsBytes === 0 ? this.#bytes : this.#extended(header)
  }

  /** RFC 7143 11: a reserved code is a protocol error, so that a command with segments nobody knows is not run. */
  #extended({ view, at, ahsBytes }: ReceivedHeader): Uint8Array {
    let cdb: Uint8Array = this.#bytes
    for (const ahs of readAhs(view, at + BHS_BYTES, ahsBytes)) {
      if ('bytes' in ahs) throw new AhsError(`AHS of type ${ahs.type}, which RFC 7143 11.2.2.1 reserves`)
      if ('cdb' in ahs && cdb === this.#bytes) cdb = Buffer.concat([this.#bytes, ahs.cdb])
    }
    return cdb
  }
}
