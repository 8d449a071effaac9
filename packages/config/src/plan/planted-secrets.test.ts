import { inspect } from 'node:util'
import { ChapSecret } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { difference } from '../difference/difference.ts'
import { parseConfiguration } from '../document.ts'
import type { Configuration } from '../saveconfig.ts'
import { infoLines } from '../tree/info-lines.ts'
import { treeNode } from '../tree/tree.ts'
import type { FindSecret } from './found-secret.ts'
import { planServing } from './plan.ts'

const target = 'iqn.2026-11.com.example:disk'
const initiator = 'iqn.2026-11.com.example:host'
const at = { target, tag: 1 }
const acl = { ...at, initiator }

let planted = 0
/** Another secret each time. */
const plant = (): string => `pl4nted${String(planted++).padStart(4, '0')}`
/** All that were planted so far, as they might be told. */
const tellings = (): readonly string[] =>
  Array.from({ length: planted }, (_, number) => Buffer.from(`pl4nted${String(number).padStart(4, '0')}`)).flatMap(
    secret => [secret.toString(), secret.toString('hex'), secret.toString('base64').replace(/=*$/, '')],
  )
const toldIn = (text: string): readonly string[] => tellings().filter(each => text.includes(each))

const ofLio = (prefix: string) => ({
  ...{ [`${prefix}userid`]: 'u', [`${prefix}password`]: plant() },
  ...{ [`${prefix}mutual_userid`]: 'm', [`${prefix}mutual_password`]: plant() },
})
interface Planted {
  readonly tpg?: object
  readonly ofAcl?: object
  readonly fabric?: object
  readonly lunkit?: object
}

function configurationOf({ tpg = {}, ofAcl = {}, fabric = {}, lunkit = {} }: Planted): Configuration {
  const node_acls = [{ node_wwn: initiator, ...ofAcl }]
  const portals = [{ ip_address: '10.0.0.1', port: 3260 }]
  const tpgs = [{ tag: 1, attributes: { generate_node_acls: 1 }, portals, node_acls, ...tpg }]
  const fabric_modules = [{ name: 'iscsi', discovery_enable_auth: true, ...fabric }]
  return parseConfiguration(
    JSON.stringify({ fabric_modules, targets: [{ fabric: 'iscsi', wwn: target, tpgs }], lunkit }),
  )
}

const elsewhere = { password: { file: '/run/a' }, mutual_password: { credential: 'b' } }
const rule = { ...at, initiators: '192.0.2.0/24' }

/** By where the secrets stand: files that are served, well or not. */
const PLANTED: Readonly<Record<string, () => Planted>> = {
  "in LIO's keys": () => ({ tpg: ofLio('chap_'), ofAcl: ofLio('chap_'), fabric: ofLio('discovery_') }),
  "in those of LIO's manual": () => ({ tpg: ofLio(''), ofAcl: ofLio(''), fabric: ofLio('') }),
  'in both': () => ({ tpg: { ...ofLio(''), ...ofLio('chap_') }, ofAcl: { ...ofLio(''), ...ofLio('chap_') } }),
  'in access rules': () => ({ lunkit: { access_rules: [{ ...rule, ...ofLio('chap_') }] } }),
  'elsewhere, and beside that in the file': () => ({
    ...{ tpg: ofLio('chap_'), ofAcl: ofLio('chap_'), fabric: ofLio('discovery_') },
    lunkit: {
      authentication: [
        { ...at, ...elsewhere },
        { ...acl, ...elsewhere },
      ],
      discovery: elsewhere,
      access_rules: [{ ...rule, ...ofLio('chap_'), ...elsewhere }],
    },
  }),
  'in no texts, and without names': () => ({
    tpg: { chap_password: [plant()], chap_mutual_password: { secret: plant() } },
    ofAcl: { chap_password: plant(), chap_mutual_password: plant() },
    fabric: { discovery_password: { [plant()]: 1 } },
  }),
  'the same both ways': () => {
    const secret = plant()
    return { ofAcl: { chap_userid: 'u', chap_password: secret, chap_mutual_userid: 'm', chap_mutual_password: secret } }
  },
}

/** What is told of a configuration by who serves it, but for the secrets that are asked for. */
function toldOf(configuration: Configuration): string {
  const find: FindSecret = reference => ({
    secret: new ChapSecret(plant()),
    concern: `stands in ${inspect(reference)}`,
  })
  const [without, plan] = [planServing(parseConfiguration('{}')), planServing(configuration, find)]
  const steps = [...difference(without, plan), ...difference(plan, without)]
  const lost = planServing(configuration, () => ({ secret: undefined, concern: 'is not there' }))
  const paths = [
    '/iscsi',
    `/iscsi/${target}`,
    ...['', '/acls', `/acls/${initiator}`].map(each => `/iscsi/${target}/tpg1${each}`),
  ]
  const tree = paths.map(path => [treeNode(configuration, path), infoLines(configuration, path)])
  const all = [plan, plan.notices, lost, lost.notices, steps, tree]
  return `${JSON.stringify(all)}${inspect(all, { depth: Number.POSITIVE_INFINITY, showHidden: false, maxArrayLength: null })}`
}

describe('a plan, its notices and steps, and the tree that is shown tell no secret that stands', () => {
  it.each(Object.entries(PLANTED))('%s', (_where, planting) => {
    const told = toldOf(configurationOf(planting()))
    expect(told).toContain(target)
    expect(toldIn(told)).toEqual([])
  })
})

describe('an error tells no secret of a file that cannot be', () => {
  it.each<[string, () => object]>([
    ['where a password stands instead of its place', () => ({ authentication: [{ ...at, password: plant() }] })],
    ['where it stands in place of a file', () => ({ authentication: [{ ...acl, password: { file: plant() } }] })],
    ['where there are two places', () => ({ discovery: { password: { file: `/${plant()}`, credential: plant() } } })],
    ['where it is no text, in an access rule', () => ({ access_rules: [{ ...rule, chap_password: [plant()] }] })],
    ['where a rule has it in place of a file', () => ({ access_rules: [{ ...rule, password: plant() }] })],
  ])('%s', (_where, planting) => {
    const lunkit = planting()
    let told = ''
    try {
      configurationOf({ lunkit })
    } catch (error) {
      told = inspect(error)
    }
    expect(told).toContain('ConfigError')
    expect(toldIn(told)).toEqual([])
  })
})

describe('the search for secrets', () => {
  it('finds one that is told, however', () => {
    const secret = plant()
    const forms = [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]
    for (const form of forms) expect(toldIn(`{"a":"${form}"}`)).toHaveLength(1)
  })
})
