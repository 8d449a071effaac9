import { ChapSecret } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import type { FindSecret } from './found-secret.ts'
import { planServing } from './plan.ts'

const target = 'iqn.2026-11.com.example:disks'
const at = { target, tag: 1 }
const NODE = 'iqn.2026-11.com.example:node'
const luns = [0, 1].map(index => ({ index, storage_object: `/backstores/ramdisk/rd${index}` }))
const storage_objects = [0, 1].map(number => ({ plugin: 'ramdisk', name: `rd${number}`, size: 1_048_576 }))

interface Beside {
  readonly find?: FindSecret
  readonly lunkit?: object
}

function plan(access_rules: readonly object[], tpg: object = {}, { find, lunkit = {} }: Beside = {}) {
  const first = { tag: 1, attributes: { authentication: 0 }, luns, ...tpg }
  // The ACLs whose tags are meant may be of another target.
  const other = {
    node_acls: [
      { node_wwn: NODE.toUpperCase(), tag: 'cluster' },
      { node_wwn: 'iqn.2026-11.com.example:other', tag: 'b' },
    ],
  }
  const targets = [
    { fabric: 'iscsi', wwn: target, tpgs: [first] },
    { fabric: 'iscsi', wwn: `${target}2`, tpgs: [other] },
  ]
  const { targets: planned, notices } = planServing(
    parseConfiguration(JSON.stringify({ storage_objects, targets, lunkit: { ...lunkit, access_rules } })),
    find,
  )
  return { rules: planned[0]?.groups[0]?.rules ?? [], texts: notices.map(({ text }) => text) }
}
const one = (rule: object, tpg?: object) => plan([{ ...at, ...rule }], tpg).rules[0]

