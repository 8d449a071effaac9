import { NodeKind, parseConfiguration, planServing } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import type { ServedConfiguration } from '../serving/served-configuration.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { seenLuns } from './seen-luns.ts'
import { ServedNodes } from './served-nodes.ts'

const HOST = 'iqn.2026-11.com.example:host'
const rd = (name: string) => ({ plugin: 'ramdisk', name, size: 1_048_576 })
const mapped = (index: number, tpg_lun: number) => ({ index, tpg_lun })
const rule = (initiators: string, index: number) => ({
  ...{ target: TARGET_NAME, tag: 1, initiators },
  mapped_luns: [mapped(index, 1)],
})

const plan = planServing(
  parseConfiguration(
    saveConfig(
      [rd('a'), rd('b')],
      { node_acls: [{ node_wwn: HOST, mapped_luns: [mapped(5, 0)] }] },
      { lunkit: { access_rules: [rule('192.0.2.0/24', 7), rule('198.51.100.0/24', 8)] } },
    ),
  ),
)
const session = {
  ...{ initiatorName: HOST, isid: 1, targetName: TARGET_NAME, targetPortalGroupTag: 1, discovery: false, tsih: 1 },
  ...{ remote: { host: '192.0.2.1', port: 1 }, local: { host: '127.0.0.1', port: 3260 }, authMethod: 'None' },
  ...{ headerDigest: false, dataDigest: false },
}

describe('the LUNs of a session', () => {
  it.each([
    ['its ACL says', {}, [5]],
    ['the group has, where it has no ACL', { initiatorName: `${HOST}2` }, [0, 1]],
    ['the rule says that has let it in, of several', { initiatorName: `${HOST}2`, rule: '198.51.100.0/24' }, [8]],
    ['the rule says, whatever its ACL does', { rule: '192.0.2.0/24' }, [7]],
    ['none where its rule is gone', { rule: '203.0.113.0/24' }, []],
    ['none in a discovery session', { discovery: true }, []],
  ])('are those that %s', (_, given, luns) => {
    expect(seenLuns({ targets: plan.targets }, { ...session, ...given }).luns.map(({ lun }) => lun)).toEqual(luns)
  })
})

describe('the nodes of ALUA', () => {
  it.each([NodeKind.aluaGroups, NodeKind.aluaGroup])('have no effect on what is served: %s', kind => {
    const nodes = new ServedNodes({ plan } as unknown as ServedConfiguration)
    expect(nodes.has({ kind, path: '/backstores/ramdisk/a/alua/default_tg_pt_gp' })).toBe(false)
  })
})
