import { writeFile } from 'node:fs/promises'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../harness/free-port.ts'
import type { Outcome } from '../harness/outcome.ts'
import { findTool, requireFile } from '../harness/tool.ts'
import { ManagedMachine } from './managed-machine.ts'

const ocfRoot = '/usr/lib/ocf'
const iqn = 'iqn.2026-11.io.lunkit.test:cluster'
const tpg = `/iscsi/${iqn}/tpg1`
/** OCF's exit codes. */
const success = 0
const failed = 1
const notRunning = 7
/** What the agents read of LIO in configfs, which lunkit does not have: they think that nothing runs. */
const readFromConfigfs = {
  iSCSITarget: [`iscsi/${iqn}`, `iscsi/${iqn}/tpgt_1/enable`],
  iSCSILogicalUnit: [
    `iscsi/${iqn}/tpgt_1/lun/lun_5/*/udev_path`,
    'core/iblock_*/disk5/udev_path',
    `iscsi/${iqn}/tpgt_1/acls`,
  ],
} as const
/** What they would find there while both run: the way to the file is its first argument. */
const asIfRunning = `
  mount -t tmpfs tmpfs /sys/kernel
  group=/sys/kernel/config/target/iscsi/${iqn}/tpgt_1
  mkdir -p $group/lun/lun_5/disk5
  echo 1 > $group/enable
  echo "$1" > $group/lun/lun_5/disk5/udev_path
  shift
  exec "$@"`
type Agent = keyof typeof readFromConfigfs

describe('the agents of Pacemaker for LIO, unmodified, with lunkit as targetcli', () => {
  let machine: ManagedMachine
  let port: number
  let parameters: Readonly<Record<Agent, Readonly<Record<string, string>>>>

  beforeAll(async () => {
    for (const agent of Object.keys(readFromConfigfs))
      requireFile(`${ocfRoot}/resource.d/heartbeat/${agent}`, 'resource-agents')
    machine = await ManagedMachine.start('resource-agents')
    port = await freePort()
    const path = machine.scratch.path('disk5.img')
    await writeFile(path, Buffer.alloc(2 ** 20, 5))
    parameters = {
      iSCSITarget: { iqn, portals: `127.0.0.1:${port}` },
      iSCSILogicalUnit: { target_iqn: iqn, lun: '5', path, liot_bstype: 'fileio' },
    }
  })

  afterAll(() => machine?.stop())

  const environmentOf = (agent: Agent, more: Readonly<Record<string, string>> = {}) => {
    const given = Object.entries({ implementation: 'lio-t', ...parameters[agent], ...more })
    return {
      OCF_ROOT: ocfRoot,
      OCF_RESOURCE_INSTANCE: agent === 'iSCSITarget' ? 'target' : 'disk5',
      OCF_RESKEY_CRM_meta_timeout: '20000',
      HA_RSCTMP: machine.scratch.directory,
      HA_LOGFACILITY: 'none',
      ...Object.fromEntries(given.map(([name, value]) => [`OCF_RESKEY_${name}`, value])),
    }
  }

  /** An action of an agent, as the cluster's local resource manager runs it. */
  const act = (agent: Agent, action: string): Promise<Outcome> =>
    machine.run(`${ocfRoot}/resource.d/heartbeat/${agent}`, [action], environmentOf(agent))

  /** It stops, where it finds that it runs. */
  function stop(agent: Agent, more: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const program = `${ocfRoot}/resource.d/heartbeat/${agent}`
    const args = ['--mount', 'sh', '-euc', asIfRunning, 'sh', machine.scratch.path('disk5.img'), program, 'stop']
    return machine.run(findTool('unshare'), args, environmentOf(agent, more))
  }

  it('start a target and a unit, which an initiator reads', async () => {
    // They end with a look at configfs, whatever they have done.
    expect(await act('iSCSITarget', 'start')).toMatchObject({ code: notRunning })
    expect(await act('iSCSILogicalUnit', 'start')).toMatchObject({ code: notRunning })
    await using session = await connect({ host: '127.0.0.1', port, target: iqn })
    expect(await session.unit.reportLuns()).toEqual([5])
    const { body } = await session.lun(5).vitalProductData(0x80)
    // The agent gives eight hex digits of the md5 sum of the resource's name.
    expect(Buffer.from(body).toString()).toBe('c11bc08f\0')
    expect((await session.lun(5).read(0, 1))[0]).toBe(5)
  })

  it('do not start the same again, and say so', async () => {
    const { code, stdout, stderr } = await act('iSCSILogicalUnit', 'start')
    expect(code).toBe(failed)
    expect(stderr + stdout).toContain('Storage object fileio/disk5 exists')
  })

  it.each(Object.entries(readFromConfigfs))('%s finds none of %j, and thinks that nothing runs', async agent => {
    expect((await act(agent as Agent, 'monitor')).code).toBe(notRunning)
  })

  it('make an ACL with its map for a unit of some initiators', async () => {
    const initiator = 'iqn.1994-05.com.example:node1'
    expect(await machine.targetcli(`${tpg}/acls`, 'create', initiator, 'add_mapped_luns=False')).toMatchObject({
      code: 0,
    })
    expect(await machine.targetcli(`${tpg}/acls/${initiator}`, 'create', '5', '5')).toMatchObject({ code: 0 })
    expect((await machine.targetcli(`${tpg}/acls/${initiator}`, 'status')).stdout).toContain('Mapped LUNs: 1')
    expect(await stop('iSCSILogicalUnit', { allowed_initiators: initiator })).toMatchObject({ code: success })
    expect((await machine.targetcli(`${tpg}/acls/${initiator}`)).code).toBe(1)
    expect((await machine.targetcli('/backstores/fileio/disk5')).code).toBe(1)
  })

  it('stop, and nothing is left', async () => {
    expect(await stop('iSCSITarget')).toMatchObject({ code: success })
    expect((await machine.targetcli(`/iscsi/${iqn}`)).code).toBe(1)
  })
})
