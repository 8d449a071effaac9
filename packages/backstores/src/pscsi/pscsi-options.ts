import { flag, type OptionDomains, required, text } from '@lunkit/wire'
import { FILE_PATH } from '../file-path.ts'
import type { LaneSet } from '../lanes/lane-set.ts'
import { LANES } from '../lanes/lanes-domain.ts'

/** Which SCSI device is passed through, and how. */
export interface PscsiOptions {
  readonly name: string
  /** A node of it (`/dev/sg3`, `/dev/sdb`, `/dev/sr0`, `/dev/st0`), a symbolic link to one, or its address, `2:0:0:1` (host, channel, target, LUN). */
  readonly path: string
  readonly lanes: LaneSet
  /** False: passes a device through that others hold too, or mount. */
  readonly exclusive?: boolean
  /** Initiators may not write. */
  readonly readOnly?: boolean
}

/** What each of them may be. */
export const PSCSI_DOMAINS: OptionDomains = {
  name: required(text('a name', name => name !== '')),
  path: required(FILE_PATH),
  lanes: required(LANES),
  exclusive: flag,
  readOnly: flag,
}
