import { parseConfiguration, planServing } from '@lunkit/config'
import { expect, it } from 'vitest'
import { tracedLun } from './traced-lun.ts'

const TARGET = 'iqn.2026-11.com.example:disks'
const HOST = 'iqn.2026-11.com.example:host'
const disk = (name: string) => ({ plugin: 'ramdisk', name, size: 1024 * 1024 })
const acl = (node_wwn: string, index: number) => ({ node_wwn, mapped_luns: [{ index, tpg_lun: 0 }] })

const plan = planServing(
  parseConfiguration(
    JSON.stringify({
      storage_objects: [disk('a')],
      targets: [
        {
          fabric: 'iscsi',
          wwn: TARGET,
          tpgs: [
            {
              tag: 1,
              enable: true,
              attributes: { authentication: 0 },
              luns: [{ index: 0, storage_object: '/backstores/ramdisk/a' }],
              node_acls: [acl(HOST, 5), acl(`${HOST}2`, 5), acl(`${HOST}3`, 6)],
              portals: [{ ip_address: '127.0.0.1', port: 3260 }],
            },
          ],
        },
      ],
    }),
  ),
)

const of = (initiatorName: string) => ({
  initiatorName,
  isid: 1,
  targetName: TARGET,
  targetPortalGroupTag: 1,
  discovery: false,
  tsih: 1,
  remote: { host: '192.0.2.1', port: 40_000 },
  local: { host: '127.0.0.1', port: 3260 },
  authMethod: 'None',
  headerDigest: false,
  dataDigest: false,
})

it('a mapped LUN is the one of its initiator alone, by the number that this one has', () => {
  const luns = tracedLun(() => plan, `/iscsi/${TARGET}/tpg1/acls/${HOST}/mapped_lun5`)
  expect([HOST, HOST.toUpperCase().replace('IQN', 'iqn'), `${HOST}2`].map(name => [...luns(of(name))])).toEqual([
    [5],
    [5],
    [],
  ])
})

it('a LUN of a group is seen by each initiator under the number that this one has', () => {
  const luns = tracedLun(() => plan, `/iscsi/${TARGET}/tpg1/luns/lun0`)
  expect([HOST, `${HOST}3`, 'iqn.2026-11.com.example:nobody'].map(name => [...luns(of(name))])).toEqual([[5], [6], []])
})
