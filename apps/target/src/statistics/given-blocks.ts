import type { DiskServer } from 'lunkit'
import type { GivenBlock } from './statistics-request.ts'

/** What is counted, for another thread to read. */
export const givenBlocks = (blocks: DiskServer['statistics']['blocks']): readonly GivenBlock[] =>
  Object.values(blocks).map(({ memory, declaration: { name, labels, metrics } }) => {
    return { name, labels, metrics, memory }
  })
