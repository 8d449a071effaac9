import { stat } from 'node:fs/promises'
import { succeed } from '../../harness/outcome.ts'
import { findTool } from '../../harness/tool.ts'
import type { Programs } from '../programs.ts'

const stampTimeoutMs = 120_000

/** One contender's store, with what is known of its contents. */
export type BenchStore = {
  readonly sizeBytes: number
  /** Where it lies, when it lies in a file. */
  readonly path?: string
  /** bench-load's account of what every block must hold; a store without one keeps nothing, and reads as zeroes. */
  readonly ledger?: string
}

/** What bench-load is told about a store. */
export function storeArguments(store: BenchStore): string[] {
  return [
    ...(store.ledger === undefined ? ['--zeroes'] : ['--ledger', store.ledger]),
    ...(store.path === undefined ? [] : ['--file', store.path]),
  ]
}

/** Writes every block of the file that a store lies in, in pieces of 1 MiB as when an image is copied. */
export async function stampFile(programs: Programs, store: BenchStore): Promise<void> {
  const args = ['--stamp', ...storeArguments(store), '--store-bytes', String(store.sizeBytes)]
  await succeed(programs.load, args, { timeoutMs: stampTimeoutMs })
}

/**
 * Takes a file or a device out of the page cache, as dd's manual has it: what is dirty is flushed, then posix_fadvise says
 * POSIX_FADV_DONTNEED.
 *
 * @throws Error when more than a hundredth of it stays; of a device nobody says how much does
 */
export async function dropPageCache({ path, sizeBytes }: BenchStore): Promise<void> {
  if (path === undefined) throw new Error('a store without a file has no page cache to drop')
  await succeed(findTool('dd'), [`of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], {
    timeoutMs: stampTimeoutMs,
  })
  if ((await stat(path)).isBlockDevice()) return
  const { stdout } = await succeed(findTool('fincore'), ['--noheadings', '--bytes', '--output', 'RES', path], {
    timeoutMs: stampTimeoutMs,
  })
  const leftBytes = Number(stdout.trim())
  if (!(leftBytes < sizeBytes / 100)) throw new Error(`${leftBytes} bytes of ${path} stay in the page cache`)
}
