import type { EditCall, ValueCall } from '@lunkit/config'
import type { Values } from '@lunkit/config/words'
import { HIDDEN } from '@lunkit/config/words'
import type { ControlClient } from '@lunkit/control/client'
import { Refusal } from '../refusal.ts'
import type { KindOfNode, Node } from '../shell/nodes.ts'
import { nodesAt } from '../shell/nodes.ts'
import type { Place } from '../shell/place.ts'

/** How the values of a group are read. */
type ReadValues = (client: ControlClient, place: Place, node: Node) => Promise<Values>

/** A group of values of a node: what `get` reads and `set` sets. */
export interface Group {
  readonly name: string
  readonly read: ReadValues
  /** By what name `@lunkit/config` knows what they do; left out: nobody does. */
  readonly known?: ValueCall['name']
  /** How its values are set; left out: only the daemon sets them. */
  readonly edit?: EditCall['name']
  /** The argument of the edit that the values are. */
  readonly key?: string
  /** The values of an edit that takes each as an argument; others would be arguments of their own. */
  readonly names?: readonly string[]
  /** Those that only the daemon sets. */
  readonly readOnly?: readonly string[]
  /** What a value reads as, where that is not what it is. */
  readonly shown?: Readonly<Record<string, (value: string | number) => string>>
}

/** Whether a value is a password, by its name. */
export const isSecret = (name: string): boolean => name.endsWith('password')

/** What the daemon says of a secret, as a person is shown it. */
const SECRETS: Readonly<Record<string, string>> = { set: HIDDEN, unset: '' }

/** The values of a group that are in force. Of passwords only whether there is one can be known. */
const valuesBy = (name: ValueCall['name']): Pick<Group, 'read' | 'known'> => ({
  known: name,
  async read(client, place) {
    const { values } = await client.call('values', { name, given: place } as ValueCall)
    const shown = Object.entries(values).map(([each, value]): [string, string | number] => [
      each,
      isSecret(each) ? (SECRETS[value] ?? HIDDEN) : value,
    ])
    return Object.fromEntries(shown)
  },
})

/** What a session has negotiated, by targetcli's names. */
const NEGOTIATED = [
  'DataPDUInOrder',
  'DataSequenceInOrder',
  'ErrorRecoveryLevel',
  'FirstBurstLength',
  'ImmediateData',
  'MaxBurstLength',
  'MaxConnections',
] as const

/** What the session of an initiator has negotiated; lunkitd tells who is logged in, and not that. */
const negotiated: ReadValues = async (client, { target = '', initiator = '' }) => {
  const { sessions } = await client.call('sessions', { target, initiator })
  if (sessions.length > 0)
    throw new Refusal(`lunkitd does not tell what the session of ${initiator} has negotiated`, {
      explanation: 'Right is get parameter of its TPG, for what is offered.',
    })
  return Object.fromEntries(NEGOTIATED.map(name => [name, 'No Active iSCSI Session']))
}

const lunAlua: ReadValues = async (client, _place, { path }) => {
  const [told] = await nodesAt(client, path, 0)
  return { alua_tg_pt_gp_name: String(told?.info?.alua_tg_pt_gp_name ?? '') }
}

const CREDENTIALS = ['userid', 'password', 'mutual_userid', 'mutual_password'] as const
const isOn = (value: string | number): string => (value === 1 ? 'True' : 'False')

/** The groups of values by the kind of a node, in targetcli's words, and those that LIO has no word for; `global` is one of every node. */
export const groupsOf: Readonly<Partial<Record<KindOfNode, readonly Group[]>>> = {
  root: [
    { name: 'limit', ...valuesBy('limits'), edit: 'setLimits', key: 'limits' },
    { name: 'setting', ...valuesBy('serverSettings'), edit: 'setServerSettings', key: 'settings' },
  ],
  storageObject: [
    {
      name: 'attribute',
      ...valuesBy('storageAttributes'),
      edit: 'setStorageAttributes',
      key: 'attributes',
      readOnly: ['hw_block_size', 'hw_max_sectors', 'hw_pi_prot_type', 'hw_queue_depth'],
    },
    { name: 'setting', ...valuesBy('storageSettings'), edit: 'setStorageSettings', key: 'settings' },
  ],
  aluaGroup: [
    {
      name: 'alua',
      ...valuesBy('aluaGroup'),
      edit: 'setAluaGroup',
      key: 'values',
      readOnly: ['alua_support_lba_dependent', 'tg_pt_gp_id'],
    },
  ],
  fabric: [
    {
      name: 'discovery_auth',
      ...valuesBy('discoveryAuth'),
      edit: 'setDiscoveryAuth',
      names: ['enable', ...CREDENTIALS],
      shown: { enable: isOn },
    },
    { name: 'setting', ...valuesBy('discoverySettings'), edit: 'setDiscoverySettings', key: 'settings' },
  ],
  target: [{ name: 'redirection', ...valuesBy('targetRedirections') }],
  acls: [{ name: 'rule', ...valuesBy('accessRules') }],
  tpg: [
    { name: 'attribute', ...valuesBy('tpgAttributes'), edit: 'setTpgAttributes', key: 'attributes' },
    { name: 'auth', ...valuesBy('tpgAuth'), edit: 'setTpgAuth', names: CREDENTIALS },
    { name: 'parameter', ...valuesBy('tpgParameters'), edit: 'setTpgParameters', key: 'parameters' },
    { name: 'setting', ...valuesBy('tpgSettings'), edit: 'setTpgSettings', key: 'settings' },
    { name: 'redirection', ...valuesBy('tpgRedirections') },
    { name: 'rule', ...valuesBy('accessRules') },
  ],
  lun: [{ name: 'alua', read: lunAlua, edit: 'setLunAlua', names: ['alua_tg_pt_gp_name'] }],
  acl: [
    { name: 'attribute', ...valuesBy('aclAttributes'), edit: 'setAclAttributes', key: 'attributes' },
    { name: 'auth', ...valuesBy('aclAuth'), edit: 'setAclAuth', names: CREDENTIALS },
    { name: 'parameter', read: negotiated, readOnly: NEGOTIATED, known: 'tpgParameters' },
    { name: 'setting', ...valuesBy('aclSettings'), edit: 'setAclSettings', key: 'settings' },
    { name: 'redirection', ...valuesBy('aclRedirections') },
  ],
}

/** The edit that sets values of a group. @throws {Refusal} for a group that only the daemon sets. */
export function settingOf({ edit: name, key }: Group, place: Place, values: Values): EditCall {
  const [first = ''] = Object.keys(values)
  if (name === undefined) throw new Refusal(`Parameter ${first} is read-only.`)
  const given = key === undefined ? { ...place, ...values } : { ...place, [key]: values }
  return { name, given } as EditCall
}
