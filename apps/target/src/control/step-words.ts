import { formatPortal, type PlanStep } from '@lunkit/config'
import type { OfKind } from 'lunkit'

const tpg = ({ target, tag }: { readonly target: string; readonly tag: number }): string => `${target} tpg${tag}`
const who = (initiator: string | undefined): string => initiator ?? 'initiators without an ACL'

type Kind = PlanStep['kind']

/** Each kind of step in words. */
const WORDS: { readonly [K in Kind]: (step: OfKind<PlanStep, K>) => string } = {
  openDisk: ({ disk }) => `opens ${disk}`,
  replaceDisk: ({ disk, replaces }) =>
    disk === replaces ? `opens ${disk} anew` : `opens ${disk} in place of ${replaces}`,
  changeDisk: ({ disk }) => `changes ${disk}`,
  closeDisk: ({ disk }) => `closes ${disk}`,
  addTarget: ({ target }) => `adds ${target}`,
  changeTarget: ({ target }) => `changes ${target}`,
  removeTarget: ({ target }) => `removes ${target}`,
  addGroup: step => `adds ${tpg(step)}`,
  changeGroup: step => `changes ${tpg(step)}`,
  removeGroup: step => `removes ${tpg(step)}`,
  openPortal: step => `opens ${formatPortal(step.portal)} for ${tpg(step)}`,
  closePortal: step => `closes ${formatPortal(step.portal)} for ${tpg(step)}`,
  addAcl: step => `lets ${step.plan.initiator} in to ${tpg(step)}`,
  changeAcl: step => `changes the access of ${step.plan.initiator} to ${tpg(step)}`,
  removeAcl: step => `lets ${step.initiator} in no more to ${tpg(step)}`,
  setDemoMode: step => `lets ${who(undefined)} in${step.plan === undefined ? ' no more' : ''} to ${tpg(step)}`,
  mapLun: step => {
    const how = step.writeProtected ? ', to be read' : ''
    return `shows ${step.disk} to ${who(step.initiator)} as LUN ${step.lun} of ${tpg(step)}${how}`
  },
  unmapLun: step => `takes LUN ${step.lun} of ${tpg(step)} from ${who(step.initiator)}`,
  changeServer: () => 'changes what holds for the whole server',
}

/** A step of a plan in words: `opens fileio/disk0`. */
export function stepWords(step: PlanStep): string {
  const words = WORDS[step.kind] as (step: PlanStep) => string
  return words(step)
}
