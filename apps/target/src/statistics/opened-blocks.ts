import { BlockReader, declare } from '@lunkit/statistics'
import type { GivenBlock, ReadBlock } from './statistics-request.ts'

/** Readers of what was given to this thread. */
export const openedBlocks = (given: readonly GivenBlock[]): readonly ReadBlock[] =>
  given.map(({ memory, ...spec }): ReadBlock => new BlockReader(declare(spec), memory))
