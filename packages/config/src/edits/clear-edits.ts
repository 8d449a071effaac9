import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { edit } from './edit.ts'

/** The changes of everything. */
export const clearEdits = {
  clear: edit<Record<never, never>>(
    'takes away all targets, storage objects and settings of fabrics; what lunkit keeps of the whole server stays',
    {},
    draft => {
      for (const key of ['fabric_modules', 'storage_objects', 'targets']) draft.set(key, [])
      const lunkit = own(draft.document, 'lunkit')
      if (isJsonObject(lunkit) && own(lunkit, 'storage_objects') !== undefined)
        draft.set('lunkit', { ...lunkit, storage_objects: [] })
    },
  ),
} as const
