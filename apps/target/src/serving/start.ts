import type { Logger } from 'pino'
import type { MountMemory } from '../state/mount-memory.ts'
import type { DiskSerials } from './found-serials.ts'

/** A start: where it is told of, what is remembered, and what is aborted when lunkitd is to end before it has come to its end. */
export interface Start {
  readonly log: Logger
  readonly ending: AbortSignal
  readonly mounts: MountMemory
  readonly serials: DiskSerials
}
