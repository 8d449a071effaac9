import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { inTreeOrder } from './name-order.ts'
import { onceFor } from './once-for.ts'

/** Members of a list that have one name. */
export type NamedMembers = readonly [JsonObject, ...JsonObject[]]

/** The members of a list of a document by their names in the tree. */
export interface NameIndex {
  /** In targetcli's order. */
  readonly names: readonly string[]
  /** The members of a name, in the order of the file; undefined: none has it. */
  get(name: string): NamedMembers | undefined
  /** Those of a name that is another form of this one. */
  getLike(name: string): NamedMembers | undefined
}

/** How the members of a list are named. */
export interface Naming {
  /** The name of each member in turn; undefined: it cannot be named, and is not shown. */
  readonly namesOf: (list: readonly Json[]) => readonly (string | undefined)[]
  /** The one form of a name in which it is compared. */
  readonly normalize?: (name: string) => string
}

type Members = [JsonObject, ...JsonObject[]]

class ListIndex implements NameIndex {
  readonly #members: ReadonlyMap<string, Members>
  readonly #normalize: ((name: string) => string) | undefined
  #names: readonly string[] | undefined
  #normal: ReadonlyMap<string, Members> | undefined

  constructor(list: readonly Json[], naming: Naming) {
    this.#normalize = naming.normalize
    const members = new Map<string, Members>()
    for (const [at, name] of naming.namesOf(list).entries()) {
      const member = list[at]
      if (!name || !isJsonObject(member)) continue
      const same = members.get(name)
      if (same === undefined) members.set(name, [member])
      else same.push(member)
    }
    this.#members = members
  }

  get names(): readonly string[] {
    this.#names ??= inTreeOrder(this.#members.keys())
    return this.#names
  }

  get(name: string): Members | undefined {
    return this.#members.get(name)
  }

  getLike(name: string): Members | undefined {
    const normalize = this.#normalize
    if (normalize === undefined) return undefined
    this.#normal ??= new Map(Array.from(this.#members, ([each, members]) => [normalize(each), members]))
    return this.#normal.get(normalize(name))
  }
}

/**
 * What finds the members of lists by name. Each list is gone through once, when something in it is looked for first; whatever
 * else an edit changes, a list that it leaves is not gone through again.
 */
export function indexedBy(naming: Naming): (list: readonly Json[]) => NameIndex {
  return onceFor(list => new ListIndex(list, naming))
}

/** Members named by themselves alone. */
export function named(nameOf: (member: JsonObject) => string | undefined): Naming['namesOf'] {
  const nameOnce = onceFor(nameOf)
  return list => list.map(member => (isJsonObject(member) ? nameOnce(member) : undefined))
}

const NONE: readonly Json[] = []

/** An object's list; what is none is empty. */
export function membersOf(object: JsonObject, key: string): readonly Json[] {
  const list = own(object, key)
  return Array.isArray(list) ? (list as readonly Json[]) : NONE
}
