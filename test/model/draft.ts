import { TaskAttribute } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import type { Extent, ReadForm, UnitCommand } from './unit-command.ts'
import type { NexusId, UnitFacts, UnitState } from './unit-state.ts'

/** The blocks of each unit under test. */
export const MEDIUM_BLOCKS = 64

/** A command before it is known what blocks hold and which tags are free; every kind looks at what it needs. */
export interface Draft {
  readonly nexus: NexusId
  /** Which of the units in play. */
  readonly unit: number
  readonly kind: UnitCommand['kind']
  readonly attribute: TaskAttribute
  readonly lba: number
  readonly blocks: number
  readonly otherLba: number
  /** How many blocks more or less the initiator expects or sends than the CDB says. */
  readonly misfit: number
  readonly form: ReadForm
  readonly on: boolean
  readonly alsoOn: boolean
}

/** What a draft is made a command with. */
export interface DraftContext {
  readonly facts: UnitFacts
  readonly state: UnitState
  readonly newTag: () => number
}

const { simple, ordered, headOfQueue } = TaskAttribute

const lba = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 15 }) },
  { weight: 3, arbitrary: fc.integer({ min: 48, max: MEDIUM_BLOCKS - 1 }) },
  { weight: 1, arbitrary: fc.integer({ min: MEDIUM_BLOCKS - 2, max: MEDIUM_BLOCKS + 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31, 2 ** 32 - 1) },
)

const WEIGHTS: Readonly<Record<UnitCommand['kind'], number>> = {
  testUnitReady: 3,
  inquiry: 1,
  readCapacity: 1,
  requestSense: 3,
  modeSense: 2,
  modeSelect: 3,
  reserve: 3,
  release: 3,
  read: 12,
  write: 14,
  writeAndVerify: 2,
  verify: 3,
  verifyMedium: 1,
  writeSame: 4,
  unmap: 4,
  getLbaStatus: 2,
  compareAndWrite: 6,
  synchronizeCache: 2,
}

/** How many initiators there are. */
export const NEXUSES = 3
/** How many units a case plays with; the next number stands for one that there is not. */
export const UNITS_IN_PLAY = 2

const kind = fc.oneof(
  ...(Object.entries(WEIGHTS) as [UnitCommand['kind'], number][]).map(([each, weight]) => ({
    weight,
    arbitrary: fc.constant(each),
  })),
)

/** Any command. */
export const draft: fc.Arbitrary<Draft> = fc.record({
  nexus: fc.nat(NEXUSES - 1),
  unit: fc.oneof(
    { weight: 20, arbitrary: fc.nat(UNITS_IN_PLAY - 1) },
    { weight: 1, arbitrary: fc.constant(UNITS_IN_PLAY) },
  ),
  kind,
  attribute: fc.oneof(
    { weight: 5, arbitrary: fc.constant(simple) },
    { weight: 1, arbitrary: fc.constantFrom(ordered, headOfQueue) },
  ),
  lba,
  blocks: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 8 }) }, { weight: 1, arbitrary: fc.constant(40) }),
  otherLba: lba,
  misfit: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) }),
  form: fc.constantFrom<ReadForm>(16, 12, 10),
  on: fc.boolean(),
  alsoOn: fc.boolean(),
})

type Make = (draft: Draft, context: DraftContext) => UnitCommand

const bare =
  (of: 'testUnitReady' | 'inquiry' | 'readCapacity' | 'modeSense'): Make =>
  () => ({ kind: of })

const newTags = (blocks: number, { newTag }: DraftContext): number[] => Array.from({ length: blocks }, newTag)

/** What the blocks hold as far as the model knows, or in one place something else. */
function expected({ lba: from, on }: Draft, blocks: number, { state, newTag }: DraftContext): number[] {
  const tags = Array.from({ length: blocks }, (_, at) => state.medium[from + at] ?? 0)
  if (!on && tags.length > 0) tags[tags.length - 1] = newTag()
  return tags
}

const moved = ({ blocks, misfit }: Draft): number => Math.max(0, blocks + misfit)
const extent = ({ lba: from, blocks }: Draft): Extent => ({ lba: from, blocks })
/** COMPARE AND WRITE takes few blocks. */
const LONGEST_COMPARED = 4

const MAKES: Readonly<Record<UnitCommand['kind'], Make>> = {
  testUnitReady: bare('testUnitReady'),
  inquiry: bare('inquiry'),
  readCapacity: bare('readCapacity'),
  modeSense: bare('modeSense'),
  requestSense: ({ on }) => ({ kind: 'requestSense', descriptor: on }),
  modeSelect: ({ on, alsoOn }) => ({ kind: 'modeSelect', softwareWriteProtect: on && alsoOn, descriptorSense: alsoOn }),
  reserve: ({ on }) => ({ kind: 'reserve', form: on ? 10 : 6 }),
  release: ({ on }) => ({ kind: 'release', form: on ? 10 : 6 }),
  read: each => ({ kind: 'read', ...extent(each), expectedBlocks: moved(each), form: each.form }),
  write: (each, context) => ({
    kind: 'write',
    ...extent(each),
    tags: newTags(moved(each), context),
    form: each.form,
    fua: each.on,
  }),
  writeAndVerify: (each, context) => ({ kind: 'writeAndVerify', ...extent(each), tags: newTags(each.blocks, context) }),
  verify: (each, context) => ({ kind: 'verify', ...extent(each), tags: expected(each, each.blocks, context) }),
  verifyMedium: each => ({ kind: 'verifyMedium', ...extent(each) }),
  writeSame: (each, { newTag }) => ({
    kind: 'writeSame',
    ...extent(each),
    tag: newTag(),
    unmap: each.on,
    noDataOut: each.alsoOn,
  }),
  unmap: each => ({
    kind: 'unmap',
    ranges: [extent(each), ...(each.on ? [{ lba: each.otherLba, blocks: each.blocks }] : [])],
  }),
  getLbaStatus: each => ({ kind: 'getLbaStatus', lba: each.lba }),
  compareAndWrite: (each, context) => {
    const blocks = Math.min(each.blocks, LONGEST_COMPARED)
    return {
      kind: 'compareAndWrite',
      lba: each.lba,
      expected: expected(each, blocks, context),
      tags: newTags(blocks, context),
    }
  },
  synchronizeCache: each => ({ kind: 'synchronizeCache', ...extent(each) }),
}

/** The command of a draft. */
export const commandOf = (each: Draft, context: DraftContext): UnitCommand => MAKES[each.kind](each, context)
