import { callback, flag, type OptionDomains, object, required, text } from '@lunkit/wire'
import { FILE_PATH } from '../file-path.ts'
import type { LaneSet } from '../lanes/lane-set.ts'
import { LANES } from '../lanes/lanes-domain.ts'
import type { FlushFailure } from '../store/flush-failure.ts'
import type { StoreOpeningListener } from '../store-opening.ts'

/** Which file a fileio store serves, and how. */
export interface FileioOptions {
  readonly name: string
  readonly path: string
  /**
   * The size of the disk in bytes, 512 or more; what is no multiple of 512 is rounded down. A file that is longer is served
   * up to there, one that is shorter is made longer. Left out: the file's own size.
   */
  readonly sizeBytes?: number | undefined
  /** False: a file that is missing is not created, and one that is shorter than `sizeBytes` is not made longer. */
  readonly create?: boolean
  /**
   * False: what is created of the file, or added to it when it is opened, has all of its space, so that writes do not run out of it; that
   * may take long where the file system has to write it. Left out: it has holes.
   */
  readonly sparse?: boolean
  /** Hears that the file was created, or that its size is not `sizeBytes`. */
  readonly opened?: StoreOpeningListener
  /**
   * True: reads and writes go past the page cache. Left out: through it. What is written is as durable either way: after a
   * flush, or at once where `writeBack` is false.
   */
  readonly direct?: boolean
  /** True: a write is complete when the page cache has it, or the file. False: when it is on stable storage. */
  readonly writeBack: boolean
  readonly lanes: LaneSet
  /** Opens the file for reading only; other readers may have it open too. */
  readonly readOnly?: boolean
  /** Serves the file even where its file system cannot keep other processes out of it. */
  readonly unlocked?: boolean
  /** False: every read and write goes through a lane, even one that could be answered at once. */
  readonly inPlace?: boolean
  /**
   * A flush of the file failed before it was opened, and nobody has cleared that (see Store): it is opened as it was left,
   * and refuses writes and flushes. A flush that succeeds now would prove nothing.
   */
  readonly flushFailure?: FlushFailure | undefined
}

/** What each of them may be. */
export const FILEIO_DOMAINS: OptionDomains = {
  name: required(text('a name', name => name !== '')),
  path: required(FILE_PATH),
  // What a disk cannot have is said with the path.
  sizeBytes: { type: 'number', words: 'a whole number of bytes', has: () => true },
  create: flag,
  sparse: flag,
  opened: callback,
  direct: flag,
  writeBack: required(flag),
  lanes: required(LANES),
  readOnly: flag,
  unlocked: flag,
  inPlace: flag,
  flushFailure: object('a failed flush: { cause }'),
}
