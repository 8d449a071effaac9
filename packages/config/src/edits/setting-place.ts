import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { Draft } from './draft.ts'
import { listOf, objectIn, withKeys } from './draft.ts'
import { namesStorage } from './storage-place.ts'
import { treePath } from './tree-path.ts'

const LUNKIT = 'lunkit'
const STORAGE_OBJECTS = 'storage_objects'
/** Where the settings of the whole server are, in targetcli's tree. */
export const SERVER_PATH = '/'

type Values = Readonly<Record<string, Json | undefined>>

/** lunkit's own settings. */
export const settingsIn = (draft: Draft): JsonObject => objectIn(draft.document, { key: LUNKIT, path: SERVER_PATH })

/** Sets settings of the whole server, or takes some away. Where there are none and none is set, there are none. */
export function setSettings(draft: Draft, values: Values): void {
  const before = settingsIn(draft)
  const after = withKeys(before, values)
  if (Object.keys(after).length > 0 || Object.keys(before).length > 0) draft.set(LUNKIT, after)
}

/** The limits that are set. */
export const limitsIn = (draft: Draft): JsonObject => objectIn(settingsIn(draft), { key: 'limits', path: SERVER_PATH })

/** Sets limits, or takes some away. */
export function setLimits(draft: Draft, values: Values): void {
  const limits = withKeys(limitsIn(draft), values)
  setSettings(draft, { limits: Object.keys(limits).length > 0 ? limits : undefined })
}

const settingsList = (draft: Draft): readonly Json[] =>
  listOf(settingsIn(draft), { key: STORAGE_OBJECTS, path: SERVER_PATH })

/** The settings of a storage object by its key; of two of one the first holds. */
export function storageSettingsIn(draft: Draft, key: string): JsonObject {
  return settingsList(draft).find((each): each is JsonObject => isJsonObject(each) && namesStorage(each, key)) ?? {}
}

/** Sets settings of a storage object, or takes some away; one that has none left is not named any more. */
export function setStorageSettings(draft: Draft, key: string, values: Values): void {
  const list = settingsList(draft)
  const before = storageSettingsIn(draft, key)
  const { storage_object = treePath.storage(key), ...settings } = withKeys(before, values)
  const after = Object.keys(settings).length > 0 ? [{ storage_object, ...settings }] : []
  const index = list.indexOf(before)
  if (index < 0 && after.length === 0) return
  const changed = index < 0 ? [...list, ...after] : list.toSpliced(index, 1, ...after)
  setSettings(draft, { [STORAGE_OBJECTS]: changed.length > 0 ? changed : undefined })
}
