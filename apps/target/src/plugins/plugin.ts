import type { StoragePlanBase } from '@lunkit/config'
import type { Storage, Store } from 'lunkit'
import type { FileFacts } from '../files/file-look.ts'

/** What is known of a disk when it is opened. */
interface PluginOpening {
  /** Whether a file that is missing may be made now. */
  readonly mayCreate: boolean
  /** The flush that failed when it was open before, where nobody has cleared that. */
  readonly flushFailure?: Store['flushFailure']
}

/** What is done with storage objects of a plugin that is served, beside what the configuration knows of it. */
export interface ServedPlugin<P extends StoragePlanBase> {
  /** What opens it. */
  open(plan: P, opening: PluginOpening): Storage
  /** Why what was found at its path cannot be it, by a look that opens nothing; undefined: it may be. */
  whyNone(plan: P, file: FileFacts): string | undefined
  /** For `--check`: where it is, how large, and how it is written. */
  explain(plan: P, file: FileFacts | undefined): string
  /** For the log: where it is. */
  where(plan: P): string
}

/** How writes are answered, as people say it. */
export const cacheOf = ({ writeBack, readOnly }: Pick<StoragePlanBase, 'writeBack' | 'readOnly'>): string =>
  readOnly ? 'read-only' : writeBack ? 'write-back' : 'write-through'
