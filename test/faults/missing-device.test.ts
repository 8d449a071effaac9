import { readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import { type StorageObject, saveConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { LoopDevice } from './loop-device.ts'

const MIB = 2 ** 20
const iqn = 'iqn.2026-11.io.lunkit.test:missing'
const noSuch = 'there is no such device; plug it in, or give'

describe('devices that are missing', () => {
  const held = new AsyncDisposableStack()
  let scratch: Scratch
  let daemon: Daemon
  let device: LoopDevice
  /** Where the device is found, while it is there. */
  let place: string
  /** Of a real LIO: two of its four devices are not there. */
  let file: string
  let port: number

  beforeAll(async () => {
    scratch = held.adopt(await Scratch.create('missing-device'), each => each.remove())
    device = held.use(await LoopDevice.make(scratch, 'medium', { sizeBytes: MIB }))
    place = scratch.path('by-id')
    file = scratch.path('lio.json')
    port = await freePort()
    const stores: StorageObject[] = [
      { plugin: 'ramdisk', name: 'memory', sizeBytes: MIB },
      { plugin: 'block', name: 'gone', sizeBytes: MIB, path: place },
      { plugin: 'fileio', name: 'file', sizeBytes: MIB, path: scratch.path('file.img'), writeBack: true },
      { plugin: 'pscsi', name: 'tape', sizeBytes: 0, path: '250:0:0:1' },
    ]
    writeFileSync(file, JSON.stringify(saveConfig({ iqn, port, stores })))
    const first: StorageObject = { plugin: 'ramdisk', name: 'first', sizeBytes: MIB }
    daemon = await Daemon.start({ iqn: `${iqn}.first`, stores: [first] }, scratch.directory)
    held.adopt(daemon, each => each.stop({ errors: [/ is not served: cannot open /, /^serving \d of \d LUNs/] }))
  })
  afterAll(() => held.disposeAsync())

  const tell = (...words: readonly string[]): Promise<string> => lunkit(scratch.directory, ...words)
  /** The sizes of the LUNs that an initiator finds. */
  const seen = async (): Promise<readonly string[]> => {
    await using session = await connect({ host: '127.0.0.1', port, target: iqn })
    const luns = await session.lun(0).reportLuns()
    return await Promise.all(luns.map(async lun => `${lun}: ${(await session.lun(lun).readCapacity()).blocks}`))
  }
  const missing = (): readonly string[] => [
    `Could not create StorageObject gone: cannot open ${place}: ${noSuch} the path of a device that is there (lsblk lists them), skipped`,
    `Could not create StorageObject tape: cannot open 250:0:0:1: ${noSuch} one that is there (lsscsi -g lists them), skipped`,
  ]
  const names = (path: string): readonly string[] =>
    (JSON.parse(readFileSync(path, 'utf8')) as { storage_objects: { name: string }[] }).storage_objects
      .map(({ name }) => name)
      .toSorted()

  it.each([
    ['block', '/dev/no-such-disk', 'Could not open /dev/no-such-disk'],
    ['block', '/dev/null', 'Device /dev/null is not a TYPE_DISK block device'],
    ['pscsi', '250:0:0:1', 'Could not find path for SCSI hctl'],
    ['pscsi', '/dev/null', 'Cannot find SCSI device by path, and dev parameter not in H:C:T:L format: /dev/null'],
  ])('are refused to a command in the words of targetcli: %s of %s', async (plugin, dev, words) => {
    await expect(tell(`/backstores/${plugin}`, 'create', 'new', dev)).rejects.toThrow(words)
    expect(await tell('ls', `/backstores/${plugin}`)).toContain('[Storage Objects: 0]')
  })

  it('have a document refused that is to be applied whole, and nothing changes', async () => {
    await expect(tell('apply', file, '--yes')).rejects.toThrow(`${place}: ${noSuch}`)
    expect(await tell('ls', '/iscsi')).not.toContain(`${iqn} `)
  })

  it('do not keep restoreconfig from serving the rest, and are named', async () => {
    const refused = tell('restoreconfig', file, 'clear_existing=true')
    await expect(refused).rejects.toThrow(
      ['Configuration restored, 2 recoverable errors:', ...missing(), 'The rest is served.'].join('\n'),
    )
    expect(await seen()).toEqual(['0: 2048', '2: 2048'])
    const said = daemon.records.map(({ msg }) => msg).filter(msg => msg.includes(' is not served: '))
    expect(said.map(msg => msg.split(' ')[0])).toEqual(['block/gone', 'pscsi/tape'])
  })

  it('are kept when that is saved, and said to be as they are', async () => {
    await tell('saveconfig')
    expect(names(scratch.path('saveconfig.json'))).toEqual(['file', 'gone', 'memory', 'tape'])
    expect(await tell('ls', '/backstores')).toMatch(
      /o- gone \.+ \[[^\]]+ deactivated\][^]*o- tape \.+ \[250:0:0:1 deactivated\]/,
    )
  })

  it('are served with the next change when they are there, and are no loss when they go again', async () => {
    symlinkSync(device.path, place)
    await tell('/backstores/ramdisk', 'create', 'other', '1M')
    expect(await seen()).toEqual(['0: 2048', '1: 2048', '2: 2048'])
    await tell('saveconfig')
    await tell('clearconfig', 'confirm=True')
    unlinkSync(place)
    const generations = await tell('generations')
    const [generation = ''] = /^saveconfig-\S+/m.exec(generations) ?? []
    await expect(tell('restore', generation)).rejects.toThrow('Configuration restored, 2 recoverable errors')
    expect(await seen()).toEqual(['0: 2048', '2: 2048'])
    await tell('clearconfig', 'confirm=True')
    await expect(tell('apply', file, '--yes', 'leave_out=true')).rejects.toThrow('2 recoverable errors')
    expect(await seen()).toEqual(['0: 2048', '2: 2048'])
  })

  it('do not keep lunkitd from its start, and are in its file afterwards', async () => {
    const again = await Scratch.create('missing-at-start')
    held.adopt(again, each => each.remove())
    const text = readFileSync(file, 'utf8').replaceAll(`"port":${port}`, '"port":0')
    const started = await Daemon.start(text, again.directory)
    held.adopt(started, each => each.stop({ errors: [/ is not served: cannot open /, /^serving 2 of 4 LUNs/] }))
    await lunkit(again.directory, '/backstores/ramdisk', 'create', 'other', '1M')
    await lunkit(again.directory, 'saveconfig')
    expect(names(again.path('saveconfig.json'))).toEqual(['file', 'gone', 'memory', 'other', 'tape'])
  })
})
