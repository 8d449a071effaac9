import { storeLimits } from '../limits.ts'
import { roundDown } from '../round-down.ts'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import type { StoreOpeningListener } from '../store-opening.ts'

/** What was asked for, and whom to tell what came of it. */
export interface SizeQuestion {
  readonly path: string
  /** The size that the disk is to have, in bytes; undefined: that of the file. */
  readonly sizeBytes?: number | undefined
  readonly readOnly: boolean
  /** Whether a file may be created; one that is too short may be made longer then, too. */
  readonly create: boolean
  readonly opened: StoreOpeningListener
}

/**
 * Whether a size can be asked for.
 * @throws {StoreOpenError}
 */
export function checkAskedSize({ path, sizeBytes }: SizeQuestion): void {
  if (sizeBytes !== undefined) checkSize(path, sizeBytes, 'a size of')
}

/**
 * What of a file is served, by LIO's rule: the size that was asked for counts, whatever a regular file has; rounded down to
 * whole blocks of the smallest size. A file that must be longer for it is made so by `extend`.
 * @throws {StoreOpenError}
 */
export async function settleSize(
  question: SizeQuestion,
  fileBytes: number,
  extend: (sizeBytes: number) => Promise<void>,
): Promise<number> {
  const { path, sizeBytes: askedBytes = fileBytes, readOnly, opened } = question
  const isShort = fileBytes < askedBytes
  if (isShort && !readOnly) {
    checkMayExtend(question, fileBytes, askedBytes)
    await extend(askedBytes)
  }
  const sizeBytes = isShort && readOnly ? fileBytes : askedBytes
  checkSize(path, sizeBytes, 'the file has')
  const servedBytes = roundDown(sizeBytes)
  if (fileBytes !== askedBytes) opened({ kind: 'sizeDiffers', path, fileBytes, askedBytes, servedBytes })
  if (servedBytes !== sizeBytes) opened({ kind: 'sizeRounded', sizeBytes, servedBytes })
  return servedBytes
}

function checkMayExtend({ path, create }: SizeQuestion, fileBytes: number, askedBytes: number): void {
  if (create) return
  const what = `the file has ${fileBytes} bytes and ${askedBytes} are asked for, and it may not be made longer (create)`
  const text = `${what}; mount what it should lie on, make it longer yourself, or ask for its size`
  throw new StoreOpenError(path, StoreOpenReason.badSize, { text })
}

function checkSize(path: string, sizeBytes: number, words: string): void {
  const least = storeLimits.sizeMultipleBytes
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= least) return
  const text = `${words} ${sizeBytes} bytes, which is no block; right is a whole number from ${least}`
  throw new StoreOpenError(path, StoreOpenReason.badSize, { text })
}
