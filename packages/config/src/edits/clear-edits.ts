import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { edit } from './edit.ts'
import { ownLists } from './own-lists.ts'
import { setSettings } from './setting-place.ts'

/** What lunkit keeps of storage objects, targets and discovery goes with them. */
const OF_WHAT_GOES = ['storage_objects', ...ownLists, 'authentication', 'discovery']

/** The changes of everything. */
export const clearEdits = {
  clear: edit<Record<never, never>>(
    'takes away all targets, storage objects and settings of fabrics; what lunkit keeps of the whole server stays',
    {},
    draft => {
      for (const key of ['fabric_modules', 'storage_objects', 'targets']) draft.set(key, [])
      // What cannot be read stays as it is.
      if (!isJsonObject(own(draft.document, 'lunkit'))) return
      setSettings(draft, Object.fromEntries(OF_WHAT_GOES.map(key => [key, undefined])))
    },
  ),
} as const
