import {
  type AclPlan,
  type DemoModePlan,
  emptyPlan,
  formatPortal,
  type GroupPlan,
  type LunPlan,
  type Notice,
  NoticeKind,
  type RedirectionPlan,
  type RulePlan,
  type SeenLunPlan,
  type ServingPlan,
  type StoragePlan,
} from '@lunkit/config'
import type { FileFacts } from './files/file-look.ts'
import { explainOverlaps } from './overlap.ts'
import { passesThrough, pluginOf } from './plugins/plugins.ts'
import { isSeen } from './summary.ts'

const MOST_PATHS_SHOWN = 4

/** What is known of the files of a plan, by their storage object's key. */
type Files = ReadonlyMap<string, FileFacts>

/** What a configuration means, in lines for a person: what would be served, what is refused, what is kept for later. */
export function explainPlan(plan: ServingPlan, files: Files = new Map()): readonly string[] {
  return [
    ...servedTargets(plan, files),
    ...explainIsns(plan),
    ...section(
      'Refused, because it restricts access or protects data in a way that cannot be had:',
      plan,
      NoticeKind.refused,
    ),
    ...section('Wrong in the file:', plan, NoticeKind.wrong),
    ...section(
      'Not known here; it stays in the file, and what is served is served without it:',
      plan,
      NoticeKind.unknown,
    ),
    ...section('Kept in the file for later; what is served is served without it:', plan, NoticeKind.kept),
    ...section('Served as it is written, and weak:', plan, NoticeKind.weak),
    ...section('Not in use:', plan, NoticeKind.unused),
  ]
}

function servedTargets(plan: ServingPlan, files: Files): readonly string[] {
  const storage = new Map(plan.storage.map(each => [each.key, explainStorage(each, files.get(each.key))]))
  const groups = plan.targets.flatMap(({ name, groups }) =>
    groups.filter(({ portals }) => portals.length > 0).map(group => explainGroup(name, group, storage)),
  )
  if (groups.length === 0) return ['Would serve nothing: there is no enabled iSCSI target portal group with a portal.']
  return ['Would serve:', ...groups.flat(), ...explainOverlaps(plan), ...explainLanes(plan), ...explainPolling(plan)]
}

function explainGroup(target: string, group: GroupPlan, storage: ReadonlyMap<string, string>): readonly string[] {
  return [
    `  ${target}, portal group ${group.tag}, at ${group.portals.map(formatPortal).join(', ')}`,
    ...group.luns.toSorted((one, other) => one.lun - other.lun).map(lun => explainLun(group, lun, storage)),
    ...group.unserved
      .toSorted((one, other) => one.lun - other.lun)
      .map(({ lun, storage: key, why }) => `    LUN ${lun}: ${key}, not served: ${why}`),
    ...(group.luns.length === 0 && group.unserved.length === 0 ? ['    no LUN'] : []),
    ...group.acls.map(explainAcl),
    ...(group.redirections ?? []).map(explainRedirection),
    ...(group.rules ?? []).map(explainRule),
    ...(group.discoveryOnly ?? []).map(portal => `    at ${formatPortal(portal)} for discovery only`),
    explainDemoMode(group),
  ]
}

function explainRedirection({ initiator, host, port, permanent }: RedirectionPlan): string {
  const whose = initiator === undefined ? 'everybody without a place of its own' : initiator
  return `    logins of ${whose} are sent to ${formatPortal({ host, port })}${permanent ? ' for good' : ''}`
}

function explainLun(group: GroupPlan, lun: LunPlan, storage: ReadonlyMap<string, string>): string {
  const unseen = isSeen(group, lun) ? '' : ', which nobody may see'
  return `    LUN ${lun.lun}: ${[lun.storage, storage.get(lun.storage)].filter(text => text !== undefined).join(', ')}${unseen}`
}

function explainPolling({ pollUs }: ServingPlan): readonly string[] {
  if (pollUs === 0) return []
  return [`  Each thread looks for more work for ${pollUs} µs before it sleeps (poll_us).`]
}

function explainLanes({ lanes, laneCpus, lanePlacement }: ServingPlan): readonly string[] {
  const many = `  ${lanes} ${lanes === 1 ? 'lane does' : 'lanes do'} what may block (lanes).`
  const placed = Object.groupBy(Object.keys(lanePlacement), key => String(lanePlacement[key]))
  return [
    ...(lanes === emptyPlan.lanes ? [] : [many]),
    ...(laneCpus ? [`  Lanes run on the processors ${laneCpus.join(', ')} (lane_cpus).`] : []),
    ...Object.entries(placed).map(
      ([lane, keys = []]) => `  Lane ${lane} does what may block of ${keys.join(', ')} (lane).`,
    ),
    ...(Object.keys(placed).length === lanes ? ['  No lane is left for the other disks alone: they share all.'] : []),
  ]
}

function explainIsns({ isns }: ServingPlan): readonly string[] {
  return isns.map(({ server, entity }) => {
    const named = entity === undefined ? '' : `, as ${entity}`
    return `Would register its targets with the iSNS server ${server}${named}.`
  })
}

function explainStorage(storage: StoragePlan, facts: FileFacts | undefined): string {
  const explained = pluginOf(storage).explain(storage, facts)
  if (passesThrough(storage)) return explained
  const { blockSizeBytes = facts?.device?.facts.logicalBlockBytes } = storage.unit.attributes
  const blocks = blockSizeBytes === undefined ? 'blocks as the device has' : `${blockSizeBytes}-byte blocks`
  return `${explained}, ${blocks}`
}

function explainAcl({ initiator, ...login }: AclPlan): string {
  return `    ${initiator}: ${explainLogin(login)}`
}

function explainRule({ name, ...login }: RulePlan): string {
  return `    by the access rule ${name}: ${explainLogin(login)}`
}

/** How somebody logs in, and what it sees then. */
function explainLogin({ refused, proof, luns }: DemoModePlan): string {
  if (refused !== undefined) return `logins are refused: ${refused}`
  const chap = proof.credentials?.mutual ? 'by CHAP, mutual: ' : 'by CHAP: '
  return `${proof.required ? chap : ''}${explainLuns(luns)}`
}

function explainDemoMode({ demoMode }: GroupPlan): string {
  const who = '    initiators without an ACL: '
  if (demoMode === undefined) return `${who}may not log in`
  return who + explainLogin(demoMode)
}

function explainLuns(luns: readonly SeenLunPlan[]): string {
  if (luns.length === 0) return 'see no LUN'
  const seen = luns
    .toSorted((one, other) => one.lun - other.lun)
    .map(({ lun, storage, writeProtected }) => `LUN ${lun} ${storage} (${writeProtected ? 'ro' : 'rw'})`)
  return seen.join(', ')
}

function section(title: string, plan: ServingPlan, kind: NoticeKind): readonly string[] {
  const notices = plan.notices.filter(notice => notice.kind === kind)
  return notices.length === 0 ? [] : ['', title, ...notices.flatMap(explainNotice)]
}

function explainNotice({ text, paths }: Notice): readonly string[] {
  const more = paths.length - MOST_PATHS_SHOWN
  const shown = paths.slice(0, MOST_PATHS_SHOWN).join(', ')
  return [`  ${text}`, `    at ${shown}${more > 0 ? ` and ${more} more` : ''}`]
}
