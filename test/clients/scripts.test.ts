import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LoopDevice } from '../faults/loop-device.ts'
import type { Outcome } from '../harness/outcome.ts'
import { ManagedMachine } from './managed-machine.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:pvc-1'
const tpg = `/iscsi/${iqn}/tpg1`

describe('a script is sent to targetcli as it is by', () => {
  let machine: ManagedMachine
  let volume: LoopDevice

  beforeAll(async () => {
    machine = await ManagedMachine.start('scripts', { ownNetwork: true })
    await machine.targetcli('clearconfig confirm=True')
    volume = await LoopDevice.make(machine.scratch, 'zvol', { sizeBytes: 2 ** 20 })
  })

  afterAll(async () => {
    try {
      await machine?.stop()
    } finally {
      volume?.[Symbol.dispose]()
    }
  })

  /** The lines on the standard input of a targetcli that a shell starts. */
  const sent = (lines: readonly string[], program = 'targetcli'): Promise<Outcome> =>
    machine.run('sh', ['-c', `echo "${lines.join('\n')}" | ${program}`])

  describe('democratic-csi', () => {
    /** With a loop device in the place of its ZFS volume. */
    const create = (): readonly string[] => [
      ...['# create target', 'cd /iscsi', `create ${iqn}`, ''],
      ...['# setup tpg', `cd ${tpg}`, 'set attribute authentication=0', 'set attribute generate_node_acls=1'],
      ...['set attribute cache_dynamic_acls=1', 'set attribute demo_mode_write_protect=0', 'set auth userid=me', ''],
      ...['# create extent', 'cd /backstores/block', `create pvc-1 ${volume.path}`],
      ...['cd /backstores/block/pvc-1', 'set attribute emulate_tpu=0', ''],
      ...['# add extent to target/tpg', `cd ${tpg}/luns`, 'create /backstores/block/pvc-1'],
    ]

    it('makes a LUN 0 at the default portal, saved at the end of the script, which ends with 0', async () => {
      const { code, stdout, stderr } = await sent(create())
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain('Created default portal listening on all IPs (0.0.0.0), port 3260.')
      expect(stdout).toContain('Created LUN 0.')
      expect(stdout).not.toContain('Ran out of input')
      const { targets } = JSON.parse(await readFile(machine.scratch.path('saveconfig.json'), 'utf8')) as {
        targets: { wwn: string }[]
      }
      expect(targets.map(({ wwn }) => wwn)).toEqual([iqn])
    })

    it('makes the same again, which ends with 0 too, and changes nothing', async () => {
      const before = await machine.targetcli('ls')
      const { code, stderr } = await sent(create())
      expect(code).toBe(0)
      expect(stderr).toContain('This Target already exists in configFS')
      expect(stderr).toContain('Storage object block/pvc-1 exists')
      expect(stderr).toContain('lun for storage object block/pvc-1 already exists')
      expect(await machine.targetcli('ls')).toMatchObject({ stdout: before.stdout })
    })

    it('takes it away', async () => {
      const { code } = await sent(['cd /iscsi', `delete ${iqn}`, 'cd /backstores/block', 'delete pvc-1'])
      expect(code).toBe(0)
      expect((await machine.targetcli('/iscsi status')).stdout).toBe('Status for /iscsi: Targets: 0\n')
    })
  })

  describe('gluster-block, with memory in the place of its volume', () => {
    const preferences =
      'auto_add_default_portal=false auto_enable_tpgt=false loglevel_file=info auto_save_on_exit=false'

    it('asks for the version, and sets what it prefers', async () => {
      const version = await machine.run('sh', ['-c', "targetcli --version 2>&1 | awk '{printf $NF}'"])
      expect(version.stdout).toBe('2.1.53')
      const set = `set global ${preferences} logfile=${machine.scratch.path('log')} max_backup_files=100`
      expect(await machine.targetcli(set)).toMatchObject({ code: 0 })
    })

    it('finds each sentence that it looks for', async () => {
      const made = [
        '/backstores/ramdisk create name=block1 size=1M',
        `/iscsi create ${iqn}`,
        `${tpg}/luns create /backstores/ramdisk/block1`,
        `${tpg}/portals create 127.0.0.1`,
        `${tpg} enable`,
        `${tpg} set attribute generate_node_acls=1 demo_mode_write_protect=0 authentication=1`,
        `${tpg} set auth userid=block1 password=0123456789abcdef`,
        `/iscsi/${iqn} status`,
        'exit',
      ]
      const { stdout } = await sent(made, 'targetcli --lio-echo-secrets')
      const sentences = [
        ...[`Created target ${iqn}.`, 'Created LUN 0.', 'Created network portal 127.0.0.1:3260.'],
        ...['The TPGT has been enabled.', "Parameter generate_node_acls is now '1'"],
        ...["Parameter demo_mode_write_protect is now '0'.", "Parameter authentication is now '1'."],
        ...["Parameter userid is now 'block1'.", "Parameter password is now '0123456789abcdef'."],
        `Status for /iscsi/${iqn}: TPGs: 1`,
      ]
      expect(sentences.filter(sentence => !stdout.includes(sentence))).toEqual([])
    })

    it('restores one target and one storage object of a file, and takes them away', async () => {
      const file = machine.scratch.path('block.json')
      await machine.targetcli(`saveconfig ${file}`)
      const restored = await machine.targetcli(
        `restoreconfig ${file} clear_existing target=${iqn} storage_object=block1`,
      )
      expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('Configuration restored') as string })
      const { stdout } = await sent([
        `${tpg}/portals delete 127.0.0.1 3260`,
        `/iscsi delete ${iqn}`,
        '/backstores/ramdisk delete name=block1 save=True',
        'exit',
      ])
      for (const sentence of [
        'Deleted network portal 127.0.0.1:3260',
        `Deleted Target ${iqn}.`,
        'Deleted storage object block1.',
      ])
        expect(stdout).toContain(sentence)
    })
  })
})
