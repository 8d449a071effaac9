import { type LanePlacement, type LanesOptions, storeLimits } from '@lunkit/backstores'
import { arrayOf, checkArgument, object, wholeNumber } from '@lunkit/wire'
import type { DiskServerOptions } from './server-options.ts'

/** Disks by plugin and name, each with the number of its lane. */
export const PLACEMENT = object("an object: { 'fileio/disk0': 1 }")
/** Numbers of processors; further ones no kernel can be built for. */
export const CPUS = arrayOf(wholeNumber(0, 8191), 'of numbers of processors')

/** More threads no server has. */
export const MOST_LANES = 1024

/** @throws {TypeError} or {RangeError} for lanes that there are not. */
export function checkPlacement(where: string, placement: LanePlacement, laneCount = MOST_LANES): void {
  for (const [disk, lane] of Object.entries(placement))
    checkArgument(`${where}: lanePlacement: ${disk}`, lane, wholeNumber(0, laneCount - 1))
}

/** What a server says of its lanes. */
export type LaneThreads = Required<Pick<LanesOptions, 'count' | 'placement'>> & Pick<LanesOptions, 'cpus'>

/** The lanes of a server with these options. @throws {TypeError} or {RangeError} for a disk in a lane that there is not. */
export function laneThreads(options: DiskServerOptions): LaneThreads {
  const { lanes: count = storeLimits.laneCount, laneCpus: cpus = [], lanePlacement: placement = {} } = options
  checkPlacement('DiskServer', placement, count)
  return { count, placement, ...(cpus.length > 0 && { cpus }) }
}
