import type { CommandRequest } from '@lunkit/initiator'
import { CompareAndWrite, encodeUnmapList, Read16, SynchronizeCache16, Unmap, Write16, WriteSame16 } from '@lunkit/scsi'
import { ZEROES } from './block-image.ts'
import type { Change } from './change.ts'
import type { CheckedUnit } from './checked-unit.ts'
import type { BlockRange, Ledger, ReadTicket } from './ledger.ts'
import type { Counted } from './report.ts'
import type { UnitStage } from './unit-stage.ts'

/** A command with what it means to the ledger. */
export interface Operation {
  readonly counted: Counted
  readonly unit: CheckedUnit
  readonly request: CommandRequest
  readonly range: BlockRange
  /** The time in the life of its unit that it began in. */
  readonly since: UnitStage
  /** The ledger that it began in. */
  readonly ledger: Ledger
  readonly change?: Change
  readonly ticket?: ReadTicket
  /** COMPARE AND WRITE: the generation that it compares with. */
  readonly expected?: number
  /** COMPARE AND WRITE: the block could hold nothing else when it was sent. */
  readonly certain?: boolean
}

/** What an operation is about. */
export interface Place {
  readonly unit: CheckedUnit
  readonly range: BlockRange
  readonly fua: boolean
}

/** READ (16). */
export function read({ unit, range, fua }: Place): Operation {
  const { ledger, plan, stage: since } = unit
  const cdb = Read16.encode({ ...range, fua })
  const request = { lun: plan.lun, cdb, read: range.blocks * plan.blockSizeBytes }
  return { counted: 'reads', unit, range, since, ledger, request, ticket: ledger.beginRead() }
}

/** WRITE (16) of a generation. */
export function write({ unit, range, fua }: Place, generation: number): Operation {
  const { ledger, plan, stage: since } = unit
  const data = unit.image.compose(range.lba, range.blocks, generation)
  const request = { lun: plan.lun, cdb: Write16.encode({ ...range, fua }), write: data }
  return { counted: 'writes', unit, range, since, ledger, request, change: ledger.begin(range, generation) }
}

/** UNMAP of one range. */
export function unmap({ unit, range }: Place): Operation {
  const { ledger, plan, stage: since } = unit
  const list = encodeUnmapList([range])
  const request = { lun: plan.lun, cdb: Unmap.encode({ parameterListLength: list.length }), write: list }
  return { counted: 'zeroings', unit, range, since, ledger, request, change: ledger.begin(range, ZEROES) }
}

/** WRITE SAME (16) of zeroes without data-out, unmapping or not. */
export function writeZeroes({ unit, range }: Place, unmapping: boolean): Operation {
  const { ledger, plan, stage: since } = unit
  const request = { lun: plan.lun, cdb: WriteSame16.encode({ ...range, noDataOut: true, unmap: unmapping }) }
  return { counted: 'zeroings', unit, range, since, ledger, request, change: ledger.begin(range, ZEROES) }
}

/** COMPARE AND WRITE of one block, with the generation that it most likely holds. */
export function compareAndWrite({ unit, range: { lba }, fua }: Place, generation: number): Operation {
  const { ledger, plan, stage: since } = unit
  const range = { lba, blocks: 1 }
  const expected = ledger.possible(lba).at(-1) ?? ZEROES
  const data = Buffer.concat([unit.image.compose(lba, 1, expected), unit.image.compose(lba, 1, generation)])
  const request = { lun: plan.lun, cdb: CompareAndWrite.encode({ ...range, fua }), write: data }
  // Zeroes may come, go and come again meanwhile; a generation never comes back.
  const certain = expected !== ZEROES && ledger.isKnown(lba)
  const ticket = ledger.beginRead()
  const change = ledger.begin(range, generation)
  return { counted: 'comparisons', unit, range, since, ledger, request, ticket, change, expected, certain }
}

/** SYNCHRONIZE CACHE (16) of the whole medium. */
export function flush(unit: CheckedUnit): Operation {
  const { ledger, plan, stage: since } = unit
  const request = { lun: plan.lun, cdb: SynchronizeCache16.encode({}) }
  return { counted: 'flushes', unit, range: { lba: 0, blocks: 0 }, since, ledger, request }
}
