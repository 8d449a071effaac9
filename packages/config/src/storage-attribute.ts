import { checkArgument, object, oneOf } from '@lunkit/wire'
import type { Json } from './json/value.ts'
import { isJsonObject } from './json/value.ts'
import type { AnyService } from './plugins/plugins.ts'
import { serviceOf } from './plugins/plugins.ts'
import { own } from './schema/kind.ts'
import { rowInForce } from './tables/attribute.ts'
import type { StorageAttribute } from './tables/storage-attributes.ts'
import { storageAttributes } from './tables/storage-attributes.ts'

/** What of a storage object its attributes depend on. */
export interface AttributeHolder {
  readonly plugin: string
  readonly attributes?: Json
  readonly write_back?: boolean
}

const HOLDER = object('an object: { plugin, attributes, write_back }')
const ATTRIBUTE = oneOf(Object.keys(storageAttributes))

/**
 * The value in force of a storage object's attribute: what the file says, else what LIO gives its plugin.
 * @throws {TypeError} or {RangeError} for what is no storage object or no attribute.
 */
export function storageAttribute(of: AttributeHolder, name: StorageAttribute): number {
  checkArgument('storageAttribute: object', of, HOLDER)
  checkArgument('storageAttribute: name', name, ATTRIBUTE)
  return valueInForce(of, serviceOf(of.plugin), name)
}

/** The same of a storage object that was read; `service` is that of its plugin. */
export function valueInForce(of: AttributeHolder, service: AnyService | undefined, name: StorageAttribute): number {
  const value = isJsonObject(of.attributes) ? own(of.attributes, name) : undefined
  const ownDefault = value === undefined ? service?.defaults[name] : undefined
  return ownDefault?.(of) ?? rowInForce(storageAttributes[name], value)
}
