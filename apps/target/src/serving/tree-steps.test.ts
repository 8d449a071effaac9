import { difference, emptyPlan, parseConfiguration, planServing } from '@lunkit/config'
import { ChapSecret, DEFAULT_ACCESS, type Step, type StepKind, type StepOf } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { saveConfig } from '../testing/save-config.ts'
import { type StepKnowledge, treeStep } from './tree-steps.ts'

const HOST1 = 'iqn.1994-05.com.redhat:host1'
const rd = { plugin: 'ramdisk', name: 'rd0', size: 1_048_576 }
const KNOWLEDGE = { refused: new Map(), portIdOf: () => 7, limitsOf: () => ({}) } as unknown as StepKnowledge

function stepsOf(text: string, before?: string): Step[] {
  const [from, to] = [before, text].map(each =>
    each === undefined ? emptyPlan : planServing(parseConfiguration(each)),
  )
  return difference(from ?? emptyPlan, to ?? emptyPlan).map(step => treeStep(step, KNOWLEDGE))
}

/** What is served of one target of this configuration, and its first group. */
function served(tpg: object) {
  const steps = stepsOf(saveConfig([rd, { ...rd, name: 'rd1' }], tpg))
  const of = <K extends StepKind>(kind: K) => steps.filter((step): step is StepOf<K> => step.kind === kind)
  const [group] = of('addGroup')
  if (!group) throw new Error('the target has no portal group')
  const { settings, relativePortId, tag } = group
  const access = (name: string) => {
    const own = of('addAcl').find(({ initiator }) => initiator === name)?.access ?? of('setDemoMode')[0]?.access
    return own && { ...DEFAULT_ACCESS, ...settings.accessDefaults, ...own }
  }
  const luns = (whose?: string) =>
    of('mapLun').flatMap(({ initiator, lun, disk, writeProtected }) =>
      initiator === whose ? [[lun, disk, writeProtected]] : [],
    )
  const portals = of('openPortal').map(({ portal }) => portal)
  return { target: of('addTarget')[0], settings, tag, relativePortId, portals, access, luns }
}

describe('a target is served with what its TPG says:', () => {
  it.each([
    ['login_timeout', { login_timeout: 7 }, { loginTimeMs: 7000 }],
    ['login_keys_workaround', { login_keys_workaround: 0 }, { loginKeysWorkaround: false }],
    ['login_keys_workaround by default', {}, { loginKeysWorkaround: true }],
    ['login_timeout by default', {}, { loginTimeMs: 15_000 }],
    ['demo_mode_discovery off', { demo_mode_discovery: 0 }, { demoModeDiscovery: false }],
    ['demo_mode_discovery by default', {}, { demoModeDiscovery: true }],
  ])('%s', (_what, attributes, expected) => {
    expect(served({ attributes }).settings).toMatchObject(expected)
  })

  it('its tag and portals', () => {
    const portals = [
      { ip_address: '127.0.0.1', port: 3261 },
      { ip_address: '[::1]', port: 3262 },
    ]
    expect(served({ tag: 5, portals })).toMatchObject({
      tag: 5,
      relativePortId: 7,
      portals: [
        { host: '127.0.0.1', port: 3261 },
        { host: '::1', port: 3262 },
      ],
    })
  })

  it.each([
    ['a TargetAlias', { TargetAlias: 'the disks' }, 'the disks'],
    ['an empty TargetAlias, which is none', { TargetAlias: '' }, undefined],
    ["LIO's TargetAlias by default", {}, 'LIO Target'],
  ])('%s', (_what, parameters, alias) => {
    expect(served({ parameters }).target?.alias).toBe(alias)
  })

  it('each text key, within what RFC 7143 13.14 allows', () => {
    const parameters = {
      HeaderDigest: 'CRC32C',
      DataDigest: 'None,CRC32C',
      InitialR2T: 'No',
      ImmediateData: 'No',
      MaxXmitDataSegmentLength: '4096',
      MaxRecvDataSegmentLength: '1024',
      MaxBurstLength: '16384',
      FirstBurstLength: '32768',
      DefaultTime2Wait: '3',
      DefaultTime2Retain: '4',
      MaxOutstandingR2T: '5',
    }
    expect(served({ parameters }).settings.parameters).toEqual({
      HeaderDigest: ['CRC32C'],
      DataDigest: ['None', 'CRC32C'],
      InitialR2T: false,
      ImmediateData: false,
      MaxRecvDataSegmentLength: 4096,
      MaxBurstLength: 16_384,
      FirstBurstLength: 16_384,
      DefaultTime2Wait: 3,
      DefaultTime2Retain: 4,
      MaxOutstandingR2T: 5,
    })
  })
})

