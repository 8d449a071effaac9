import { copyFile, readdir, readFile, readlink, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Ledger } from './ledger.ts'
import { Rig } from './rig.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const sizeBytes = 8 * MIB
const disk0 = { name: 'disk0', sizeBytes }
const writtenThrough = { name: 'disk1', sizeBytes, writeBack: false }
const block = Buffer.alloc(4096, 1)
const half = sizeBytes / 2 / 512

/** The file that a process has open though it was removed, by way of its descriptor. */
async function removedFileOf(pid: number, path: string): Promise<string> {
  const directory = `/proc/${pid}/fd`
  for (const number of await readdir(directory)) {
    const target = await readlink(join(directory, number)).catch(() => '')
    if (target === `${path} (deleted)`) return join(directory, number)
  }
  throw new Error(`process ${pid} has not ${path} open any more`)
}

describe('a backing file that somebody', () => {
  it('removes is served on, whole, and can be had back while lunkitd runs', async () => {
    await using rig = await Rig.start({ disks: [disk0] })
    const load = new VerifiedLoad({ units: await rig.units(2), ledger: new Ledger(128), depth: 8 })
    await load.goesOn(100)
    await rm(rig.file())
    await load.goesOn(500)
    await load.stop()
    expect([...load.failures]).toEqual([])
    await load.ledger.checkUnit(await rig.unit())
    await copyFile(await removedFileOf(rig.daemon.pid, rig.file()), rig.file())
    await load.ledger.checkFile(rig.file())
  })

  it('replaces is served as it was opened; the new one is not touched', async () => {
    await using rig = await Rig.start({ disks: [disk0] })
    const load = new VerifiedLoad({ units: [await rig.unit()], ledger: new Ledger(128), depth: 8 })
    await load.goesOn(100)
    const stranger = Buffer.alloc(sizeBytes, 0x55)
    await writeFile(`${rig.file()}.new`, stranger)
    await rename(`${rig.file()}.new`, rig.file())
    await load.goesOn(500)
    await load.stop()
    expect([...load.failures]).toEqual([])
    await load.ledger.checkUnit(await rig.unit())
    expect(Buffer.compare(await readFile(rig.file()), stranger)).toBe(0)
  })

  it('cuts off is read as far as it goes: behind that are faults, not zeroes, and no write makes it grow', async () => {
    await using rig = await Rig.start({ disks: [disk0, writtenThrough] })
    rig.expected.push(/^fileio\/disk\d: (read|write|discard|zero) failed: the file is shorter than it was, or gone$/)
    for (const lun of [0, 1]) {
      const unit = await rig.unit(lun)
      for (const lba of [0, half, 2 * half - 8]) await unit.write(lba, block)
      await truncate(rig.file(lun), sizeBytes / 2)
      for (const lba of [half, 2 * half - 8]) {
        expect(await outcomeOf(unit.read(lba, 8))).toBe('mediumNotPresent')
        expect(await outcomeOf(unit.write(lba, block))).toBe('mediumNotPresent')
        expect(await outcomeOf(unit.write(lba, block, { fua: true }))).toBe('mediumNotPresent')
        expect(await outcomeOf(unit.unmap([{ lba, blocks: 8 }]))).toBe('mediumNotPresent')
        expect(await outcomeOf(unit.writeSame(lba, 8, Buffer.alloc(512)))).toBe('mediumNotPresent')
      }
      expect(await outcomeOf(unit.write(half - 8, Buffer.alloc(8192, 2)))).toBe('mediumNotPresent')
      expect((await stat(rig.file(lun))).size).toBe(sizeBytes / 2)
      expect(Buffer.compare(await unit.read(0, 8), block)).toBe(0)
      expect(await outcomeOf(unit.write(8, block))).toBe('good')
      expect(await rig.logged(new RegExp(`^fileio/disk${lun}: read failed`))).toMatchObject({ fault: 'gone' })
      // As long as it was before, it is served whole again.
      await truncate(rig.file(lun), sizeBytes)
      expect(await outcomeOf(unit.write(half, block))).toBe('good')
      expect(Buffer.compare(await unit.read(half, 8), block)).toBe(0)
    }
  })
})
