export {
  BlockDeviceCharacteristics,
  BlockLimitsPage,
  LogicalBlockProvisioning,
  NON_ROTATING,
  ProvisioningType,
} from './block.ts'
export type { Designator } from './designator.ts'
export {
  Association,
  CodeSet,
  DesignatorType,
  decodeDesignators,
  designatorNumber,
  designatorText,
  encodeDesignators,
  naaDesignator,
  numberDesignator,
  ProtocolId,
  scsiNameDesignator,
  t10VendorDesignator,
} from './designator.ts'
export { ExtendedInquiry } from './extended-inquiry.ts'
export type { Peripheral, VpdPage } from './page.ts'
export { decodeVpdPage, encodeVpdPage, VpdHeader, VpdPageCode } from './page.ts'
export { decodeSerialNumber, encodeSerialNumber } from './serial-number.ts'
