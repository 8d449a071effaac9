/**
 * What is found of an object once, for as long as there is that object. Documents are never changed in place, and edits leave
 * the objects that they do not touch: what is found of those needs not be found again.
 */
export function onceFor<K extends object, T>(find: (object: K) => T): (object: K) => T {
  const known = new WeakMap<K, { readonly found: T }>()
  return object => {
    const before = known.get(object)
    if (before !== undefined) return before.found
    const found = find(object)
    known.set(object, { found })
    return found
  }
}
