import { Inquiry, Sense, SpcVersion, StandardInquiry, VersionDescriptor } from '@lunkit/scsi'
import { type LogicalUnit, UnitKind } from '../../unit/logical-unit.ts'
import { allocates } from '../data-presence.ts'
import { Access, Attention, command, Order } from '../execution.ts'
import { PERIPHERALS } from './peripheral.ts'
import { vitalProductData } from './vital-product-data.ts'

/** Bytes of standard INQUIRY data before what ADDITIONAL LENGTH counts. */
const COUNTED_FROM = 5
const RESPONSE_DATA_FORMAT = 2
const PAGE_CODE = { in: 'cdb', byte: 2 } as const

const { sam5, iscsi, spc4, sbc3 } = VersionDescriptor

/** Standard INQUIRY data. A unit that is not there says who the device is, and nothing of a medium. */
function standardInquiry({ kind, attributes, identity }: LogicalUnit): Uint8Array {
  const { vendor, product, revision } = identity
  return StandardInquiry.encode({
    ...PERIPHERALS[kind],
    removable: attributes.removable,
    version: SpcVersion.spc4,
    responseDataFormat: RESPONSE_DATA_FORMAT,
    additionalLength: StandardInquiry.size - COUNTED_FROM,
    commandQueuing: true,
    vendor,
    product,
    revision,
    versionDescriptors: kind === UnitKind.disk ? [sam5, iscsi, spc4, sbc3] : [sam5, iscsi, spc4],
  })
}

/** INQUIRY: who and what the unit is; never waits, and leaves an attention as it is. */
export const inquiry = command({
  cdb: Inquiry,
  data: 'in',
  hasData: allocates,
  access: Access.any,
  order: Order.free,
  attention: Attention.keeps,
  whileNotReady: true,
  run(execution, { vitalProductData: isPage, pageCode, allocationLength }) {
    const { unit, nexus } = execution
    const standard = pageCode === 0 ? standardInquiry(unit) : undefined
    const data = isPage ? vitalProductData(pageCode, unit, nexus) : standard
    if (data) execution.reply(data, allocationLength)
    else execution.fail(Sense.invalidFieldInCdb, { pointer: PAGE_CODE })
  },
})
