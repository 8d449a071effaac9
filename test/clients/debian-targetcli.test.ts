import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../harness/free-port.ts'
import { type Outcome, succeed } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'
import { ManagedMachine } from './managed-machine.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:debian'
const tpg = `/iscsi/${iqn}/tpg1`

/** targetcli finds its daemon at a path of the system's: in a mount namespace of its own, another stands there. */
const elsewhere = 'mount -t tmpfs tmpfs /run && ln -s "$1" /run/targetclid.sock && shift && exec "$@"'

describe('the targetcli of Debian, unmodified, where targetclid would be', () => {
  let machine: ManagedMachine
  let targetcli: string

  beforeAll(async () => {
    targetcli = findTool('targetcli')
    machine = await ManagedMachine.start('debian-targetcli')
    await mkdir(machine.scratch.path('home'))
    const write = `import pickle,sys; pickle.dump({"auto_use_daemon": True}, open(sys.argv[1], "wb"), 2)`
    await succeed('python3', ['-c', write, machine.scratch.path('home/prefs.bin')], { timeoutMs: 10_000 })
  })

  afterAll(() => machine?.stop())

  /** A line of it; it ends with 0 whatever comes of it, and prints everything to standard output. */
  async function said(line: string): Promise<string> {
    const { code, stdout, stderr } = await runIt([line])
    expect([code, stderr]).toEqual([0, ''])
    return stdout
  }

  const runIt = (args: readonly string[]): Promise<Outcome> =>
    machine.run(
      findTool('unshare'),
      ['--mount', 'sh', '-euc', elsewhere, 'sh', machine.targetclid, targetcli, ...args],
      { TARGETCLI_HOME: machine.scratch.path('home') },
    )

  it('makes a target, which an initiator finds, and shows it', async () => {
    const port = await freePort()
    const image = machine.scratch.path('disk0.img')
    await writeFile(image, Buffer.alloc(2 ** 20))
    expect(await said('set global auto_add_default_portal=false')).toBe(
      "Parameter auto_add_default_portal is now 'false'.\n",
    )
    expect(await said(`/backstores/fileio create disk0 ${image}`)).toBe('Created fileio disk0 with size 1048576\n')
    expect(await said(`/iscsi create ${iqn}`)).toBe(`Created target ${iqn}.\nCreated TPG 1.\n`)
    expect(await said(`${tpg}/luns create /backstores/fileio/disk0`)).toBe('Created LUN 0.\n')
    expect(await said(`${tpg}/portals create 127.0.0.1 ${port}`)).toBe(`Created network portal 127.0.0.1:${port}.\n`)
    expect(await said(`${tpg} set attribute generate_node_acls=1 demo_mode_write_protect=0`)).toBe(
      "Parameter generate_node_acls is now '1'.\nParameter demo_mode_write_protect is now '0'.\n",
    )
    await using session = await connect({ host: '127.0.0.1', port, target: iqn })
    expect((await session.lun(0).readCapacity()).blocks).toBe(2048)
    const shown = await said(`ls ${tpg}/luns`)
    expect(shown.split('\n').map(line => line.replace(/\.{2,}/, '..'))).toEqual([
      'o- luns .. [LUNs: 1]',
      `  o- lun0 .. [fileio/disk0 (${image}) (default_tg_pt_gp)]`,
      '',
    ])
  })

  it('saves it, and what is saved names it', async () => {
    const path = machine.scratch.path('saveconfig.json')
    expect(await said('saveconfig')).toBe(`Configuration saved to ${path}\n`)
    const { targets } = JSON.parse(await readFile(path, 'utf8')) as { targets: { wwn: string }[] }
    expect(targets.map(({ wwn }) => wwn)).toContain(iqn)
  })

  it('is told why something is not done, and goes on', async () => {
    expect((await said('/iscsi create nonsense')).split('\n')[0]).toBe('WWN not valid as: iqn, naa, eui')
    const refused = await said(`${tpg}/luns create /backstores/fileio/none`)
    expect(refused.split('\n')[0]).toBe('storage object or path not valid')
  })

  it('goes through the tree line by line', async () => {
    const script = `printf 'cd ${tpg}\\nls luns\\ncd /nowhere\\npwd\\nexit\\n' | ${targetcli}`
    const { code, stdout } = await machine.run(
      findTool('unshare'),
      ['--mount', 'sh', '-euc', elsewhere, 'sh', machine.targetclid, 'sh', '-c', script],
      { TARGETCLI_HOME: machine.scratch.path('home') },
    )
    expect(code).toBe(0)
    expect(stdout).toContain(`${tpg}> o- luns `)
    expect(stdout).toContain('No such path /nowhere')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`${tpg}>`)
  })

  it('takes all of it away again', async () => {
    expect(await said(`/iscsi delete ${iqn}`)).toBe(`Deleted Target ${iqn}.\n`)
    expect(await said('/backstores/fileio delete disk0')).toBe('Deleted storage object disk0.\n')
    expect((await said('ls /backstores/fileio')).replace(/\.{2,}/, '..')).toBe('o- fileio .. [Storage Objects: 0]\n')
  })
})
