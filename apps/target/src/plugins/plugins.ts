import { plugins as known, type StoragePlan } from '@lunkit/config'
import { block } from './block.ts'
import { fileio } from './fileio.ts'
import type { ServedPlugin } from './plugin.ts'
import { pscsi } from './pscsi.ts'
import { ramdisk } from './ramdisk.ts'

/** A row each plugin that the configuration plans for: one that is missing here, or not known there, does not compile. */
const plugins: { readonly [K in StoragePlan['plugin']]: ServedPlugin<Extract<StoragePlan, { plugin: K }>> } = {
  block,
  fileio,
  pscsi,
  ramdisk,
}

/** What is done with a storage object, by its plugin. */
export const pluginOf = ({ plugin }: StoragePlan): ServedPlugin<StoragePlan> => plugins[plugin]

/** Whether commands go to its device as they are: blocks, size, cache and serial number are what that has. */
export const passesThrough = ({ plugin }: StoragePlan): boolean => known[plugin].service.passesThrough === true
