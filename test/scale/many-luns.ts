import { open } from 'node:fs/promises'
import type { ServedConfig, StorageObject } from '../harness/save-config.ts'

/** Of each LUN. Nothing is written but what a test writes, so that the files take no room. */
const SIZE_BYTES = 2 ** 20

/** How many LUNs, over how many targets, and where their files lie. */
export type ManyLuns = { readonly luns: number; readonly targets: number; readonly directory: string }

/** The name of a target, from 0. */
export const targetName = (number: number): string => `iqn.2026-11.io.lunkit.test:scale${number}`

/** A configuration of many LUNs, each a file of its own; every target has as many. */
export function manyLuns({ luns, targets, directory }: ManyLuns): ServedConfig {
  const lunsOfTarget = luns / targets
  const [first, ...others] = Array.from({ length: targets }, (_, number) => ({
    iqn: targetName(number),
    stores: Array.from({ length: lunsOfTarget }, (_lun, lun) => fileAt(directory, number * lunsOfTarget + lun)),
  }))
  if (first === undefined) throw new RangeError('a configuration has a target')
  return { ...first, others }
}

/** The nth file of a directory as a storage object. */
function fileAt(directory: string, number: number): StorageObject {
  const name = `disk${number}`
  return { plugin: 'fileio', name, path: `${directory}/${name}.img`, sizeBytes: SIZE_BYTES, writeBack: true }
}

/** Makes the first so many files of a directory, sparse. */
export async function makeFiles(directory: string, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await using file = await open(`${directory}/disk${number}.img`, 'w')
    await file.truncate(SIZE_BYTES)
  }
}
