import { flag, type OptionDomains, object, oneOf, required, text } from '@lunkit/wire'
import { FILE_PATH } from '../file-path.ts'
import type { LaneSet } from '../lanes/lane-set.ts'
import { LANES } from '../lanes/lanes-domain.ts'
import type { FlushFailure } from '../store/flush-failure.ts'

/** Which block device a block store serves, and how. */
export interface BlockOptions {
  readonly name: string
  /** Its path, or a symbolic link to it, as in `/dev/disk/by-id`. */
  readonly path: string
  readonly lanes: LaneSet
  /** As which plugin of LIO it names itself (fileio serves devices too); left out: block. */
  readonly plugin?: 'block' | 'fileio'
  /**
   * True (the default, and LIO's way): reads and writes go past the page cache, and a write is as durable as the device
   * makes it. False: they go through it, and a write is complete when it is there.
   */
  readonly direct?: boolean
  /**
   * False: what was acknowledged is on stable storage, whatever caches there are. True (the default): it is after a flush, where there is a cache that loses
   * it: the page cache, or the device's own.
   */
  readonly writeBack?: boolean
  /** False: serves a device that others hold too, or mount. */
  readonly exclusive?: boolean
  /** Opens the device for reading only. */
  readonly readOnly?: boolean
  /** A flush failed before, and nobody has cleared that; see FileioOptions. */
  readonly flushFailure?: FlushFailure | undefined
}

/** What each of them may be. */
export const BLOCK_DOMAINS: OptionDomains = {
  name: required(text('a name', name => name !== '')),
  path: required(FILE_PATH),
  lanes: required(LANES),
  plugin: oneOf(['block', 'fileio']),
  direct: flag,
  writeBack: flag,
  exclusive: flag,
  readOnly: flag,
  flushFailure: object('a failed flush: { cause }'),
}
