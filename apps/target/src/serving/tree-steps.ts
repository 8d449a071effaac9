import type { LimitSettings, PlanStep } from '@lunkit/config'
import type { OfKind, Step, TargetLimits } from 'lunkit'
import { type DiskKnowledge, diskStorage } from './disk-storage.ts'
import { aclAccess, demoAccess, groupSettings, loginProof } from './group-settings.ts'
import { withSidecars } from './lane-placement.ts'

/** What the steps of a plan need beside it to be those of what is served. */
export interface StepKnowledge extends DiskKnowledge {
  /** The relative target port identifier of a portal group. */
  readonly portIdOf: (target: string, tag: number) => number | undefined
  /** The limits that settings of the file set, as far as the machine has room for them. */
  readonly limitsOf: (settings: LimitSettings) => Partial<TargetLimits>
}

type Kind = PlanStep['kind']
type Of<K extends Kind> = OfKind<PlanStep, K>

/** How each kind of step is done to what is served. */
const ROWS: { readonly [K in Kind]: (step: Of<K>, knowledge: StepKnowledge) => Step } = {
  openDisk: ({ kind, disk, plan }, knowledge) => ({ kind, disk, storage: diskStorage(plan, knowledge) }),
  replaceDisk: ({ kind, disk, replaces, plan }, knowledge) => ({
    kind,
    disk,
    replaces,
    storage: diskStorage(plan, knowledge),
  }),
  changeDisk,
  closeDisk: step => step,
  addTarget: ofTarget,
  changeTarget: ofTarget,
  removeTarget: step => step,
  addGroup: ({ kind, target, tag, plan }, { portIdOf }) => {
    const relativePortId = portIdOf(target, tag)
    const settings = groupSettings(plan)
    return { kind, target, tag, settings, ...(relativePortId !== undefined && { relativePortId }) }
  },
  changeGroup: ({ kind, target, tag, plan }) => ({ kind, target, tag, settings: groupSettings(plan) }),
  removeGroup: step => step,
  openPortal: step => step,
  closePortal: step => step,
  addAcl: ({ kind, target, tag, plan }) => ({ kind, target, tag, initiator: plan.initiator, access: aclAccess(plan) }),
  changeAcl: ({ kind, target, tag, plan }) => ({
    kind,
    target,
    tag,
    initiator: plan.initiator,
    access: aclAccess(plan),
  }),
  removeAcl: step => step,
  setDemoMode: ({ kind, target, tag, plan }) => ({ kind, target, tag, access: demoAccess(plan) }),
  mapLun: step => step,
  unmapLun: step => step,
  changeServer: ({ kind, pollUs, limits, lanePlacement, discovery }, { limitsOf }) => ({
    kind,
    pollUs,
    lanePlacement: withSidecars(lanePlacement),
    limits: limitsOf(limits),
    discovery: loginProof(discovery),
  }),
}

function ofTarget({ disabled, ...step }: Of<'addTarget' | 'changeTarget'>): Step {
  const disabledGroups = disabled.map(({ toldTo, ...group }) => ({ ...group, ...(toldTo && { toldTo }) }))
  return disabled.length === 0 ? step : { ...step, disabledGroups }
}

/** A store says when it is opened whether it keeps writes back, and whether it can be written: that needs another opening. */
function changeDisk({ disk, from, plan }: Of<'changeDisk'>, knowledge: StepKnowledge): Step {
  const storage = diskStorage(plan, knowledge)
  const { verify, verify_path } = from.layers
  const isVerifiedOtherwise = verify !== plan.layers.verify || verify_path !== plan.layers.verify_path
  if (from.writeBack !== plan.writeBack || from.readOnly !== plan.readOnly || isVerifiedOtherwise)
    return { kind: 'replaceDisk', disk, replaces: disk, storage }
  return {
    kind: 'changeDisk',
    disk,
    storage,
    ...(from.sizeBytes !== plan.sizeBytes && { resize: { from: from.sizeBytes, to: plan.sizeBytes } }),
  }
}

/** The step of what is served for a step of a plan. */
export function treeStep(step: PlanStep, knowledge: StepKnowledge): Step {
  const row = ROWS[step.kind] as (step: PlanStep, knowledge: StepKnowledge) => Step
  return row(step, knowledge)
}
