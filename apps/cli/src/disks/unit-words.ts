import type { Designator } from '@lunkit/scsi'
import {
  Association,
  CodeSet,
  DesignatorType,
  designatorNumber,
  designatorText,
  PeripheralDeviceType,
} from '@lunkit/scsi'
import { exactBytesText } from './quantity.ts'
import { inWords } from './sense-words.ts'
import type { UnitFacts } from './unit-facts.ts'

const nameOf = (list: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(list).find(([, code]) => code === value)?.[0] ?? `type ${value.toString(16)}h`

/** What kind of device a unit is: `disk`, `enclosure services`. */
export function deviceTypeText({ inquiry: { deviceType } }: Pick<UnitFacts, 'inquiry'>): string {
  if (deviceType === PeripheralDeviceType.directAccessBlock) return 'disk'
  if (deviceType === STORAGE_ARRAY) return 'storage array controller'
  return inWords(nameOf(PeripheralDeviceType, deviceType))
}
/** SPC-5, PERIPHERAL DEVICE TYPE: what tgt has at LUN 0. */
const STORAGE_ARRAY: number = 12

const QUALIFIERS: Readonly<Record<number, string>> = {
  0: '',
  1: ', which is not connected',
  3: ', and there can be none at this LUN',
}

/** A designator for programs. */
interface DesignatorRecord {
  readonly names: string
  readonly type: string
  readonly value: string
}

/** A designator as text, its value as text or in hex. */
function designatorRecord(designator: Designator): DesignatorRecord {
  const { association, type, codeSet, value } = designator
  const number = NUMBERS.includes(type) ? designatorNumber(designator) : undefined
  const text = codeSet === CodeSet.binary ? Buffer.from(value).toString('hex') : designatorText(designator)
  return {
    names: inWords(nameOf(Association, association)),
    type: TYPES[type] ?? inWords(nameOf(DesignatorType, type)),
    value: number === undefined ? text : String(number),
  }
}
const NUMBERS: readonly number[] = [
  DesignatorType.relativeTargetPort,
  DesignatorType.targetPortGroup,
  DesignatorType.logicalUnitGroup,
]
const TYPES: Readonly<Record<number, string>> = {
  [DesignatorType.t10VendorId]: 'T10 vendor id',
  [DesignatorType.eui64]: 'EUI-64',
  [DesignatorType.naa]: 'NAA',
  [DesignatorType.md5LogicalUnit]: 'MD5',
  [DesignatorType.scsiName]: 'SCSI name',
}

const hexCode = (code: number): string => code.toString(16).padStart(2, '0')
const blocksText = (blocks: number): string => (blocks === 0 ? 'not said' : `${blocks} blocks`)

/** A line of a description. */
type Row = readonly [name: string, text: string]

function limitRows({ limits }: UnitFacts): readonly Row[] {
  if (limits === undefined) return []
  return [
    ['longest transfer', blocksText(limits.maxTransferBlocks)],
    ['best transfer', blocksText(limits.optimalTransferBlocks)],
    ['longest unmap', blocksText(limits.maxUnmapBlocks)],
    ['longest write same', blocksText(limits.maxWriteSameBlocks)],
    ['longest compare and write', blocksText(limits.maxCompareAndWriteBlocks)],
  ]
}

function rotationText(rate: number): string {
  if (rate === 0) return 'does not say whether it rotates'
  return rate === 1 ? 'does not rotate' : `rotates ${rate} times a minute`
}

const PROVISIONED: readonly string[] = ['not said', 'resource', 'thin']

function provisioningRows({ provisioning }: UnitFacts): readonly Row[] {
  if (provisioning === undefined) return []
  const { unmap, writeSame16, writeSame10, readZeroes, provisioningType } = provisioning
  const ways = [unmap && 'UNMAP', writeSame16 && 'WRITE SAME (16)', writeSame10 && 'WRITE SAME (10)']
  const can = ways.filter(way => way !== false)
  const reads = readZeroes === 0 ? 'what they read as is not said' : 'they read as zeroes'
  return [
    ['provisioning', PROVISIONED[provisioningType] ?? 'not said'],
    ['gives blocks back by', can.length === 0 ? 'nothing' : `${can.join(', ')}; ${reads}`],
  ]
}

function capacityRows({ capacity }: UnitFacts): readonly Row[] {
  if (capacity === undefined) return []
  const { blocks, blockSizeBytes, physicalBlockBytes } = capacity
  return [
    ['size', exactBytesText(blocks * blockSizeBytes)],
    ['blocks', `${blocks} of ${blockSizeBytes} bytes, ${physicalBlockBytes} physically`],
  ]
}

/** What a unit says of itself, line by line. */
export function unitLines(facts: UnitFacts): readonly string[] {
  const { inquiry, pages, serial, designators, characteristics } = facts
  const rows: readonly Row[] = [
    ['LUN', String(facts.lun)],
    ['is a', `${deviceTypeText(facts)}${QUALIFIERS[inquiry.qualifier] ?? ''}`],
    ['vendor', inquiry.vendor.trim()],
    ['product', inquiry.product.trim()],
    ['revision', inquiry.revision.trim()],
    ['SCSI version', `SPC-${Math.max(inquiry.version - 2, 1)}`],
    ['removable', inquiry.removable ? 'yes' : 'no'],
    ['VPD pages', pages.map(hexCode).join(' ')],
    ['serial number', serial ?? 'not said'],
    ...designators.map(designatorRecord).map(({ names, type, value }): Row => [`${names} (83h)`, `${type} ${value}`]),
    ...limitRows(facts),
    ...(characteristics === undefined ? [] : [['medium', rotationText(characteristics.rotationRate)] as const]),
    ...provisioningRows(facts),
    ...capacityRows(facts),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
}

/** What a unit says of itself, for programs. */
export function unitRecord(facts: UnitFacts): Readonly<Record<string, unknown>> {
  const { lun, inquiry, pages, serial, designators, limits, characteristics, provisioning, capacity } = facts
  return {
    lun,
    deviceType: inquiry.deviceType,
    qualifier: inquiry.qualifier,
    vendor: inquiry.vendor.trim(),
    product: inquiry.product.trim(),
    revision: inquiry.revision.trim(),
    version: inquiry.version,
    removable: inquiry.removable,
    pages,
    serial: serial ?? null,
    designators: designators.map(designatorRecord),
    limits: limits ? valuesOf(limits) : null,
    characteristics: characteristics ? valuesOf(characteristics) : null,
    provisioning: provisioning ? valuesOf(provisioning) : null,
    capacity: capacity ?? null,
  }
}

/** The values of a view, which has them as getters. */
function valuesOf(view: object): Readonly<Record<string, unknown>> {
  const getters = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(view) as object)
  const names = Object.entries(getters).filter(([, getter]) => 'get' in getter)
  return Object.fromEntries(names.map(([name]) => [name, (view as Record<string, unknown>)[name]]))
}
