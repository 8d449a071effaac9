import { constants, openSync } from 'node:fs'

/**
 * A second, independent opening of what a descriptor leads to. The system reports a failed writeback once to each opening: what a dead
 * lane may have heard and not passed on, this one still hears. Undefined where it cannot be had.
 */
export function openWitness(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY)
  } catch {
    return undefined
  }
}
