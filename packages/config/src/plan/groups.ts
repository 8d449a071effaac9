import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import { normalizeIscsiName } from '../names.ts'
import type { PortalAddress } from '../portal-address.ts'
import { parseAddress } from '../portal-address.ts'
import type { NodeAcl, Tpg } from '../saveconfig.ts'
import { kinds } from '../saveconfig.ts'
import type { AclAttribute, TpgAttribute } from '../tables/access-attributes.ts'
import { aclAttributes, tpgAttributes } from '../tables/access-attributes.ts'
import { attributeInForce } from '../tables/attribute.ts'
import { SERVED_LUNS } from '../tables/lun-numbers.ts'
import type { TpgParameter } from '../tables/tpg-parameters.ts'
import { parameterInForce, tpgParameters } from '../tables/tpg-parameters.ts'
import { aclSupport, parameterSupport, tpgSupport } from './access-support.ts'
import { aclLoginRefusal, demoLoginRefusal, hasCredentials } from './authentication.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'
import type { AclPlan, DemoModePlan, GroupPlan, LunPlan } from './serving-plan.ts'
import { noteAttributes } from './support.ts'
import { noteUnknownKeys } from './unknown.ts'

/** An enabled TPG, and which of its LUNs can be served. */
export interface GroupAt {
  readonly tpg: Tpg
  readonly tag: number
  readonly path: JsonPath
  readonly luns: readonly LunPlan[]
}

/** The plan of an enabled TPG. */
export function planGroup(at: GroupAt, notices: Notices): GroupPlan {
  const { tpg, tag, path } = at
  const number = (name: TpgAttribute) => attributeInForce(tpgAttributes, tpg.attributes, name)
  noteTpg(tpg, path, notices)
  noteParameters(tpg, path, notices)
  const attributes = { table: tpgAttributes, values: tpg.attributes, path: [...path, 'attributes'] }
  const refused = noteAttributes(tpgSupport, attributes, notices)
  const luns = refused ? [] : at.luns
  return {
    tag,
    path: formatPath(path),
    portals: planPortals(tpg, path, notices),
    luns,
    acls: (tpg.node_acls ?? []).map((acl, index) =>
      planAcl({ acl, tpg, luns, path: [...path, 'node_acls', index] }, notices),
    ),
    demoMode: number('generate_node_acls') === 1 ? planDemoMode({ ...at, luns }, notices) : undefined,
    discoverableByAll: number('demo_mode_discovery') === 1,
    commandDepth: number('default_cmdsn_depth'),
    loginTimeoutMs: number('login_timeout') * 1000,
    parameters: planParameters(tpg),
  }
}

function planParameters(tpg: Tpg): Readonly<Record<TpgParameter, string>> {
  const names = Object.keys(tpgParameters) as TpgParameter[]
  return Object.fromEntries(names.map(name => [name, parameterInForce(tpg.parameters, name)])) as Record<
    TpgParameter,
    string
  >
}

function planPortals(tpg: Tpg, path: JsonPath, notices: Notices): readonly PortalAddress[] {
  return (tpg.portals ?? []).map((portal, index) => {
    const at = [...path, 'portals', index]
    noteUnknownKeys(portal, kinds.portal, { path: at, notices })
    if (portal.iser === true) notices.add(NoticeKind.kept, 'iSER is not built yet; the portal serves TCP', at)
    if (portal.offload === true) notices.add(NoticeKind.kept, 'offload cards are not used; the portal serves TCP', at)
    return { host: parseAddress(portal.ip_address) as string, port: portal.port }
  })
}

function planDemoMode({ tpg, path, luns }: GroupAt, notices: Notices): DemoModePlan {
  const refused = demoLoginRefusal(tpg)
  if (refused !== undefined)
    notices.add(NoticeKind.refused, `logins of initiators without an ACL are refused: ${refused}`, path)
  const place = (lun: number) => [...path, 'luns', (tpg.luns ?? []).findIndex(({ index }) => index === lun), 'index']
  const addressable = luns.filter(({ lun }) => lun < SERVED_LUNS || refuseNumber(lun, place(lun), notices))
  const writeProtected = attributeInForce(tpgAttributes, tpg.attributes, 'demo_mode_write_protect') === 1
  return { refused, luns: addressable.map(lun => ({ ...lun, writeProtected })) }
}

