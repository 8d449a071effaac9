import {
  ALL_SUBPAGES,
  type CdbView,
  encodeModeData,
  type FieldPointer,
  MANY_BLOCKS,
  ModeForm,
  ModePageCode,
  ModeSense6,
  ModeSense10,
  PageControl,
  pointerTo,
  Sense,
} from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import { DEFAULT_MODE } from '../../unit/control-mode.ts'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { allocates } from '../data-presence.ts'
import type { DeviceType, ModePageRow } from '../device-type.ts'
import type { Execution } from '../execution.ts'

type ModeSense = CdbView<typeof ModeSense6> | CdbView<typeof ModeSense10>

// Both forms have them in the same place.
const PAGE_CODE = pointerTo(ModeSense6, 'pageCode')
const SUBPAGE_CODE = pointerTo(ModeSense6, 'subpageCode')

/** The values of a page that PC asks for; the saved ones were refused before. */
function valuesOf(row: ModePageRow, unit: LogicalUnit, pageControl: PageControl): Uint8Array {
  if (pageControl === PageControl.changeable) return row.changeable
  return pageControl === PageControl.default ? row.values(unit, DEFAULT_MODE) : row.values(unit, unit.mode)
}

/** The pages asked for, or where the CDB asks for one that there is not. There are no subpages but 00h. */
function pagesFor(
  { modePages }: DeviceType,
  { pageCode, subpageCode }: ModeSense,
): readonly ModePageRow[] | FieldPointer {
  if (subpageCode !== 0 && subpageCode !== ALL_SUBPAGES) return SUBPAGE_CODE
  if (pageCode === ModePageCode.all) return modePages
  const row = modePages.find(({ page }) => page === pageCode)
  return row ? [row] : PAGE_CODE
}

function modeSense(execution: Execution, cdb: ModeSense, form: ModeForm): void {
  const { unit, type, writeProtected } = execution
  if (cdb.pageControl === PageControl.saved) {
    execution.fail(Sense.savingParametersNotSupported)
    return
  }
  const rows = pagesFor(type, cdb)
  if ('in' in rows) {
    execution.fail(Sense.invalidFieldInCdb, { pointer: rows })
    return
  }
  const { blocks, blockSizeBytes, dpoFua } = unit
  const data = encodeModeData(form, {
    writeProtected,
    dpoFua,
    ...(!cdb.disableBlockDescriptors && { blockDescriptor: { blocks, blockSizeBytes } }),
    longLba: 'longLbaAccepted' in cdb && cdb.longLbaAccepted && blocks > MANY_BLOCKS,
    pages: rows.map(row => valuesOf(row, unit, cdb.pageControl)),
  })
  execution.reply(data, cdb.allocationLength)
}

const row = { data: 'in', hasData: allocates, access: Access.read, order: Order.free, whileNotReady: true } as const

/** MODE SENSE (6) and (10). */
export const modeSenseRows: readonly AnyCommand[] = [
  command({ ...row, cdb: ModeSense6, run: (execution, cdb) => modeSense(execution, cdb, ModeForm.six) }),
  command({ ...row, cdb: ModeSense10, run: (execution, cdb) => modeSense(execution, cdb, ModeForm.ten) }),
]
