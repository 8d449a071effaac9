import { createHash } from 'node:crypto'

/** A storage object as a suite asks for it; the fields that LIO also writes are filled in. A device has its own size, whatever is said of it. */
export type StorageObject = {
  readonly name: string
  readonly sizeBytes: number
  /** Storage object attributes in LIO's words, such as `block_size`, over the ones that every suite uses. */
  readonly attributes?: Readonly<Record<string, number>>
  /** What LIO has no word for. */
  readonly settings?: StorageSettings
  /** Its LUN number; its place among the stores when left out. */
  readonly lun?: number
} & (
  | { readonly plugin: 'ramdisk'; readonly nullio?: boolean }
  | { readonly plugin: 'fileio'; readonly path: string; readonly writeBack: boolean; readonly aio?: boolean }
  | { readonly plugin: 'block'; readonly path: string }
  | { readonly plugin: 'pscsi'; readonly path: string }
)

/** lunkit's own settings of a storage object. */
type StorageSettings = {
  readonly physical_block_size?: number
  readonly removable?: boolean
  readonly direct?: boolean
}

/** A target of a suite: its LUN n is the nth storage object, unless that says otherwise. */
export type ServedTarget = {
  readonly iqn: string
  readonly stores: readonly StorageObject[]
  /** An initiator with an ACL, which sees every LUN write-protected; all others may write. */
  readonly reader?: string
  /** Initiators with an ACL that maps every LUN as it is. */
  readonly initiators?: readonly string[]
  /** LUNs that the ACL of one of them does not map. */
  readonly hidden?: Readonly<Record<string, readonly number[]>>
  /** Whether its portal group is enabled, as it is when left out. */
  readonly enabled?: boolean
  /** TPG parameters in LIO's words, such as `InitialR2T`, over LIO's defaults. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Credentials of CHAP, by LIO's keys, of all who have no ACL. */
  readonly credentials?: Readonly<Record<string, string>>
  /** TPG attributes in LIO's words, such as `default_cmdsn_depth`, over the ones that every suite uses. */
  readonly attributes?: Readonly<Record<string, number>>
  /** Where the portal is, in LIO's words; 127.0.0.1 when left out. */
  readonly ipAddress?: string
  /** Addresses of more portals at the same port. */
  readonly moreAddresses?: readonly string[]
  /** TCP port of the portals; 0, the default, takes any that is free. */
  readonly port?: number
}

/** What a suite serves: one target, and often no other. */
export type ServedConfig = ServedTarget & {
  /** Limits against abuse by lunkit's own names. */
  readonly limits?: Readonly<Record<string, number>>
  /** lunkit's own settings of the whole server, such as `poll_us`. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Targets beside the one. */
  readonly others?: readonly ServedTarget[]
}

/** Thin provisioning on: the conformance suite's UNMAP and WRITE SAME tests need it. */
const thinProvisioning = { emulate_tpu: 1, emulate_tpws: 1 } as const

/** Every initiator may log in and write. */
const openToAll = {
  authentication: 0,
  generate_node_acls: 1,
  demo_mode_write_protect: 0,
  cache_dynamic_acls: 1,
} as const

/** LIO's own defaults for a TPG, where they matter to a session. */
export const defaultParameters = {
  AuthMethod: 'CHAP,None',
  DataDigest: 'CRC32C,None',
  DataPDUInOrder: 'Yes',
  DataSequenceInOrder: 'Yes',
  DefaultTime2Retain: '20',
  DefaultTime2Wait: '2',
  ErrorRecoveryLevel: '0',
  FirstBurstLength: '65536',
  HeaderDigest: 'CRC32C,None',
  ImmediateData: 'Yes',
  InitialR2T: 'Yes',
  MaxBurstLength: '262144',
  MaxConnections: '1',
  MaxOutstandingR2T: '1',
  MaxRecvDataSegmentLength: '8192',
  MaxXmitDataSegmentLength: '262144',
  TargetAlias: 'LIO Target',
} as const

/** A configuration in the schema that targetcli's `saveconfig` writes. */
export function saveConfig(served: ServedConfig): unknown {
  const stores = storesOf(served)
  return {
    fabric_modules: [],
    lunkit: {
      limits: served.limits ?? {},
      ...served.settings,
      storage_objects: stores.map(store => ({ storage_object: pathOf(store), ...store.settings })),
    },
    storage_objects: stores.map(storageObject),
    targets: [served, ...(served.others ?? [])].map(target => ({
      fabric: 'iscsi',
      parameters: {},
      tpgs: [targetPortalGroup(target)],
      wwn: target.iqn,
    })),
  }
}

/** The storage objects of all targets. */
export function storesOf({ stores, others = [] }: ServedConfig): StorageObject[] {
  return [stores, ...others.map(other => other.stores)].flat()
}

/** The LUNs of a target, by number. */
export function lunsOf({ stores }: ServedTarget): ReadonlyMap<number, StorageObject> {
  return new Map(stores.map((store, place) => [store.lun ?? place, store]))
}

function storageObject(store: StorageObject): unknown {
  const named = {
    name: store.name,
    plugin: store.plugin,
    wwn: serialOf(store),
    attributes: { ...thinProvisioning, ...store.attributes },
  }
  if (store.plugin === 'pscsi')
    return { name: store.name, plugin: store.plugin, dev: store.path, attributes: store.attributes ?? {} }
  if (store.plugin === 'block') return { ...named, dev: store.path, readonly: false, write_back: false }
  const common = { ...named, size: store.sizeBytes }
  return store.plugin === 'ramdisk'
    ? { ...common, nullio: store.nullio ?? false }
    : { ...common, aio: store.aio ?? false, dev: store.path, write_back: store.writeBack }
}

function targetPortalGroup(served: ServedTarget): unknown {
  const { reader, initiators = [], hidden = {}, ipAddress = '127.0.0.1', moreAddresses = [], port = 0 } = served
  const luns = lunsOf(served)
  const readers = reader === undefined ? [] : [acl(reader, [...luns.keys()], true)]
  const seen = (initiator: string) => [...luns.keys()].filter(lun => !hidden[initiator]?.includes(lun))
  return {
    tag: 1,
    enable: served.enabled ?? true,
    ...served.credentials,
    attributes: { ...openToAll, ...served.attributes },
    parameters: { ...defaultParameters, ...served.parameters },
    luns: [...luns].map(([index, store]) => ({
      index,
      storage_object: pathOf(store),
      alua_tg_pt_gp_name: 'default_tg_pt_gp',
    })),
    node_acls: [...readers, ...initiators.map(each => acl(each, seen(each), false))],
    portals: [ipAddress, ...moreAddresses].map(ip_address => ({ ip_address, port, iser: false, offload: false })),
  }
}

function acl(node_wwn: string, luns: readonly number[], write_protect: boolean): unknown {
  const mapped_luns = luns.map(index => ({ index, tpg_lun: index, write_protect }))
  return { node_wwn, attributes: {}, mapped_luns }
}

function pathOf(store: StorageObject): string {
  return `/backstores/${store.plugin}/${store.name}`
}

/** A serial number in the form of a UUID that is the same in every run. */
export function serialOf(store: StorageObject): string {
  const hex = createHash('sha256').update(`${store.plugin}/${store.name}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
