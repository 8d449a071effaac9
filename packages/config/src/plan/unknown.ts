import type { JsonPath } from '../json/path.ts'
import { unknownKeys } from '../saveconfig.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'

/** The keys that an object of some kind is known to have. */
export interface KnownKeys {
  readonly required: object
  readonly optional: object
}

/** Notes each key of `object` that is not known here; it stays in the file. */
export function noteUnknownKeys(object: object, known: KnownKeys, at: { path: JsonPath; notices: Notices }): void {
  for (const key of unknownKeys(object, known))
    at.notices.add(NoticeKind.kept, `the key ${key} is not known here`, [...at.path, key])
}
