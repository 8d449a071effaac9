import { describe, expect, it } from 'vitest'
import { disk, file, group, HOST, lunsOf, open, planOf, texts } from '../testing/plan-beside.ts'

describe('whatever restricts access fails closed:', () => {
  it.each<[string, object]>([
    ['authentication', { authentication: 7 }],
    ['authentication as a word', { authentication: false }],
    ['authentication as a list', { authentication: [] }],
  ])('%s that is wrong demands CHAP', (_what, attributes) => {
    const plan = planOf({ tpg: { attributes: { ...open, ...attributes }, node_acls: [{ node_wwn: HOST }] } })
    expect(group(plan).demoMode?.refused).toContain('CHAP is demanded')
    expect(group(plan).acls[0]?.refused).toContain('CHAP is demanded')
  })

  it.each(['CHAP,None,Kerberos', 'none', [], 5, {}])('AuthMethod=%j demands CHAP', AuthMethod => {
    const plan = planOf({ tpg: { parameters: { AuthMethod } } })
    expect(group(plan).demoMode?.refused).toContain('CHAP is demanded')
  })

  it('parameters that cannot be read may have demanded CHAP', () => {
    expect(group(planOf({ tpg: { parameters: 'None' } })).demoMode?.refused).toContain('CHAP is demanded')
  })

  it('generate_node_acls that is wrong lets nobody in who has no ACL', () => {
    for (const generate_node_acls of [true, 2, 'yes', []])
      expect(group(planOf({ tpg: { attributes: { ...open, generate_node_acls } } })).demoMode).toBeUndefined()
  })

  it('a protection against writing that is wrong protects', () => {
    const mapped_luns = [{ index: 0, tpg_lun: 0, write_protect: 'off' }]
    const node_acls = [{ node_wwn: HOST, mapped_luns }]
    const demo = planOf({ tpg: { attributes: { ...open, demo_mode_write_protect: 'x' }, node_acls } })
    expect(group(demo).demoMode?.luns[0]?.writeProtected).toBe(true)
    expect(group(demo).acls[0]?.luns[0]?.writeProtected).toBe(true)
    const writable = [{ node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 0 }] }]
    const production = planOf({ tpg: { attributes: { ...open, prod_mode_write_protect: -1 }, node_acls: writable } })
    expect(group(production).acls[0]?.luns[0]?.writeProtected).toBe(true)
  })

  it('a disk whose readonly is wrong is read-only; one whose write_back is keeps nothing back', () => {
    expect(disk(planOf({ object: { ...file, readonly: 'off' } }))?.readOnly).toBe(true)
    expect(disk(planOf({ object: { ...file, write_back: 'off' } }))?.writeBack).toBe(false)
    const wrong = { write_back: true, attributes: { emulate_write_cache: 3 } }
    expect(disk(planOf({ object: { ...file, ...wrong } }))?.writeBack).toBe(false)
  })

  it.each([{ fabric_prot_type: 2 }, { t10_pi: 'yes' }])('the LUNs of a TPG with %j are not served', attributes => {
    const plan = planOf({ tpg: { attributes: { ...open, ...attributes } } })
    expect([lunsOf(plan), group(plan).unserved.length]).toEqual([[], 1])
  })

  it('an ACL of which the name is no iSCSI name still decides for its initiator', () => {
    const node_acls = [{ node_wwn: 'iqn.2026-11.com.example:my_host', attributes: { authentication: 1 } }]
    expect(group(planOf({ tpg: { node_acls } })).acls).toMatchObject([
      { initiator: 'iqn.2026-11.com.example:my_host', refused: expect.stringContaining('CHAP') },
    ])
  })

  it.each([[[{}]], [[{ node_wwn: [] }]], [[7]], ['hosts'], [{}]])(
    'ACLs that cannot be read (%j) may keep anybody out',
    node_acls => {
      const plan = planOf({ tpg: { node_acls } })
      expect(group(plan).demoMode).toBeUndefined()
      expect(texts(plan, 'wrong')).toHaveLength(1)
    },
  )

  it('an ACL whose attributes cannot be read lets nobody in', () => {
    const acl = (attributes: unknown) => [{ node_wwn: HOST, attributes }]
    expect(group(planOf({ tpg: { node_acls: acl('x') } })).acls[0]?.refused).toContain('cannot be read')
    expect(group(planOf({ tpg: { node_acls: acl({ authentication: 9 }) } })).acls[0]?.refused).toContain('CHAP')
  })

  it.each([
    [[{ name: 'iscsi', discovery_enable_auth: 'off' }]],
    [[{ name: 'iscsi', discovery_enable_auth: [] }]],
    [[{ name: 'iscsi', userid: {} }]],
    [[{ discovery_enable_auth: true }]],
    [
      [
        { name: 'iscsi', discovery_enable_auth: true },
        { name: 'iscsi', discovery_enable_auth: false },
      ],
    ],
    [[7]],
    ['iscsi'],
  ])('discovery is refused by %j', fabric_modules => {
    expect(planOf({ rest: { fabric_modules } }).discovery.refused).toBeDefined()
  })

  it.each([7, 'x', null, 'Standby'])('a LUN in an ALUA group of the state %j', alua_access_state => {
    const alua_tpgs = [{ name: 'default_tg_pt_gp', alua_access_state }]
    expect(lunsOf(planOf({ object: { ...file, alua_tpgs } }))).toEqual(alua_access_state === null ? [0, 1] : [0])
  })

  it('and no secret is shown', () => {
    const secrets = { chap_password: ['hunter2'], password: 123_456_789 }
    const fabric_modules = [{ name: 'iscsi', discovery_password: { x: 987_654_321 } }]
    const plan = planOf({ tpg: { ...secrets, node_acls: [{ node_wwn: HOST, ...secrets }] }, rest: { fabric_modules } })
    expect(JSON.stringify(plan)).not.toMatch(/hunter2|123456789|987654321/)
    expect(texts(plan, 'wrong').length).toBeGreaterThan(0)
  })
})
