import type { UnitAttributesPlan, UnitPlan } from '../plan/storage-plan.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import type { LayerSettings } from '../tables/layer-settings.ts'
import { layerSettings } from '../tables/layer-settings.ts'

/** What a difference in a field of a disk's plan leads to. */
export const StorageChange = {
  /** It is no difference in what is served. */
  none: 'none',
  /** It changes while the disk is served. */
  live: 'live',
  /** The disk is closed and another one opened: initiators must not take it for the one that they know. */
  replace: 'replace',
} as const
export type StorageChange = (typeof StorageChange)[keyof typeof StorageChange]

const { none, live, replace } = StorageChange

/** The fields of the plan of any plugin. */
type FieldsOf<P> = P extends unknown ? keyof P : never
type Changes<K extends PropertyKey> = Readonly<Record<K, StorageChange>>

/** What of a disk may change while it is served. A field that is new, and stands in none of these, does not compile. */
export const storageChanges: {
  readonly plan: Changes<Exclude<FieldsOf<StoragePlan>, 'unit' | 'layers'>>
  readonly unit: Changes<Exclude<keyof UnitPlan, 'attributes'>>
  readonly attributes: Changes<keyof UnitAttributesPlan>
  readonly layers: Changes<keyof LayerSettings>
} = {
  plan: {
    key: replace,
    name: replace,
    path: none,
    plugin: replace,
    file: replace,
    nullio: replace,
    sizeBytes: live,
    writeBack: live,
    readOnly: live,
    create: live,
    // How a file is made; one that is there is as it is.
    sparse: none,
    // How its device is opened.
    direct: replace,
    exclusive: replace,
  },
  // Who a disk says it is makes it another one.
  unit: { serial: replace, vendor: replace, product: replace, revision: replace, companyId: replace },
  attributes: {
    blockSizeBytes: replace,
    // INQUIRY's product, and with it the T10 designator.
    emulateModelAlias: replace,
    emulateCaw: live,
    emulateFuaWrite: live,
    emulatePr: live,
    emulateRsoc: live,
    emulateTas: live,
    emulateTpu: live,
    emulateTpws: live,
    emulateWriteCache: live,
    isNonrot: live,
    maxUnmapBlockDescCount: live,
    maxUnmapLbaCount: live,
    maxWriteSameLen: live,
    optimalSectors: live,
    physicalBlockBytes: live,
    queueDepth: live,
    removable: live,
    unmapGranularity: live,
    unmapGranularityAlignment: live,
    unmapZeroesData: live,
  },
  layers: Object.fromEntries(Object.keys(layerSettings).map(name => [name, live])) as Changes<keyof LayerSettings>,
}

/** What it takes to serve a disk as another plan says. */
export function storageChange(from: StoragePlan, to: StoragePlan): StorageChange {
  if (from === to) return none
  const found = [
    ...changesOf(from, to, storageChanges.plan),
    ...changesOf(from.unit, to.unit, storageChanges.unit),
    ...changesOf(from.unit.attributes, to.unit.attributes, storageChanges.attributes),
    ...changesOf(from.layers, to.layers, storageChanges.layers),
  ]
  return [replace, live].find(change => found.includes(change)) ?? none
}

/** All fields are plain values. */
function changesOf(from: object, to: object, changes: Changes<string>): StorageChange[] {
  if (from === to) return []
  const [one, other] = [from, to] as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]
  return Object.keys(changes).flatMap(field => (one[field] === other[field] ? [] : [changes[field] as StorageChange]))
}
