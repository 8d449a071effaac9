import type { Disk } from 'lunkit'

/** The disks that could be opened, by their StoragePlan's `key`. */
export type OpenDisks = ReadonlyMap<string, Disk>
