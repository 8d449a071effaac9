import { meaningOf } from '../schema/kind.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { limitsKind } from '../tables/limit-settings.ts'
import { serverSettings } from '../tables/server-settings.ts'
import { kindsOf } from '../tables/setting.ts'
import { MAX_BLOCKS_PER_PHYSICAL_BLOCK, storageSettings } from '../tables/storage-settings.ts'
import type { Draft } from './draft.ts'
import type { GivenValues } from './edit.ts'
import { edit, someText, someValues } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { givenSettings } from './given-settings.ts'
import { SERVER_PATH, setLimits, setSettings, setStorageSettings, settingsIn } from './setting-place.ts'
import type { StoragePlace } from './storage-place.ts'
import { holderOf, passesThrough, storageAt } from './storage-place.ts'
import { treePath } from './tree-path.ts'

const storageKinds = kindsOf(storageSettings)
const serverKinds = kindsOf(serverSettings)
const limitKinds = limitsKind.shape.optional

/** What is best read and written whole is one block of the disk, or a power of two of them. */
function checkPhysicalBlock({ key, object }: StoragePlace, bytes: unknown): void {
  const block = storageAttribute(holderOf(object), 'block_size')
  if (typeof bytes !== 'number' || (bytes >= block && bytes <= block * MAX_BLOCKS_PER_PHYSICAL_BLOCK)) return
  throw new EditError(EditFault.invalid, {
    path: treePath.storage(key),
    wrong: `cannot have physical_block_size=${bytes}: its block_size is ${block}`,
    right: `${block} times a power of two, ${MAX_BLOCKS_PER_PHYSICAL_BLOCK} blocks at the most`,
  })
}

/** A lane is one of those that lunkitd has, or will have when it is started again. */
function checkLane(draft: Draft, { key }: StoragePlace, lane: unknown): void {
  const given = settingsIn(draft)['lanes']
  const lanes = meaningOf(serverSettings.lanes.kind, given ?? null) ?? serverSettings.lanes.default
  if (typeof lane !== 'number' || lane < lanes) return
  throw new EditError(EditFault.invalid, {
    path: treePath.storage(key),
    wrong: `cannot have lane=${lane}: there ${lanes === 1 ? 'is 1 lane' : `are ${lanes} lanes`}`,
    right: lanes === 1 ? '0, or more lanes' : `a whole number from 0 to ${lanes - 1}, or more lanes`,
  })
}

/** What a file has set of a device that commands are passed through to can be taken away. */
function checkNoneSet(values: Readonly<Record<string, unknown>>, path: string): void {
  const name = Object.keys(values).find(each => each !== 'lane' && values[each] !== undefined)
  if (name === undefined) return
  const right = 'none: commands go to its device as they are, and it says itself what it is'
  throw new EditError(EditFault.invalid, { path, wrong: `has no ${name}`, right })
}

function setOfStorage(draft: Draft, storage_object: string, settings: GivenValues): void {
  const place = storageAt(draft, storage_object)
  const values = givenSettings(storageKinds, settings, treePath.storage(place.key))
  if (passesThrough(place.object)) checkNoneSet(values, treePath.storage(place.key))
  checkPhysicalBlock(place, values['physical_block_size'])
  checkLane(draft, place, values['lane'])
  setStorageSettings(draft, place.key, values)
}

/** The changes of what LIO has no word for. An empty value takes a setting away. */
export const settingEdits = {
  setStorageSettings: edit<{ readonly storage_object: string; readonly settings: GivenValues }>(
    'what LIO has no attribute for, of a storage object',
    { storage_object: someText, settings: someValues },
    (draft, { storage_object, settings }) => setOfStorage(draft, storage_object, settings),
  ),
  setServerSettings: edit<{ readonly settings: GivenValues }>(
    'what LIO has no word for, of the whole server',
    { settings: someValues },
    (draft, { settings }) => setSettings(draft, givenSettings(serverKinds, settings, SERVER_PATH)),
  ),
  setLimits: edit<{ readonly limits: GivenValues }>(
    'the limits against abuse',
    { limits: someValues },
    (draft, { limits }) => setLimits(draft, givenSettings(limitKinds, limits, SERVER_PATH)),
  ),
} as const
