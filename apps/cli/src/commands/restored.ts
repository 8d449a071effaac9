import type { Json, JsonObject } from '@lunkit/config'
import { Refusal } from '../refusal.ts'

/** What of a file is restored, and over what. */
export interface Restoring {
  /** Of the file. */
  readonly path: string
  /** What is there of the same name goes first. */
  readonly clearsExisting: boolean
  /** Only the target of this name; undefined: all. */
  readonly target: string | undefined
  /** Only the storage objects of this name; undefined: all. */
  readonly storageObject: string | undefined
}

const objectsIn = (document: JsonObject, key: string): readonly JsonObject[] => {
  const list = document[key]
  return Array.isArray(list) ? (list as readonly JsonObject[]) : []
}

const textIn = (object: JsonObject, key: string): string => (typeof object[key] === 'string' ? object[key] : '')
const keyOf = (object: JsonObject): string => `${textIn(object, 'plugin')}:${textIn(object, 'name')}`
const wwnOf = (object: JsonObject): string => textIn(object, 'wwn')

/** A list of a document with what a file has for it. */
interface Merge {
  readonly key: string
  readonly nameOf: (object: JsonObject) => string
  readonly isWanted: (object: JsonObject) => boolean
  readonly exists: (name: string) => string
}

function merged(current: JsonObject, file: JsonObject, merge: Merge & Pick<Restoring, 'clearsExisting'>): Json {
  const { key, nameOf, isWanted, exists, clearsExisting } = merge
  const wanted = objectsIn(file, key).filter(isWanted)
  const names = new Set(wanted.map(nameOf))
  const [same] = objectsIn(current, key).filter(object => names.has(nameOf(object)))
  if (same !== undefined && !clearsExisting)
    throw new Refusal(exists(nameOf(same)), {
      explanation: 'Right is clear_existing=true, which takes away what is there.',
    })
  return [...objectsIn(current, key).filter(object => !names.has(nameOf(object))), ...wanted]
}

/**
 * The text of the document that a file makes of the one that is served.
 * @throws {Refusal} in targetcli's words where something of the same name is there, and is not to go, and for a file that is no
 * configuration.
 */
export async function restored(current: string, file: string, restoring: Restoring): Promise<string> {
  const { path, clearsExisting, target, storageObject } = restoring
  // All that is needed of it in a command; the others start without it.
  const { checkConfiguration, ConfigError, formatConfiguration, parseConfiguration } = await import('@lunkit/config')
  const objectOf = (text: string): JsonObject => {
    try {
      return parseConfiguration(text) as unknown as JsonObject
    } catch (error) {
      if (error instanceof ConfigError) throw new Refusal(`${path} is no configuration`, { explanation: error.message })
      throw error
    }
  }
  const [before, wanted] = [objectOf(current), objectOf(file)]
  const fabrics = wanted.fabric_modules ?? before.fabric_modules
  const document = {
    ...before,
    ...(fabrics !== undefined && { fabric_modules: fabrics }),
    storage_objects: merged(before, wanted, {
      key: 'storage_objects',
      nameOf: keyOf,
      isWanted: ({ name }) => storageObject === undefined || name === storageObject,
      exists: name => `storageobject '${name}' exist not restoring`,
      clearsExisting,
    }),
    targets: merged(before, wanted, {
      key: 'targets',
      nameOf: wwnOf,
      isWanted: ({ wwn }) => target === undefined || wwn === target,
      exists: name => `target with wwn ${name} exist, not restoring`,
      clearsExisting,
    }),
  }
  return formatConfiguration(checkConfiguration(document))
}
