import { Inquiry, pointerTo, Sense, SpcVersion, StandardInquiry } from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import { Access, Attention, command } from '../command.ts'
import { allocates } from '../data-presence.ts'
import type { DeviceType } from '../device-type.ts'
import { vitalProductData } from './vital-product-data.ts'

/** Bytes of standard INQUIRY data before what ADDITIONAL LENGTH counts. */
const COUNTED_FROM = 5
const RESPONSE_DATA_FORMAT = 2
const PAGE_CODE = pointerTo(Inquiry, 'pageCode')

/** Standard INQUIRY data. A unit that is not there says who the device is, and nothing of a medium. */
function standardInquiry(type: DeviceType, { attributes, identity }: LogicalUnit): Uint8Array {
  const { vendor, product, revision } = identity
  return StandardInquiry.encode({
    ...type.peripheral,
    removable: attributes.removable,
    version: SpcVersion.spc4,
    responseDataFormat: RESPONSE_DATA_FORMAT,
    additionalLength: StandardInquiry.size - COUNTED_FROM,
    commandQueuing: true,
    vendor,
    product,
    revision,
    versionDescriptors: type.versionDescriptors,
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
    const { unit, type } = execution
    const standard = pageCode === 0 ? standardInquiry(type, unit) : undefined
    const data = isPage ? vitalProductData(pageCode, execution) : standard
    if (data) execution.reply(data, allocationLength)
    else execution.fail(Sense.invalidFieldInCdb, { pointer: PAGE_CODE })
  },
})
