import { stat, truncate } from 'node:fs/promises'
import { connect, type LogicalUnit } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Daemon } from '../harness/daemon.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { LoopDevice } from './loop-device.ts'
import { Mount } from './mount.ts'
import { outcomesUntil, Rig } from './rig.ts'

const MIB = 2 ** 20
const lbasPerMib = MIB / 512
const block = Buffer.alloc(4096, 1)
const mebibyte = Buffer.alloc(MIB, 2)

let scratch: Scratch
let held: AsyncDisposableStack
beforeEach(async () => {
  scratch = await Scratch.create('direct-file')
  held = new AsyncDisposableStack()
})
afterEach(async () => {
  await held.disposeAsync()
  await scratch.remove()
})

describe('a file past the page cache', () => {
  it.each([true, false])(
    'on a full file system is served on, and has what others leave: write-back %s',
    async writeBack => {
      const full = held.use(
        await Mount.ext4(scratch, 'full', { file: scratch.path('medium.img'), sizeBytes: 16 * MIB }),
      )
      const disk = { name: 'disk0', sizeBytes: 32 * MIB, path: full.path('disk0.img'), writeBack, aio: true }
      const rig = held.use(await Rig.start({ disks: [disk], scratch }))
      rig.expected.push(/^fileio\/disk0: (\d+ more of )?write failed: no space is left for it \(\w+: ENOSPC\)$/)
      const unit = await rig.unit()
      let taken = 0
      for (; (await outcomeOf(unit.write(taken * lbasPerMib, mebibyte))) === 'good'; taken++)
        expect(taken).toBeLessThan(16)
      expect(taken).toBeGreaterThan(4)
      expect(await outcomeOf(unit.write(20 * lbasPerMib, mebibyte))).toBe('spaceAllocationFailedWriteProtect')
      expect(await outcomeOf(unit.write(0, block))).toBe('good')
      expect(await outcomeOf(unit.synchronizeCache())).toBe('good')
      expect(Buffer.compare(await unit.read(0, 16), Buffer.concat([block, mebibyte.subarray(0, 4096)]))).toBe(0)
      expect(await outcomeOf(unit.unmap([{ lba: lbasPerMib, blocks: 2 * lbasPerMib }]))).toBe('good')
      const beyond = 20 * lbasPerMib
      expect(await outcomesUntil('good', () => unit.write(beyond, mebibyte))).toContain('good')
      expect(Buffer.compare(await unit.read(beyond, lbasPerMib), mebibyte)).toBe(0)
    },
  )

  it('hears at once that a write has no room on its medium, or that a read fails there, and goes on afterwards', async () => {
    const memory = held.use(await Mount.memory(scratch, 'memory', 12 * MIB))
    const medium = memory.path('medium.img')
    const mounted = held.use(await Mount.ext4(scratch, 'disk', { file: medium, sizeBytes: 64 * MIB }))
    const disk = { name: 'disk0', sizeBytes: 32 * MIB, path: mounted.path('disk0.img'), aio: true }
    const rig = held.use(await Rig.start({ disks: [disk], scratch }))
    rig.expected.push(/^fileio\/disk0: (\d+ more of )?(read|write) failed/)
    const unit = await rig.unit()
    const written = async (mib: number) => outcomeOf(unit.write(mib * lbasPerMib, mebibyte))
    const outcomes = []
    for (let i = 0; i < 16; i++) outcomes.push(await written(i))
    const full = outcomes.indexOf('spaceAllocationFailedWriteProtect')
    expect(full).toBeGreaterThan(0)
    expect(outcomes.slice(full)).not.toContain('good')
    expect(await rig.logged(/^fileio\/disk0: write failed/)).toMatchObject({ operation: 'write', fault: 'noSpace' })
    expect(Buffer.compare(await unit.read(0, lbasPerMib), mebibyte)).toBe(0)
    await memory.resize(32 * MIB)
    expect(await outcomesUntil('good', () => written(full))).toContain('good')

    const { size } = await stat(medium)
    await truncate(medium, MIB)
    expect(await outcomeOf(unit.read(0, lbasPerMib))).toBe('unrecoveredReadError')
    expect(await rig.logged(/^fileio\/disk0: read failed/)).toMatchObject({ operation: 'read', fault: 'io' })
    await truncate(medium, size)
    expect(await outcomesUntil('good', () => unit.read(0, lbasPerMib))).toContain('good')
    await rig.neighbourServes()
  })

  it('on a device of 4096-byte sectors is a disk of such blocks, and no other', async () => {
    const device = held.use(await LoopDevice.make(scratch, 'medium.img', { sizeBytes: 64 * MIB, blockBytes: 4096 }))
    const mounted = held.use(await Mount.device(scratch, 'sectors', device.path))
    const store = (name: string, blockBytes: number): StorageObject => ({
      ...{ plugin: 'fileio', name, sizeBytes: 8 * MIB, path: mounted.path(`${name}.img`), writeBack: true, aio: true },
      attributes: { block_size: blockBytes },
    })
    const stores = [store('short', 512), store('long', 4096)]
    const iqn = 'iqn.2026-11.io.lunkit.test:sectors'
    const why = /block size 512 is below that of its file system past the page cache; right is 4096 or a multiple$/
    const daemon = await Daemon.start({ iqn, stores }, scratch.directory, { servedLuns: 1 })
    held.adopt(daemon, each => each.stop({ errors: [why] }))
    const { host, port } = daemon.address(1)
    const session = held.use(await connect({ host, port, target: iqn, attentions: 'command' }))
    const unit = session.lun(1) as LogicalUnit
    await unit.ready()
    await Promise.all([unit.write(3, block), unit.write(4, block, { fua: true }), unit.write(512, mebibyte)])
    expect(await outcomeOf(unit.writeSame(4, 1, Buffer.alloc(4096)))).toBe('good')
    expect(Buffer.compare(await unit.read(3, 2), Buffer.concat([block, Buffer.alloc(4096)]))).toBe(0)
    expect(Buffer.compare(await unit.read(512, 256), mebibyte)).toBe(0)
    expect(daemon.records.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(why))
  })
})
