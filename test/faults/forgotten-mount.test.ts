import { readdir } from 'node:fs/promises'
import { connect } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Daemon, type DaemonOptions } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { Mount } from './mount.ts'

const MIB = 2 ** 20
const IQN = 'iqn.2026-11.io.lunkit.test:forgotten'
const written = Buffer.alloc(512, 0x5a)

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.create('faults')
})
afterEach(() => scratch.remove())

function start(path: string, options: DaemonOptions = {}): Promise<Daemon> {
  const stores = [
    { plugin: 'ramdisk', name: 'other', sizeBytes: MIB },
    { plugin: 'fileio', name: 'disk0', sizeBytes: MIB, path, writeBack: true },
  ] as const
  return Daemon.start({ iqn: IQN, stores }, scratch.directory, options)
}

async function firstBlock(daemon: Daemon, write?: Buffer): Promise<Buffer> {
  const { host, port, iqn: target, lun } = daemon.address(1)
  await using session = await connect({ host, port, target })
  const unit = session.lun(lun)
  await unit.ready()
  if (write) await unit.write(0, write)
  return Buffer.from(await unit.read(0, 1))
}

describe('a file system that is not mounted when lunkitd starts', () => {
  it('is not served as an empty disk, and is served whole once it is mounted', async () => {
    const medium = scratch.path('medium.img')
    let path = ''
    {
      await using images = await Mount.ext4(scratch, 'images', { file: medium, sizeBytes: 64 * MIB })
      path = images.path('disk0.img')
      const daemon = await start(path)
      await firstBlock(daemon, written)
      await daemon.stop()
    }
    const without = await start(path, { servedLuns: 1 })
    const missing = /^fileio\/disk0 is not served: .*images was a mount before \(\/dev\/loop\d+, ext4\) and is none now/
    expect(without.records.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(missing))
    await without.stop({ errors: [missing] })
    expect(await readdir(scratch.path('images'))).toEqual([])

    await using again = await Mount.ext4(scratch, 'images', { file: medium })
    const daemon = await start(again.path('disk0.img'))
    expect(await firstBlock(daemon)).toEqual(written)
    await daemon.stop()
  })
})
