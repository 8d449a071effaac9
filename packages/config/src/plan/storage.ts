import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { FileioObject, RamdiskObject } from '../saveconfig.ts'
import { fileioKind, Plugin, presentPluginName, ramdiskKind } from '../saveconfig.ts'
import { describe, own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { formatStorageKey } from '../storage-path.ts'
import { settingsOf } from '../tables/row.ts'
import { storageAttributes } from '../tables/storage-attributes.ts'
import type { StorageSettings } from '../tables/storage-settings.ts'
import { MAX_BLOCKS_PER_PHYSICAL_BLOCK } from '../tables/storage-settings.ts'
import { noteAttributes } from './attributes.ts'
import { NoteWitness } from './note-witness.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'
import type { StoragePlan, UnitAttributesPlan } from './serving-plan.ts'
import type { StorageOutcome } from './storage-objects.ts'

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
  const refused = noteAttributes(attributes, { notices, so: 'the LUN is not served' })
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
  const attributes = unitAttributes(object, settings)
  const writeBack = isWriteBack(served, attributes.emulateWriteCache)
  const unit = { serial: object.wwn, attributes: { ...attributes, emulateWriteCache: writeBack } }
  const common = { key: formatStorageKey(object), name: object.name, path, unit, writeBack }
  if (served.plugin === Plugin.ramdisk) {
    const { size: sizeBytes, nullio = false } = served.object
    return { ...common, plugin: 'ramdisk', sizeBytes, nullio }
  }
  const { dev: file, size } = served.object
  // Files that other programs wrote say 0 where the file is there and has its own size.
  const sizeBytes = size === 0 ? undefined : size
  return { ...common, plugin: 'fileio', file, sizeBytes, create: settings.create }
}

/** Either of the two that says "no cache" is believed: nothing that was acknowledged may then be volatile. */
function isWriteBack({ plugin, object }: ServedObject, cached: boolean): boolean {
  return cached && (plugin !== Plugin.fileio || object.write_back === true)
}

function unitAttributes(object: FileioObject | RamdiskObject, settings: StorageSettings): UnitAttributesPlan {
  const given = isJsonObject(object.attributes) ? object.attributes : {}
  const attributes = settingsOf(storageAttributes, {
    isGiven: name => own(given, name) !== undefined,
    valueOf: name => storageAttribute(object, name),
  })
  const { physical_block_size: physicalBlockBytes = attributes.blockSizeBytes, removable } = settings
  return { ...attributes, physicalBlockBytes, removable }
}
