import { ExtendedInquiry, encodeDesignators, encodeSerialNumber, encodeVpdPage, VpdPageCode } from '@lunkit/scsi'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import type { VpdPageRow } from '../device-type.ts'
import type { Execution } from '../execution.ts'
import { designators, deviceName } from './designators.ts'

/** The page of a code, or undefined when the type of the unit does not have it. */
export function vitalProductData(pageCode: number, { type, unit, nexus }: Execution): Uint8Array | undefined {
  const row = type.vitalProductData.find(({ code }) => code === pageCode)
  const pages = type.vitalProductData.map(({ code }) => code)
  return row && encodeVpdPage(type.peripheral, pageCode, row.body(unit, nexus, pages))
}

function extendedInquiry(unit: LogicalUnit): Uint8Array {
  return ExtendedInquiry.encode({ headOfQueue: true, ordered: true, simple: true, volatileCache: unit.writeCache })
}

/** Page 00h: every page that there is. */
export const supportedPages: VpdPageRow = {
  code: VpdPageCode.supportedPages,
  body: (_unit, _nexus, pages) => Uint8Array.from(pages),
}

/** Page 83h of a unit that has no identity of its own. */
export const deviceNameOnly: VpdPageRow = {
  code: VpdPageCode.deviceIdentification,
  body: (_unit, nexus) => encodeDesignators([deviceName(nexus)]),
}

/** The pages that SPC defines, of a unit that has an identity of its own. */
export const primaryPages: readonly VpdPageRow[] = [
  supportedPages,
  { code: VpdPageCode.unitSerialNumber, body: unit => encodeSerialNumber(unit.identity.serial) },
  { code: VpdPageCode.deviceIdentification, body: (unit, nexus) => encodeDesignators(designators(unit, nexus)) },
  { code: VpdPageCode.extendedInquiry, body: extendedInquiry },
]