describe('an access rule', () => {
  it.each([
    ['tag:cluster', 'tag:cluster', { kind: 'names', names: [NODE] }],
    ['tag:nobody', 'tag:nobody', { kind: 'names', names: [] }],
    [
      'iqn.1991-05.com.Microsoft:*',
      'iqn.1991-05.com.microsoft:*',
      { kind: 'prefix', prefix: 'iqn.1991-05.com.microsoft:' },
    ],
    ['192.0.2.0/24', '192.0.2.0/24', { kind: 'network', address: '192.0.2.0', bits: 24 }],
    ['192.0.2.7', '192.0.2.7/32', { kind: 'network', address: '192.0.2.7', bits: 32 }],
    ['2001:DB8:0::/33', '2001:db8::/33', { kind: 'network', address: '2001:db8::', bits: 33 }],
    ['::1', '::1/128', { kind: 'network', address: '::1', bits: 128 }],
  ])('for %s', (initiators, name, match) => {
    expect(one({ initiators })).toMatchObject({ name, match })
  })

  it.each([
    '*',
    'host',
    'iqn.2026-11.com.example:host',
    'iqn.*host*',
    'tag:',
    '192.0.2.0/33',
    '192.0.2.7/24',
    '2001:db8::1/32',
    '300.0.0.0/8',
    '',
  ])('for %j cannot be, and with it the file', initiators => {
    expect(() => one({ initiators })).toThrow('lunkit.access_rules[0].initiators')
  })

  it('gives all LUNs of the TPG by their numbers, or those that it maps; to read only where it or the TPG says so', () => {
    const initiators = 'tag:cluster'
    const seen = (rule: object, tpg?: object) =>
      one({ initiators, ...rule }, tpg)?.luns.map(({ lun, storage, writeProtected }) => [lun, storage, writeProtected])
    const mapped_luns = [
      { index: 5, tpg_lun: 1 },
      { index: 6, tpg_lun: 1, write_protect: true },
    ]
    expect(seen({})).toEqual([
      [0, 'ramdisk/rd0', false],
      [1, 'ramdisk/rd1', false],
    ])
    expect(seen({ mapped_luns })).toEqual([
      [5, 'ramdisk/rd1', false],
      [6, 'ramdisk/rd1', true],
    ])
    expect(seen({ write_protect: true, mapped_luns: mapped_luns.slice(0, 1) })).toEqual([[5, 'ramdisk/rd1', true]])
    expect(seen({}, { attributes: { authentication: 0, prod_mode_write_protect: 1 } })).toEqual([
      [0, 'ramdisk/rd0', true],
      [1, 'ramdisk/rd1', true],
    ])
  })

  it('asks for its own credentials, as an ACL does', () => {
    const own = { initiators: 'tag:cluster', chap_userid: 'node', chap_password: 'secretofnode1' }
    expect(one({ ...own, authentication: 1 })?.proof).toMatchObject({ required: true, credentials: { name: 'node' } })
    expect(one({ initiators: 'tag:cluster', authentication: 1 })?.refused).toContain('authentication=1')
    expect(one(own, { attributes: { authentication: 1 } })?.proof.required).toBe(true)
    expect(one({ ...own, authentication: 0 }, { attributes: { authentication: 1 } })?.proof.required).toBe(false)
  })

  const referring = { ...at, initiators: 'tag:cluster', chap_userid: 'node', authentication: 1 }

  it('has its passwords elsewhere, byte for byte, and in the place of one that stands in the file', () => {
    const secrets = [new ChapSecret(Buffer.from('00ff80fe7f0a41c328e0a0', 'hex')), new ChapSecret('mutualmutual')]
    const find: FindSecret = reference => ({ secret: secrets['file' in reference ? 0 : 1] })
    const rule = {
      ...{ ...referring, chap_password: 'old', chap_mutual_userid: 'disks' },
      ...{ password: { file: '/a' }, mutual_password: { credential: 'b' } },
    }
    const { rules, texts } = plan([rule], {}, { find })
    const { credentials } = rules[0]?.proof ?? {}
    expect(credentials).toMatchObject({ name: 'node', mutual: { name: 'disks' } })
    expect([credentials?.secret, credentials?.mutual?.secret].map(each => each?.bytes)).toEqual(
      secrets.map(({ bytes }) => bytes),
    )
    expect(texts.join()).toContain('the password that stands here is not used')
  })

  it('lets nobody in whose password cannot be had, and never by the one that stands in the file', () => {
    const find: FindSecret = () => ({ secret: undefined, concern: 'there is no such file' })
    const { rules, texts } = plan([{ ...referring, chap_password: 'old', password: { file: '/a' } }], {}, { find })
    expect(rules[0]).toMatchObject({
      refused: 'CHAP is demanded, and the credentials cannot be read (authentication=1 of the ACL)',
      proof: { credentials: undefined },
    })
    expect(texts).toContain('a secret cannot be had of the file /a: there is no such file; it counts as no password')
  })

  it('goes by the hashes of its TPG, both ways where that says so, and not by its passwords', () => {
    const find: FindSecret = () => ({ secret: new ChapSecret('secretoftpg12') })
    const authentication = [{ ...at, chap_algorithms: 'SHA256', require_mutual_chap: true, password: { file: '/tpg' } }]
    const rule = { ...referring, chap_password: 'secretofnode1', chap_mutual_userid: 'd', chap_mutual_password: 'm' }
    const { credentials } = plan([rule], {}, { find, lunkit: { authentication } }).rules[0]?.proof ?? {}
    expect(credentials).toMatchObject({ algorithms: [7], mutualRequired: true })
    expect(Buffer.from(credentials?.secret.bytes ?? []).toString()).toBe('secretofnode1')
  })

  it('is said to let nobody in where nobody has its tag, and where its TPG is not served', () => {
    const { texts } = plan([
      { ...at, initiators: 'tag:none' },
      { ...at, tag: 2, initiators: 'tag:cluster' },
    ])
    expect(texts).toEqual(
      expect.arrayContaining([
        'no ACL of the file has the tag of the access rule tag:none; it lets nobody in',
        `no TPG 2 of ${target} is served; the access rule lets nobody in`,
      ]),
    )
  })

  it('maps only LUNs that the TPG has', () => {
    const mapped_luns = [{ index: 0, tpg_lun: 7 }]
    const { rules, texts } = plan([{ ...at, initiators: 'tag:cluster', mapped_luns }])
    expect(rules[0]?.luns).toEqual([])
    expect(texts.join()).toContain('names LUN 7, which the TPG does not have')
  })
})

describe('two access rules about the same initiators', () => {
  it('let in nobody where they are the same', () => {
    const { rules, texts } = plan([
      { ...at, initiators: '192.0.2.7' },
      { ...at, initiators: '192.0.2.7/32', write_protect: true },
    ])
    expect(rules).toMatchObject([{ name: '192.0.2.7/32', refused: 'it is there twice', luns: [] }])
    expect(texts.join()).toContain('initiators is 192.0.2.7/32 again, as lunkit.access_rules[0].initiators')
  })

  it('do not let in who has both their tags', () => {
    const node_acls = [
      { node_wwn: `${NODE}2`, tag: 'cluster' },
      { node_wwn: NODE, tag: 'b' },
    ]
    const { rules, texts } = plan(
      [
        { ...at, initiators: 'tag:cluster' },
        { ...at, initiators: 'tag:b' },
      ],
      { node_acls },
    )
    expect(rules.map(({ name, refused }) => [name, refused])).toEqual([
      [NODE, 'the access rules tag:cluster and tag:b are both about it'],
      ['tag:cluster', undefined],
      ['tag:b', undefined],
    ])
    expect(texts.join()).toContain(`initiators has ${NODE}, as tag:cluster has`)
  })
})
