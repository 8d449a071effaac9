import { checkOptions, type Domain, type OptionDomains, object, oneOf, required } from '@lunkit/wire'
import { checkOnce } from '../document.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName, secret } from '../names.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson, ISCSI_FABRIC } from '../saveconfig.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { aclAttributes, tpgAttributes } from '../tables/access-attributes.ts'
import { aluaAttributes } from '../tables/alua-attributes.ts'
import type { AttributeTable } from '../tables/attribute.ts'
import { rowInForce } from '../tables/attribute.ts'
import { limitSettings } from '../tables/limit-settings.ts'
import { loginSettings, secretPlaces } from '../tables/login-settings.ts'
import { attributesOfPlugin } from '../tables/passed-through.ts'
import { serverSettings } from '../tables/server-settings.ts'
import type { SettingRow } from '../tables/setting.ts'
import type { StorageAttribute } from '../tables/storage-attributes.ts'
import { storageAttributes } from '../tables/storage-attributes.ts'
import { storageSettings } from '../tables/storage-settings.ts'
import type { TpgParameter } from '../tables/tpg-parameters.ts'
import { parameterInForce, tpgParameters } from '../tables/tpg-parameters.ts'
import { aluaGroupAt } from './alua-place.ts'
import { Draft, objectIn } from './draft.ts'
import { someText, takesAcl, takesTpg } from './edit.ts'
import { systemSources } from './edit-sources.ts'
import { discoveryIn, loginIn } from './login-place.ts'
import { accessRules, initiatorRedirections, targetRedirections, tpgRedirections } from './own-values.ts'
import { limitsIn, settingsIn, storageSettingsIn } from './setting-place.ts'
import { holderOf, passesThrough, storageAt } from './storage-place.ts'
import { aclAt, tpgAt } from './target-place.ts'
import type { AclAt, TpgAt } from './tree-path.ts'
import { normalTpg, treePath } from './tree-path.ts'

/** Values in force by name, as `get` shows them. */
export type Values = Readonly<Record<string, number | string>>

/** One group of values that can be read: what `set` sets, `get` gets. */
export interface ValueGroup<A extends object = never> {
  readonly takes: { readonly [K in keyof A]-?: Domain }
  readonly read: (draft: Draft, given: A) => Values
}

const group = <A extends object>(takes: ValueGroup<A>['takes'], read: ValueGroup<A>['read']): ValueGroup<A> => ({
  takes,
  read,
})

function attributesIn(table: AttributeTable, values: JsonObject): Values {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, rowInForce(row, own(values, name))]))
}

const CREDENTIALS = ['userid', 'password', 'mutual_userid', 'mutual_password'] as const

/** What stands for a password that is in no configuration. */
const ELSEWHERE = '(elsewhere)'

/** Credentials by targetcli's names, in either spelling of a file; empty where there are none. `login` may say that passwords stand elsewhere. */
export function credentialsIn(holder: JsonObject, prefix: string, login: JsonObject): Values {
  const texts = CREDENTIALS.map((name): [string, string] => {
    const isElsewhere = name.endsWith('password') && own(login, name) !== undefined
    if (isElsewhere) return [name, ELSEWHERE]
    const given = own(holder, `${prefix}${name}`) ?? own(holder, name) ?? null
    return [name, meaningOf(secret, given) ?? '']
  })
  return Object.fromEntries(texts)
}

/** What discovery asks for, by targetcli's names. */
export function discoveryValues(fabrics: readonly Json[], login: JsonObject): Values {
  const fabric = fabrics.filter(isJsonObject).find(each => own(each, 'name') === ISCSI_FABRIC) ?? {}
  return {
    enable: own(fabric, 'discovery_enable_auth') === true ? 1 : 0,
    ...credentialsIn(fabric, 'discovery_', login),
  }
}

/** A setting as it is shown: a switch as 1 or 0, what is not set and has no default of its own as an empty text. */
function shownSetting(value: unknown): number | string {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' || typeof value === 'string' ? value : ''
}

const settingValues = (table: Readonly<Record<string, SettingRow<unknown>>>, values: JsonObject): Values =>
  Object.fromEntries(Object.entries(table).map(([name, row]) => [name, shownSetting(own(values, name) ?? row.default)]))

/** Where the passwords of a holder stand, by the names of the settings that say so. */
function referenceValues(login: JsonObject): Values {
  const found = Object.entries(secretPlaces).map(([name, [of, by]]): [string, string] => {
    const reference = own(login, of)
    return [name, (isJsonObject(reference) ? textIn(reference, by) : undefined) ?? '']
  })
  return Object.fromEntries(found)
}

/** Of an ACL, what it does not say is its TPG's, and shown as an empty text. */
export const loginValues = (login: JsonObject, isAcl = false): Values => ({
  ...(isAcl
    ? Object.fromEntries(Object.keys(loginSettings).map(name => [name, shownSetting(own(login, name))]))
    : settingValues(loginSettings, login)),
  ...referenceValues(login),
})

const limitValues = (values: JsonObject): Values =>
  Object.fromEntries(Object.keys(limitSettings).map(name => [name, shownSetting(own(values, name))]))

/** An ACL may be named by the tag of its group. */
const loginOfAcl = (draft: Draft, at: AclAt): JsonObject =>
  loginIn(draft.document, { ...at, initiator: textIn(aclAt(draft, at).object, 'node_wwn') ?? '' })

