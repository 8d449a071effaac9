import type { JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { edit } from './edit.ts'
import { ownLists } from './own-lists.ts'

/** What lunkit keeps of storage objects and targets goes with them. */
const OF_WHAT_GOES = ['storage_objects', ...ownLists, 'authentication']

/** The changes of everything. */
export const clearEdits = {
  clear: edit<Record<never, never>>(
    'takes away all targets, storage objects and settings of fabrics; what lunkit keeps of the whole server stays',
    {},
    draft => {
      for (const key of ['fabric_modules', 'storage_objects', 'targets']) draft.set(key, [])
      const lunkit = own(draft.document, 'lunkit')
      if (!isJsonObject(lunkit)) return
      const gone = OF_WHAT_GOES.filter(key => own(lunkit, key) !== undefined)
      const emptied = { ...lunkit, ...Object.fromEntries(gone.map(key => [key, []])) }
      const { discovery, ...left } = emptied as JsonObject
      if (gone.length > 0 || discovery !== undefined) draft.set('lunkit', left)
    },
  ),
} as const
