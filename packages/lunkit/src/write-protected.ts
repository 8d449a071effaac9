import { ReadOnlyLayer } from '@lunkit/backstores'
import { checkArgument } from '@lunkit/wire'
import { behind } from './behind.ts'
import { STORAGE } from './option-checks.ts'
import type { Storage } from './storage.ts'

/**
 * The same disk, which nobody can change: MODE SENSE says that it is write protected, and whatever would write ends with WRITE PROTECTED
 * (27/00). A store that cannot be written in the first place is served as it is.
 * @throws {TypeError} for what is no disk.
 */
export function writeProtected(disk: Storage): Storage {
  checkArgument('writeProtected: disk', disk, STORAGE)
  const open: Storage['open'] = async resources => {
    const store = await disk.open(resources)
    return store.features.write ? new ReadOnlyLayer(store) : store
  }
  return behind(disk, open, { readOnly: true })
}
