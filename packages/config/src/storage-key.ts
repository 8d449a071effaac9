import type { Json } from './json/value.ts'
import { isJsonObject } from './json/value.ts'
import { own } from './schema/kind.ts'
import { textOf } from './schema/lenient.ts'
import { formatStorageKey } from './storage-path.ts'

/** `fileio/disk0` of a storage object as it stands in a file; undefined where it has no plugin or no name. */
export function storageKeyOf(object: Json): string | undefined {
  if (!isJsonObject(object)) return undefined
  const [plugin, name] = [own(object, 'plugin'), own(object, 'name')].map(value =>
    value === undefined ? undefined : textOf(value),
  )
  return plugin && name ? formatStorageKey({ plugin, name }) : undefined
}
