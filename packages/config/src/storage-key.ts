import type { Json } from './json/value.ts'
import { isJsonObject } from './json/value.ts'
import { textIn } from './schema/lenient.ts'
import { formatStorageKey, parseStoragePath } from './storage-path.ts'

/** `fileio/disk0` of a storage object as it stands in a file; undefined where it has no plugin or no name. */
export function storageKeyOf(object: Json): string | undefined {
  if (!isJsonObject(object)) return undefined
  const [plugin, name] = [textIn(object, 'plugin'), textIn(object, 'name')]
  return plugin && name ? formatStorageKey({ plugin, name }) : undefined
}

/** `fileio/disk0` of `/backstores/fileio/disk0`; undefined for a text of another form. */
export function storageKeyAt(path: string): string | undefined {
  const key = parseStoragePath(path)
  return key && formatStorageKey(key)
}
