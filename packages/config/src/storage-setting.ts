import type { LunkitSettings } from './saveconfig.ts'
import { formatStorageKey, parseStoragePath } from './storage-path.ts'
import { serverSettings } from './tables/server-settings.ts'
import type { StorageSettings } from './tables/storage-settings.ts'
import { storageSettings } from './tables/storage-settings.ts'

/** The settings in force of a storage object that LIO has no word for: what the file says, else the defaults. */
export function settingsOf(settings: LunkitSettings | undefined, key: string): StorageSettings {
  const given = settings?.storage_objects?.find(({ value }) => {
    const named = parseStoragePath(value.storage_object)
    return named !== undefined && formatStorageKey(named) === key
  })
  return {
    physical_block_size: given?.value.physical_block_size ?? storageSettings.physical_block_size.default,
    create: given?.value.create ?? settings?.create_files ?? serverSettings.create_files.default,
    removable: given?.value.removable ?? storageSettings.removable.default,
    ...(given && { path: given.path }),
  }
}
