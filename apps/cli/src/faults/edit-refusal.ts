import type { EditCall, EditName } from '@lunkit/config'
import { ControlFault, FaultKind } from '@lunkit/control/client'
import { Refusal } from '../refusal.ts'

/** What targetcli says where the daemon refuses an edit. */
interface Case {
  readonly kind: FaultKind
  /** What the daemon must have said; left out: anything. */
  readonly what?: RegExp
  readonly says: (given: Readonly<Record<string, unknown>>, fault: ControlFault) => string | undefined
}

const CONFIGFS = '/sys/kernel/config/target/iscsi'

/** Where targetcli's library looks for what stands at a path of the tree. */
function configfsPath(path: string): string {
  return path
    .replace(/^\/iscsi/, CONFIGFS)
    .replace(/\/tpg([0-9]+)/, '/tpgt_$1')
    .replace(/\/luns\/lun([0-9]+)$/, '/lun/lun_$1')
    .replace(/\/portals\//, '/np/')
    .replace(/\/mapped_lun([0-9]+)$/, '/lun_$1')
}

const exists = (what: string): Case => ({
  kind: FaultKind.conflict,
  what: /^exists$/,
  says: () => `This ${what} already exists in configFS`,
})
const notThere = (what: string): Case => ({
  kind: FaultKind.notFound,
  says: (_given, { where }) => `No such ${what} in configfs: ${configfsPath(where)}`,
})

const storageExists: Case = {
  kind: FaultKind.conflict,
  what: /^exists$/,
  says: (_given, { where }) => `Storage object ${where.replace('/backstores/', '')} exists`,
}

const heldDevice: Case = {
  kind: FaultKind.conflict,
  what: /^cannot have the device /,
  says: ({ dev }) => `Cannot configure StorageObject because device ${String(dev)} is already in use`,
}

/** What is wrong with one of the values that are set, in the words of `set`. */
function valueCases(group: string): readonly Case[] {
  const named = (pattern: RegExp, fault: ControlFault): string => pattern.exec(fault.what)?.[1] ?? ''
  return [
    {
      kind: FaultKind.refused,
      what: /^has no /,
      says: (_given, fault) => `Unknown parameter ${named(/^has no (.+)$/, fault)} in group '${group}'.`,
    },
    {
      kind: FaultKind.refused,
      what: /^cannot change /,
      says: (_given, fault) => `Parameter ${named(/^cannot change (.+)$/, fault)} is read-only.`,
    },
    ...[FaultKind.refused, FaultKind.conflict].map(kind => ({
      kind,
      what: /^cannot have [^ =]+=/,
      says: (given: Readonly<Record<string, unknown>>, fault: ControlFault) =>
        unsettable(named(/^cannot have ([^ =]+)=/, fault), { group, given }),
    })),
  ]
}

/** The kernel refuses a number; what is none, configshell refuses before. */
function unsettable(name: string, { group, given }: { group: string; given: Readonly<Record<string, unknown>> }) {
  const values = (given.attributes ?? given.values ?? given) as Readonly<Record<string, unknown>>
  const value = String(values[name])
  const isNumber = group === 'parameter' || /^[+-]?[0-9]+$/.test(value.trim())
  if (!isNumber) return `Not setting ${name}! Syntax error, '${value}' is not a NUMBER.`
  return `Cannot set ${group} ${name}: [Errno 22] Invalid argument`
}

/** The storage object that was to be made first, of a path, cannot be. */
const noStorage = (words: string): readonly Case[] =>
  [FaultKind.conflict, FaultKind.refused].map(kind => ({
    kind,
    says: (_given, { where }) => (where.startsWith('/backstores/') ? words : undefined),
  }))

const noLun: Case = {
  kind: FaultKind.notFound,
  what: /^is not there$/,
  says: (_given, { where }) => (where.startsWith('/backstores/') ? 'storage object or path not valid' : undefined),
}

/** What targetcli says, edit by edit; the first that fits. */
const CASES: Readonly<Partial<Record<EditName, readonly Case[]>>> = {
  createFileio: [storageExists],
  createRamdisk: [storageExists],
  createBlock: [
    storageExists,
    heldDevice,
    {
      kind: FaultKind.refused,
      what: /: there is no such device;/,
      says: ({ dev }) => `Could not open ${String(dev)}`,
    },
    {
      kind: FaultKind.refused,
      what: /^cannot have the device /,
      says: ({ dev }) => `Device ${String(dev)} is not a TYPE_DISK block device`,
    },
  ],
  createPscsi: [
    storageExists,
    heldDevice,
    {
      kind: FaultKind.refused,
      what: /^cannot have the device \d+(?::\d+){3}: /,
      says: () => 'Could not find path for SCSI hctl',
    },
    {
      kind: FaultKind.refused,
      what: /^cannot have the device /,
      says: ({ dev }) => `Cannot find SCSI device by path, and dev parameter not in H:C:T:L format: ${String(dev)}`,
    },
  ],
  deleteStorageObject: [
    {
      kind: FaultKind.notFound,
      says: ({ storage_object }) => `No storage object named ${String(storage_object).replace(/^.*\//, '')}.`,
    },
  ],
  createAluaGroup: [exists('ALUATargetPortGroup')],
  deleteAluaGroup: [{ kind: FaultKind.notFound, says: () => 'Invalid ALUA group name' }],
  setAluaGroup: valueCases('alua'),
  createTarget: [
    exists('Target'),
    { kind: FaultKind.refused, what: /^cannot have "/, says: () => 'WWN not valid as: iqn, naa, eui' },
  ],
  deleteTarget: [notThere('Target')],
  createTpg: [exists('TPG')],
  deleteTpg: [notThere('TPG')],
  createPortal: [exists('NetworkPortal')],
  deletePortal: [notThere('NetworkPortal')],
  createLun: [
    ...noStorage('storage object or path not valid'),
    {
      kind: FaultKind.conflict,
      what: / already$/,
      says: ({ storage_object }) =>
        `lun for storage object ${String(storage_object).replace(/^\/backstores\//, '')} already exists`,
    },
    exists('LUN'),
    noLun,
    { kind: FaultKind.refused, what: /^has no "/, says: () => 'storage object or path not valid' },
  ],
  deleteLun: [notThere('LUN')],
  createAcl: [
    exists('NodeACL'),
    { kind: FaultKind.refused, what: /^is no name/, says: () => 'WWN not valid as: iqn, naa, eui' },
  ],
  deleteAcl: [notThere('NodeACL')],
  tagAcl: [
    { kind: FaultKind.notFound, says: ({ initiator }) => `wwn_or_tag ${String(initiator)} not found.` },
    {
      kind: FaultKind.refused,
      says: ({ new_tag }) => (String(new_tag).includes('.') ? "'.' not permitted in tag names." : undefined),
    },
  ],
  untagAcl: [{ kind: FaultKind.notFound, says: ({ initiator }) => `wwn_or_tag ${String(initiator)} not found.` }],
  createMappedLun: [
    ...noStorage('LUN, storage object, or path not valid'),
    exists('MappedLUN'),
    { kind: FaultKind.notFound, says: () => 'LUN, storage object, or path not valid' },
    { kind: FaultKind.refused, what: /^has no "/, says: () => 'LUN, storage object, or path not valid' },
  ],
  deleteMappedLun: [notThere('MappedLUN')],
  setStorageAttributes: valueCases('attribute'),
  setTpgAttributes: valueCases('attribute'),
  setAclAttributes: valueCases('attribute'),
  setTpgParameters: valueCases('parameter'),
  setDiscoveryAuth: valueCases('discovery_auth'),
  setStorageSettings: valueCases('setting').slice(0, 1),
  setTpgSettings: valueCases('setting').slice(0, 1),
  setAclSettings: valueCases('setting').slice(0, 1),
  setDiscoverySettings: valueCases('setting').slice(0, 1),
  setServerSettings: valueCases('setting').slice(0, 1),
  setLimits: valueCases('limit').slice(0, 1),
}

/** What a fault says in our own words: where, what is wrong, what is right, and the nearest thing that is. */
export function explained({ where, what, right, nearest }: ControlFault): string {
  const near = nearest === null || nearest === '' ? '' : ` There is ${nearest}.`
  return `${where === '' ? '' : `${where} `}${what}; right is ${right}.${near}`
}

/** An error of the daemon as it is told where targetcli has no words for it. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof ControlFault)) return error
  if (error.kind === FaultKind.unauthenticated)
    return new Refusal('The token is none that lunkitd knows', {
      explanation: 'Right is the file of another: --token-file, or LUNKIT_TOKEN_FILE.',
      fault: error.toJSON(),
    })
  return new Refusal(explained(error), { fault: error.toJSON() })
}

/** Why an edit was refused, in targetcli's words, with our own after them; another error as it is. */
export function editRefusal({ name, given }: EditCall, error: unknown): unknown {
  if (!(error instanceof ControlFault)) return error
  for (const { kind, what, says } of CASES[name] ?? []) {
    if (kind !== error.kind || (what !== undefined && !what.test(error.what))) continue
    const words = says(given as Readonly<Record<string, unknown>>, error)
    if (words !== undefined) return new Refusal(words, { explanation: explained(error), fault: error.toJSON() })
  }
  return refusalOf(error)
}
