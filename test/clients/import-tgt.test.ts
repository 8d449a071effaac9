import { mkdir, open, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { Tgtd } from '../harness/tgtd.ts'
import { ManagedMachine } from './managed-machine.ts'

const lunkit = fileURLToPath(new URL('../../node_modules/.bin/lunkit', import.meta.url))
const host = 'iqn.1993-08.org.debian:01:0123456789ab'
const everybody = 'iqn.2026-11.com.example:open'
const closed = 'iqn.2026-11.com.example:closed'
const named = 'iqn.2026-11.com.example:named'
const timeoutMs = 120_000

/** What a LUN says of itself that initiators know it by. */
type Identity = { readonly lun: number; readonly serial: string; readonly vendor: string; readonly product: string }
type Seen = Identity & { readonly deviceType: number; readonly revision: string; readonly capacity: unknown }

/** As an administrator of tgt writes it, with what is given and what tgt makes up. */
const conf = (directory: string): string => `
default-driver iscsi
<target ${everybody}>
    backing-store ${directory}/z.img   # LUN 3, because tgt-admin goes by path
    backing-store ${directory}/a.img
    backing-store ${directory}/b.img
</target>
<target ${named}>
    <backing-store ${directory}/n.img>
        scsi_sn NAMED-SERIAL-0001
        vendor_id ACME
        product_id Fast Disk
        product_rev 7.1
        lun 5
    </backing-store>
    <backing-store ${directory}/m.img>
        write-cache off
        readonly 1
    </backing-store>
    initiator-name ${host}
</target>
<target ${closed}>
    backing-store ${directory}/c.img
    initiator-address 192.0.2.1
    controller_tid 9
</target>
`

describe('what tgtd serves', () => {
  let machine: ManagedMachine
  let dump: string
  let before: readonly (readonly Seen[])[]
  let portal: string
  const directory = (): string => machine.scratch.path('tgt')
  const file = (name: string): string => machine.scratch.path(name)

  async function says(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await machine.run('lunkit', args)
    expect([code, stderr]).toEqual([0, ''])
    return stdout
  }

  /** The disks of a target, by lunkit's own initiator; tgt has its controller at LUN 0. */
  async function disksOf(target: string, at: string): Promise<readonly Seen[]> {
    const said = await says('--json', 'inquiry', `iscsi://${at}/${target}`, `--initiator-name=${host}`)
    const { luns } = JSON.parse(said) as { readonly luns: readonly Seen[] }
    const capacities = luns.filter(({ deviceType }) => deviceType === 0)
    return capacities.map(({ lun, serial, vendor, product, revision, deviceType, capacity }) => {
      const { blocks, blockSizeBytes } = capacity as { readonly blocks: number; readonly blockSizeBytes: number }
      return { lun, serial, vendor, product, revision, deviceType, capacity: { blocks, blockSizeBytes } }
    })
  }

  beforeAll(async () => {
    machine = await ManagedMachine.start('import-tgt')
    await mkdir(directory())
    for (const [at, name] of ['a', 'b', 'c', 'm', 'n', 'z'].entries()) {
      const made = await open(`${directory()}/${name}.img`, 'w')
      await made.truncate((at + 1) * 2 ** 20)
      await made.close()
    }
    await writeFile(file('targets.conf'), conf(directory()))
    const tgtd = await Tgtd.configured(file('targets.conf'))
    try {
      const at = `127.0.0.1:${tgtd.address.port}`
      before = [await disksOf(everybody, at), await disksOf(named, at)]
      dump = await tgtd.dump()
      portal = at
    } finally {
      await tgtd.stop()
    }
  }, timeoutMs)

  afterAll(() => machine?.stop(), timeoutMs)

  it('is served by lunkitd under the same numbers and names after one command', async () => {
    const said = await says('import', 'tgt', file('targets.conf'), `portal=${portal}`, '--yes')
    expect(said).toContain('initiator-address 192.0.2.1: lunkit has no ACLs by address')
    expect(before.map(disks => disks.map(({ lun, serial }) => [lun, serial]))).toEqual([
      [
        [1, 'beaf111'],
        [2, 'beaf112'],
        [3, 'beaf113'],
      ],
      [
        [1, 'beaf101'],
        [5, 'NAMED-SERIAL-0001'],
      ],
    ])
    expect([await disksOf(everybody, portal), await disksOf(named, portal)]).toEqual(before)
  })

  it('is open to those only to whom tgt has opened it', async () => {
    const refused = async (target: string, initiator: string): Promise<string> => {
      const args = ['inquiry', `iscsi://${portal}/${target}`, `--initiator-name=${initiator}`]
      const { code, stderr } = await machine.run('lunkit', args)
      return `${code} ${stderr.split('\n')[0]}`
    }
    expect(await refused(named, 'iqn.2026-11.com.example:somebody')).toBe(
      '1 The login was refused: authorization failure',
    )
    for (const initiator of [host, 'iqn.2026-11.com.example:somebody'])
      expect(await refused(closed, initiator)).toMatch(/^1 The login was refused: /)
  })

  it('is write-protected where tgt says so', async () => {
    const image = file('image')
    await writeFile(image, Buffer.alloc(512, 1))
    const write = (lun: number) =>
      machine.run('lunkit', ['write', `iscsi://${portal}/${named}/${lun}`, image, `--initiator-name=${host}`])
    expect((await write(1)).stderr).toMatch(/^WRITE \(16\) was refused by the disk: write protected\n/)
    expect((await write(5)).code).toBe(0)
  })

  it('is refused a second time, and nothing changes', async () => {
    const { code, stderr } = await machine.run('lunkit', ['import', 'tgt', file('targets.conf'), '--yes'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^target with wwn .* exist, not importing\n/)
  })

  it('can be taken from what tgt-admin dumps', async () => {
    await says('clearconfig', 'confirm=True')
    await writeFile(file('dump.conf'), dump)
    await says('import', 'tgt', file('dump.conf'), `portal=${portal}`, '--yes')
    const seen = await disksOf(everybody, portal)
    expect(seen.map(({ lun, capacity }) => [lun, capacity])).toEqual(
      before[0]?.map(({ lun, capacity }) => [lun, capacity]),
    )
    const tested = await machine.run('lunkit', ['selftest', portal, everybody])
    expect(tested.stdout).toMatch(/ checks: all is well\.\n$/)
  })
})

it('selftest finds two disks that say to be one, as multipath would join them', async () => {
  const scratch = await Scratch.create('two-of-one-name')
  for (const [name, sizeBytes] of [
    ['a', 2 ** 20],
    ['b', 2 ** 21],
  ] as const)
    await writeFile(scratch.path(name), Buffer.alloc(sizeBytes))
  const stores = ['a', 'b'].map(name => `backing-store ${scratch.path(name)}`)
  await writeFile(
    scratch.path('targets.conf'),
    [`<target ${everybody}>`, ...stores, 'scsi_sn multipath-10', '</target>\n'].join('\n'),
  )
  const tgtd = await Tgtd.configured(scratch.path('targets.conf'))
  try {
    const { code, stdout } = await run(lunkit, ['selftest', `127.0.0.1:${tgtd.address.port}`], { timeoutMs })
    expect(code).toBe(1)
    expect(stdout).toContain('wrong  LUN 2 has the serial number of LUN 1, and another size: multipath-10\n')
    expect(stdout).toContain('note   LUN 0 is no disk, but storage array controller\n')
    expect(stdout).toMatch(/\n1 of [0-9]+ checks are wrong\.\n$/)
  } finally {
    await tgtd.stop()
    await scratch.remove()
  }
})
