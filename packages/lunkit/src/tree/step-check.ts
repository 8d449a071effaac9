import { MAPPED_LUNS } from '@lunkit/scsi-engine'
import {
  checkAccessRule,
  checkAddress,
  checkOffers,
  checkTargetName,
  GROUP_SETTINGS,
  INITIATOR_ACCESS,
  ISCSI_NAME,
  LOGIN_PROOF,
  TARGET_ALIAS,
} from '@lunkit/target'
import {
  arrayOf,
  callback,
  checkArgument,
  checkOptions,
  type Domain,
  flag,
  type OptionDomains,
  object,
  oneOf,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import { NAME } from '../disk-options.ts'
import { checkPlacement, PLACEMENT } from '../lane-placement.ts'
import { LIMITS, STORAGE } from '../option-checks.ts'
import type { ApplyOptions } from './apply-options.ts'
import type { DisabledGroup } from './disabled-group.ts'
import type { GroupSettings } from './group-settings.ts'
import type { Step, StepKind } from './step.ts'

const STEPS = arrayOf(object(), 'of steps: { kind, ... }')
const OPTIONS: OptionDomains = {
  leaveOut: callback,
  signal: object('an AbortSignal', signal => signal instanceof AbortSignal),
}
const GROUP: OptionDomains = {
  ...GROUP_SETTINGS,
  accessDefaults: object('an object: what ACLs leave out'),
  policy: callback,
  rules: arrayOf(object(), 'of access rules: { name, match, access }'),
}

const SIZE = wholeNumber(512)
const RESIZE = { from: SIZE, to: SIZE }

const disk = { disk: required(NAME) }
const storage = { storage: required(STORAGE) }
const target = { target: required(text('the name of a target')) }
const alias = { alias: TARGET_ALIAS, disabledGroups: arrayOf(object(), 'of portal groups: { tag, portals }') }
const group = { ...target, tag: required(wholeNumber(0, 0xffff)) }
const settings = { settings: required(object('an object: the settings of a portal group')) }
const DISABLED_GROUP: OptionDomains = {
  tag: group.tag,
  portals: required(arrayOf(object(), 'of portals: { host, port }')),
  listed: flag,
  toldTo: arrayOf(ISCSI_NAME, 'of names of initiators'),
}
const portal = { portal: required(object('{ host, port }')) }
const initiator = { initiator: required(ISCSI_NAME) }
const acl = { ...group, ...initiator, access: object('an object: what the initiator may do') }
const lun: Record<string, Domain> = {
  ...group,
  initiator: ISCSI_NAME,
  rule: text(),
  lun: required(wholeNumber(0, MAPPED_LUNS - 1)),
}

/** What each kind of step has. */
const KINDS: { readonly [K in StepKind]: OptionDomains } = {
  openDisk: { ...disk, ...storage, target: NAME },
  replaceDisk: { ...disk, ...storage, replaces: required(NAME) },
  changeDisk: { ...disk, ...storage, resize: object('an object: { from, to }') },
  clearFault: disk,
  closeDisk: disk,
  addTarget: { ...target, ...alias },
  changeTarget: { ...target, ...alias },
  removeTarget: target,
  addGroup: { ...group, ...settings, relativePortId: wholeNumber(1, 0xffff) },
  changeGroup: { ...group, ...settings },
  removeGroup: group,
  openPortal: { ...group, ...portal },
  closePortal: { ...group, ...portal },
  addAcl: acl,
  changeAcl: acl,
  removeAcl: { ...group, ...initiator },
  setDemoMode: { ...group, access: object('an object: what initiators without an ACL may do, or undefined') },
  mapLun: { ...lun, ...disk, writeProtected: flag },
  unmapLun: lun,
  changeServer: {
    limits: required(object('an object of limits')),
    pollUs: required(wholeNumber(0, 2 ** 31 - 1)),
    lanePlacement: PLACEMENT,
    discovery: required(LOGIN_PROOF),
  },
}

const KIND = { kind: required(oneOf(Object.keys(KINDS))) }

/** @throws {TypeError} or {RangeError} for what are no steps, or no options, that says what would be right. */
export function checkSteps(steps: readonly Step[], options: ApplyOptions): void {
  checkArgument('apply: steps', steps, STEPS)
  checkOptions('apply', options, OPTIONS)
  for (const [at, step] of steps.entries()) checkStep(`apply: steps[${at}]`, step)
}

function checkStep(where: string, step: Step): void {
  checkArgument(`${where}: kind`, step.kind, KIND.kind)
  const { kind, ...rest } = step
  checkOptions(`${where}: ${kind}`, rest, KINDS[kind])
  if ('target' in step && step.target !== undefined && kind !== 'openDisk') checkTargetName(where, step.target)
  if ('portal' in step) checkAddress(`${where}: portal`, step.portal)
  if ('limits' in step) checkOptions(`${where}: limits`, step.limits, LIMITS)
  if ('lanePlacement' in step && step.lanePlacement) checkPlacement(where, step.lanePlacement)
  if ('resize' in step && step.resize) checkOptions(`${where}: resize`, step.resize, RESIZE)
  if ('disabledGroups' in step)
    for (const [index, each] of (step.disabledGroups ?? []).entries())
      checkDisabledGroup(`${where}: disabledGroups[${index}]`, each)
  if ('settings' in step) checkSettings(`${where}: settings`, step.settings)
  if ('access' in step && step.access) checkOptions(`${where}: access`, step.access, INITIATOR_ACCESS)
}

function checkSettings(where: string, settings: GroupSettings): void {
  checkOptions(where, settings, GROUP)
  for (const [at, rule] of (settings.rules ?? []).entries()) checkAccessRule(`${where}: rules[${at}]`, rule)
  if (settings.parameters) checkOffers(`${where}: parameters`, settings.parameters)
  if (settings.accessDefaults) checkOptions(`${where}: accessDefaults`, settings.accessDefaults, INITIATOR_ACCESS)
}

function checkDisabledGroup(where: string, group: DisabledGroup): void {
  checkOptions(where, group, DISABLED_GROUP)
  for (const [at, portal] of group.portals.entries()) checkAddress(`${where}: portals[${at}]`, portal)
}
