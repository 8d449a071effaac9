import { isnsAddress, isnsEntity } from './isns-server.ts'
import type { Json } from './json/value.ts'
import { iscsiName, secret } from './names.ts'
import { ipAddress } from './portal-address.ts'
import { redirectionAddress } from './redirection-address.ts'
import { ruleInitiators } from './rule-initiators.ts'
import type { Kind, Kinds, Of, Shape } from './schema/kind.ts'
import {
  anything,
  describe,
  flag,
  listOf,
  objectOf,
  remembered,
  rememberedInPlace,
  text,
  wholeNumber,
} from './schema/kind.ts'
import { name, number, toggle } from './schema/lenient.ts'
import { secretReference } from './secret-reference.ts'
import { limitsKind } from './tables/limit-settings.ts'
import { loginSettings } from './tables/login-settings.ts'
import { serverSettings } from './tables/server-settings.ts'
import { kindsOf } from './tables/setting.ts'
import { storageSettings } from './tables/storage-settings.ts'

const MAX_U16 = 65_535
const u16 = number(0, MAX_U16)

const credentials = {
  chap_userid: secret,
  chap_password: secret,
  chap_mutual_userid: secret,
  chap_mutual_password: secret,
  // As saveconfig.json(5) spells them; LIO's own code writes the four above.
  userid: secret,
  password: secret,
  mutual_userid: secret,
  mutual_password: secret,
}
/** A credential that cannot be read is one: who gave it wants it asked for. No file can say it, and nobody can prove it. */
export const UNREADABLE = '\nunreadable'
const unreadableCredentials = Object.fromEntries(Object.keys(credentials).map(key => [key, UNREADABLE])) as {
  readonly [K in keyof typeof credentials]: string
}

/** A LUN of a TPG. */
const lunKind = objectOf('a LUN', {
  required: { index: u16, storage_object: text },
  optional: { alias: anything, alua_tg_pt_gp_name: anything },
  so: 'the LUN is not served',
})
/** An address that a TPG is reached at. */
const portalKind = objectOf('a portal', {
  required: { ip_address: ipAddress, port: u16 },
  optional: { iser: toggle, offload: toggle },
  so: 'the portal is not opened',
})
const mappedLun = objectOf('a mapped LUN', {
  required: { index: u16, tpg_lun: u16 },
  optional: { write_protect: toggle, alias: anything, tag: anything },
  whenWrong: { write_protect: true },
  so: 'the mapped LUN is not served',
})
/** What one initiator may do. Whatever its name is, it is compared with that of who logs in. */
export const nodeAclKind = objectOf('a node ACL', {
  required: { node_wwn: name },
  optional: {
    ...credentials,
    attributes: anything,
    mapped_luns: rememberedInPlace(listOf(remembered(mappedLun), 'mapped LUNs')),
    tag: anything,
  },
  whenWrong: unreadableCredentials,
  so: 'the ACL is not served, and nobody without an ACL may log in',
})
/** A target portal group that is enabled. Its lists are read one by one. */
export const tpgKind = objectOf('a target portal group', {
  required: {},
  optional: {
    ...credentials,
    tag: anything,
    enable: anything,
    attributes: anything,
    parameters: anything,
    luns: rememberedInPlace(listOf(remembered(lunKind), 'LUNs')),
    portals: listOf(portalKind, 'portals'),
    node_acls: anything,
  },
  whenWrong: unreadableCredentials,
  so: 'the TPG is not served',
})
/** A TPG's number. */
export const tagKind = u16

/** A storage object under a number. */
export type Lun = Of<typeof lunKind>
/** A LUN of the TPG as one initiator sees it. */
export type MappedLun = Of<typeof mappedLun>
/** What one initiator may do. */
export type NodeAcl = Of<typeof nodeAclKind>
/** A target portal group. */
export type Tpg = Of<typeof tpgKind>

/** The fabric whose targets are served; those of others are kept as they were read. */
export const ISCSI_FABRIC = 'iscsi'

/** A target of the iSCSI fabric; its TPGs are read one by one, because those that are disabled are not. */
export const iscsiTargetKind = objectOf('an iSCSI target', {
  required: { wwn: iscsiName, fabric: text },
  optional: { tpgs: listOf(anything, 'target portal groups'), attributes: anything, parameters: anything },
  so: 'the target is not served',
})

const discoveryCredentials = {
  discovery_userid: secret,
  discovery_password: secret,
  discovery_mutual_userid: secret,
  discovery_mutual_password: secret,
  userid: secret,
  password: secret,
  mutual_userid: secret,
  mutual_password: secret,
}
/** Settings of a whole fabric: authentication in discovery. */
export const fabricModuleKind = objectOf('a fabric', {
  required: { name: text },
  optional: { discovery_enable_auth: toggle, ...discoveryCredentials },
  whenWrong: {
    discovery_enable_auth: true,
    discovery_userid: UNREADABLE,
    discovery_password: UNREADABLE,
    discovery_mutual_userid: UNREADABLE,
    discovery_mutual_password: UNREADABLE,
    userid: UNREADABLE,
    password: UNREADABLE,
    mutual_userid: UNREADABLE,
    mutual_password: UNREADABLE,
  },
  so: 'it is ignored',
})
/** Settings of a whole fabric, as they were read. */
export type FabricModule = Of<typeof fabricModuleKind>

const storageObjectSettings = objectOf('the settings of a storage object', {
  required: { storage_object: text },
  optional: kindsOf(storageSettings),
})

