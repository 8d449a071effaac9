/** @lunkit/scsi: the words of SAM, SPC and SBC: CDBs, sense, INQUIRY and VPD pages, mode pages, parameter data. No behaviour. */
import './node-version.ts'

export { asciiText, isAsciiText } from './ascii-text.ts'
export * from './cdb/index.ts'
export type { BitPlace, Cdb, CdbMaps, CdbSpec, CdbView } from './cdb.ts'
export {
  cdb,
  cdbLength,
  FieldUse,
  hint,
  ignored,
  mustBeZero,
  refusing,
  serviceActionOf,
  serviceActionPointer,
  strayBit,
} from './cdb.ts'
export * from './data/index.ts'
export type { FieldPointer } from './field-pointer.ts'
export { pointerTo } from './field-pointer.ts'
export {
  decodeStandardInquiry,
  PeripheralDeviceType,
  PeripheralQualifier,
  SpcVersion,
  StandardInquiry,
  VersionDescriptor,
} from './inquiry-data.ts'
export * from './mode/index.ts'
export { ParameterDataError, ParameterListError } from './parameter-error.ts'
export type { SenseData } from './sense.ts'
export { decodeSense, encodeSense, SenseError } from './sense.ts'
export type { SenseCode } from './sense-code.ts'
export { Sense, SenseKey, senseName } from './sense-code.ts'
export * from './vpd/index.ts'
