/** A storage object, as far as lines change it. */
interface CliStore {
  size: number
  attributes: Record<string, number>
}

/** A LUN of an initiator. */
interface CliMapped {
  lun: number
  readOnly: boolean
}

/** What an initiator may do. */
export interface CliAcl {
  attributes: Record<string, number>
  userid?: string
  mapped: Record<number, CliMapped>
}

/** A TPG. */
export interface CliTpg {
  enable: boolean
  attributes: Record<string, number>
  parameters: Record<string, string>
  /** The key of the storage object of each LUN: `ramdisk/rd0`. */
  luns: Record<number, string>
  acls: Record<string, CliAcl>
  /** `127.0.0.1:3260`, sorted. */
  portals: string[]
}

/** A configuration, as far as lines change it: what a model says is compared with what lunkitd has. */
export interface CliState {
  stores: Record<string, CliStore>
  /** TPGs by tag, by the name of the target. */
  targets: Record<string, Record<number, CliTpg>>
}

interface Listed {
  readonly name: string
  readonly plugin: string
  readonly size: number
  readonly attributes?: Record<string, number>
}

interface ListedAcl {
  readonly node_wwn: string
  readonly attributes?: Record<string, number>
  readonly chap_userid?: string
  readonly mapped_luns: readonly { readonly index: number; readonly tpg_lun: number; readonly write_protect: boolean }[]
}

interface ListedTpg {
  readonly tag: number
  readonly enable: boolean
  readonly attributes: Record<string, number>
  readonly parameters: Record<string, string>
  readonly luns: readonly { readonly index: number; readonly storage_object: string }[]
  readonly node_acls: readonly ListedAcl[]
  readonly portals: readonly { readonly ip_address: string; readonly port: number }[]
}

interface Document {
  readonly storage_objects: readonly Listed[]
  readonly targets: readonly { readonly wwn: string; readonly tpgs: readonly ListedTpg[] }[]
}

/** What a saved document says. */
export function stateOf(text: string): CliState {
  const { storage_objects, targets } = JSON.parse(text) as Document
  return {
    stores: byKey(storage_objects, ({ plugin, name, size, attributes = {} }) => [
      `${plugin}/${name}`,
      { size, attributes },
    ]),
    targets: byKey(targets, ({ wwn, tpgs }) => [wwn, byKey(tpgs, tpg => [tpg.tag, tpgOf(tpg)])]),
  }
}

function tpgOf({ enable, attributes, parameters, luns, node_acls, portals }: ListedTpg): CliTpg {
  return {
    enable,
    attributes,
    parameters,
    luns: byKey(luns, ({ index, storage_object }) => [index, storage_object.replace('/backstores/', '')]),
    acls: byKey(node_acls, acl => [acl.node_wwn, aclOf(acl)]),
    portals: portals.map(({ ip_address, port }) => `${ip_address}:${port}`).sort(),
  }
}

function aclOf({ attributes = {}, chap_userid: userid, mapped_luns }: ListedAcl): CliAcl {
  const mapped = byKey(mapped_luns, ({ index, tpg_lun: lun, write_protect: readOnly }) => [index, { lun, readOnly }])
  return { attributes, ...(userid !== undefined && { userid }), mapped }
}

function byKey<T, V>(list: readonly T[], entryOf: (member: T) => readonly [string | number, V]): Record<string, V> {
  return Object.fromEntries(list.map(entryOf))
}

/** The paths of all LUNs of a storage object; none: nothing uses it. */
export function isExported({ targets }: CliState, key: string): boolean {
  return Object.values(targets).some(tpgs => Object.values(tpgs).some(({ luns }) => Object.values(luns).includes(key)))
}
