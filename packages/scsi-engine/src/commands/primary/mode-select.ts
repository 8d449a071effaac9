import {
  type CdbView,
  Control,
  decodeModeSelectList,
  type FieldPointer,
  MANY_BLOCKS,
  type ModeData,
  ModeForm,
  ModeHeader6,
  ModeHeader10,
  type ModePage,
  ModePageCode,
  ModePageHeader,
  ModeSelect6,
  ModeSelect10,
  ParameterListError,
  pointerTo,
  Sense,
  ShortBlockDescriptor,
} from '@lunkit/scsi'
import { dataView } from '@lunkit/wire'
import { Order } from '../../task/ordering.ts'
import type { ControlMode } from '../../unit/control-mode.ts'
import type { LogicalUnit } from '../../unit/logical-unit.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { hasParameters } from '../data-presence.ts'
import type { Execution } from '../execution.ts'
import { MODE_PAGE_HEADER_BYTES } from '../mode-page-header.ts'

type ModeSelect = CdbView<typeof ModeSelect6> | CdbView<typeof ModeSelect10>

// Both forms have it in the same place.
const PAGE_FORMAT = pointerTo(ModeSelect6, 'pageFormat')
/** The block descriptor of each form of parameter list, which follows the header. */
const BLOCK_DESCRIPTOR = {
  [ModeForm.six]: pointerTo(ShortBlockDescriptor, 'blocks', ModeHeader6.size),
  [ModeForm.ten]: pointerTo(ShortBlockDescriptor, 'blocks', ModeHeader10.size),
} as const

const refusal = (message: string, pointer: FieldPointer): ParameterListError =>
  new ParameterListError(message, Sense.invalidFieldInParameterList, pointer)

/** A block descriptor changes nothing here: it has to say what is, or 0 or "all of them" for the number of blocks. */
function checkBlockDescriptor(unit: LogicalUnit, { blockDescriptor }: ModeData, form: ModeForm): void {
  if (!blockDescriptor) return
  const { blocks, blockSizeBytes } = blockDescriptor
  const pointer = BLOCK_DESCRIPTOR[form]
  if (blocks !== 0 && blocks < MANY_BLOCKS && blocks !== unit.blocks)
    throw refusal(`the unit has ${unit.blocks} blocks, which cannot be changed to ${blocks}`, pointer)
  if (blockSizeBytes !== unit.blockSizeBytes)
    throw refusal(`blocks have ${unit.blockSizeBytes} bytes, which cannot be changed to ${blockSizeBytes}`, pointer)
}

/** Looks for a bit that differs from the page as it is and cannot be changed. */
function checkPage({ unit, type }: Execution, { page, subpage, bytes, at }: ModePage): void {
  const row = subpage === 0 ? type.modePages.find(other => other.page === page) : undefined
  if (!row) {
    const what = `${page.toString(16)}h/${subpage.toString(16)}h`
    throw refusal(`there is no mode page ${what}`, pointerTo(ModePageHeader, 'page', at))
  }
  const values = row.values(unit, unit.mode)
  if (bytes.length !== values.length)
    throw refusal(
      `mode page ${page.toString(16)}h has ${values.length} bytes, not ${bytes.length}`,
      pointerTo(ModePageHeader, 'length', at),
    )
  values.forEach((value, i) => {
    // The changeable form repeats the header, in which nothing may differ.
    const changeable = i < MODE_PAGE_HEADER_BYTES ? 0 : (row.changeable[i] as number)
    const stray = (value ^ (bytes[i] as number)) & ~changeable
    if (!stray) return
    const pointer = { in: 'parameters', byte: at + i, bit: highBit(stray) } as const
    throw refusal(`byte ${i} of mode page ${page.toString(16)}h cannot be changed so`, pointer)
  })
}

const highBit = (value: number): number => 31 - Math.clz32(value)

/** The control mode that the list asks for, the last page having the last word. */
function selectedMode(execution: Execution, list: ModeData): ControlMode {
  let { mode } = execution.unit
  for (const page of list.pages) {
    checkPage(execution, page)
    if (page.page !== ModePageCode.control) continue
    const { softwareWriteProtect, descriptorSense } = Control.view(dataView(page.bytes))
    mode = { softwareWriteProtect, descriptorSense }
  }
  return mode
}

/** Takes the parameter list, whole or not at all. */
function select(execution: Execution, form: ModeForm, bytes: Uint8Array): void {
  const { unit, nexus } = execution
  try {
    const list = decodeModeSelectList(form, bytes)
    checkBlockDescriptor(unit, list, form)
    unit.changeMode(selectedMode(execution, list), nexus)
  } catch (error) {
    if (!(error instanceof ParameterListError)) throw error
    execution.fail(error.code, error.pointer && { pointer: error.pointer })
    return
  }
  execution.good()
}

async function modeSelect(execution: Execution, cdb: ModeSelect, form: ModeForm): Promise<void> {
  if (cdb.parameterListLength === 0) {
    execution.good()
    return
  }
  if (!cdb.pageFormat) {
    execution.fail(Sense.invalidFieldInCdb, { pointer: PAGE_FORMAT })
    return
  }
  const list = await execution.parameters(cdb.parameterListLength)
  if (!list) return
  try {
    select(execution, form, list.bytes)
  } finally {
    list.release()
  }
}

const row = {
  data: 'out',
  hasData: hasParameters,
  access: Access.control,
  order: Order.free,
  whileNotReady: true,
} as const

/** MODE SELECT (6) and (10). */
export const modeSelectRows: readonly AnyCommand[] = [
  command({ ...row, cdb: ModeSelect6, run: (execution, cdb) => modeSelect(execution, cdb, ModeForm.six) }),
  command({ ...row, cdb: ModeSelect10, run: (execution, cdb) => modeSelect(execution, cdb, ModeForm.ten) }),
]
