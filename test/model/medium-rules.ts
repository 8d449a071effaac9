import { decodeLbaStatus, ProvisioningStatus } from '@lunkit/scsi'
import { type Circumstances, checkCondition, type Ending, good, type Rule } from './rule.ts'
import { type SenseTriple, senses } from './sense-triple.ts'
import { STRANGE, type Tag, tagsOf } from './tagged-block.ts'
import type { Extent } from './unit-command.ts'
import type { UnitState } from './unit-state.ts'

/** SBC-4 4.5: a command whose address or end lies behind the last block is refused. */
const outOfRange = ({ lba, blocks }: Extent, { facts }: Circumstances): readonly SenseTriple[] =>
  lba + blocks > facts.blocks ? [senses.addressOutOfRange] : []

const written = (state: UnitState, lba: number, tags: readonly Tag[]): UnitState => ({
  ...state,
  medium: state.medium.map((old, at) => (at >= lba && at < lba + tags.length ? (tags[at - lba] ?? STRANGE) : old)),
})

const repeated = (tag: Tag, blocks: number): Tag[] => Array.from({ length: blocks }, () => tag)

const held = ({ medium }: UnitState, { lba, blocks }: Extent): readonly Tag[] => medium.slice(lba, lba + blocks)

const alike = (a: readonly Tag[], b: readonly Tag[]): boolean =>
  a.length === b.length && a.every((tag, at) => tag === b[at])

/** RFC 7143 11.4.5: what was expected too much is an underflow, what did not fit an overflow. */
const residual = (movedBlocks: number, expectedBlocks: number, { facts }: Circumstances) => {
  const missing = (expectedBlocks - movedBlocks) * facts.blockSizeBytes
  return (seen: { underflowBytes: number; overflowBytes: number }): boolean =>
    seen.underflowBytes === Math.max(0, missing) && seen.overflowBytes === Math.max(0, -missing)
}

/** READ. */
export const read: Rule<'read'> = {
  errors: outOfRange,
  endings: (command, circumstances) => {
    const { state, facts } = circumstances
    const tags = held(state, command).slice(0, command.expectedBlocks)
    const counted = residual(command.blocks, command.expectedBlocks, circumstances)
    return [
      good(
        state,
        `GOOD with ${tags.join(' ')}`,
        seen => counted(seen) && alike(tagsOf(seen.data, facts.blockSizeBytes), tags),
      ),
    ]
  },
}

/** WRITE: what is sent too much is not written, and what is not sent neither. */
export const write: Rule<'write'> = {
  changesMedium: true,
  errors: outOfRange,
  endings: (command, circumstances) => {
    const { lba, blocks, tags } = command
    return [
      good(
        written(circumstances.state, lba, tags.slice(0, blocks)),
        'GOOD',
        residual(blocks, tags.length, circumstances),
      ),
    ]
  },
}

/** WRITE AND VERIFY. */
export const writeAndVerify: Rule<'writeAndVerify'> = {
  changesMedium: true,
  errors: outOfRange,
  endings: ({ lba, tags }, { state }) => [good(written(state, lba, tags))],
}

/** VERIFY with BYTCHK 01b. */
export const verify: Rule<'verify'> = {
  errors: outOfRange,
  endings: (command, { state }) => [
    alike(held(state, command), command.tags) ? good(state) : checkCondition(state, senses.miscompare),
  ],
}

/** VERIFY with BYTCHK 00b. */
export const verifyMedium: Rule<'verifyMedium'> = {
  errors: outOfRange,
  endings: (_command, { state }) => [good(state)],
}

/** WRITE SAME: a length of 0 is up to the end of the medium (WSNZ is 0). Unmapped or not, what was written is read. */
export const writeSame: Rule<'writeSame'> = {
  changesMedium: true,
  errors: ({ lba, blocks }, circumstances) => outOfRange({ lba, blocks: blocks || 1 }, circumstances),
  endings: ({ lba, blocks, tag, noDataOut }, { state, facts }) => [
    good(written(state, lba, repeated(noDataOut ? 0 : tag, blocks || facts.blocks - lba))),
  ],
}

const unmapped = (ranges: readonly Extent[], state: UnitState): UnitState =>
  ranges.reduce((each, { lba, blocks }) => written(each, lba, repeated(0, blocks)), state)

/**
 * UNMAP: with LBPRZ and a medium that gives everything back, what was unmapped reads as zeroes. One that is aborted may have
 * unmapped the first of its ranges and not the others: nothing in SBC-4 makes it one and indivisible.
 */
export const unmap: Rule<'unmap'> = {
  changesMedium: true,
  errors: ({ ranges }, circumstances) => ranges.flatMap(range => outOfRange(range, circumstances)),
  endings: ({ ranges }, { state }) => [
    { ...good(unmapped(ranges, state)), halfway: ranges.map((_, at) => unmapped(ranges.slice(0, at), state)) },
  ],
}

/** GET LBA STATUS: runs without gaps from the address on; what is deallocated reads as zeroes. */
export const getLbaStatus: Rule<'getLbaStatus'> = {
  errors: ({ lba }, circumstances) => outOfRange({ lba, blocks: 1 }, circumstances),
  endings: ({ lba }, { state, facts }) => [
    good(state, 'GOOD with runs from there to the end, of which those that are deallocated hold zeroes', ({ data }) => {
      let next = lba
      for (const run of decodeLbaStatus(data)) {
        if (run.lba !== next || run.blocks === 0) return false
        const holdsData = held(state, run).some(tag => tag !== 0)
        if (run.status !== ProvisioningStatus.mapped && holdsData) return false
        next += run.blocks
      }
      return next === facts.blocks
    }),
  ],
}

/** COMPARE AND WRITE: both or nothing. */
export const compareAndWrite: Rule<'compareAndWrite'> = {
  changesMedium: true,
  errors: ({ lba, tags }, circumstances) => outOfRange({ lba, blocks: tags.length }, circumstances),
  endings: ({ lba, expected, tags }, { state }): readonly Ending[] => [
    alike(held(state, { lba, blocks: tags.length }), expected)
      ? good(written(state, lba, tags))
      : checkCondition(state, senses.miscompare),
  ],
}

/** SYNCHRONIZE CACHE. */
export const synchronizeCache: Rule<'synchronizeCache'> = {
  errors: outOfRange,
  endings: (_command, { state }) => [good(state)],
}
