import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { describe, own } from '../schema/kind.ts'
import { EditError, EditFault } from './edit-error.ts'
import type { EditSources } from './edit-sources.ts'

/** A configuration while it is edited. Its document is replaced, never changed. */
export class Draft {
  readonly sources: EditSources
  /** What was made, by its path in the tree, in order. */
  readonly made: string[] = []
  #document: JsonObject

  constructor(document: JsonObject, sources: EditSources) {
    this.#document = document
    this.sources = sources
  }

  get document(): JsonObject {
    return this.#document
  }

  /** A list at the top of the document. */
  list(key: string): readonly Json[] {
    return listOf(this.#document, { key, path: '/' })
  }

  /** Puts another value under a key at the top. */
  set(key: string, value: Json): void {
    this.#document = { ...this.#document, [key]: value }
  }
}

/** An object's list; one that is not there is empty. */
export function listOf(
  object: JsonObject,
  { key, path }: { readonly key: string; readonly path: string },
): readonly Json[] {
  const list = own(object, key)
  if (list === undefined) return []
  if (Array.isArray(list)) return list as readonly Json[]
  throw new EditError(EditFault.invalid, {
    path,
    wrong: `has ${key} that cannot be read: ${describe(list)}`,
    right: 'a list',
  })
}

/** An object's object; one that is not there is empty. */
export function objectIn(
  object: JsonObject,
  { key, path }: { readonly key: string; readonly path: string },
): JsonObject {
  const value = own(object, key)
  if (value === undefined) return {}
  if (isJsonObject(value)) return value
  throw new EditError(EditFault.invalid, {
    path,
    wrong: `has ${key} that cannot be read: ${describe(value)}`,
    right: 'an object',
  })
}

/** The list with another member in a place. */
export function withMember(list: readonly Json[], index: number, member: Json): readonly Json[] {
  return list.with(index, member)
}

/** The list without a member. */
export function withoutMember(list: readonly Json[], index: number): readonly Json[] {
  return list.toSpliced(index, 1)
}

/** The object with other values under some keys; undefined takes a key away. */
export function withKeys(object: JsonObject, values: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries({ ...object, ...values })
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined))
}