function refuseNumber(lun: number, path: JsonPath, notices: Notices): false {
  const text = `an initiator could take LUN ${lun} for another one, so that it is not served; right is 0 to ${SERVED_LUNS - 1}`
  notices.add(NoticeKind.refused, text, path)
  return false
}

interface AclAt {
  readonly acl: NodeAcl
  readonly tpg: Tpg
  readonly luns: readonly LunPlan[]
  readonly path: JsonPath
}

function planAcl({ acl, tpg, luns, path }: AclAt, notices: Notices): AclPlan {
  const number = (name: AclAttribute) => attributeInForce(aclAttributes, acl.attributes, name)
  noteUnknownKeys(acl, kinds.nodeAcl, { path, notices })
  for (const [index, mapped] of (acl.mapped_luns ?? []).entries())
    noteUnknownKeys(mapped, kinds.mappedLun, { path: [...path, 'mapped_luns', index], notices })
  const attributes = { table: aclAttributes, values: acl.attributes, path: [...path, 'attributes'] }
  noteAttributes(aclSupport, attributes, notices)
  const refused = aclLoginRefusal(tpg, acl)
  if (refused !== undefined) notices.add(NoticeKind.refused, `logins of the initiator are refused: ${refused}`, path)
  else if (hasCredentials(acl)) noteUnusedCredentials(path, notices)
  return {
    initiator: normalizeIscsiName(acl.node_wwn),
    refused,
    luns: planMappedLuns({ acl, tpg, luns, path }, notices),
    dataOutTimeoutMs: number('dataout_timeout') * 1000,
    dataOutRetries: number('dataout_timeout_retries'),
    nopInIntervalMs: number('nopin_timeout') * 1000,
    nopInTimeoutMs: number('nopin_response_timeout') * 1000,
  }
}

function planMappedLuns({ acl, tpg, luns, path }: AclAt, notices: Notices): AclPlan['luns'] {
  const all = attributeInForce(tpgAttributes, tpg.attributes, 'prod_mode_write_protect') === 1
  return (acl.mapped_luns ?? []).flatMap((mapped, position) => {
    const served = luns.find(({ lun }) => lun === mapped.tpg_lun)
    const writeProtected = all || mapped.write_protect === true
    if (served !== undefined && mapped.index >= SERVED_LUNS)
      refuseNumber(mapped.index, [...path, 'mapped_luns', position, 'index'], notices)
    return served === undefined || mapped.index >= SERVED_LUNS
      ? []
      : [{ lun: mapped.index, storage: served.storage, writeProtected }]
  })
}

function noteTpg(tpg: Tpg, path: JsonPath, notices: Notices): void {
  noteUnknownKeys(tpg, kinds.tpg, { path, notices })
  if (hasCredentials(tpg) && demoLoginRefusal(tpg) === undefined) noteUnusedCredentials(path, notices)
}

function noteUnusedCredentials(path: JsonPath, notices: Notices): void {
  notices.add(NoticeKind.kept, 'CHAP is not built yet; these credentials are not demanded and not asked for', path)
}

function noteParameters(tpg: Tpg, path: JsonPath, notices: Notices): void {
  for (const [name, value] of Object.entries(tpg.parameters ?? {})) {
    const at = [...path, 'parameters', name]
    if (!Object.hasOwn(parameterSupport, name))
      notices.add(NoticeKind.kept, `the parameter ${name} is not known here`, at)
    const support = parameterSupport[name as TpgParameter]
    if (support !== undefined && 'when' in support && support.when(String(value)))
      notices.add(support.kind, `${name}=${value}: ${support.text}`, at)
  }
}
