import type { CommandRequest } from '@lunkit/initiator'
import {
  ByteCheck,
  CompareAndWrite,
  encodeModeData,
  encodeUnmapList,
  GetLbaStatus16,
  Inquiry,
  ModeForm,
  ModeSelect10,
  ModeSense10,
  Read10,
  Read12,
  Read16,
  ReadCapacity16,
  ReadCapacity16Data,
  Release6,
  Release10,
  RequestSense,
  Reserve6,
  Reserve10,
  SynchronizeCache16,
  TestUnitReady,
  Unmap,
  Verify16,
  Write10,
  Write12,
  Write16,
  WriteAndVerify16,
  WriteSame16,
} from '@lunkit/scsi'
import { Control } from './control-page.ts'
import { bytesOf } from './tagged-block.ts'
import type { CommandOf, UnitCommand } from './unit-command.ts'
import type { UnitFacts } from './unit-state.ts'

/** A request without its unit and its attribute. */
type Part = Omit<CommandRequest, 'lun' | 'attribute'>

/** What is needed to compose commands for a unit. */
export interface CommandTarget {
  readonly facts: UnitFacts
  /** Its control mode page as it was at first. */
  readonly control: Control
}

type Compose<Kind extends UnitCommand['kind']> = (command: CommandOf<Kind>, target: CommandTarget) => Part

const reads = { 10: Read10, 12: Read12, 16: Read16 } as const
const writes = { 10: Write10, 12: Write12, 16: Write16 } as const
const ANSWER_BYTES = 255
const RUNS_BYTES = 4096

const withData = (cdb: Uint8Array, data: Uint8Array): Part => (data.length > 0 ? { cdb, write: data } : { cdb })

const COMPOSES: { readonly [Kind in UnitCommand['kind']]: Compose<Kind> } = {
  testUnitReady: () => ({ cdb: TestUnitReady.encode({}) }),
  inquiry: () => ({ cdb: Inquiry.encode({ allocationLength: ANSWER_BYTES }), read: ANSWER_BYTES }),
  readCapacity: () => ({
    cdb: ReadCapacity16.encode({ allocationLength: ReadCapacity16Data.size }),
    read: ReadCapacity16Data.size,
  }),
  requestSense: ({ descriptor }) => ({
    cdb: RequestSense.encode({ descriptorFormat: descriptor, allocationLength: ANSWER_BYTES }),
    read: ANSWER_BYTES,
  }),
  modeSense: () => ({
    cdb: ModeSense10.encode({ pageCode: Control.pageCode, allocationLength: ANSWER_BYTES }),
    read: ANSWER_BYTES,
  }),
  modeSelect: (command, { control }) => {
    const contents = { writeProtected: false, dpoFua: false, pages: [control.with(command)] }
    const write = encodeModeData(ModeForm.ten, contents, false)
    return { cdb: ModeSelect10.encode({ pageFormat: true, parameterListLength: write.length }), write }
  },
  reserve: ({ form }) => ({ cdb: (form === 6 ? Reserve6 : Reserve10).encode({}) }),
  release: ({ form }) => ({ cdb: (form === 6 ? Release6 : Release10).encode({}) }),
  read: ({ lba, blocks, expectedBlocks, form }, { facts }) => ({
    cdb: reads[form].encode({ lba, blocks }),
    ...(expectedBlocks > 0 && { read: expectedBlocks * facts.blockSizeBytes }),
  }),
  write: ({ lba, blocks, tags, form, fua }, { facts }) =>
    withData(writes[form].encode({ lba, blocks, fua }), bytesOf(tags, facts.blockSizeBytes)),
  writeAndVerify: ({ lba, blocks, tags }, { facts }) =>
    withData(
      WriteAndVerify16.encode({ lba, blocks, byteCheck: ByteCheck.blocks }),
      bytesOf(tags, facts.blockSizeBytes),
    ),
  verify: ({ lba, blocks, tags }, { facts }) =>
    withData(Verify16.encode({ lba, blocks, byteCheck: ByteCheck.blocks }), bytesOf(tags, facts.blockSizeBytes)),
  verifyMedium: ({ lba, blocks }) => ({ cdb: Verify16.encode({ lba, blocks }) }),
  writeSame: ({ lba, blocks, tag, unmap, noDataOut }, { facts }) =>
    withData(
      WriteSame16.encode({ lba, blocks, unmap, noDataOut }),
      noDataOut ? new Uint8Array(0) : bytesOf([tag], facts.blockSizeBytes),
    ),
  unmap: ({ ranges }) => {
    const write = encodeUnmapList(ranges)
    return { cdb: Unmap.encode({ parameterListLength: write.length }), write }
  },
  getLbaStatus: ({ lba }) => ({ cdb: GetLbaStatus16.encode({ lba, allocationLength: RUNS_BYTES }), read: RUNS_BYTES }),
  compareAndWrite: ({ lba, expected, tags }, { facts }) =>
    withData(
      CompareAndWrite.encode({ lba, blocks: tags.length }),
      bytesOf([...expected, ...tags], facts.blockSizeBytes),
    ),
  synchronizeCache: ({ lba, blocks }) => ({ cdb: SynchronizeCache16.encode({ lba, blocks }) }),
}

/** A command as an initiator sends it. */
export function requestOf(command: UnitCommand, target: CommandTarget): Part {
  const compose = COMPOSES[command.kind] as Compose<UnitCommand['kind']>
  return compose(command, target)
}
