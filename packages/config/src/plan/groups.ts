import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { PortalAddress } from '../portal-address.ts'
import { formatPortal, lacksInterface, parseAddress } from '../portal-address.ts'
import type { Tpg } from '../saveconfig.ts'
import { describe, own } from '../schema/kind.ts'
import { tpgAttributes } from '../tables/access-attributes.ts'
import type { TpgParameter } from '../tables/tpg-parameters.ts'
import { allowedParameter, parameterInForce, tpgParameters } from '../tables/tpg-parameters.ts'
import { groupSettings, parameterSettings } from './access-settings.ts'
import { isAddressable, planAcls } from './acls.ts'
import { noteAttributes, noteShortfall } from './attributes.ts'
import { demoLogin, loginRules, noteCredentials, noteMutual } from './authentication.ts'
import { credentialsOf } from './credentials.ts'
import type { LoginPlan } from './login-plan.ts'
import { planLuns } from './luns.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { OwnGroupLogins } from './own-logins.ts'
import type { DemoModePlan, GroupPlan, LunPlan, SeenLunPlan } from './serving-plan.ts'
import type { StorageObjects } from './storage-objects.ts'

/** An enabled TPG, what it may use, and which portals its target has already. */
export interface GroupAt {
  readonly tpg: Tpg
  readonly tag: number
  readonly path: JsonPath
  readonly storage: StorageObjects
  /** What lunkit's own settings say of its logins. */
  readonly logins: OwnGroupLogins
  /** By address and port, where each portal of the target was first seen. */
  readonly portals: Map<string, JsonPath>
}

/** The plan of an enabled TPG; undefined, and noted, when it cannot be read. */
export function planGroup(at: GroupAt, notices: Notices): GroupPlan | undefined {
  const { tpg, tag, path, logins } = at
  if (tpg.attributes !== undefined && !isJsonObject(tpg.attributes)) {
    const so = 'the TPG is not served'
    notices.wrong([...path, 'attributes'], { wrong: `is ${describe(tpg.attributes)}`, right: 'an object', so })
    return undefined
  }
  const values = tpg.attributes
  const settings = groupSettings(tpg)
  const { demandsChap, ...offers } = parameterSettings(tpg)
  const rules = loginRules(tpg, { ...settings, demandsChap })
  const found = credentialsOf(tpg, logins.own)
  noteCredentials(found, path, notices)
  noteParameters(tpg, path, notices)
  const attributes = { table: tpgAttributes, values, path: [...path, 'attributes'] }
  const refused = noteAttributes(attributes, { notices, so: 'the LUNs of the TPG are not served' })
  const luns = servedLuns(at, refused, notices)
  const writeProtected = settings.prodModeWriteProtect
  const { acls, complete } = planAcls({ tpg, path, rules, logins, writeProtected, luns: luns.served }, notices)
  const letsOthersIn = complete && settings.generateNodeAcls
  const others = { ...demoLogin(rules, found), writeProtected: settings.demoModeWriteProtect }
  return {
    tag,
    path: formatPath(path),
    portals: planPortals(at, notices),
    luns: luns.served,
    unserved: luns.unserved,
    acls,
    demoMode: letsOthersIn ? planDemoMode({ ...at, ...others }, luns.served, notices) : undefined,
    ...settings,
    parameters: planParameters(tpg),
    offers,
    demands: rules,
  }
}

function servedLuns({ tpg, storage, path: above }: GroupAt, refused: string | undefined, notices: Notices) {
  const given = tpg.luns ?? []
  const make = (inner: Notices) => planLuns(given, storage, inner)
  const luns = storage.recall({ by: planLuns, of: given, path: [...above, 'luns'], make }, notices)
  if (refused === undefined) return luns
  const lost = luns.served.map(({ lun, storage: key }) => {
    const { path = [] } = tpg.luns?.find(({ value }) => value.index === lun) ?? {}
    return { lun, storage: key, path: formatPath(path), why: refused }
  })
  return { served: [], unserved: [...luns.unserved, ...lost] }
}