/** Every group of values of targetcli, by name, and those that LIO has no word for. Credentials are as they are: who shows them decides what of them. */
export const valueGroups = {
  storageAttributes: group<{ readonly storage_object: string }>({ storage_object: someText }, (draft, given) => {
    const holder = holderOf(storageAt(draft, given.storage_object).object)
    const names = attributesOfPlugin(holder.plugin) ?? (Object.keys(storageAttributes) as StorageAttribute[])
    return Object.fromEntries(names.map(name => [name, storageAttribute(holder, name)]))
  }),
  aluaGroup: group<{ readonly storage_object: string; readonly name: string }>(
    { storage_object: someText, name: someText },
    (draft, { storage_object, name }) => {
      const found = aluaGroupAt(storageAt(draft, storage_object), name)
      return { ...attributesIn(aluaAttributes, found), tg_pt_gp_id: Number(own(found, 'tg_pt_gp_id') ?? 0) }
    },
  ),
  storageSettings: group<{ readonly storage_object: string }>({ storage_object: someText }, (draft, given) => {
    const { key, object } = storageAt(draft, given.storage_object)
    const values = storageSettingsIn(draft, key)
    // A device that commands are passed through to has none; what a file gives it all the same is shown, to be taken away.
    const isOwn = passesThrough(object)
    const rows = Object.entries(storageSettings).filter(([name]) => !isOwn || own(values, name) !== undefined)
    return settingValues(Object.fromEntries(rows), values)
  }),
  serverSettings: group<Record<never, never>>({}, draft => settingValues(serverSettings, settingsIn(draft))),
  limits: group<Record<never, never>>({}, draft => limitValues(limitsIn(draft))),
  tpgAttributes: group<TpgAt>(takesTpg, (draft, given) => {
    const at = normalTpg(given)
    return attributesIn(tpgAttributes, objectIn(tpgAt(draft, at).object, { key: 'attributes', path: treePath.tpg(at) }))
  }),
  tpgParameters: group<TpgAt>(takesTpg, (draft, given) => {
    const at = normalTpg(given)
    const values = objectIn(tpgAt(draft, at).object, { key: 'parameters', path: treePath.tpg(at) })
    const names = Object.keys(tpgParameters) as TpgParameter[]
    return Object.fromEntries(names.map(name => [name, parameterInForce(values, name)]))
  }),
  tpgAuth: group<TpgAt>(takesTpg, (draft, given) => {
    const at = normalTpg(given)
    return credentialsIn(tpgAt(draft, at).object, 'chap_', loginIn(draft.document, at))
  }),
  targetRedirections: group<Pick<TpgAt, 'target'>>({ target: someText }, (draft, { target }) =>
    targetRedirections(draft, { target: normalizeIscsiName(target) }),
  ),
  tpgRedirections: group<TpgAt>(takesTpg, (draft, given) => tpgRedirections(draft, normalTpg(given))),
  accessRules: group<TpgAt>(takesTpg, (draft, given) => accessRules(draft, normalTpg(given))),
  aclRedirections: group<AclAt>(takesAcl, (draft, given) => {
    const at = normalTpg(given)
    return initiatorRedirections(draft, at, normalizeIscsiName(textIn(aclAt(draft, at).object, 'node_wwn') ?? ''))
  }),
  tpgSettings: group<TpgAt>(takesTpg, (draft, given) => {
    const at = normalTpg(given)
    tpgAt(draft, at)
    return loginValues(loginIn(draft.document, at))
  }),
  aclAttributes: group<AclAt>(takesAcl, (draft, given) => {
    const at = normalTpg(given)
    return attributesIn(aclAttributes, objectIn(aclAt(draft, at).object, { key: 'attributes', path: treePath.acl(at) }))
  }),
  aclAuth: group<AclAt>(takesAcl, (draft, given) => {
    const at = normalTpg(given)
    return credentialsIn(aclAt(draft, at).object, 'chap_', loginOfAcl(draft, at))
  }),
  aclSettings: group<AclAt>(takesAcl, (draft, given) => loginValues(loginOfAcl(draft, normalTpg(given)), true)),
  discoveryAuth: group<Record<never, never>>({}, draft =>
    discoveryValues(draft.list('fabric_modules'), discoveryIn(draft.document)),
  ),
  discoverySettings: group<Record<never, never>>({}, draft => loginValues(discoveryIn(draft.document))),
} as const

/** The name of a group of values. */
export type ValueGroupName = keyof typeof valueGroups
type GroupArguments<K extends ValueGroupName> = (typeof valueGroups)[K] extends ValueGroup<infer A> ? A : never
/** A group of values that is to be read, as data. */
export type ValueCall = {
  readonly [K in ValueGroupName]: { readonly name: K; readonly given: GroupArguments<K> }
}[ValueGroupName]

const CALL: OptionDomains = { name: required(oneOf(Object.keys(valueGroups))), given: required(object()) }

/**
 * The values in force of a group: what the configuration says, else LIO's defaults.
 * @throws {EditError} where what it is about is not there. {TypeError} or {RangeError} for what is no group or no argument of
 * it; {ConfigError} for what is no configuration.
 */
export function readValues(configuration: Configuration, call: ValueCall): Values {
  checkOptions('readValues: call', call, CALL)
  const { name, given } = call
  checkOptions(`readValues: ${name}`, given, valueGroups[name].takes as OptionDomains)
  const draft = new Draft(asJson(checkOnce(asJson(configuration))) as JsonObject, systemSources)
  return (valueGroups[name] as unknown as ValueGroup<typeof given>).read(draft, given)
}
