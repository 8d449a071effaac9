import type { Configuration, StorageObject } from './saveconfig.ts'
import { presentPluginName } from './saveconfig.ts'

/** A storage object by its place in LIO's tree. */
export interface StorageKey {
  /** By its present name. */
  readonly plugin: string
  readonly name: string
}

const STORAGE_PATH = /^\/backstores\/([^/]+)\/([^/]+)$/

/** What `/backstores/PLUGIN/NAME` names; undefined for a text of another form. */
export function parseStoragePath(path: string): StorageKey | undefined {
  const parts = STORAGE_PATH.exec(path)
  return parts === null ? undefined : { plugin: presentPluginName(parts[1] as string), name: parts[2] as string }
}

/** `fileio/disk0`: how people and messages name a storage object. */
export function formatStorageKey({ plugin, name }: StorageKey): string {
  return `${presentPluginName(plugin)}/${name}`
}

/** The storage object that a LUN's `storage_object` names, and its position in the list. */
export function findStorageObject(
  configuration: Configuration,
  path: string,
): { object: StorageObject; index: number } | undefined {
  const key = parseStoragePath(path)
  if (key === undefined) return undefined
  const objects = configuration.storage_objects ?? []
  const index = objects.findIndex(object => formatStorageKey(object) === formatStorageKey(key))
  const object = objects[index]
  return object === undefined ? undefined : { object, index }
}