function planParameters({ parameters }: Tpg): Readonly<Record<TpgParameter, string>> {
  const names = Object.keys(tpgParameters) as TpgParameter[]
  const values = isJsonObject(parameters) ? parameters : undefined
  return Object.fromEntries(names.map(name => [name, parameterInForce(values, name)])) as Record<TpgParameter, string>
}

/** The portals of a TPG, each of which its target has once. */
export function planPortals(
  { tpg, portals: seen }: Pick<GroupAt, 'tpg' | 'portals'>,
  notices: Notices,
): readonly PortalAddress[] {
  return (tpg.portals ?? []).flatMap(({ value: portal, path }): PortalAddress[] => {
    const address = { host: parseAddress(portal.ip_address) as string, port: portal.port }
    if (lacksInterface(address.host)) {
      const wrong = `is ${address.host}, which is an address on each of the machine's links`
      const right = `"[${address.host}%eth0]" for the one of eth0`
      notices.wrong([...path, 'ip_address'], { wrong, right, so: 'the portal is not opened' })
      return []
    }
    // LIO: TPGs of one target cannot share an address and port, or a connection could not tell which one it is for.
    const first = seen.get(formatPortal(address))
    if (first !== undefined) {
      const wrong = `is portal ${formatPortal(address)} again, as ${formatPath(first)}`
      notices.wrong(path, { wrong, right: 'one that nothing else has', so: 'the portal is not opened' })
      return []
    }
    seen.set(formatPortal(address), path)
    if (portal.iser === true) notices.add(NoticeKind.kept, 'iSER is not built yet; the portal serves TCP', path)
    if (portal.offload === true) notices.add(NoticeKind.kept, 'offload cards are not used; the portal serves TCP', path)
    return [address]
  })
}

function planDemoMode(
  { tpg, path, logins, refused, proof, writeProtected }: GroupAt & LoginPlan & Pick<SeenLunPlan, 'writeProtected'>,
  luns: readonly LunPlan[],
  notices: Notices,
): DemoModePlan {
  noteMutual({ proof, refused }, logins.own, { path, notices })
  if (refused !== undefined)
    notices.add(NoticeKind.refused, `logins of initiators without an ACL are refused: ${refused}`, path)
  const paths = new Map(tpg.luns?.toReversed().map(({ value, path: at }) => [value.index, at]))
  const addressable = luns.filter(({ lun }) => isAddressable(lun, [...(paths.get(lun) ?? path), 'index'], notices))
  return { refused, proof, luns: addressable.map(lun => ({ ...lun, writeProtected })) }
}

function noteParameters({ parameters }: Tpg, path: JsonPath, notices: Notices): void {
  const place = [...path, 'parameters']
  if (parameters === undefined) return
  if (!isJsonObject(parameters)) {
    const so = 'logins are refused, because it may have demanded CHAP'
    return notices.wrong(place, { wrong: `is ${describe(parameters)}`, right: 'an object', so })
  }
  for (const name of Object.keys(parameters)) noteParameter(name, { parameters, at: [...place, name] }, notices)
}

function noteParameter(
  name: string,
  { parameters, at }: { readonly parameters: JsonObject; readonly at: JsonPath },
  notices: Notices,
): void {
  if (!Object.hasOwn(tpgParameters, name))
    return notices.add(NoticeKind.unknown, `the parameter ${name} is not known here`, at)
  const known = name as TpgParameter
  const given = own(parameters, name) ?? null
  const value = allowedParameter(known, given)
  if (value !== undefined) {
    noteShortfall(tpgParameters[known], { value, at }, notices)
    return
  }
  const { values, default: initial } = tpgParameters[known]
  const so = known === 'AuthMethod' ? 'logins are refused, because it may demand CHAP' : `it counts as ${initial}`
  notices.wrong(at, { wrong: `is ${describe(given)}`, right: values, so })
}
