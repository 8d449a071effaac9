/** By what the members of a list are told apart: LIO saves them in the order of a directory. */
const namedBy: Readonly<Record<string, string>> = {
  storage_objects: 'name',
  alua_tpgs: 'name',
  luns: 'index',
  mapped_luns: 'index',
  node_acls: 'node_wwn',
  tpgs: 'tag',
  targets: 'wwn',
  portals: 'ip_address',
}

/** A document as one line a value, in whatever order its lists are: `/targets/iqn.../tpgs/1/enable=true`. */
export function flatDocument(text: string): ReadonlySet<string> {
  return new Set(linesOf(JSON.parse(text), '', ''))
}

function linesOf(value: unknown, path: string, name: string): string[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((member: unknown, at) => linesOf(member, `${path}/${memberName(member, name) ?? at}`, ''))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}=${JSON.stringify(value)}`]
  return Object.entries(value).flatMap(([key, member]) => linesOf(member, `${path}/${key}`, key))
}

function memberName(member: unknown, list: string): string | number | undefined {
  if (typeof member !== 'object' || member === null) return undefined
  return (member as Readonly<Record<string, string | number>>)[namedBy[list] ?? '']
}
