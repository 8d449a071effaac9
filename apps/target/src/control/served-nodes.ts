import { type GroupPlan, NodeKind, parsePortal, type TargetPlan, type TreeNode } from '@lunkit/config'
import type { ControlParts } from './control-parts.ts'

const TPG = /^\/iscsi\/(?<target>[^/]+)(?:\/tpg(?<tag>\d+))?(?:\/(?:acls|luns|portals)\/?(?<rest>.*))?$/

/** Where a node of /iscsi is. */
interface Place {
  readonly target: TargetPlan | undefined
  readonly group: GroupPlan | undefined
  /** What is behind the list that it is in: an initiator and its mapped LUN, a LUN, a portal. */
  readonly rest: string
}

function placeOf({ served }: ControlParts, path: string): Place {
  const { target: name, tag, rest = '' } = TPG.exec(path)?.groups ?? {}
  const target = served.plan.targets.find(each => each.name === name)
  return { target, group: target?.groups.find(each => each.tag === Number(tag)), rest }
}

const aclOf = ({ group, rest }: Place) => group?.acls.find(({ initiator }) => rest.split('/')[0] === initiator)
const numberAtEnd = (path: string): number => Number(/\d+$/.exec(path)?.[0])

type Rule = (parts: ControlParts, node: TreeNode) => boolean

const always: Rule = () => true
const ofFabric: Rule = (_, { path }) => path === '/iscsi'
const ofGroup: Rule = (parts, { path }) => placeOf(parts, path).group !== undefined

/** Whether each kind of node has an effect. */
const SERVED: Readonly<Record<TreeNode['kind'], Rule>> = {
  [NodeKind.root]: always,
  [NodeKind.backstores]: always,
  [NodeKind.plugin]: always,
  [NodeKind.storageObject]: ({ served }, { path }) => served.server.tree.disk(keyOf(path)) !== undefined,
  // Their states are kept, and no initiator is told them yet.
  [NodeKind.aluaGroups]: () => false,
  [NodeKind.aluaGroup]: () => false,
  [NodeKind.fabric]: ofFabric,
  [NodeKind.target]: (parts, { path }) => placeOf(parts, path).target !== undefined,
  [NodeKind.tpg]: ofGroup,
  [NodeKind.acls]: ofGroup,
  [NodeKind.acl]: (parts, { path }) => aclOf(placeOf(parts, path))?.refused === undefined && hasAcl(parts, path),
  [NodeKind.mappedLun]: (parts, { path }) =>
    aclOf(placeOf(parts, path))?.luns.some(({ lun }) => lun === numberAtEnd(path)) ?? false,
  [NodeKind.luns]: ofGroup,
  [NodeKind.lun]: (parts, { path }) =>
    placeOf(parts, path).group?.luns.some(
      ({ lun, storage }) => lun === numberAtEnd(path) && parts.served.server.tree.disk(storage) !== undefined,
    ) ?? false,
  [NodeKind.portals]: ofGroup,
  [NodeKind.portal]: (parts, { path }) => {
    const portal = parsePortal(placeOf(parts, path).rest)
    return portal !== undefined && parts.served.server.addressOf(portal) !== undefined
  },
}

const hasAcl = (parts: ControlParts, path: string): boolean => aclOf(placeOf(parts, path)) !== undefined

/** `fileio/disk0` of `/backstores/fileio/disk0`. */
export const keyOf = (path: string): string => path.replace(/^\/?backstores\//, '')

/** Whether a node has an effect on what is served; else it is kept. */
export function isServed(parts: ControlParts, node: TreeNode): boolean {
  return SERVED[node.kind](parts, node)
}
