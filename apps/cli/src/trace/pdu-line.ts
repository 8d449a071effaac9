import type { ControlPdu } from '@lunkit/control/client'
import {
  BasicHeader,
  BHS_BYTES,
  DataKind,
  type Pdu,
  pduOf,
  RESERVED_TAG,
  ScsiResponse,
  SenseSegment,
} from '@lunkit/pdu'
import * as scsi from '@lunkit/scsi'
import { decodeLun, statusName } from '@lunkit/scsi/transport'
import { inWords } from '../disks/sense-words.ts'

/** A header that is read. */
interface Header {
  readonly bytes: Buffer
  readonly view: DataView
  readonly values: Readonly<Record<string, unknown>>
}

const decimal = (value: unknown): string => String(value)
const tag = (value: unknown): string | undefined =>
  value === RESERVED_TAG ? undefined : `0x${(value as number).toString(16)}`
const flagged = (value: unknown): string | undefined => (value === true ? '' : undefined)
const LUN_AT = 8

/** What a line says of a header, in this order: a field, what it is called, and how it is written; undefined: nothing. */
const FIELDS: readonly (readonly [string, string, (value: unknown, header: Header) => string | undefined])[] = [
  ['initiatorTaskTag', 'ITT=', tag],
  ['targetTransferTag', 'TTT=', tag],
  ['referencedTaskTag', 'ReferencedTaskTag=', tag],
  ['cmdSN', 'CmdSN=', decimal],
  ['statSN', 'StatSN=', decimal],
  ['expCmdSN', 'ExpCmdSN=', decimal],
  ['maxCmdSN', 'MaxCmdSN=', decimal],
  ['expStatSN', 'ExpStatSN=', decimal],
  ['lun', 'LUN=', (_, { view }) => lunText(decodeLun(view, LUN_AT))],
  ['immediate', 'immediate', flagged],
  ['final', 'final', flagged],
  ['transit', 'transit', flagged],
  ['continues', 'continues', flagged],
  ['currentStage', 'CSG=', decimal],
  ['nextStage', 'NSG=', decimal],
  ['tsih', 'TSIH=', decimal],
  ['cid', 'CID=', decimal],
  ['cdb', '', value => cdbName(value as Uint8Array)],
  ['expectedDataTransferLength', 'ExpectedDataTransferLength=', decimal],
  ['function', 'function=', decimal],
  ['reason', 'reason=', decimal],
  ['event', 'event=', decimal],
  ['response', 'response=', decimal],
  ['r2tSN', 'R2TSN=', decimal],
  ['dataSN', 'DataSN=', decimal],
  ['bufferOffset', 'BufferOffset=', decimal],
  ['desiredDataTransferLength', 'DesiredDataTransferLength=', decimal],
  ['hasStatus', 'S', flagged],
  ['residualCount', 'ResidualCount=', value => (value === 0 ? undefined : decimal(value))],
]

/** How a traced PDU looks in a line: when, of whom, what, and as much of its data as is shown. */
export function pduLine(pdu: ControlPdu): string {
  const bytes = Buffer.from(pdu.header, 'base64')
  const data = Buffer.from(pdu.data, 'base64')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const of = pduOf(BasicHeader.view(view, 0).opcode)
  const arrow = pdu.from === 'initiator' ? '>' : '<'
  const who = `${timeOf(pdu.at)} ${pdu.initiator} ${arrow} ${pdu.target}`
  if (!of) return `${who} opcode 0x${bytes.toString('hex', 0, 1)} ${bytes.toString('hex', 1, BHS_BYTES)}`
  const header = { bytes, view, values: of.view(view, 0) as unknown as Header['values'] }
  const parts = [who, of.name, ...fieldsOf(of, header), ...statusOf(of, header), ...dataOf(of, pdu, data)]
  return parts.filter(part => part !== '').join(' ')
}

function fieldsOf({ fields }: Pdu, header: Header): string[] {
  return FIELDS.flatMap(([name, label, text]) => {
    const value = Object.hasOwn(fields, name) ? text(header.values[name], header) : undefined
    return value === undefined ? [] : [label + value]
  })
}

/** A status is told where there is one: of Data-In only with the S bit (RFC 7143 11.7.3). */
function statusOf(of: Pdu, { values }: Header): string[] {
  const { status, hasStatus } = values
  if (typeof status !== 'number' || hasStatus === false) return []
  if (of.opcode === ScsiResponse.opcode || hasStatus === true)
    return [`status=${inWords(statusName(status)).toUpperCase()}`]
  return [`status=0x${status.toString(16).padStart(4, '0')}`]
}

function dataOf(of: Pdu, { dataLength, digestRight }: ControlPdu, data: Buffer): string[] {
  if (dataLength === 0) return []
  const wrong = digestRight ? [] : ['with a wrong digest']
  if (of.data === DataKind.text) return [`data=${dataLength}`, ...wrong, textOf(data)]
  if (of.data === DataKind.sense) return [`data=${dataLength}`, ...wrong, ...senseOf(data)]
  const more = data.length < dataLength && data.length > 0 ? '...' : ''
  return [`data=${dataLength}`, ...wrong, ...(data.length > 0 ? [data.toString('hex') + more] : [])]
}

const textOf = (data: Buffer): string =>
  data
    .toString('utf8')
    .split('\0')
    .filter(pair => pair !== '')
    .join(' ')

function senseOf(data: Buffer): string[] {
  if (data.length < SenseSegment.size) return []
  try {
    const { code } = scsi.decodeSense(data.subarray(SenseSegment.size))
    return [`sense=(${inWords(scsi.senseName(code))})`]
  } catch (error) {
    if (!(error instanceof scsi.SenseError)) throw error
    return [`sense=${data.toString('hex', SenseSegment.size)}`]
  }
}

/** Every CDB that is declared, by its operation code, and its service action where it has one. */
const CDBS: ReadonlyMap<string, string> = new Map(
  Object.values(scsi).flatMap(each => {
    if (typeof each !== 'object' || !('usage' in each) || !('opcode' in each)) return []
    const { opcode, serviceAction, name } = each as scsi.Cdb
    return [[keyOf(opcode, serviceAction), name] as const]
  }),
)

function keyOf(opcode: number, serviceAction?: number): string {
  return serviceAction === undefined ? String(opcode) : `${opcode}/${serviceAction}`
}

/** The standard's name of a command, and its bytes where nobody knows it. */
function cdbName(cdb: Uint8Array): string {
  const [opcode = 0] = cdb
  const name = CDBS.get(keyOf(opcode, scsi.serviceActionOf(cdb))) ?? CDBS.get(keyOf(opcode))
  const bytes = Buffer.from(cdb.subarray(0, scsi.cdbLength(opcode))).toString('hex')
  return name === undefined ? `CDB=${bytes}` : `${name} CDB=${bytes}`
}

/** A number, or what has none: the REPORT LUNS well-known unit, and what no number stands for. */
const lunText = (lun: number): string => (lun >= 0 ? String(lun) : 'none')

const NS = 1_000_000_000n

/** The time of day in UTC, to the nanosecond. */
function timeOf(at: string): string {
  const timeNs = BigInt(at)
  const seconds = new Date(Number(timeNs / NS) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${(timeNs % NS).toString().padStart(9, '0')}Z`
}
