import { BasicHeader, BHS_BYTES, DataKind, pduOf, ScsiCommand, TextMask } from '@lunkit/pdu'
import { bit, layout } from '@lunkit/wire'
import { TaskTags } from './task-tags.ts'

/** What all PDUs with text have at the same place. */
const TextFlags = layout({
  name: 'flags of a text',
  spec: 'RFC 7143 11.10.2 and 11.12.2',
  size: BHS_BYTES,
  fields: { continues: bit(1, 6) },
})

/** Parameters are shown up to this length. */
const PARAMETER_BYTES = 65_536
const NOTHING = new Uint8Array(0)

/** How much of data segments is shown. */
export interface ShownDataOptions {
  /** Of data that is no text, no sense data and no parameters, in bytes. */
  readonly dataBytes: number
  /** Whether the data of a command is parameters, and not what somebody has stored. */
  readonly hasParameters?: ((cdb: Uint8Array) => boolean) | undefined
}

/** What a trace shows of the data segments of a connection: never a secret, and of what is stored no more than it is to. */
export class ShownData {
  readonly #options: ShownDataOptions
  readonly #masks: Readonly<Record<'in' | 'out', TextMask>>
  readonly #withParameters = new TaskTags()

  constructor(options: ShownDataOptions, fromStart: boolean) {
    this.#options = options
    this.#masks = { in: new TextMask(fromStart), out: new TextMask(fromStart) }
  }

  /** A copy of what is shown of the data segment of the PDU whose header lies there. Each PDU is asked about once, in order. */
  of(
    view: DataView,
    at: number,
    { data = NOTHING, fromInitiator }: { readonly data: Uint8Array | undefined; readonly fromInitiator: boolean },
  ): Uint8Array {
    const { opcode, dataSegmentLength } = BasicHeader.view(view, at)
    const segment = data.length > dataSegmentLength ? data.subarray(0, dataSegmentLength) : data
    const isParameter = this.#isParameter(view, at, opcode)
    const kind = pduOf(opcode)?.data
    if (kind === DataKind.text)
      return this.#masks[fromInitiator ? 'in' : 'out'].masked(segment, TextFlags.view(view, at).continues)
    if (kind === DataKind.sense || kind === DataKind.header) return copyOf(segment)
    return copyOf(segment.subarray(0, isParameter ? PARAMETER_BYTES : this.#options.dataBytes))
  }

  #isParameter(view: DataView, at: number, opcode: number): boolean {
    if (opcode !== ScsiCommand.opcode) return this.#withParameters.owns(view, at)
    const { initiatorTaskTag: tag, cdb } = ScsiCommand.view(view, at)
    const isOne = this.#options.hasParameters?.(cdb) ?? false
    this.#withParameters.begin(tag, isOne)
    return isOne
  }
}

/** Memory of its own: what is looked at is used again, or is shared with lanes. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return NOTHING
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  return copy
}
