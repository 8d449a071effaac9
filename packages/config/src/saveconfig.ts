import type { Json } from './json/value.ts'
import { absolutePath, iscsiName, secret, storageObjectName, unitSerial } from './names.ts'
import { ipAddress } from './portal-address.ts'
import type { Kind, Of } from './schema/kind.ts'
import { anything, flag, listOf, objectOf, objectWhere, text, textOrNull, wholeNumber } from './schema/kind.ts'
import { aclAttributes, tpgAttributes } from './tables/access-attributes.ts'
import { aluaAttributes } from './tables/alua-attributes.ts'
import { attributesOf } from './tables/attribute.ts'
import { limitsKind } from './tables/limit-settings.ts'
import { serverSettings } from './tables/server-settings.ts'
import { storageAttributes } from './tables/storage-attributes.ts'
import { storageSettings } from './tables/storage-settings.ts'
import { parametersKind } from './tables/tpg-parameters.ts'

const MAX_U16 = 65_535
const sizeBytes = wholeNumber(1, Number.MAX_SAFE_INTEGER)

/** The plugins of LIO, by the names that it writes today. */
export const Plugin = {
  block: 'block',
  fileio: 'fileio',
  pscsi: 'pscsi',
  ramdisk: 'ramdisk',
  user: 'user',
} as const
export type Plugin = (typeof Plugin)[keyof typeof Plugin]

const OLD_PLUGIN_NAMES: Readonly<Record<string, Plugin>> = { rd_mcp: Plugin.ramdisk, iblock: Plugin.block }

/** A plugin's present name: files of old versions say `rd_mcp` for ramdisk and `iblock` for block. */
export function presentPluginName(name: string): string {
  return OLD_PLUGIN_NAMES[name] ?? name
}

const { optional: aluaKinds } = attributesOf(aluaAttributes, 'an ALUA group')

const aluaGroup = objectOf('an ALUA target port group', {
  required: { name: text, tg_pt_gp_id: wholeNumber(0, MAX_U16) },
  optional: aluaKinds,
})

/** A group of target ports with one asymmetric access state. */
export type AluaGroup = Of<typeof aluaGroup>

const commonRequired = { name: storageObjectName, plugin: text }
const commonOptional = {
  attributes: attributesOf(storageAttributes, 'the attributes of a storage object'),
  alua_tpgs: listOf(aluaGroup, 'ALUA target port groups'),
  wwn: unitSerial,
  readonly: flag,
}

const fileio = objectOf('a fileio storage object', {
  required: { ...commonRequired, dev: absolutePath },
  optional: { ...commonOptional, size: sizeBytes, write_back: flag, aio: flag },
})
const ramdisk = objectOf('a ramdisk storage object', {
  required: { ...commonRequired, size: sizeBytes },
  optional: { ...commonOptional, nullio: flag },
})
const otherPlugin = objectOf('a storage object', { required: commonRequired, optional: commonOptional })

/** A file (or block device) that is a disk. */
export type FileioObject = Of<typeof fileio>
/** Memory that is a disk. */
export type RamdiskObject = Of<typeof ramdisk>
/** A disk of a plugin that is kept as it was read: block, pscsi, user, or one that is not known here. */
export type OtherObject = Of<typeof otherPlugin>
/** A storage object; isFileio() and isRamdisk() tell which. */
export type StorageObject = FileioObject | RamdiskObject | OtherObject

/** True for a storage object of the fileio plugin. */
export function isFileio(object: StorageObject): object is FileioObject {
  return presentPluginName(object.plugin) === Plugin.fileio
}

/** True for a storage object of the ramdisk plugin, or rd_mcp as it was once called. */
export function isRamdisk(object: StorageObject): object is RamdiskObject {
  return presentPluginName(object.plugin) === Plugin.ramdisk
}

const storageObject: Kind<StorageObject> = objectWhere<StorageObject>('a storage object', ({ plugin }) => {
  const name = typeof plugin === 'string' ? presentPluginName(plugin) : plugin
  return name === Plugin.fileio ? fileio : name === Plugin.ramdisk ? ramdisk : otherPlugin
})

const credentials = {
  chap_userid: text,
  chap_password: secret,
  chap_mutual_userid: text,
  chap_mutual_password: secret,
  // As saveconfig.json(5) spells them; LIO's own code writes the four above.
  userid: text,
  password: secret,
  mutual_userid: text,
  mutual_password: secret,
}

