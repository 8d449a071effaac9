import type { StorageObject } from './saveconfig.ts'
import { isFileio, isRamdisk } from './saveconfig.ts'
import { attributeInForce } from './tables/attribute.ts'
import type { StorageAttribute } from './tables/storage-attributes.ts'
import { storageAttributes } from './tables/storage-attributes.ts'

/** The value in force of a storage object's attribute: what the file says, else what LIO gives its plugin. */
export function storageAttribute(object: StorageObject, name: StorageAttribute): number {
  if (object.attributes?.[name] === undefined) {
    if (name === 'emulate_write_cache' && isFileio(object)) return object.write_back === true ? 1 : 0
    if (name === 'is_nonrot' && isRamdisk(object)) return 1
  }
  return attributeInForce(storageAttributes, object.attributes, name)
}
