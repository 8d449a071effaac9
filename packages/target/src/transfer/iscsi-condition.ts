import { bits, dataView, layout, u8 } from '@lunkit/wire'

/** RFC 7143 11.4.7.2: conditions by which the transport itself ends a command. */
export const IscsiCondition = {
  unexpectedUnsolicitedData: 'unexpectedUnsolicitedData',
  incorrectAmountOfData: 'incorrectAmountOfData',
  protocolServiceCrcError: 'protocolServiceCrcError',
} as const
export type IscsiCondition = (typeof IscsiCondition)[keyof typeof IscsiCondition]

/** SPC-5 4.4.3, table 50: sense data in fixed format, as much of it as the transport needs. */
const FixedSense = layout({
  name: 'fixed format sense data',
  spec: 'SPC-5 4.4.3',
  size: 18,
  fields: {
    responseCode: bits(0, [6, 0]),
    senseKey: bits(2, [3, 0]),
    additionalLength: u8(7),
    code: u8(12),
    qualifier: u8(13),
  },
})

/** SPC-5 4.4.3: a current error in fixed format. */
const CURRENT_FIXED = 0x70
/** SPC-5 4.4.7, table 53. */
const ABORTED_COMMAND = 0x0b
/** Bytes of fixed format sense data up to the field that counts the rest. */
const BEFORE_REST_BYTES = 8

const codes: Readonly<Record<IscsiCondition, readonly [code: number, qualifier: number]>> = {
  unexpectedUnsolicitedData: [0x0c, 0x0c],
  incorrectAmountOfData: [0x0c, 0x0d],
  protocolServiceCrcError: [0x47, 0x05],
}

/** The sense data of a condition: ABORTED COMMAND with the codes that RFC 7143 11.4.7.2 gives it. */
export function conditionSense(condition: IscsiCondition): Uint8Array {
  const sense = new Uint8Array(FixedSense.size)
  const out = FixedSense.compose(dataView(sense))
  const [code, qualifier] = codes[condition]
  out.responseCode = CURRENT_FIXED
  out.senseKey = ABORTED_COMMAND
  out.additionalLength = FixedSense.size - BEFORE_REST_BYTES
  out.code = code
  out.qualifier = qualifier
  return sense
}
