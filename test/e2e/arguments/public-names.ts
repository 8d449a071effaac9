const OF_EVERY_FUNCTION: ReadonlySet<string> = new Set(['length', 'name', 'prototype'])
const OF_EVERY_CLASS: ReadonlySet<string> = new Set(['constructor', 'toString'])

const isClass = (value: unknown): value is { readonly prototype: object } =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))

/** The methods and setters of a class, its static ones and those of the classes that it extends included. */
function methodsOf(of: { readonly prototype: object }): string[] {
  const names = new Set(Object.getOwnPropertyNames(of).filter(name => !OF_EVERY_FUNCTION.has(name)))
  for (let level = of.prototype; level !== Object.prototype; level = Object.getPrototypeOf(level) as object)
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level)))
      if ((typeof property.value === 'function' || property.set) && !OF_EVERY_CLASS.has(name)) names.add(name)
  return [...names]
}

/** Everything of a package that can be called, by name: functions, `Class.method`, and `new Class`. */
export function publicNames(door: Readonly<Record<string, unknown>>): string[] {
  const names: string[] = []
  for (const [name, value] of Object.entries(door)) {
    if (isClass(value)) {
      if (value.prototype instanceof Error) continue // made by the package, for its callers to look at
      names.push(`new ${name}`, ...methodsOf(value).map(method => `${name}.${method}`))
    } else if (typeof value === 'function') names.push(name)
  }
  return names
}
