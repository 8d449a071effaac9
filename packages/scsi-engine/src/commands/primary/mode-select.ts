import {
  type CdbView,
  Control,
  decodeModeSelectList,
  MANY_BLOCKS,
  type ModeData,
  ModeForm,
  type ModePage,
  ModePageCode,
  ModeSelect6,
  ModeSelect10,
  ParameterListError,
  Sense,
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

const PAGE_FORMAT = { in: 'cdb', byte: 1, bit: 4 } as const
/** The most significant bit of the PAGE CODE field. */
const PAGE_CODE_BIT = 5
/** Where the block descriptor starts in each form of parameter list. */
const BLOCK_DESCRIPTOR_AT = { [ModeForm.six]: 4, [ModeForm.ten]: 8 } as const

const refusal = (message: string, byte: number, bit?: number): ParameterListError =>
  new ParameterListError(message, Sense.invalidFieldInParameterList, {
    in: 'parameters',
    byte,
    ...(bit !== undefined && { bit }),
  })

/** A block descriptor changes nothing here: it has to say what is, or 0 or "all of them" for the number of blocks. */
function checkBlockDescriptor(unit: LogicalUnit, { blockDescriptor }: ModeData, form: ModeForm): void {
  if (!blockDescriptor) return
  const { blocks, blockSizeBytes } = blockDescriptor
  const at = BLOCK_DESCRIPTOR_AT[form]
  if (blocks !== 0 && blocks < MANY_BLOCKS && blocks !== unit.blocks)
    throw refusal(`the unit has ${unit.blocks} blocks, which cannot be changed to ${blocks}`, at)
  if (blockSizeBytes !== unit.blockSizeBytes)
    throw refusal(`blocks have ${unit.blockSizeBytes} bytes, which cannot be changed to ${blockSizeBytes}`, at)
}

/** Looks for a bit that differs from the page as it is and cannot be changed. */
function checkPage({ unit, type }: Execution, { page, subpage, bytes, at }: ModePage): void {
  const row = subpage === 0 ? type.modePages.find(other => other.page === page) : undefined
  if (!row) throw refusal(`there is no mode page ${page.toString(16)}h/${subpage.toString(16)}h`, at, PAGE_CODE_BIT)
  const values = row.values(unit, unit.mode)
  if (bytes.length !== values.length)
    throw refusal(`mode page ${page.toString(16)}h has ${values.length} bytes, not ${bytes.length}`, at + 1)
  values.forEach((value, i) => {
    // The changeable form repeats the header, in which nothing may differ.
    const changeable = i < MODE_PAGE_HEADER_BYTES ? 0 : (row.changeable[i] as number)
    const stray = (value ^ (bytes[i] as number)) & ~changeable
    if (stray)
      throw refusal(`byte ${i} of mode page ${page.toString(16)}h cannot be changed so`, at + i, highBit(stray))
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