describe('initiators get what their ACL says:', () => {
  const attributes = {
    dataout_timeout: 4,
    dataout_timeout_retries: 6,
    nopin_timeout: 8,
    nopin_response_timeout: 9,
  }
  const acl = { node_wwn: HOST1, attributes, mapped_luns: [{ index: 3, tpg_lun: 1, write_protect: true }] }

  it('time-outs, the depth of the TPG, and no authentication where none is asked for', () => {
    const group = served({ attributes: { authentication: 0, default_cmdsn_depth: 33 }, node_acls: [acl] })
    expect(group.access(HOST1)).toEqual({
      authenticationRequired: false,
      commandDepth: 33,
      dataOutTimeoutMs: 24_000,
      pingAfterMs: 8000,
      pingTimeoutMs: 9000,
    })
    expect(group.access('iqn.1994-05.com.redhat:other')).toBeUndefined()
  })

  it('a login that is refused where CHAP is demanded, with or without an ACL', () => {
    const group = served({ attributes: { authentication: 1, generate_node_acls: 1 }, node_acls: [acl] })
    expect(group.access(HOST1)?.authenticationRequired).toBe(true)
    expect(group.access('iqn.1994-05.com.redhat:other')?.authenticationRequired).toBe(true)
  })

  it('the credentials of its ACL, and without an ACL those of the TPG', () => {
    const attributes = { authentication: 1, generate_node_acls: 1 }
    const own = { ...acl, chap_userid: 'alice', chap_password: 'secretsecret12' }
    const mutual = { mutual_userid: 'tgt', mutual_password: 'mutualsecret12' }
    const group = served({ attributes, node_acls: [own], userid: 'all', password: 'othersecret12', ...mutual })
    expect(group.access(HOST1)).toMatchObject({
      authenticationRequired: true,
      credentials: { name: 'alice', secret: new ChapSecret('secretsecret12') },
    })
    expect(group.access('iqn.1994-05.com.redhat:other')?.credentials).toEqual({
      name: 'all',
      secret: new ChapSecret('othersecret12'),
      mutual: { name: 'tgt', secret: new ChapSecret('mutualsecret12') },
    })
  })

  it('a refusal in words where nobody knows what the ACL says', () => {
    const group = served({ attributes: { authentication: 0 }, node_acls: [acl, acl] })
    expect(group.access(HOST1)).toMatchObject({ authenticationRequired: false, refused: 'it has two ACLs' })
  })

  it('the depth of the TPG without an ACL too', () => {
    const open = { authentication: 0, generate_node_acls: 1, default_cmdsn_depth: 9 }
    expect(served({ attributes: open }).access(HOST1)).toMatchObject({
      authenticationRequired: false,
      commandDepth: 9,
    })
  })

  it('mapped LUNs by their numbers and protection; those without an ACL the LUNs of the TPG', () => {
    const open = { authentication: 0, generate_node_acls: 1 }
    const group = served({ attributes: open, node_acls: [acl] })
    expect(group.luns(HOST1)).toEqual([[3, 'ramdisk/rd1', true]])
    expect(group.luns()).toEqual([
      [0, 'ramdisk/rd0', true],
      [1, 'ramdisk/rd1', true],
    ])
  })
})

describe('a change of a disk', () => {
  const file = { plugin: 'fileio', name: 'd', dev: '/srv/d', size: 1_048_576, wwn: 'a1' }
  const change = (after: object) => stepsOf(saveConfig([{ ...file, ...after }]), saveConfig([file]))

  it('to another size or attributes is made while it is served', () => {
    expect(change({ size: 2_097_152 })).toMatchObject([
      { kind: 'changeDisk', disk: 'fileio/d', resize: { from: 1_048_576, to: 2_097_152 } },
    ])
    const [step] = change({ attributes: { max_write_same_len: 7 } })
    expect(step).toMatchObject({ kind: 'changeDisk' })
    expect(step).not.toHaveProperty('resize')
  })

  it('that has it keep writes back, or not any more, opens it anew', () => {
    expect(change({ write_back: true })).toMatchObject([
      { kind: 'replaceDisk', disk: 'fileio/d', replaces: 'fileio/d' },
    ])
  })
})
