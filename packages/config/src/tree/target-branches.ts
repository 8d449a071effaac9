import { discoveryIn } from '../edits/login-place.ts'
import { tagsOf } from '../edits/target-place.ts'
import { discoveryValues } from '../edits/values.ts'
import type { JsonObject } from '../json/value.ts'
import { isIscsiName, normalizeIscsiName } from '../names.ts'
import { ISCSI_FABRIC } from '../saveconfig.ts'
import { textIn } from '../schema/lenient.ts'
import type { Branch, Children } from './branch.ts'
import { eachOf } from './branch.ts'
import { chapWords } from './chap-words.ts'
import { fabricOf, fabrics } from './fabrics.ts'
import { loginInfo } from './login-info.ts'
import type { NameIndex } from './name-index.ts'
import { indexedBy, membersOf, named } from './name-index.ts'
import { tpgBranch } from './tpg-branches.ts'
import type { Summary } from './tree-node.ts'
import { NodeKind } from './tree-node.ts'

const byFabric = indexedBy({ namesOf: named(target => textIn(target, 'fabric')) })
const byWwn = indexedBy({ namesOf: named(target => textIn(target, 'wwn')), normalize: normalizeIscsiName })
const NONE = byWwn([])
const byTag = indexedBy({ namesOf: tpgs => tagsOf(tpgs).map(tag => (tag === undefined ? undefined : `tpg${tag}`)) })

const ALWAYS = Object.keys(fabrics).filter(name => fabricOf(name).isAlwaysShown)

/** The fabrics that the tree shows: those that any machine has, and those that have targets. */
export function fabricNames(document: JsonObject): readonly string[] {
  return [...new Set([...ALWAYS, ...byFabric(membersOf(document, 'targets')).names])].sort()
}

/** Whether the tree shows a fabric. */
export function isFabric(document: JsonObject, name: string): boolean {
  return ALWAYS.includes(name) || byFabric(membersOf(document, 'targets')).get(name) !== undefined
}

function targetsOf(document: JsonObject, fabric: string): NameIndex {
  const targets = byFabric(membersOf(document, 'targets')).get(fabric)
  return targets === undefined ? NONE : byWwn(targets)
}

/** Below a target. Where its fabric has one TPG a target, what that has stands in the target's own place. */
function targetBranch(
  document: JsonObject,
  target: JsonObject,
  { fabric, name }: { fabric: string; name: string },
): Branch {
  const isWrong = fabric === ISCSI_FABRIC && !isIscsiName(name)
  const { features } = fabricOf(fabric)
  const tpgs = membersOf(target, 'tpgs')
  const at = (tpg: JsonObject, tag: number) => tpgBranch({ document, tpg, features, at: { target: name, tag } })
  const only = features.includes('tpgts') ? undefined : at((tpgs[0] ?? {}) as JsonObject, 1)
  const below: Children =
    only ??
    eachOf(
      () => byTag(tpgs),
      ([tpg], tag) => at(tpg, Number(tag.slice('tpg'.length))),
    )
  return {
    ...below,
    kind: NodeKind.target,
    summary(facts) {
      if (isWrong) return { summary: 'INVALID WWN', healthy: false }
      return only === undefined ? { summary: `TPGs: ${below.names().length}` } : only.summary(facts)
    },
    info: only?.info ?? (() => target),
  }
}

function fabricSummary(document: JsonObject, fabric: string): Summary {
  const targets = `Targets: ${targetsOf(document, fabric).names.length}`
  if (fabric !== ISCSI_FABRIC) return { summary: targets }
  const { enable, ...credentials } = discoveryValues(membersOf(document, 'fabric_modules'), discoveryIn(document))
  if (enable !== 1) return { summary: targets }
  const { words, healthy } = chapWords(credentials)
  return { summary: `${words.replace('auth', 'disc auth')}, ${targets}`, healthy }
}

function fabricInfo(name: string): readonly string[] {
  const { features, wwnTypes, kernelModule } = fabricOf(name)
  return [
    `Fabric module name: ${name}`,
    `ConfigFS path: /sys/kernel/config/target/${name}`,
    `Allowed WWN types: ${wwnTypes.join(', ')}`,
    `Fabric module features: ${features.join(', ')}`,
    `Corresponding kernel module: ${kernelModule}`,
  ]
}

const discoveryLines = (document: JsonObject): readonly string[] =>
  Object.entries(loginInfo(discoveryIn(document))).map(([name, value]) => `${name}: ${value}`)

/** /iscsi, or that of another fabric, which is kept. */
export const fabricBranch = (document: JsonObject, fabric: string): Branch => ({
  kind: NodeKind.fabric,
  summary: () => fabricSummary(document, fabric),
  info: () => [...fabricInfo(fabric), ...(fabric === ISCSI_FABRIC ? discoveryLines(document) : [])],
  ...eachOf(
    () => targetsOf(document, fabric),
    ([target], name) => targetBranch(document, target, { fabric, name }),
  ),
})
