import { parseConfiguration, planServing } from '@lunkit/config'
import { expect, it } from 'vitest'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { DoorWordsOf } from './door-words.ts'

const TPG = `/iscsi/${TARGET_NAME}/tpg1`
const plan = planServing(parseConfiguration(saveConfig([{ plugin: 'ramdisk', name: 'a', size: 1024 * 1024 }])))
const closed = { since: new Date(), until: undefined, reason: undefined, elsewhere: undefined }
const drained = { summary: ['drained'], info: { drain: 'is drained, and kept closed' } }
const nothing = { summary: [], info: {} }

it.each([
  [{ target: TARGET_NAME }, 'target', `/iscsi/${TARGET_NAME}`, drained],
  [{ target: TARGET_NAME, tag: 1 }, 'tpg', TPG, drained],
  [{ target: TARGET_NAME, tag: 1 }, 'target', `/iscsi/${TARGET_NAME}`, nothing],
  [{ target: TARGET_NAME, tag: 1, portal: '[::1]:3260' }, 'portal', `${TPG}/portals/[::1]:3260`, drained],
  [{ portal: '192.0.2.1:3260' }, 'portal', `${TPG}/portals/192.0.2.1:3260`, drained],
  [{ portal: '192.0.2.1:3260' }, 'portal', `${TPG}/portals/192.0.2.1:3261`, nothing],
  [{ target: TARGET_NAME, tag: 1, initiator: 'iqn.a' }, 'acl', `${TPG}/acls/iqn.a`, drained],
])('of what is drained, %j, the %s %s says %j', (place, kind, path, words) => {
  const doors = new DoorWordsOf({ plan, closures: [{ place, ...closed }] })
  expect(doors.of({ kind, path })).toEqual(words)
})
