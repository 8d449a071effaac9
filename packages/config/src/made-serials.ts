import { checkArgument } from '@lunkit/wire'
import { checkConfiguration, knownRight } from './document.ts'
import type { JsonObject } from './json/value.ts'
import { isJsonObject } from './json/value.ts'
import type { Configuration } from './saveconfig.ts'
import { asJson } from './saveconfig.ts'
import { own } from './schema/kind.ts'
import { storageKeyOf } from './storage-key.ts'
import { TEXT_MAP } from './text-domains.ts'

/**
 * The configuration with the unit serial numbers that had to be made for storage objects without one, as their `wwn`, where LIO
 * keeps them: what is saved has them, and targetcli restores them. `serials` is by plugin and name (`fileio/disk0`); whatever
 * serial number the configuration gives stays, and so does all else. The given configuration is not changed.
 * @throws {ConfigError} or {TypeError} for what is no configuration or no map.
 */
export function withSerials(configuration: Configuration, serials: ReadonlyMap<string, string>): Configuration {
  checkConfiguration(asJson(configuration))
  checkArgument('withSerials: serials', serials, TEXT_MAP)
  const objects = configuration.storage_objects
  if (!objects) return configuration
  const left = new Map(serials)
  const storage_objects = objects.map(object => {
    const key = storageKeyOf(object)
    const serial = key === undefined ? undefined : left.get(key)
    if (!isJsonObject(object) || key === undefined || serial === undefined) return object
    // LUNs use the first of a name.
    left.delete(key)
    return hasNone(object) ? { ...object, wwn: serial } : object
  })
  return knownRight({ ...(asJson(configuration) as JsonObject), storage_objects })
}

/** Whether a storage object gives no serial number: with the key left out, null, or an empty text. */
function hasNone(object: JsonObject): boolean {
  const given = own(object, 'wwn')
  return given === undefined || given === null || given === ''
}