const redirection = objectOf('a redirection', {
  required: { target: iscsiName, tag: wholeNumber(0, MAX_U16), address: redirectionAddress },
  optional: { initiator: iscsiName, permanent: flag },
})

const howLoginsProve = {
  ...kindsOf(loginSettings),
  password: secretReference,
  mutual_password: secretReference,
}
const authentication = objectOf('how the logins of a TPG or an ACL authenticate', {
  required: { target: iscsiName, tag: wholeNumber(0, MAX_U16) },
  optional: { initiator: name, ...howLoginsProve },
})
const discovery = objectOf('how discovery sessions authenticate', { required: {}, optional: howLoginsProve })
/** How logins authenticate, as it was read. */
export type AuthenticationSettings = Of<typeof discovery>
const isnsServer = objectOf('an iSNS server', {
  required: { server: isnsAddress },
  optional: { entity: isnsEntity },
})

/** Who is let in without an ACL. What is wrong in it is of the whole file, so that nobody comes in by half of a rule. */
const accessRule = objectOf('an access rule', {
  required: { target: iscsiName, tag: wholeNumber(0, MAX_U16), initiators: ruleInitiators },
  optional: {
    chap_userid: secret,
    chap_password: secret,
    chap_mutual_userid: secret,
    chap_mutual_password: secret,
    password: secretReference,
    mutual_password: secretReference,
    authentication: wholeNumber(-1, 1),
    mapped_luns: listOf(mappedLun, 'mapped LUNs'),
    write_protect: flag,
  },
})
/** Who is let in without an ACL, and how. */
export type AccessRuleSettings = Of<typeof accessRule>

const discoveryPortal = objectOf('a portal for discovery', {
  required: { target: iscsiName, tag: wholeNumber(0, MAX_U16), ip_address: ipAddress, port: wholeNumber(0, MAX_U16) },
  optional: {},
})

/**
 * What LIO has no word for. It stands at the top of the file because only there LIO passes over a key that it does not
 * know: a storage object with one it does not restore at all. What is wrong in it decides over the whole file: it is ours.
 */
const lunkitObject = objectOf('settings of lunkit', {
  required: {},
  optional: {
    limits: limitsKind,
    ...kindsOf(serverSettings),
    storage_objects: listOf(storageObjectSettings, 'settings of storage objects'),
    redirections: listOf(redirection, 'redirections'),
    authentication: listOf(authentication, 'how logins authenticate'),
    discovery,
    isns: listOf(isnsServer, 'iSNS servers'),
    access_rules: listOf(accessRule, 'access rules'),
    discovery_portals: listOf(discoveryPortal, 'portals for discovery'),
  },
})
/** The settings that LIO has no word for. */
export const lunkitKind = rememberedInPlace(lunkitObject)
/** The same, as they were read. */
export type LunkitSettings = Of<typeof lunkitObject>

/** A list of LIO's, whose members are read when they are served; null is an empty one. */
function lioList(noun: string): Kind<readonly Json[]> {
  return {
    right: `a list of ${noun}`,
    read(value, { path, notes }) {
      if (Array.isArray(value)) return value as readonly Json[]
      notes.wrong(path, { wrong: `is ${describe(value)}`, right: this.right })
      return undefined
    },
  }
}

/** What a saveconfig.json must be so that anything of it can be served. */
export const configurationKind = objectOf('a configuration', {
  required: {},
  optional: {
    fabric_modules: anything,
    lunkit: lunkitKind,
    storage_objects: lioList('storage objects'),
    targets: lioList('targets'),
  },
})

/** The objects of a configuration, as far as each is read by its keys: what each is, where it stands, and its keys. */
export const configurationParts: readonly {
  readonly what: string
  readonly where: string
  readonly shape: Pick<Shape<Kinds, Kinds>, 'required' | 'optional'>
}[] = [
  { what: 'The file', where: 'at its top', shape: configurationKind.shape },
  { what: 'A target', where: 'targets', shape: iscsiTargetKind.shape },
  { what: 'A target portal group', where: 'targets.tpgs', shape: tpgKind.shape },
  { what: 'A LUN', where: 'targets.tpgs.luns', shape: lunKind.shape },
  { what: 'A portal', where: 'targets.tpgs.portals', shape: portalKind.shape },
  { what: 'An ACL', where: 'targets.tpgs.node_acls', shape: nodeAclKind.shape },
  { what: 'A mapped LUN', where: 'targets.tpgs.node_acls.mapped_luns', shape: mappedLun.shape },
  { what: 'A redirection', where: 'lunkit.redirections', shape: redirection.shape },
  { what: 'An access rule', where: 'lunkit.access_rules', shape: accessRule.shape },
  { what: 'A portal for discovery', where: 'lunkit.discovery_portals', shape: discoveryPortal.shape },
  { what: 'A fabric', where: 'fabric_modules', shape: fabricModuleKind.shape },
]

declare const checked: unique symbol

/**
 * A saveconfig.json that can be served as far as it is right: the document itself, in LIO's own words, with all that is
 * not known here or wrong still in it. parseConfiguration() makes one, formatConfiguration() writes it.
 */
export interface Configuration {
  readonly fabric_modules?: Json
  readonly lunkit?: Json
  readonly storage_objects?: readonly Json[] | null
  readonly targets?: readonly Json[] | null
  readonly [key: string]: Json | undefined
  /** Never there: it tells a configuration from a document that was not checked. */
  readonly [checked]?: true
}

/** `Configuration` is JSON by its making; this says so to the compiler. */
export function asJson(configuration: Configuration): Json {
  return configuration as unknown as Json
}
