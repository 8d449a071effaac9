const OF_EVERY_FUNCTION: ReadonlySet<string> = new Set(['length', 'name', 'prototype'])
const OF_EVERY_CLASS: ReadonlySet<string> = new Set(['constructor', 'toString'])

const isClass = (value: unknown): value is { readonly prototype: object } =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A layout of the wire: all of them have the same three functions, and are tried all in one way. */
export interface AnyLayout {
  readonly name: string
  readonly fields: Readonly<Record<string, { readonly domain: { readonly type: string } }>>
  readonly encode: (values: never) => Uint8Array
}

/** Whether something that a door exports is a layout. */
export const isLayout = (value: unknown): value is AnyLayout =>
  isObject(value) && 'fields' in value && 'encode' in value && 'view' in value && 'compose' in value

/** The methods and setters that an object has of its own and of its classes. */
function methodsOfObject(of: object): string[] {
  const names = new Set<string>()
  for (let level = of; level !== Object.prototype && level !== null; level = Object.getPrototypeOf(level) as object)
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level)))
      if ((typeof property.value === 'function' || property.set) && !OF_EVERY_CLASS.has(name)) names.add(name)
  return [...names]
}

/** The methods and setters of a class, its static ones and those of the classes that it extends included. */
function methodsOfClass(of: { readonly prototype: object }): string[] {
  const own = Object.getOwnPropertyNames(of).filter(name => !OF_EVERY_FUNCTION.has(name))
  return [...new Set([...own, ...methodsOfObject(of.prototype)])]
}

/** The functions anywhere in a table of an object: `keys.*.settle`, whichever key it is. */
function functionsIn(table: object, name: string, found: Set<string>, seen = new Set<object>()): Set<string> {
  if (seen.has(table) || ArrayBuffer.isView(table)) return found
  seen.add(table)
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === 'function') found.add(`${name}.${key}`)
    else if (isObject(value) && !isLayout(value))
      functionsIn(value, name.endsWith('.*') ? name : `${name}.*`, found, seen)
  }
  return found
}

/**
 * Everything that can be called of what a door exports, by name: functions, `new Class`, `Class.method`, `Class.setter`, and
 * functions in tables. `returned` are objects of classes and interfaces that are not exported themselves, by a name for each.
 */
export function publicNames(
  door: Readonly<Record<string, unknown>>,
  returned: Readonly<Record<string, object>> = {},
): string[] {
  const names: string[] = []
  for (const [name, value] of Object.entries(door)) {
    if (isClass(value)) {
      if (value.prototype instanceof Error) continue // made by the package, for its callers to look at
      names.push(`new ${name}`, ...methodsOfClass(value).map(method => `${name}.${method}`))
    } else if (typeof value === 'function') names.push(name)
    else if (isObject(value) && !isLayout(value)) names.push(...functionsIn(value, name, new Set()))
  }
  for (const [name, value] of Object.entries(returned))
    names.push(...methodsOfObject(value).map(method => `${name}.${method}`))
  return names
}

/** The layouts that a door exports, those in its tables included. */
export const layoutsOf = (door: Readonly<Record<string, unknown>>): AnyLayout[] => [
  ...new Set(
    Object.values(door).flatMap(value =>
      isLayout(value) ? [value] : Array.isArray(value) ? value.filter(isLayout) : [],
    ),
  ),
]
