import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { FileioObject, RamdiskObject, StorageObject } from '../saveconfig.ts'
import { isFileio, isRamdisk, kinds, presentPluginName } from '../saveconfig.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { formatStorageKey } from '../storage-path.ts'
import { storageAttributes } from '../tables/storage-attributes.ts'
import type { StorageSettings } from '../tables/storage-settings.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'
import type { StoragePlan, UnitPlan } from './serving-plan.ts'
import { storageSupport } from './storage-support.ts'
import { noteAttributes } from './support.ts'
import { noteUnknownKeys } from './unknown.ts'

/** LIO counts `optimal_sectors` in sectors of this many bytes, whatever the block size. */
const SECTOR_BYTES = 512
/** What a ramdisk's `optimal_sectors` says in LIO, and more: no limit at all. */
const NO_OPTIMUM_SECTORS = 0xffff_0000

/** A storage object, its position in the file, and what else is set of it. */
export interface StorageAt {
  readonly object: StorageObject
  readonly index: number
  readonly settings: StorageSettings
}

/** The plan of a storage object that LUNs use; undefined, and a notice, when it is not served. */
export function planStorage({ object, index, settings }: StorageAt, notices: Notices): StoragePlan | undefined {
  const path = ['storage_objects', index]
  if (!isFileio(object) && !isRamdisk(object)) {
    const plugin = presentPluginName(object.plugin)
    notices.add(NoticeKind.kept, `${plugin} storage objects are not built yet; their LUNs are not served`, path)
    return undefined
  }
  noteOddities(object, path, notices)
  const attributes = { table: storageAttributes, values: object.attributes, path: [...path, 'attributes'] }
  let refused = noteAttributes(storageSupport, attributes, notices)
  if (object.readonly === true) {
    const text = `readonly: read-only storage objects are not built yet, so the LUN is not served`
    notices.add(NoticeKind.refused, text, [...path, 'readonly'])
    refused = true
  }
  return refused ? undefined : buildPlan(object, settings, formatPath(path))
}

function noteOddities(object: FileioObject | RamdiskObject, path: JsonPath, notices: Notices): void {
  noteUnknownKeys(object, isFileio(object) ? kinds.fileio : kinds.ramdisk, { path, notices })
  for (const [index, group] of (object.alua_tpgs ?? []).entries())
    noteUnknownKeys(group, kinds.aluaGroup, { path: [...path, 'alua_tpgs', index], notices })
  if (isFileio(object) && object.aio === true)
    notices.add(NoticeKind.kept, 'aio: it chooses how LIO does its I/O; lunkit has one way', [...path, 'aio'])
}

function buildPlan(object: FileioObject | RamdiskObject, settings: StorageSettings, path: string): StoragePlan {
  const writeCache = storageAttribute(object, 'emulate_write_cache') === 1
  const common = { key: formatStorageKey(object), name: object.name, path, unit: planUnit(object, settings) }
  if (!isFileio(object))
    return {
      ...common,
      plugin: 'ramdisk',
      sizeBytes: object.size,
      nullio: object.nullio === true,
      writeBack: writeCache,
    }
  // Either of the two that says "no cache" is believed: nothing that was acknowledged may then be volatile.
  const writeBack = object.write_back === true && writeCache
  return { ...common, plugin: 'fileio', file: object.dev, sizeBytes: object.size, writeBack }
}

function planUnit(object: StorageObject, settings: StorageSettings): UnitPlan {
  const number = (name: keyof typeof storageAttributes) => storageAttribute(object, name)
  const on = (name: keyof typeof storageAttributes) => number(name) === 1
  const limit = (name: keyof typeof storageAttributes) => (number(name) === 0 ? undefined : number(name))
  const sectors = object.attributes?.optimal_sectors === undefined ? 0 : number('optimal_sectors')
  return {
    serial: object.wwn,
    modelAlias: on('emulate_model_alias'),
    blockBytes: number('block_size'),
    physicalBlockBytes: settings.physical_block_size ?? number('block_size'),
    removable: settings.removable,
    rotational: !on('is_nonrot'),
    forceUnitAccess: on('emulate_fua_write'),
    compareAndWrite: on('emulate_caw'),
    reservations: on('emulate_pr'),
    supportedOperationCodes: on('emulate_rsoc'),
    taskAbortedStatus: on('emulate_tas'),
    unmap: on('emulate_tpu'),
    unmapByWriteSame: on('emulate_tpws'),
    unmapReadsZeroes: on('unmap_zeroes_data'),
    queueDepth: number('queue_depth'),
    optimalTransferBytes: sectors === 0 || sectors >= NO_OPTIMUM_SECTORS ? undefined : sectors * SECTOR_BYTES,
    unmapMaxBlocks: limit('max_unmap_lba_count'),
    unmapMaxDescriptors: limit('max_unmap_block_desc_count'),
    unmapGranularityBlocks: limit('unmap_granularity'),
    unmapAlignmentBlocks: limit('unmap_granularity_alignment'),
    writeSameMaxBlocks: limit('max_write_same_len'),
  }
}
