import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import type { NameKey } from './name-order.ts'
import { nameKey, nameOrder } from './name-order.ts'
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
  readonly #members = new Map<string, Members>()
  readonly #normalize: ((name: string) => string) | undefined
  #names: readonly NameKey[] | undefined
  #normal: ReadonlyMap<string, Members> | undefined

  constructor(list: readonly Json[], naming: Naming) {
    this.#normalize = naming.normalize
    this.#enter(list, naming.namesOf(list))
  }

  get names(): readonly string[] {
    this.#names ??= Array.from(this.#members.keys(), nameKey).sort(nameOrder)
    return this.#names.map(({ name }) => name)
  }

  /** Becomes the index of the same list with more at its end. */
  grow(more: readonly Json[], names: readonly (string | undefined)[]): void {
    const known = this.#members.size
    this.#enter(more, names)
    this.#normal = undefined
    if (this.#names === undefined) return
    const added = Array.from([...this.#members.keys()].slice(known), nameKey)
    if (added.length > 0) this.#names = [...this.#names, ...added].sort(nameOrder)
  }

  /** Who has the members of a name has them as they were: a list of them grows as another one. */
  #enter(list: readonly Json[], names: readonly (string | undefined)[]): void {
    const mine = new Set<string>()
    for (const [at, name] of names.entries()) {
      const member = list[at]
      if (!name || !isJsonObject(member)) continue
      const same = this.#members.get(name)
      if (same !== undefined && mine.has(name)) same.push(member)
      else this.#members.set(name, same === undefined ? [member] : [...same, member])
      mine.add(name)
    }
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

/** So many lists are remembered as those that others may be the same as, with more at their ends. */
const REMEMBERED = 8

/**
 * The same for lists that become long, of members that are named by themselves alone: of one that is another with more at its end
 * only that is looked at. The other one's index is the new one's then.
 */
export function growingIndex(naming: Naming): (list: readonly Json[]) => NameIndex {
  const known = new WeakMap<readonly Json[], ListIndex>()
  let recent: readonly WeakRef<readonly Json[]>[] = []
  return list => {
    const found = known.get(list)
    if (found !== undefined) return found
    const before = recent.map(each => each.deref()).find(each => each !== undefined && isStartOf(each, list))
    const index = before === undefined ? undefined : known.get(before)
    if (before !== undefined) known.delete(before)
    const more = before === undefined ? list : list.slice(before.length)
    index?.grow(more, naming.namesOf(more))
    known.set(list, index ?? new ListIndex(list, naming))
    const others = recent.filter(each => each.deref() !== before && each.deref() !== undefined)
    recent = [new WeakRef(list), ...others].slice(0, REMEMBERED)
    return known.get(list) as ListIndex
  }
}

/** Whether a list is another one as far as it goes. */
const isStartOf = (one: readonly Json[], other: readonly Json[]): boolean =>
  one.length > 0 && one.every((member, at) => member === other[at])

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
