import { describe, expect, it } from 'vitest'
import { planServing } from '../plan/plan.ts'
import { secretReferences } from '../plan/secret-references.ts'
import type { Configuration } from '../saveconfig.ts'
import { infoLines } from '../tree/info-lines.ts'
import { treeNode } from '../tree/tree.ts'
import { applyEdit, type EditArguments, type EditCall } from './edits.ts'

const target = 'iqn.2026-11.com.example:disk'
const at = { target, tag: 1 }
const portals = [{ ip_address: '10.0.0.1', port: 3260 }]
const luns = [{ index: 0, storage_object: '/backstores/ramdisk/a' }]
const withLuns = (some: readonly object[], tpgs = 1): Configuration =>
  ({
    storage_objects: ['a', 'b'].map(name => ({ plugin: 'ramdisk', name, size: 1_048_576 })),
    targets: [
      {
        fabric: 'iscsi',
        wwn: target,
        tpgs: Array.from({ length: tpgs }, (_, index) => ({
          tag: index + 1,
          enable: true,
          luns: some,
          node_acls: [],
          portals: index === 0 ? portals : [],
        })),
      },
    ],
  }) as unknown as Configuration
const start = withLuns(luns)

const edited = (configuration: Configuration, call: EditCall): Configuration =>
  applyEdit(configuration, call).configuration
const allow = (configuration: Configuration, given: Partial<EditArguments<'setAccessRule'>>): Configuration =>
  edited(configuration, { name: 'setAccessRule', given: { ...at, initiators: '192.0.2.0/24', ...given } })
const rulesIn = ({ lunkit }: Configuration) => (lunkit as { readonly access_rules?: readonly object[] }).access_rules
const group = (configuration: Configuration) => planServing(configuration).targets[0]?.groups[0]

