import { checkArgument, object } from '@lunkit/wire'
import { presentPluginName } from './plugins/plugins.ts'
import { TEXT } from './text-domains.ts'

/** A storage object by its place in LIO's tree. */
export interface StorageKey {
  /** By its present name. */
  readonly plugin: string
  readonly name: string
}

const STORAGE_PATH = /^\/backstores\/([^/]+)\/([^/]+)$/

/**
 * What `/backstores/PLUGIN/NAME` names; undefined for a text of another form.
 * @throws {TypeError} for what is no text.
 */
export function parseStoragePath(path: string): StorageKey | undefined {
  checkArgument('parseStoragePath: path', path, TEXT)
  const parts = STORAGE_PATH.exec(path)
  return parts === null ? undefined : { plugin: presentPluginName(parts[1] as string), name: parts[2] as string }
}

const KEY = object('{ plugin, name }')

/**
 * `fileio/disk0`: how people and messages name a storage object.
 * @throws {TypeError} for what has no plugin and no name.
 */
export function formatStorageKey(key: StorageKey): string {
  checkArgument('formatStorageKey: key', key, KEY)
  const { plugin, name } = key
  checkArgument('formatStorageKey: plugin', plugin, TEXT)
  checkArgument('formatStorageKey: name', name, TEXT)
  return `${presentPluginName(plugin)}/${name}`
}
