import type { LogicalUnit, Patience } from '@lunkit/initiator'
import { ScsiError, SenseKey } from '@lunkit/initiator'
import type { Capacity, Designator } from '@lunkit/scsi'
import {
  BlockDeviceCharacteristics,
  BlockLimitsPage,
  decodeDesignators,
  decodeSerialNumber,
  LogicalBlockProvisioning,
  PeripheralDeviceType,
  VpdPageCode,
} from '@lunkit/scsi'
import type { Fields, Layout, View } from '@lunkit/wire'
import { dataView } from '@lunkit/wire'

/** What a logical unit says of itself. */
export interface UnitFacts {
  readonly lun: number
  readonly inquiry: Awaited<ReturnType<LogicalUnit['inquiry']>>
  /** The VPD pages that it has. */
  readonly pages: readonly number[]
  readonly serial: string | undefined
  readonly designators: readonly Designator[]
  readonly limits: View<typeof BlockLimitsPage.fields> | undefined
  readonly characteristics: View<typeof BlockDeviceCharacteristics.fields> | undefined
  readonly provisioning: View<typeof LogicalBlockProvisioning.fields> | undefined
  /** Undefined: it is no disk. */
  readonly capacity: Capacity | undefined
}

/** Whether a command failed only because the unit does not have it, or not this form of it. */
const isNotHad = (error: unknown): boolean => error instanceof ScsiError && error.senseKey === SenseKey.illegalRequest

/** A command that a unit may not have; undefined where it does not. */
async function ifHad<T>(command: Promise<T>): Promise<T | undefined> {
  try {
    return await command
  } catch (error) {
    if (isNotHad(error)) return undefined
    throw error
  }
}

/** A page as a layout has it; what a shorter one leaves out is zero. */
function inLayout<F extends Fields>(layout: Layout<F>, body: Uint8Array | undefined): View<F> | undefined {
  if (body === undefined) return undefined
  const whole = new Uint8Array(layout.size)
  whole.set(body.subarray(0, layout.size))
  return layout.view(dataView(whole))
}

/** Whether a unit is a disk, and can be read. */
const isDisk = ({ inquiry }: Pick<UnitFacts, 'inquiry'>): boolean =>
  inquiry.deviceType === PeripheralDeviceType.directAccessBlock && inquiry.qualifier === 0

/** Asks a unit for all that it says of itself. @throws {ScsiError} and what else a command may end with. */
export async function unitFacts(unit: LogicalUnit, patience: Patience): Promise<UnitFacts> {
  const inquiry = await unit.inquiry(patience)
  const supported = await ifHad(unit.vitalProductData(VpdPageCode.supportedPages, patience))
  const pages = [...(supported?.body ?? [])]
  const page = async (code: number): Promise<Uint8Array | undefined> =>
    pages.includes(code) ? (await unit.vitalProductData(code, patience)).body : undefined
  const serial = await page(VpdPageCode.unitSerialNumber)
  const identification = await page(VpdPageCode.deviceIdentification)
  const disk = isDisk({ inquiry })
  if (disk) await unit.ready(patience)
  return {
    ...{ lun: unit.number, inquiry, pages },
    serial: serial && decodeSerialNumber(serial).trim(),
    designators: identification === undefined ? [] : decodeDesignators(identification),
    limits: inLayout(BlockLimitsPage, await page(VpdPageCode.blockLimits)),
    characteristics: inLayout(BlockDeviceCharacteristics, await page(VpdPageCode.blockDeviceCharacteristics)),
    provisioning: inLayout(LogicalBlockProvisioning, await page(VpdPageCode.logicalBlockProvisioning)),
    capacity: disk ? await unit.readCapacity(patience) : undefined,
  }
}
