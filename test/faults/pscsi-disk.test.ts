import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import { run } from '../harness/outcome.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { LoopDevice } from './loop-device.ts'

const MIB = 2 ** 20
const timeoutMs = 20_000
const iqn = 'iqn.2026-11.io.lunkit.test:pscsi'
const lunkitd = fileURLToPath(new URL('../../node_modules/.bin/lunkitd', import.meta.url))
const RIGHT = 'give a node of a whole SCSI device (lsscsi -g lists them), or its address, as 2:0:0:1'

// A host has no SCSI device that a test may have: what commands do with one, test/guest says.
describe('lunkitd passes no commands through to what is no SCSI device:', () => {
  const held = new AsyncDisposableStack()
  let scratch: Scratch
  let daemon: Daemon
  let wrong: Record<'directory' | 'file' | 'loop' | 'none' | 'address' | 'null', string>

  beforeAll(async () => {
    scratch = held.adopt(await Scratch.create('pscsi-disk'), each => each.remove())
    const loop = held.use(await LoopDevice.make(scratch, 'loop', { sizeBytes: MIB }))
    const [directory, file] = [scratch.path('directory'), scratch.path('file')]
    mkdirSync(directory)
    writeFileSync(file, '')
    wrong = { directory, file, loop: loop.path, none: scratch.path('sg9'), address: '250:9:9:9', null: '/dev/null' }
    const stores: StorageObject[] = [
      ...Object.entries(wrong).map(([name, path]): StorageObject => ({ plugin: 'pscsi', name, sizeBytes: 0, path })),
      { plugin: 'ramdisk', name: 'good', sizeBytes: MIB },
    ]
    daemon = await Daemon.start({ iqn, stores }, scratch.directory, { servedLuns: 1 })
    held.adopt(daemon, each => each.stop({ errors: [/^pscsi\/\S+ is not served: /, /^serving 1 of 7 LUNs/] }))
  })
  afterAll(() => held.disposeAsync())

  const tell = (...words: readonly string[]): Promise<string> => lunkit(scratch.directory, ...words)
  const missing = 'there is no such device; plug it in, or give one that is there (lsscsi -g lists them)'
  const none = 'it is a partition, or a device that takes no SCSI commands, which block serves'

  it.each<[keyof typeof wrong, string]>([
    ['directory', `it is a directory; ${RIGHT}`],
    ['file', `it is a regular file, which fileio serves; ${RIGHT}`],
    ['loop', `${none}; ${RIGHT}`],
    ['none', missing],
    ['address', missing],
    ['null', `it is no SCSI device; ${RIGHT}`],
  ])('%s', (name, why) => {
    const said = daemon.records.map(({ msg }) => msg).filter(msg => msg.startsWith(`pscsi/${name} `))
    expect(said).toEqual([`pscsi/${name} is not served: cannot open ${wrong[name]}: ${why}`])
  })

  it('what else there is, is served', async () => {
    const { host, port } = daemon.address(6)
    await using session = await connect({ host, port, target: iqn })
    expect(await session.lun(6).readCapacity()).toMatchObject({ blocks: MIB / 512 })
  })

  it('--check says so before', async () => {
    const { stdout } = await run(lunkitd, ['--check', '--config', scratch.path('saveconfig.json')], { timeoutMs })
    expect(stdout).toContain(`LUN 0: pscsi/directory, not served: cannot open ${wrong.directory}: it is a directory`)
    expect(stdout).toContain(`LUN 4: pscsi/address, not served: cannot open 250:9:9:9: ${missing}`)
  })

  it('a command says of one what the file has of it, and has no other LUN of it', async () => {
    const at = '/backstores/pscsi/address'
    await expect(tell(`/iscsi/${iqn}/tpg1/luns`, 'create', at, '9')).rejects.toThrow('already exists')
    expect(await tell(at, 'info')).toMatch(/dev: 250:9:9:9[^]*plugin: pscsi/)
    expect(await tell('ls', at)).toMatch(/^o- address \.+ \[250:9:9:9 deactivated\]/)
    await expect(tell(at, 'resize', '1M')).rejects.toThrow('has the size of its device; right is fileio or ramdisk')
  })

  it('a word that is no path and no address is refused, in the words of targetcli', async () => {
    await expect(tell('/backstores/pscsi', 'create', 'word', 'sg0')).rejects.toThrow(
      'Cannot find SCSI device by path, and dev parameter not in H:C:T:L format: sg0',
    )
  })
})
