import { copyFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import { Ledger, lbasPerBlock } from './ledger.ts'
import { Mount } from './mount.ts'
import { Rig } from './rig.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const sizeBytes = 8 * MIB
/** How often lunkitd is killed: LUNKIT_KILLS=100 by hand. */
const kills = Number(process.env['LUNKIT_KILLS'] ?? 3)
const killTimeoutMs = 60_000 + 20_000 * kills

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.create('faults')
})
afterEach(() => scratch.remove())

describe('lunkitd ended by SIGKILL', () => {
  it('has lost nothing that was acknowledged when it starts again, again and again under load', {
    timeout: killTimeoutMs,
  }, async () => {
    const disks = [true, false].map(writeBack => ({ name: `disk${Number(writeBack)}`, sizeBytes, writeBack }))
    await using rig = await Rig.start({ disks })
    const ledgers = disks.map(() => new Ledger(128))
    for (let round = 0; round < kills; round++) {
      const loads = await Promise.all(
        ledgers.map(async (ledger, lun) => new VerifiedLoad({ units: await rig.units(2, lun), ledger, depth: 8 })),
      )
      for (const load of loads) await load.goesOn(200)
      rig.daemon.signal('SIGKILL')
      expect(await rig.daemon.ended()).toBe('SIGKILL')
      for (const load of loads) await load.stop()
      expect(loads.flatMap(load => [...load.failures.keys()]).filter(each => !each.endsWith('lost'))).toEqual([])
      await rig.restart()
      for (const [lun, ledger] of ledgers.entries()) await ledger.checkUnit(await rig.unit(lun))
    }
  })

  it('and the power fails with it: what was written with FUA, through, or flushed is on the medium', async () => {
    // A medium of which a copy is what a power failure leaves: what only the page cache above it had is not in it.
    await using memory = await Mount.memory(scratch, 'memory', 128 * MIB)
    const medium = memory.path('medium.img')
    await using disk = await Mount.ext4(scratch, 'disk', { file: medium, sizeBytes: 64 * MIB })
    const names = ['fua', 'through', 'flushed']
    const disks = names.map(name => ({
      name,
      sizeBytes,
      path: disk.path(`${name}.img`),
      writeBack: name !== 'through',
    }))
    const rig = await Rig.start({ disks, scratch })
    const ledgers = names.map(() => new Ledger(128))
    const [fua, through, flushed] = ledgers as [Ledger, Ledger, Ledger]
    const flushedUnit = await rig.unit(2)
    for (let block = 0; block < flushed.blocks; block++) {
      const { generation, data } = flushed.write(block)
      await flushedUnit.write(block * lbasPerBlock, data)
      flushed.acknowledge(block, generation)
    }
    await flushedUnit.synchronizeCache()
    const loads = [
      new VerifiedLoad({ units: await rig.units(2, 0), ledger: fua, depth: 8, kinds: ['writeThrough', 'read'] }),
      new VerifiedLoad({
        units: await rig.units(2, 1),
        ledger: through,
        depth: 8,
        kinds: ['write', 'write', 'unmap', 'read'],
      }),
    ]
    for (const load of loads) await load.goesOn(300)
    rig.daemon.signal('SIGKILL')
    await rig.daemon.ended()
    await copyFile(medium, scratch.path('after.img'))
    for (const load of loads) await load.stop()
    await rig.abandon()
    await using after = await Mount.ext4(scratch, 'after', { file: scratch.path('after.img') })
    for (const [i, ledger] of ledgers.entries())
      await expect(ledger.checkFile(after.path(`${names[i]}.img`))).resolves.toBeUndefined()
  })
})
