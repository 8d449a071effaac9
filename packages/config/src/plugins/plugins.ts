import { checkArgument } from '@lunkit/wire'
import type { StoragePlanBase } from '../plan/storage-plan.ts'
import { TEXT } from '../text-domains.ts'
import { block } from './block.ts'
import { fileio } from './fileio.ts'
import type { PluginRow, PluginService, StorageObject } from './plugin.ts'
import { pscsi } from './pscsi.ts'
import { ramdisk } from './ramdisk.ts'

const notServed = (row: Omit<PluginRow, 'service'>): PluginRow<undefined> => ({ ...row, service: undefined })

/** The plugins of LIO, by the names that it writes today. */
export const plugins = {
  block,
  fileio,
  pscsi,
  ramdisk,
  user: notServed({ meaning: 'a program that serves a disk', product: undefined }),
} as const

/** A plugin's present name. */
export type Plugin = keyof typeof plugins

/** What is planned of a storage object of any plugin that is served. */
export type StoragePlan = {
  [K in Plugin]: (typeof plugins)[K]['service'] extends { plan(...of: never): infer P } ? P : never
}[Plugin]

/** A service without the types of its own plugin, for code that works on all of them. */
export type AnyService = PluginService<StorageObject, StoragePlan & StoragePlanBase>

const rows: Readonly<Record<string, PluginRow>> = plugins
const PRESENT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(rows).flatMap(([name, { oldName }]) => (oldName === undefined ? [] : [[oldName, name]])),
)

/** How storage objects of a plugin are served; undefined for one that is not, or not known. */
export function serviceOf(plugin: string): AnyService | undefined {
  const name = presentPluginName(plugin)
  return Object.hasOwn(rows, name) ? (rows[name]?.service as AnyService | undefined) : undefined
}

/**
 * A plugin's present name: files of old versions say `rd_mcp` for ramdisk and `iblock` for block.
 * @throws {TypeError} for what is no text.
 */
export function presentPluginName(plugin: string): string {
  checkArgument('presentPluginName: plugin', plugin, TEXT)
  return PRESENT_NAMES.get(plugin) ?? plugin
}