const lun = objectOf('a LUN', {
  required: { index: wholeNumber(0, MAX_U16), storage_object: text },
  optional: { alias: textOrNull, alua_tg_pt_gp_name: textOrNull },
})
const portal = objectOf('a portal', {
  required: { ip_address: ipAddress, port: wholeNumber(0, MAX_U16) },
  optional: { iser: flag, offload: flag },
})
const mappedLun = objectOf('a mapped LUN', {
  required: { index: wholeNumber(0, MAX_U16), tpg_lun: wholeNumber(0, MAX_U16) },
  optional: { write_protect: flag, alias: textOrNull },
})
const nodeAcl = objectOf('a node ACL', {
  required: { node_wwn: iscsiName },
  optional: {
    ...credentials,
    attributes: attributesOf(aclAttributes, 'the attributes of a node ACL'),
    mapped_luns: listOf(mappedLun, 'mapped LUNs'),
    tag: text,
  },
})
const tpg = objectOf('a target portal group', {
  required: {},
  optional: {
    ...credentials,
    tag: wholeNumber(0, MAX_U16),
    enable: flag,
    attributes: attributesOf(tpgAttributes, 'the attributes of a TPG'),
    parameters: parametersKind,
    luns: listOf(lun, 'LUNs'),
    portals: listOf(portal, 'portals'),
    node_acls: listOf(nodeAcl, 'node ACLs'),
  },
})

/** A storage object under a number. */
export type Lun = Of<typeof lun>
/** An address that a TPG is reached at. */
export type Portal = Of<typeof portal>
/** A LUN of the TPG as one initiator sees it. */
export type MappedLun = Of<typeof mappedLun>
/** What one initiator may do. */
export type NodeAcl = Of<typeof nodeAcl>
/** A target portal group. */
export type Tpg = Of<typeof tpg>

/** The fabric whose targets are served; those of others are kept as they were read. */
export const ISCSI_FABRIC = 'iscsi'

const iscsiTarget = objectOf('an iSCSI target', {
  required: { wwn: iscsiName, fabric: text },
  optional: { tpgs: listOf(tpg, 'target portal groups'), attributes: anything, parameters: anything },
})
const otherTarget = objectOf('a target', { required: { wwn: text, fabric: text }, optional: {} })

/** A target of the iSCSI fabric. */
export type IscsiTarget = Of<typeof iscsiTarget>
/** A target of another fabric. */
export type OtherTarget = Of<typeof otherTarget>
/** A target; isIscsiTarget() tells whose. */
export type Target = IscsiTarget | OtherTarget

/** True for a target of the iSCSI fabric. */
export function isIscsiTarget(target: Target): target is IscsiTarget {
  return target.fabric === ISCSI_FABRIC
}

const target: Kind<Target> = objectWhere<Target>('a target', ({ fabric }) =>
  fabric === ISCSI_FABRIC ? iscsiTarget : otherTarget,
)

const fabricModule = objectOf('a fabric', {
  required: { name: text },
  optional: {
    discovery_enable_auth: flag,
    discovery_userid: text,
    discovery_password: secret,
    discovery_mutual_userid: text,
    discovery_mutual_password: secret,
    userid: text,
    password: secret,
    mutual_userid: text,
    mutual_password: secret,
  },
})

/** Settings of a whole fabric: authentication in discovery. */
export type FabricModule = Of<typeof fabricModule>

const storageObjectSettings = objectOf('the settings of a storage object', {
  required: { storage_object: text },
  optional: {
    physical_block_size: storageSettings.physical_block_size.kind,
    removable: storageSettings.removable.kind,
  },
})

/** What is set of a storage object that LIO has no word for. */
export type StorageObjectSettings = Of<typeof storageObjectSettings>

/**
 * What LIO has no word for. It stands at the top of the file because only there LIO passes over a key that it does not
 * know: a storage object with one it does not restore at all.
 */
const lunkit = objectOf('settings of lunkit', {
  required: {},
  optional: {
    limits: limitsKind,
    poll_us: serverSettings.poll_us.kind,
    storage_objects: listOf(storageObjectSettings, 'settings of storage objects'),
  },
})

/** The kind of a saveconfig.json. */
export const configurationKind = objectOf('a configuration', {
  required: {},
  optional: {
    fabric_modules: listOf(fabricModule, 'fabrics'),
    lunkit,
    storage_objects: listOf(storageObject, 'storage objects'),
    targets: listOf(target, 'targets'),
  },
})

/**
 * A saveconfig.json that passed the check: the document itself, in LIO's own words, with all that is not known here
 * still in it. parseConfiguration() makes one, formatConfiguration() writes it.
 */
export type Configuration = Of<typeof configurationKind>

/** The kinds of the objects in a configuration, for finding the keys in them that are not known. */
export const kinds = {
  aluaGroup,
  fabricModule,
  fileio,
  iscsiTarget,
  lun,
  lunkit,
  mappedLun,
  nodeAcl,
  portal,
  ramdisk,
  storageObjectSettings,
  tpg,
} as const

/** The keys of `object` that `known` does not list. */
export function unknownKeys(
  object: object,
  known: { readonly required: object; readonly optional: object },
): readonly string[] {
  return Object.keys(object).filter(key => !Object.hasOwn(known.required, key) && !Object.hasOwn(known.optional, key))
}

/** `Configuration` is JSON by its making; this says so to the compiler. */
export function asJson(configuration: Configuration): Json {
  return configuration as unknown as Json
}
