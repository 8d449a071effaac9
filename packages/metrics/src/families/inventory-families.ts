import type { ResultOf } from '@lunkit/control/client'
import type { Family } from './family.ts'

/** What lunkitd tells of what there is. */
export type Inventory = ResultOf<'inventory'>

/** The labels of a series in the order of its family, undefined for one that it has not, and what it says. */
type InventorySample = readonly [labels: readonly (string | number | undefined)[], value: number]

/** A family that comes of what there is. */
export interface InventoryFamily extends Family {
  readonly samples: (inventory: Inventory) => readonly InventorySample[]
}

const one = (value: number): readonly InventorySample[] => [[[], value]]
const STATES = [
  'ready',
  'readonly',
  'faulted',
  'deactivated',
] as const satisfies readonly Inventory['luns'][number]['state'][]
type Lun = Inventory['luns'][number]
const isOpen = ({ state }: Lun): boolean => state !== 'deactivated'

/** Every family that comes of what there is. */
export const inventoryFamilies: readonly InventoryFamily[] = [
  {
    name: 'lunkit_build_info',
    type: 'gauge',
    help: 'which lunkitd this is, of which commit where that is known, and on which Node; 1',
    labels: ['version', 'node', 'commit'],
    samples: ({ version, node, commit }) => [[[version, node, commit], 1]],
  },
  {
    name: 'lunkit_start_time_seconds',
    type: 'gauge',
    help: 'when lunkitd was started, in seconds since 1970',
    labels: [],
    samples: ({ started }) => one(started),
  },
  {
    name: 'lunkit_standstills_total',
    type: 'counter',
    help: 'times that the protocol thread stood still, so that no initiator was answered; each when it has ended',
    labels: [],
    samples: ({ standstills }) => one(standstills.times),
  },
  {
    name: 'lunkit_standstill_seconds_total',
    type: 'counter',
    help: 'how long those took',
    labels: [],
    samples: ({ standstills }) => one(standstills.seconds),
  },
  {
    name: 'lunkit_config_last_saved_timestamp_seconds',
    type: 'gauge',
    help: 'when the file of the configuration was written last, in seconds since 1970',
    labels: [],
    samples: ({ configuration: { saved } }) => (saved === null ? [] : one(saved)),
  },
  {
    name: 'lunkit_config_unsaved_changes',
    type: 'gauge',
    help: '1 while what is served differs from the file',
    labels: [],
    samples: ({ configuration: { unsaved } }) => one(Number(unsaved)),
  },
  {
    name: 'lunkit_config_load_fallbacks_total',
    type: 'counter',
    help: 'starts from what the file was before, since it was damaged',
    labels: [],
    samples: ({ configuration: { fallbacks } }) => one(fallbacks),
  },
  {
    name: 'lunkit_config_changes_total',
    type: 'counter',
    help: 'calls of the control API that change something, by what came of them',
    labels: ['method', 'result'],
    samples: ({ calls }) => calls.map(({ method, result, calls: times }) => [[method, result], times]),
  },
  {
    name: 'lunkit_isns_registered',
    type: 'gauge',
    help: '1 while an iSNS server of the configuration has what is served, 0 while it is tried again',
    labels: ['server'],
    samples: ({ isns }) => isns.map(({ server, registered }) => [[server], Number(registered)]),
  },
  {
    name: 'lunkit_isns_failures_total',
    type: 'counter',
    help: 'times that an iSNS server was not reached, or not satisfied',
    labels: ['server'],
    samples: ({ isns }) => isns.map(({ server, failures }) => [[server], failures]),
  },
  {
    name: 'lunkit_lun_info',
    type: 'gauge',
    help: 'what each LUN is; 1',
    labels: ['lun', 'serial', 'product', 'naa', 'block_size', 'thin'],
    samples: ({ luns }) =>
      luns.filter(isOpen).map(({ lun, serial, product, naa, blockSize, thin }) => {
        return [[lun, serial, product, naa, blockSize, String(thin)], 1]
      }),
  },
  {
    name: 'lunkit_lun_size_bytes',
    type: 'gauge',
    help: 'capacity',
    labels: ['lun'],
    samples: ({ luns }) => luns.filter(isOpen).map(({ lun, size }) => [[lun], size]),
  },
  {
    name: 'lunkit_lun_allocated_bytes',
    type: 'gauge',
    help: 'what the file of a LUN takes of its file system, at most half a minute old; of files alone',
    labels: ['lun'],
    samples: ({ luns }) =>
      luns.flatMap(({ lun, allocated }): InventorySample[] => (allocated === undefined ? [] : [[[lun], allocated]])),
  },
  {
    name: 'lunkit_lun_state',
    type: 'gauge',
    help: '1 for the state that the LUN is in, 0 for the others',
    labels: ['lun', 'state'],
    samples: ({ luns }) =>
      luns.flatMap(({ lun, state }) => STATES.map((each): InventorySample => [[lun, each], Number(each === state)])),
  },
  {
    name: 'lunkit_lun_mapping_info',
    type: 'gauge',
    help: 'by which number of which portal group a LUN is reached; 1',
    labels: ['target', 'tpg', 'lun_number', 'lun'],
    samples: ({ mappings }) => mappings.map(({ target, tpg, number, lun }) => [[target, tpg, number, lun], 1]),
  },
  {
    name: 'lunkit_session_info',
    type: 'gauge',
    help: 'who is logged in; 1. None where there are more than 1,000',
    labels: ['target', 'initiator', 'tsih', 'address', 'alias', 'auth', 'digest', 'tls'],
    samples: ({ sessions, sessionsLeftOut }) =>
      sessionsLeftOut > 0
        ? []
        : sessions.map(({ target, initiator, tsih, address, alias, auth, digest, tls }) => {
            return [[target, initiator, tsih, address, alias, auth, digest, String(tls)], 1]
          }),
  },
]
