import type { Configuration, StorageObject } from './saveconfig.ts'
import { formatStorageKey, parseStoragePath } from './storage-path.ts'
import type { StorageSettings } from './tables/storage-settings.ts'
import { storageSettings } from './tables/storage-settings.ts'

/** The settings in force of a storage object that LIO has no word for: what the file says, else the defaults. */
export function settingsOf(configuration: Configuration, object: StorageObject): StorageSettings {
  const key = formatStorageKey(object)
  const given = configuration.lunkit?.storage_objects?.find(({ storage_object: path }) => {
    const named = parseStoragePath(path)
    return named !== undefined && formatStorageKey(named) === key
  })
  return {
    physical_block_size: given?.physical_block_size ?? storageSettings.physical_block_size.default,
    removable: given?.removable ?? storageSettings.removable.default,
  }
}
