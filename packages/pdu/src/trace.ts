import { checkArgument, checkPlace, dataView, traceLine } from '@lunkit/wire'
import { type Ahs, readAhs } from './ahs.ts'
import { AhsError, TextError } from './error.ts'
import { BasicHeader, BHS_BYTES, DataKind, type Pdu } from './pdu.ts'
import { pduOf, pdus } from './pdus.ts'
import { SenseSegment } from './scsi-command.ts'
import { decodeText } from './text.ts'
import { BYTES } from './text-domains.ts'

const SHOWN_BYTES = 32

/** A PDU's layout without what its name and the end of its line already say. */
const printed = new Map<Pdu, Pdu>(
  pdus.map(pdu => {
    const { opcode: _opcode, totalAhsWords: _words, dataSegmentLength: _length, ...fields } = pdu.fields
    return [pdu, { ...pdu, fields }]
  }),
)

/**
 * One line for a person: a PDU's name, its fields, its additional header segments and its data; text as its pairs.
 * Shows what is there even where it breaks rules.
 */
export function tracePdu(view: DataView, at: number, data?: Uint8Array): string {
  checkPlace('tracePdu', { view, at, sizeBytes: BHS_BYTES })
  if (data !== undefined) checkArgument('tracePdu: data', data, BYTES)
  const { opcode, totalAhsWords } = BasicHeader.view(view, at)
  const of = pduOf(opcode)
  const layout = of && printed.get(of)
  const line = layout
    ? traceLine(layout, view, at)
    : `opcode=0x${opcode.toString(16).padStart(2, '0')}? ${hex(new Uint8Array(view.buffer, view.byteOffset + at, BHS_BYTES))}`
  return line + traceAhs(view, at + BHS_BYTES, totalAhsWords * 4) + traceData(of, data)
}

function traceAhs(view: DataView, at: number, lengthBytes: number): string {
  if (lengthBytes === 0) return ''
  try {
    return readAhs(view, at, lengthBytes).map(traceOneAhs).join('')
  } catch (error) {
    if (!(error instanceof AhsError)) throw error
    return ` ahs=?(${error.message})`
  }
}

function traceOneAhs(ahs: Ahs): string {
  if ('readBytes' in ahs) return ` bidirectionalReadLength=${ahs.readBytes}`
  return 'cdb' in ahs ? ` extendedCdb=${hex(ahs.cdb)}` : ` ahs${ahs.type}=${hex(ahs.bytes)}`
}

function traceData(of: Pdu | undefined, data: Uint8Array | undefined): string {
  if (!data || data.length === 0) return ''
  if (of?.data === DataKind.text) return ` text={${traceText(data)}}`
  if (of?.data === DataKind.header && data.length >= BHS_BYTES) return ` refused={${tracePdu(refusedHeader(data), 0)}}`
  if (of?.data === DataKind.sense && data.length >= SenseSegment.size) {
    const { senseLength } = SenseSegment.view(dataView(data))
    return ` sense(${senseLength})=${hex(data.subarray(SenseSegment.size))}`
  }
  return ` data(${data.length})=${hex(data)}`
}

function traceText(data: Uint8Array): string {
  try {
    const pairs = decodeText(data, { textBytes: data.length, keys: data.length })
    return pairs.map(([key, value]) => `${key}=${value}`).join(' ')
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    return hex(data)
  }
}

/** A refused PDU's header alone: its additional header segments need not be there. */
function refusedHeader(data: Uint8Array): DataView {
  const header = Uint8Array.from(data.subarray(0, BHS_BYTES))
  BasicHeader.fields.totalAhsWords.set(dataView(header), 0, 0)
  return dataView(header)
}

function hex(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex')
  return bytes.length > SHOWN_BYTES ? `${shown}...` : shown
}
