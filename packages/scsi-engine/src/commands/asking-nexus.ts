import type { NexusName } from '@lunkit/scsi/transport'
import type { KnownNexus } from '../unit/known-nexus.ts'

/** The I_T nexus that a command came through, as the command knows it. */
export interface AskingNexus extends KnownNexus {
  readonly name: NexusName
  /** The numbers of the logical units that the nexus sees, ascending; without special ones. */
  readonly luns: readonly number[]
  /** REPORT LUNS was processed: what it reports is no news any more (SPC-5). */
  lunsReported(): void
}
