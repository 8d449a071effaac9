import type { LunkitSettings } from './saveconfig.ts'
import { storageKeyAt } from './storage-key.ts'
import { layerSettingsIn } from './tables/layer-settings.ts'
import { serverSettings } from './tables/server-settings.ts'
import type { StorageSettings } from './tables/storage-settings.ts'
import { storageSettings } from './tables/storage-settings.ts'

/** The settings in force of storage objects that LIO has no word for, by key, and those of all that have none of their own. */
export interface SettingsInForce {
  readonly own: ReadonlyMap<string, StorageSettings>
  readonly others: StorageSettings
}

/** What the file says, else the defaults. Of two of one storage object the first holds. */
function settingsInForce(settings: LunkitSettings | undefined): SettingsInForce {
  const own = new Map<string, StorageSettings>()
  const others = inForce({}, settings)
  for (const { value, path } of settings?.storage_objects ?? []) {
    const key = storageKeyAt(value.storage_object)
    if (key !== undefined && !own.has(key)) own.set(key, { ...inForce(value, settings), path })
  }
  return { own, others }
}

type Given = Partial<NonNullable<LunkitSettings['storage_objects']>[number]['value']>

function inForce(given: Given, settings: LunkitSettings | undefined): StorageSettings {
  return {
    physical_block_size: given.physical_block_size ?? storageSettings.physical_block_size.default,
    create: given.create ?? settings?.create_files ?? serverSettings.create_files.default,
    sparse: given.sparse ?? storageSettings.sparse.default,
    direct: given.direct,
    removable: given.removable ?? storageSettings.removable.default,
    vendor_id: given.vendor_id,
    product_id: given.product_id,
    revision: given.revision,
    company_id: given.company_id,
    lane: given.lane,
    ...layerSettingsIn(given),
  }
}

/** Where nothing is set. */
const NOTHING_SET = settingsInForce(undefined)
const known = new WeakMap<LunkitSettings, SettingsInForce>()

/** The same, found once for what was read once. */
export function settingsOf(settings: LunkitSettings | undefined): SettingsInForce {
  if (settings === undefined) return NOTHING_SET
  const found = known.get(settings) ?? settingsInForce(settings)
  known.set(settings, found)
  return found
}
