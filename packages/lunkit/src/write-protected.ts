import { ReadOnlyLayer } from '@lunkit/backstores'
import { checkArgument } from '@lunkit/wire'
import { STORAGE } from './option-checks.ts'
import type { Storage } from './storage.ts'

/**
 * The same disk, which nobody can change: MODE SENSE says that it is write protected, and whatever would write ends with WRITE PROTECTED
 * (27/00). A store that cannot be written in the first place is served as it is.
 * @throws {TypeError} for what is no disk.
 */
export function writeProtected(disk: Storage): Storage {
  checkArgument('writeProtected: disk', disk, STORAGE)
  const { makeSerial } = disk
  return {
    name: disk.name,
    readOnly: true,
    unit: store => disk.unit(store),
    async open(resources) {
      const store = await disk.open(resources)
      return store.features.write ? new ReadOnlyLayer(store) : store
    },
    ...(makeSerial && { makeSerial: () => makeSerial.call(disk) }),
  }
}
