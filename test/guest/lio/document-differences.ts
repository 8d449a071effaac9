import {
  type AttributeHolder,
  aclAttributes,
  aluaAttributes,
  attributeInForce,
  isJsonObject,
  type Json,
  type JsonObject,
  parameterInForce,
  storageAttribute,
  storageAttributes,
  tpgAttributes,
  tpgParameters,
} from '@lunkit/config'

/** A value that two documents do not agree on; undefined: one of them does not say it. */
export interface DocumentDifference {
  /** By names and numbers, in whatever order lists are: `/targets/iqn.../tpgs/1/luns/0/alias`. */
  readonly path: string
  readonly lunkit: Json | undefined
  readonly lio: Json | undefined
}

type Values = Readonly<Record<string, Json>>

/** What tells the members of a list apart. */
const nameOf: Readonly<Record<string, (member: JsonObject) => string>> = {
  storage_objects: ({ plugin, name }) => `${text(plugin)}/${text(name)}`,
  alua_tpgs: ({ name }) => text(name),
  fabric_modules: ({ name }) => text(name),
  targets: ({ wwn }) => text(wwn),
  tpgs: ({ tag }) => text(tag),
  luns: ({ index }) => text(index),
  mapped_luns: ({ index }) => text(index),
  node_acls: ({ node_wwn }) => text(node_wwn),
  portals: ({ ip_address, port }) => `${text(ip_address)}:${text(port)}`,
}

/** What holds where an object of a list does not say: all that LIO would save of it. */
const defaultsOf: Readonly<Record<string, (member: JsonObject) => JsonObject>> = {
  storage_objects: object => ({
    attributes: from(Object.keys(storageAttributes), name =>
      storageAttribute(object as unknown as AttributeHolder, name as keyof typeof storageAttributes),
    ),
    alua_tpgs: [{ name: 'default_tg_pt_gp', tg_pt_gp_id: 0 }],
  }),
  alua_tpgs: group =>
    from(Object.keys(aluaAttributes), name => attributeInForce(aluaAttributes, group, name as 'preferred')),
  tpgs: ({ attributes = {}, parameters = {} }) => ({
    attributes: from(Object.keys(tpgAttributes), name =>
      attributeInForce(tpgAttributes, attributes as JsonObject, name as keyof typeof tpgAttributes),
    ),
    parameters: from(Object.keys(tpgParameters), name =>
      parameterInForce(parameters as JsonObject, name as keyof typeof tpgParameters),
    ),
  }),
  node_acls: ({ attributes = {} }) => ({
    attributes: from(Object.keys(aclAttributes), name =>
      attributeInForce(aclAttributes, attributes as JsonObject, name as keyof typeof aclAttributes),
    ),
  }),
}

/**
 * Where what LIO saved is not what lunkit had saved: a value that lunkit's says and LIO's does not have so, and one that LIO's
 * says where lunkit's has another in force.
 */
export function documentDifferences(lunkit: Json, lio: Json): DocumentDifference[] {
  const said = new Map(leaves(lunkit, {}))
  const inForce = new Map([...leaves(withDefaults(lunkit, ''), {}), ...said])
  const theirs = new Map(leaves(lio, {}))
  return [...new Set([...said.keys(), ...theirs.keys()])]
    .map(path => ({ path, lunkit: inForce.get(path), lio: theirs.get(path) }))
    .filter(({ lunkit: one, lio: other }) => one !== other)
}

function withDefaults(value: Json, list: string): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(member => withDefaults(member, list))
  if (!isJsonObject(value)) return value
  const filled = merged(defaultsOf[list]?.(value) ?? {}, value)
  // The lists of lunkit's own settings have the names of others.
  const entries = Object.entries(filled).map(([key, member]): [string, Json] => [
    key,
    key === 'lunkit' ? member : withDefaults(member, key),
  ])
  return Object.fromEntries(entries)
}

/** What is not said, or is empty, is as the defaults have it. */
function merged(defaults: JsonObject, said: JsonObject): JsonObject {
  const isSaid = (value: Json): boolean => !Array.isArray(value) || value.length > 0
  const own = Object.entries(said).filter(([, value]) => isSaid(value))
  const both = own.map(([key, value]): [string, Json] => {
    const initial = defaults[key]
    return [
      key,
      isJsonObject(value) && initial !== undefined && isJsonObject(initial) ? { ...initial, ...value } : value,
    ]
  })
  return { ...defaults, ...Object.fromEntries(both) }
}

/** Every value that is none of others, by its path. */
function* leaves(value: Json, { path = '', list = '' }): Generator<[string, Json]> {
  if (Array.isArray(value))
    for (const [at, member] of (value as readonly Json[]).entries())
      yield* leaves(member, { path: `${path}/${isJsonObject(member) ? (nameOf[list]?.(member) ?? at) : at}`, list })
  else if (isJsonObject(value))
    for (const [key, member] of Object.entries(value)) yield* leaves(member, { path: `${path}/${key}`, list: key })
  else yield [path, value]
}

const from = (names: readonly string[], valueOf: (name: string) => Json): Values =>
  Object.fromEntries(names.map(name => [name, valueOf(name)]))

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value))
