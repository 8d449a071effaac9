import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { FileioObject, RamdiskObject } from '../saveconfig.ts'
import { fileioKind, Plugin, presentPluginName, ramdiskKind } from '../saveconfig.ts'
import { describe, own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { formatStorageKey } from '../storage-path.ts'
import { storageAttributes } from '../tables/storage-attributes.ts'
import type { StorageSettings } from '../tables/storage-settings.ts'
import { MAX_BLOCKS_PER_PHYSICAL_BLOCK } from '../tables/storage-settings.ts'
import { NoteWitness } from './note-witness.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'
import type { StoragePlan, UnitPlan } from './serving-plan.ts'
import type { StorageOutcome } from './storage-objects.ts'
import { storageSupport } from './storage-support.ts'
import { noteAttributes } from './support.ts'

/** LIO counts `optimal_sectors` in sectors of this many bytes, whatever the block size. */
const SECTOR_BYTES = 512
/** What a ramdisk's `optimal_sectors` says in LIO, and more: no limit at all. */
const NO_OPTIMUM_SECTORS = 0xffff_0000

/** A storage object, its position in the file, and what else is set of it. */
export interface StorageAt {
  readonly raw: JsonObject
  readonly path: JsonPath
  readonly settings: StorageSettings
}

/** A storage object of a plugin that is served, as it was read. */
type ServedObject =
  | { readonly plugin: typeof Plugin.fileio; readonly object: FileioObject }
  | { readonly plugin: typeof Plugin.ramdisk; readonly object: RamdiskObject }

/** Whether storage objects of this one's plugin are served. */
export function isServedPlugin(raw: JsonObject): boolean {
  const plugin = pluginOf(raw)
  return plugin === Plugin.fileio || plugin === Plugin.ramdisk
}

const pluginOf = (raw: JsonObject): string => presentPluginName(textOf(own(raw, 'plugin') ?? '') ?? '')

/** The plan of a storage object that LUNs use, or why it is not served, which is noted. */
export function planStorage(at: StorageAt, notices: Notices): StorageOutcome {
  const { raw, path, settings } = at
  if (!isServedPlugin(raw)) {
    const why = `${pluginOf(raw)} storage objects are not built yet`
    notices.add(NoticeKind.kept, `${why}; their LUNs are not served`, path)
    return { why }
  }
  const witness = new NoteWitness(notices)
  const served = readServed(raw, path, witness)
  if (served === undefined) return { why: witness.why }
  const why = refusalOf(served.object, path, notices) ?? emptiness(served, path, notices)
  if (why !== undefined) return { why }
  if (served.plugin === Plugin.fileio && served.object.aio === true)
    notices.add(NoticeKind.kept, 'aio: it chooses how LIO does its I/O; lunkit has one way', [...path, 'aio'])
  const physical = physicalBlock(served.object, settings, notices)
  return { plan: buildPlan(served, { ...settings, physical_block_size: physical }, formatPath(path)) }
}

function readServed(raw: JsonObject, path: JsonPath, notes: NoteWitness): ServedObject | undefined {
  if (pluginOf(raw) === Plugin.fileio) {
    const object = fileioKind.read(raw, { path, notes })
    return object && { plugin: Plugin.fileio, object }
  }
  const object = ramdiskKind.read(raw, { path, notes })
  return object && { plugin: Plugin.ramdisk, object }
}

/** Why a storage object that could be read is not served all the same: what it asks for is not built, or has no meaning. */
function refusalOf(object: FileioObject | RamdiskObject, path: JsonPath, notices: Notices): string | undefined {
  const at = [...path, 'attributes']
  const given = object.attributes
  if (given !== undefined && !isJsonObject(given)) {
    const so = 'the storage object is not served'
    notices.wrong(at, { wrong: `is ${describe(given)}`, right: 'an object that holds attributes', so })
    return 'its attributes cannot be read'
  }
  const attributes = { table: storageAttributes, values: given, path: at }
  const refused = noteAttributes(storageSupport, attributes, { notices, so: 'the LUN is not served' })
  if (refused !== undefined || object.readonly !== true) return refused
  const why = 'readonly: read-only storage objects are not built yet'
  notices.add(NoticeKind.refused, `${why}, so the LUN is not served`, [...path, 'readonly'])
  return why
}

/** Why memory that holds no block is no disk. What a file has is known when it is looked at. */
function emptiness({ plugin, object }: ServedObject, path: JsonPath, notices: Notices): string | undefined {
  const blockBytes = storageAttribute(object, 'block_size')
  const { size } = object
  if (plugin !== Plugin.ramdisk || size === undefined || size >= blockBytes) return undefined
  const wrong = `is ${size}, which holds no block of ${blockBytes} bytes`
  notices.wrong([...path, 'size'], { wrong, right: `${blockBytes} or more`, so: 'the storage object is not served' })
  return `size ${wrong}`
}

function physicalBlock(
  object: FileioObject | RamdiskObject,
  { physical_block_size: bytes, path }: StorageSettings,
  notices: Notices,
): number | undefined {
  const least = storageAttribute(object, 'block_size')
  const most = least * MAX_BLOCKS_PER_PHYSICAL_BLOCK
  if (bytes === undefined || (bytes >= least && bytes <= most)) return bytes
  const wrong = `is ${bytes}, but the block_size of ${formatStorageKey(object)} is ${least}`
  const right = `a power of two from ${least} to ${most}`
  notices.wrong([...(path ?? []), 'physical_block_size'], { wrong, right, so: 'it is ignored' })
  return undefined
}

function buildPlan(served: ServedObject, settings: StorageSettings, path: string): StoragePlan {
  const { object } = served
  const writeCache = storageAttribute(object, 'emulate_write_cache') === 1
  const common = { key: formatStorageKey(object), name: object.name, path, unit: planUnit(object, settings) }
  if (served.plugin === Plugin.ramdisk) {
    const { size: sizeBytes, nullio = false } = served.object
    return { ...common, plugin: 'ramdisk', sizeBytes, nullio, writeBack: writeCache }
  }
  const { dev: file, size, write_back: wanted = false } = served.object
  // Either of the two that says "no cache" is believed: nothing that was acknowledged may then be volatile.
  const writeBack = wanted && writeCache
  // Files that other programs wrote say 0 where the file is there and has its own size.
  const sizeBytes = size === 0 ? undefined : size
  return { ...common, plugin: 'fileio', file, sizeBytes, create: settings.create, writeBack }
}

function planUnit(object: FileioObject | RamdiskObject, settings: StorageSettings): UnitPlan {
  const number = (name: keyof typeof storageAttributes) => storageAttribute(object, name)
  const on = (name: keyof typeof storageAttributes) => number(name) === 1
  const limit = (name: keyof typeof storageAttributes) => (number(name) === 0 ? undefined : number(name))
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
    optimalTransferBytes: optimalTransferBytes(object.attributes, number('optimal_sectors')),
    unmapMaxBlocks: limit('max_unmap_lba_count'),
    unmapMaxDescriptors: limit('max_unmap_block_desc_count'),
    unmapGranularityBlocks: limit('unmap_granularity'),
    unmapAlignmentBlocks: limit('unmap_granularity_alignment'),
    writeSameMaxBlocks: limit('max_write_same_len'),
  }
}

/** Undefined where the file says nothing, or no more than that there is no limit. */
function optimalTransferBytes(attributes: Json | undefined, sectors: number): number | undefined {
  if (!isJsonObject(attributes) || own(attributes, 'optimal_sectors') === undefined) return undefined
  return sectors === 0 || sectors >= NO_OPTIMUM_SECTORS ? undefined : sectors * SECTOR_BYTES
}
