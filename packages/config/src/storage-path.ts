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
