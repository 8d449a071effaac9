import {
  ByteCheck,
  CompareAndWrite,
  encodeUnmapList,
  Inquiry,
  Read10,
  Read16,
  ReadCapacity16,
  SynchronizeCache16,
  TestUnitReady,
  Unmap,
  Verify16,
  Write10,
  Write16,
  WriteAndVerify16,
  WriteSame16,
} from '@lunkit/scsi'
import { Operation } from '@lunkit/scsi-engine'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { CountedCommand } from './counted-command.ts'

/** A logical unit as a client knows it. */
export interface LoadedUnit {
  readonly lun: number
  readonly blocks: number
  readonly blockSizeBytes: number
  /** Blocks of the longest read or write; 16 when left out, which a command brings with it. */
  readonly mostBlocks?: number
}

/** Blocks of a command. */
interface Range {
  readonly lba: number
  readonly blocks: number
}

type Make = (unit: LoadedUnit, range: Range, random: SeededRandom) => CountedCommand

const bytesOf = ({ blockSizeBytes }: LoadedUnit, { blocks }: Range): number => blocks * blockSizeBytes

const read: Make = (unit, range, random) => {
  const cdb = random.once(2) ? Read10.encode(range) : Read16.encode(range)
  const goodBytes = bytesOf(unit, range)
  return { operation: Operation.read, goodBytes, request: { lun: unit.lun, cdb, read: goodBytes } }
}

const write: Make = (unit, range, random) => {
  const cdb = random.once(2) ? Write10.encode(range) : Write16.encode({ ...range, fua: random.once(8) })
  const goodBytes = bytesOf(unit, range)
  return { operation: Operation.write, goodBytes, request: { lun: unit.lun, cdb, write: Buffer.alloc(goodBytes, 7) } }
}

const writeAndVerify: Make = (unit, range) => {
  const cdb = WriteAndVerify16.encode({ ...range, byteCheck: ByteCheck.none })
  const goodBytes = bytesOf(unit, range)
  return { operation: Operation.write, goodBytes, request: { lun: unit.lun, cdb, write: Buffer.alloc(goodBytes, 7) } }
}

const verify: Make = (unit, range, random) => {
  const goodBytes = bytesOf(unit, range)
  const compares = random.once(2)
  const cdb = Verify16.encode({ ...range, byteCheck: compares ? ByteCheck.blocks : ByteCheck.none })
  const data = compares ? { write: Buffer.alloc(goodBytes, 7) } : {}
  return { operation: Operation.verify, goodBytes, request: { lun: unit.lun, cdb, ...data } }
}

const unmap: Make = (unit, range) => {
  const write = encodeUnmapList([range])
  const cdb = Unmap.encode({ parameterListLength: write.length })
  return { operation: Operation.unmap, goodBytes: bytesOf(unit, range), request: { lun: unit.lun, cdb, write } }
}

const writeSame: Make = (unit, range, random) => {
  const noDataOut = random.once(2)
  const cdb = WriteSame16.encode({ ...range, noDataOut, unmap: random.once(2) })
  const data = noDataOut ? {} : { write: Buffer.alloc(unit.blockSizeBytes, 7) }
  const goodBytes = bytesOf(unit, range)
  return { operation: Operation.writeSame, goodBytes, request: { lun: unit.lun, cdb, ...data } }
}

const compareAndWrite: Make = (unit, { lba }, random) => {
  const range = { lba, blocks: 1 }
  const goodBytes = bytesOf(unit, range)
  const cdb = CompareAndWrite.encode(range)
  const write = Buffer.alloc(2 * goodBytes, random.once(2) ? 7 : 0)
  return { operation: Operation.compareAndWrite, goodBytes, request: { lun: unit.lun, cdb, write } }
}

const flush: Make = ({ lun }) => {
  return { operation: Operation.flush, goodBytes: 0, request: { lun, cdb: SynchronizeCache16.encode({}) } }
}

/** Commands that concern no blocks, one that no unit has, and one with a reserved bit set. */
const other: Make = ({ lun }, _range, random) => {
  const request = random.pick([
    { lun, cdb: TestUnitReady.encode({}) },
    { lun, cdb: Inquiry.encode({ allocationLength: 96 }), read: 96 },
    { lun, cdb: ReadCapacity16.encode({ allocationLength: 32 }), read: 32 },
    { lun, cdb: Uint8Array.of(0xff, 0, 0, 0, 0, 0) },
    { lun, cdb: Uint8Array.of(0, 0, 0, 0, 0x80, 0) },
  ])
  return { operation: Operation.other, goodBytes: 0, request }
}

const COMMANDS: readonly (readonly [number, Make])[] = [
  [30, read],
  [25, write],
  [4, writeAndVerify],
  [8, verify],
  [6, unmap],
  [4, writeSame],
  [5, compareAndWrite],
  [2, flush],
  [6, other],
]

/** One command in so many reaches beyond the last block. */
const BEYOND_ONCE_IN = 40

/** Some command for a unit. */
export function randomCommand(unit: LoadedUnit, random: SeededRandom): CountedCommand {
  const blocks = random.between(1, unit.mostBlocks ?? 16)
  const lba = random.once(BEYOND_ONCE_IN) ? unit.blocks - blocks + 1 : random.below(unit.blocks - blocks)
  return random.pickWeighted(COMMANDS)(unit, { lba, blocks }, random)
}