describe('an access rule', () => {
  it('stands outside of what LIO reads; what is left out of it stays', () => {
    const first = allow(start, { userid: 'u', password: 'secretsecret1', mapped_luns: 'lun0,5=0:ro' })
    const second = allow(first, { write_protect: true, authentication: 1, password: '' })
    expect(second.targets).toBe(start.targets)
    expect(rulesIn(second)).toEqual([
      {
        ...at,
        initiators: '192.0.2.0/24',
        authentication: 1,
        chap_userid: 'u',
        mapped_luns: [
          { index: 0, tpg_lun: 0, write_protect: false },
          { index: 5, tpg_lun: 0, write_protect: true },
        ],
        write_protect: true,
      },
    ])
    expect(rulesIn(allow(second, { mapped_luns: '' }))).toEqual([
      expect.not.objectContaining({ mapped_luns: expect.anything() }),
    ])
  })

  it('is one for whom it is about, however that is written', () => {
    const twice = allow(allow(start, { initiators: '2001:DB8:0:0::/64' }), {
      initiators: '2001:db8::/64',
      write_protect: true,
    })
    expect(group(twice)?.rules).toMatchObject([{ name: '2001:db8::/64' }])
  })

  it('stays as it is where another one changes or goes, of its group or for whom it is', () => {
    const both = withLuns(luns, 2)
    const made = ['192.0.2.0/24', '198.51.100.0/24'].reduce((found, initiators) => allow(found, { initiators }), both)
    const three = allow(made, { tag: 2 })
    const changed = allow(three, { initiators: '198.51.100.0/24', write_protect: true })
    const said = (configuration: Configuration) =>
      rulesIn(configuration)?.map(rule => {
        const { tag, initiators, write_protect: isProtected = false } = rule as Readonly<Record<string, unknown>>
        return [tag, initiators, isProtected]
      })
    expect(said(changed)).toEqual([
      [1, '192.0.2.0/24', false],
      [1, '198.51.100.0/24', true],
      [2, '192.0.2.0/24', false],
    ])
    const gone = edited(changed, { name: 'deleteAccessRule', given: { ...at, initiators: '192.0.2.0/24' } })
    expect(said(gone)).toEqual([
      [1, '198.51.100.0/24', true],
      [2, '192.0.2.0/24', false],
    ])
  })

  it.each<[string, EditCall]>([
    ['the LUN', { name: 'deleteLun', given: { ...at, lun: 0 } }],
    ['its storage object', { name: 'deleteStorageObject', given: { storage_object: 'ramdisk/a' } }],
  ])('maps nothing any more, instead of everything, where %s is taken away', (_what, call) => {
    const without = edited(allow(start, { mapped_luns: '0,5=0:ro' }), call)
    expect(rulesIn(without)).toEqual([expect.objectContaining({ mapped_luns: [] })])
    const other = [{ index: 3, storage_object: '/backstores/ramdisk/b' }]
    expect(rulesIn(edited(allow(withLuns([...luns, ...other]), { mapped_luns: '0,3' }), call))).toEqual([
      expect.objectContaining({ mapped_luns: [{ index: 3, tpg_lun: 3, write_protect: false }] }),
    ])
  })

  it('of another TPG keeps what it maps', () => {
    const two = withLuns(luns, 2)
    const kept = allow(allow(two, { mapped_luns: '0' }), { tag: 2, mapped_luns: '0' })
    expect(rulesIn(edited(kept, { name: 'deleteLun', given: { ...at, lun: 0 } }))).toEqual([
      expect.objectContaining({ tag: 1, mapped_luns: [] }),
      expect.objectContaining({ tag: 2, mapped_luns: [{ index: 0, tpg_lun: 0, write_protect: false }] }),
    ])
  })

  it('is taken away, with its target, and with all', () => {
    const given = { ...at, initiators: '192.0.2.0/24' }
    const made = allow(start, {})
    for (const call of [
      { name: 'deleteAccessRule', given },
      { name: 'deleteTarget', given: { wwn: target } },
      { name: 'deleteTpg', given: at },
    ] as const)
      expect(edited(made, call).lunkit).toEqual({})
    expect(edited(made, { name: 'clear', given: {} }).lunkit).toEqual({})
    expect(() => edited(start, { name: 'deleteAccessRule', given })).toThrow(
      'has no access rule 192.0.2.0/24; right is one that is there, and it has none',
    )
    const others = ['192.0.3.0/24', '192.0.4.0/24'].reduce((all, initiators) => allow(all, { initiators }), start)
    expect(() => edited(others, { name: 'deleteAccessRule', given })).toThrow(
      'has no access rule 192.0.2.0/24; right is one that is there: 192.0.3.0/24, 192.0.4.0/24',
    )
  })

  it.each<[string, Partial<EditArguments<'setAccessRule'>>, string]>([
    ['a network with bits of a host', { initiators: '192.0.2.7/24' }, 'right is "192.0.2.0/24"'],
    ['everybody', { initiators: '*' }, 'right is "tag:NAME"'],
    ['one initiator', { initiators: 'iqn.2026-11.com.example:host' }, 'one initiator has an ACL'],
    ['LUNs that cannot be read', { mapped_luns: 'lun0;lun1' }, 'right is LUNs of the TPG'],
    ['a LUN that the TPG does not have', { mapped_luns: '0,1' }, 'tpg1/luns/lun1'],
    ['a number for two LUNs', { mapped_luns: '0,0=lun0:ro' }, 'cannot map two LUNs to the number 0'],
    ['a number that an initiator could take for another one', { mapped_luns: '16384=lun0' }, 'cannot be LUN 16384'],
    ['an authentication that there is none of', { authentication: 2 }, 'right is a whole number from -1 to 1'],
    ['a TPG that there is none of', { tag: 7 }, 'tpg7'],
  ])('is refused for %s', (_what, given, words) => {
    expect(() => allow(start, given)).toThrow(words)
  })

  it('has each password in one place: in the file, in one of its own, or in a credential', () => {
    const inFile = allow(start, { userid: 'u', password: 'secretsecret1', mutual_userid: 'd', mutual_password: 'm' })
    const apart = allow(inFile, { password_file: '/a', mutual_password_credential: 'b' })
    const names = { ...at, initiators: '192.0.2.0/24', chap_userid: 'u', chap_mutual_userid: 'd' }
    expect(rulesIn(apart)).toEqual([{ ...names, password: { file: '/a' }, mutual_password: { credential: 'b' } }])
    expect(secretReferences(apart)).toEqual([{ file: '/a' }, { credential: 'b' }])
    expect(infoLines(apart, `/iscsi/${target}/tpg1/acls`)).toEqual([
      '192.0.2.0/24: the LUNs of the TPG, CHAP by the file /a, mutual CHAP by the credential b',
    ])
    const moved = allow(apart, { password_credential: 'c', mutual_password: 'other' })
    expect(rulesIn(moved)).toEqual([{ ...names, password: { credential: 'c' }, chap_mutual_password: 'other' }])
    expect(rulesIn(allow(moved, { password_file: '' }))).toEqual(rulesIn(moved))
    expect(rulesIn(allow(moved, { password_credential: '' }))).toEqual([{ ...names, chap_mutual_password: 'other' }])
  })

  it('is refused a place that is none, without showing it: it may be the password', () => {
    expect(() => allow(start, { password_file: 'pl4nted' })).toThrow(
      'cannot have this password_file; right is a path that starts with "/"',
    )
  })

  it('is shown by ls and info, without what it asks for', () => {
    const made = allow(start, {
      initiators: 'iqn.1991-05.com.microsoft:*',
      userid: 'u',
      password: 'secretsecret1',
      mapped_luns: '5=lun0:ro',
    })
    const path = `/iscsi/${target}/tpg1/acls`
    expect(treeNode(made, path).summary).toBe('ACLs: 0, access rules: 1')
    expect(infoLines(made, path)).toEqual(['iqn.1991-05.com.microsoft:*: LUNs 5=lun0:ro, CHAP'])
  })
})

describe('a portal that is for discovery only', () => {
  const only = (configuration: Configuration, discovery_only: boolean): Configuration =>
    edited(configuration, { name: 'setDiscoveryOnly', given: { ...at, ip_address: '10.0.0.1', discovery_only } })

  it('stands outside of what LIO reads, is shown, and is for logins again', () => {
    const made = only(only(start, true), true)
    expect(made.lunkit).toEqual({ discovery_portals: [{ ...at, ip_address: '10.0.0.1', port: 3260 }] })
    expect(group(made)?.discoveryOnly).toEqual([{ host: '10.0.0.1', port: 3260 }])
    expect(treeNode(made, `/iscsi/${target}/tpg1/portals/10.0.0.1:3260`).summary).toBe('discovery only')
    expect(only(made, false).lunkit).toEqual({})
  })

  it('goes with the portal', () => {
    const given = { ...at, ip_address: '10.0.0.1' }
    expect(edited(only(start, true), { name: 'deletePortal', given }).lunkit).toEqual({})
  })
})
