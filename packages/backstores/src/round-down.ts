import { storeLimits } from './limits.ts'

/** The whole blocks of the smallest size that fit, in bytes. */
export function roundDown(sizeBytes: number): number {
  return sizeBytes - (sizeBytes % storeLimits.sizeMultipleBytes)
}
