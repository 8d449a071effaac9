import {
  Association,
  type Designator,
  decodeDesignators,
  encodeDesignators,
  Inquiry,
  StandardInquiry,
  VpdHeader,
  VpdPageCode,
} from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { dataView, SMALLEST_SLOT_BYTES } from '@lunkit/wire'
import { Order } from '../../task/ordering.ts'
import { Access, Attention, command } from '../command.ts'
import type { Execution } from '../execution.ts'
import { portDesignators } from '../primary/designators.ts'
import { anyCdb } from './any-cdb.ts'
import { endWith } from './device-ends.ts'
import { passThrough } from './pass-through.ts'

/** What of standard INQUIRY data is not so by the way through us: auto contingent allegiance, and groups of ports that are not ours. */
function editStandard(data: Uint8Array): void {
  const { normalAca, targetPortGroups } = StandardInquiry.fields
  const view = dataView(data)
  if (data.length > normalAca.byte) normalAca.set(view, 0, false)
  if (data.length > targetPortGroups.byte) targetPortGroups.set(view, 0, 0)
}

/**
 * INQUIRY: the device says who and what it is, but for the ports: those by which this host reaches it are nothing to initiators,
 * who are told of the one that they came through.
 */
export const deviceInquiry = command({
  cdb: anyCdb(Inquiry.name, Inquiry.opcode),
  data: 'none',
  access: Access.any,
  order: Order.free,
  attention: Attention.keeps,
  run(execution) {
    const { vitalProductData, pageCode } = Inquiry.view(dataView(execution.task.cdb))
    if (!vitalProductData) return passThrough(execution, editStandard)
    return pageCode === VpdPageCode.deviceIdentification ? identify(execution) : passThrough(execution)
  },
})

/** Page 83h, which is asked for whole, whatever the initiator has room for. */
async function identify(execution: Execution): Promise<void> {
  const slot = await execution.memory(SMALLEST_SLOT_BYTES)
  if (!slot) return
  const lengthBytes = SMALLEST_SLOT_BYTES
  const cdb = Inquiry.encode({
    vitalProductData: true,
    pageCode: VpdPageCode.deviceIdentification,
    allocationLength: lengthBytes,
  })
  slot.bytes.fill(0, 0, lengthBytes)
  const answer = await execution.execute({ cdb, direction: 'in', slot, lengthBytes })
  const page = Uint8Array.from(slot.bytes.subarray(0, lengthBytes - answer.residualBytes))
  slot.release()
  if (answer.failure !== undefined || answer.status !== Status.good) return endWith(execution, answer)
  const { allocationLength } = Inquiry.view(dataView(execution.task.cdb))
  execution.reply(withOurPorts(page, execution), allocationLength)
}

/** The device's page with our ports in place of its own; one that cannot be read is left as it is. */
function withOurPorts(page: Uint8Array, { nexus }: Execution): Uint8Array {
  const own = ownDesignators(page)
  if (!own) return page
  const body = encodeDesignators([...own, ...portDesignators(nexus)])
  const whole = new Uint8Array(VpdHeader.size + body.length)
  whole.set(page.subarray(0, VpdHeader.size))
  whole.set(body, VpdHeader.size)
  VpdHeader.fields.pageLength.set(dataView(whole), 0, body.length)
  return whole
}

/** The names that the device has of itself. */
function ownDesignators(page: Uint8Array): Designator[] | undefined {
  if (page.length < VpdHeader.size) return undefined
  const { pageLength } = VpdHeader.view(dataView(page))
  try {
    const all = decodeDesignators(page.subarray(VpdHeader.size, VpdHeader.size + pageLength))
    return all.filter(({ association }) => association === Association.logicalUnit)
  } catch {
    return undefined
  }
}
