import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { StorageObject } from '../plugins/plugin.ts'
import { SizeSource } from '../plugins/plugin.ts'
import type { AnyService, StoragePlan } from '../plugins/plugins.ts'
import { presentPluginName, serviceOf } from '../plugins/plugins.ts'
import { describe, own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'
import { valueInForce } from '../storage-attribute.ts'
import { formatStorageKey } from '../storage-path.ts'
import { layerSettingsIn } from '../tables/layer-settings.ts'
import type { Shortfall } from '../tables/row.ts'
import { settingsOf } from '../tables/row.ts'
import type { StorageAttributeSettings } from '../tables/storage-attributes.ts'
import { storageAttributes } from '../tables/storage-attributes.ts'
import type { StorageSettings } from '../tables/storage-settings.ts'
import { MAX_BLOCKS_PER_PHYSICAL_BLOCK, storageSettings } from '../tables/storage-settings.ts'
import { noteAttributes } from './attributes.ts'
import { NoteWitness } from './note-witness.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { StorageOutcome } from './storage-outcome.ts'
import type { UnitAttributesPlan, UnitPlan } from './storage-plan.ts'

/** A storage object, its position in the file, and what else is set of it. */
export interface StorageAt {
  readonly raw: JsonObject
  readonly path: JsonPath
  readonly settings: StorageSettings
}

/** Whether storage objects of this one's plugin are served. */
export function isServedPlugin(raw: JsonObject): boolean {
  return serviceOf(pluginOf(raw)) !== undefined
}

const pluginOf = (raw: JsonObject): string => presentPluginName(textOf(own(raw, 'plugin') ?? '') ?? '')

/** The plan of a storage object that LUNs use, or why it is not served, which is noted. */
export function planStorage(at: StorageAt, notices: Notices): StorageOutcome {
  const { raw, path, settings } = at
  const service = serviceOf(pluginOf(raw))
  if (service === undefined) {
    const why = `${pluginOf(raw)} storage objects are not built yet`
    notices.add(NoticeKind.kept, `${why}; their LUNs are not served`, path)
    return { why }
  }
  const witness = new NoteWitness(notices)
  const object = service.kind.read(raw, { path, notes: witness })
  if (object === undefined) return { why: witness.why }
  const served = { service, object, path }
  const why =
    refusalByAttributes(served, notices) ?? noteShortfalls(served, 'refused', notices) ?? emptiness(served, notices)
  if (why !== undefined) return { why }
  noteShortfalls(served, 'kept', notices)
  if (service.passesThrough) noteSettings(settings, notices)
  return { plan: buildPlan(served, { ...settings, physical_block_size: physicalBlock(served, settings, notices) }) }
}

/** A storage object as it was read, and how its plugin's are served. */
interface ServedObject {
  readonly service: AnyService
  readonly object: StorageObject
  readonly path: JsonPath
}

/** Why a storage object that could be read is not served all the same: its attributes ask for what is not built, or has no meaning. */
function refusalByAttributes({ object, path }: ServedObject, notices: Notices): string | undefined {
  const at = [...path, 'attributes']
  const given = object.attributes
  if (given !== undefined && !isJsonObject(given)) {
    const so = 'the storage object is not served'
    notices.wrong(at, { wrong: `is ${describe(given)}`, right: 'an object that holds attributes', so })
    return 'its attributes cannot be read'
  }
  const attributes = { table: storageAttributes, values: given, path: at }
  return noteAttributes(attributes, { notices, so: 'the LUN is not served' })
}

/** Notes which keys of a storage object are not served as they are; the first text, where there is one. */
function noteShortfalls(
  { service, object, path }: ServedObject,
  kind: Shortfall<unknown>['kind'],
  notices: Notices,
): string | undefined {
  const shortfalls = Object.entries<Shortfall<never> | undefined>(service.shortfalls)
  const whys = shortfalls.flatMap(([key, shortfall]) => {
    const value = object[key as keyof StorageObject]
    if (shortfall?.kind !== kind || value === undefined || !shortfall.when(value as never)) return []
    const why = `${key}: ${shortfall.text}`
    notices.add(kind, kind === 'refused' ? `${why}, so the LUN is not served` : why, [...path, key])
    return [why]
  })
  return whys[0]
}

/** Why what holds no block is no disk, where its storage object says how large it is. What a store has is known when it is looked at. */
function emptiness({ service, object, path }: ServedObject, notices: Notices): string | undefined {
  const blockBytes = valueInForce(object, service, 'block_size')
  const size = service.sizeBytes(object)
  if (service.size !== SizeSource.configuration || size === undefined || size >= blockBytes) return undefined
  const wrong = `is ${size}, which holds no block of ${blockBytes} bytes`
  notices.wrong([...path, 'size'], { wrong, right: `${blockBytes} or more`, so: 'the storage object is not served' })
  return `size ${wrong}`
}

/** What is set of a device that commands are passed through to, and is nothing to them. `create` may be that of all, and a lane has what it does. */
function noteSettings(settings: StorageSettings, notices: Notices): void {
  const { path, create: _, lane: __, ...others } = settings
  for (const [name, value] of Object.entries(others))
    if (path !== undefined && value !== storageSettings[name as keyof typeof others].default)
      notices.add(NoticeKind.kept, `${name}: commands go to the device of a pscsi storage object as they are`, [
        ...path,
        name,
      ])
}

function physicalBlock(
  { object, service }: ServedObject,
  { physical_block_size: bytes, path }: StorageSettings,
  notices: Notices,
): number | undefined {
  const least = valueInForce(object, service, 'block_size')
  const most = least * MAX_BLOCKS_PER_PHYSICAL_BLOCK
  if (bytes === undefined || (bytes >= least && bytes <= most)) return bytes
  const wrong = `is ${bytes}, but the block_size of ${formatStorageKey(object)} is ${least}`
  const right = `a power of two from ${least} to ${most}`
  notices.wrong([...(path ?? []), 'physical_block_size'], { wrong, right, so: 'it is ignored' })
  return undefined
}

function buildPlan({ service, object, path }: ServedObject, settings: StorageSettings): StoragePlan {
  const attributes = unitAttributes(object, service, settings)
  const writeBack = service.isWriteBack(object, attributes.emulateWriteCache)
  const unit = { ...identity(object, settings), attributes: { ...attributes, emulateWriteCache: writeBack } }
  const sizeBytes = service.sizeBytes(object)
  const { name, readonly: readOnly = false } = object
  const layers = layerSettingsIn(settings)
  const base = {
    key: formatStorageKey(object),
    name,
    path: formatPath(path),
    sizeBytes,
    unit,
    writeBack,
    readOnly,
    layers,
  }
  return service.plan(object, base, settings)
}

function identity({ wwn: serial }: StorageObject, settings: StorageSettings): Omit<UnitPlan, 'attributes'> {
  const { vendor_id: vendor, product_id: product, revision, company_id: companyId } = settings
  return { serial, vendor, product, revision, companyId }
}

function unitAttributes(object: StorageObject, service: AnyService, settings: StorageSettings): UnitAttributesPlan {
  const given = isJsonObject(object.attributes) ? object.attributes : {}
  const attributes = settingsOf(storageAttributes, {
    isGiven: name => own(given, name) !== undefined,
    valueOf: name => valueInForce(object, service, name),
  })
  const { removable } = settings
  const said = service.isDevice ? { ...attributes, ...unsaidOfDevice(given, attributes) } : attributes
  const { physical_block_size: physicalBlockBytes = service.isDevice ? undefined : attributes.blockSizeBytes } =
    settings
  return { ...said, physicalBlockBytes, removable }
}

/** What the file does not say is as the device says it. */
const unsaidOfDevice = (given: JsonObject, { blockSizeBytes, isNonrot }: StorageAttributeSettings) => ({
  blockSizeBytes: own(given, 'block_size') === undefined ? undefined : blockSizeBytes,
  isNonrot: own(given, 'is_nonrot') === undefined ? undefined : isNonrot,
})
