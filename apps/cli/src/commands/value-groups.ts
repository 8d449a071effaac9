import type { EditCall, ValueCall } from '@lunkit/config'
import type { Values } from '@lunkit/config/words'
import { HIDDEN } from '@lunkit/config/words'
import type { ControlClient } from '@lunkit/control/client'
import type { KindOfNode } from '../shell/nodes.ts'
import type { Place } from '../shell/place.ts'

/** A group of values of a node: what `get` reads and `set` sets. */
export interface Group {
  readonly name: string
  /** Where its values are. */
  readonly values: ValueCall['name']
  /** How its values are set. */
  readonly edit: EditCall['name']
  /** The argument of the edit that the values are. */
  readonly key?: string
  /** The values of an edit that takes each as an argument; others would be arguments of their own. */
  readonly names?: readonly string[]
  /** Those that only the daemon sets. */
  readonly readOnly?: readonly string[]
  /** What a value reads as, where that is not what it is. */
  readonly shown?: Readonly<Record<string, (value: string | number) => string>>
}

const CREDENTIALS = ['userid', 'password', 'mutual_userid', 'mutual_password'] as const
const isOn = (value: string | number): string => (value === 1 ? 'True' : 'False')

/** The groups of values by the kind of a node, in targetcli's words; `global` is one of every node. */
export const groupsOf: Readonly<Partial<Record<KindOfNode, readonly Group[]>>> = {
  storageObject: [
    {
      name: 'attribute',
      values: 'storageAttributes',
      edit: 'setStorageAttributes',
      key: 'attributes',
      readOnly: ['hw_block_size', 'hw_max_sectors', 'hw_pi_prot_type', 'hw_queue_depth'],
    },
  ],
  aluaGroup: [
    {
      name: 'alua',
      values: 'aluaGroup',
      edit: 'setAluaGroup',
      key: 'values',
      readOnly: ['alua_support_lba_dependent', 'tg_pt_gp_id'],
    },
  ],
  fabric: [
    {
      name: 'discovery_auth',
      values: 'discoveryAuth',
      edit: 'setDiscoveryAuth',
      names: ['enable', ...CREDENTIALS],
      shown: { enable: isOn },
    },
  ],
  tpg: [
    { name: 'attribute', values: 'tpgAttributes', edit: 'setTpgAttributes', key: 'attributes' },
    { name: 'auth', values: 'tpgAuth', edit: 'setTpgAuth', names: CREDENTIALS },
    { name: 'parameter', values: 'tpgParameters', edit: 'setTpgParameters', key: 'parameters' },
  ],
  acl: [
    { name: 'attribute', values: 'aclAttributes', edit: 'setAclAttributes', key: 'attributes' },
    { name: 'auth', values: 'aclAuth', edit: 'setAclAuth', names: CREDENTIALS },
  ],
}

/** Whether a value is a password, by its name. */
export const isSecret = (name: string): boolean => name.endsWith('password')

/** What the daemon says of a secret, as a person is shown it. */
const SECRETS: Readonly<Record<string, string>> = { set: HIDDEN, unset: '' }

/** The values of a group that are in force. Of passwords only whether there is one can be known. */
export async function valuesOf(client: ControlClient, { values: name }: Group, place: Place): Promise<Values> {
  const { values } = await client.call('values', { name, given: place } as ValueCall)
  const shown = Object.entries(values).map(([each, value]): [string, string | number] => [
    each,
    isSecret(each) ? (SECRETS[value] ?? HIDDEN) : value,
  ])
  return Object.fromEntries(shown)
}

/** The edit that sets values of a group. */
export function settingOf({ edit: name, key }: Group, place: Place, values: Values): EditCall {
  const given = key === undefined ? { ...place, ...values } : { ...place, [key]: values }
  return { name, given } as EditCall
}
