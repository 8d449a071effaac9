import { rm, stat, truncate, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'
import { Ledger } from './ledger.ts'
import { Mount } from './mount.ts'
import { outcomesUntil, Rig } from './rig.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const block = Buffer.alloc(4096, 1)
const mebibyte = Buffer.alloc(MIB, 2)
const lbasPerMib = MIB / 512

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.create('faults')
})
afterEach(() => scratch.remove())

describe('a file system that', () => {
  it.each([true, false])(
    'is full refuses what needs space (27h/07h) and goes on when there is some: write-back %s',
    async writeBack => {
      await using full = await Mount.memory(scratch, 'full', 8 * MIB)
      await using rig = await Rig.start({
        disks: [{ name: 'disk0', sizeBytes: 32 * MIB, path: full.path('disk0.img'), writeBack }],
        scratch,
      })
      rig.expected.push(/^fileio\/disk0: (write|zero) failed: no space is left for it \(\w+: ENOSPC\)$/)
      const unit = await rig.unit()
      let taken = 0
      for (; (await outcomeOf(unit.write(taken * lbasPerMib, mebibyte))) === 'good'; taken++)
        expect(taken).toBeLessThan(8)
      expect(taken).toBeGreaterThan(4)
      const beyond = 20 * lbasPerMib
      expect(await outcomeOf(unit.write(beyond, mebibyte))).toBe('spaceAllocationFailedWriteProtect')
      expect(await rig.logged(/^fileio\/disk0: write failed/)).toMatchObject({ fault: 'noSpace', disk: 'fileio/disk0' })
      // What has its space already is written and read, and flushed.
      expect(await outcomeOf(unit.write(0, block))).toBe('good')
      expect(await outcomeOf(unit.synchronizeCache())).toBe('good')
      expect(Buffer.compare(await unit.read(0, 8), block)).toBe(0)
      expect(Buffer.compare(await unit.read(8, 8), mebibyte.subarray(0, 4096))).toBe(0)
      // Zeroes need no space.
      expect(await outcomeOf(unit.writeSame(beyond, 8, Buffer.alloc(512)))).toBe('good')
      expect(await outcomeOf(unit.unmap([{ lba: lbasPerMib, blocks: lbasPerMib }]))).toBe('good')
      expect(await outcomesUntil('good', () => unit.write(beyond, mebibyte.subarray(0, MIB / 2)))).toEqual(['good'])
      expect(Buffer.compare(await unit.read(beyond, 8), mebibyte.subarray(0, 4096))).toBe(0)
    },
  )

  it('is full takes the load on again when somebody else gives space back, and nothing acknowledged is lost', async () => {
    await using full = await Mount.memory(scratch, 'full', 8 * MIB)
    const ballast = full.path('ballast')
    await writeFile(ballast, Buffer.alloc(7 * MIB))
    await using rig = await Rig.start({
      disks: [{ name: 'disk0', sizeBytes: 32 * MIB, path: full.path('disk0.img') }],
      scratch,
    })
    rig.expected.push(
      /^fileio\/disk0: (\d+ more of )?(write|zero|discard) failed: no space is left for it \(\w+: ENOSPC\)$/,
    )
    const load = new VerifiedLoad({ units: await rig.units(2), ledger: new Ledger(1024), depth: 16 })
    await rig.logged(/^fileio\/disk0: write failed/)
    await load.goesOn(200)
    await rm(ballast)
    await load.goesOn(3000)
    const failed = new Map(load.failures)
    await load.goesOn(1000)
    await load.stop()
    expect([...load.failures]).toEqual([...failed])
    expect([...failed.keys()].every(each => each.endsWith(' spaceAllocationFailedWriteProtect'))).toBe(true)
    await load.ledger.checkUnit(await rig.unit())
    await load.ledger.checkFile(rig.file())
  })

  it('becomes read-only under lunkitd fails writes, and serves reads on', async () => {
    await using disk = await Mount.ext4(scratch, 'disk', { file: scratch.path('medium.img'), sizeBytes: 64 * MIB })
    await using rig = await Rig.start({
      disks: [{ name: 'disk0', sizeBytes: 8 * MIB, path: disk.path('disk0.img') }],
      scratch,
    })
    rig.expected.push(
      /^fileio\/disk0: (write|discard|flush) failed/,
      /^fileio\/disk0: a flush failed/,
      /^fileio\/disk0 could not be flushed/,
    )
    rig.expectedCode = 1
    const unit = await rig.unit()
    await unit.write(0, block)
    await unit.synchronizeCache()
    await disk.abort()
    const outcomes = await Promise.all([
      outcomeOf(unit.write(0, mebibyte.subarray(0, 4096))),
      outcomeOf(unit.write(8, block, { fua: true })),
      outcomeOf(unit.unmap([{ lba: 64, blocks: 64 }])),
    ])
    expect(outcomes.filter(each => each !== 'writeProtected' && each !== 'writeError')).toEqual([])
    expect(await outcomesUntil('writeError', () => unit.synchronizeCache())).not.toContain('good')
    expect(Buffer.compare(await unit.read(0, 8), block)).toBe(0)
    await rig.logged(/^fileio\/disk0: write failed/)
  })

  it('has a limit for the size of a file (RLIMIT_FSIZE) refuses what lies behind it, and lunkitd lives', async () => {
    const path = scratch.path('disk0.img')
    await writeFile(path, '')
    await truncate(path, 8 * MIB)
    const startedBy = [findTool('prlimit'), `--fsize=${4 * MIB}`]
    await using rig = await Rig.start({ disks: [{ name: 'disk0', sizeBytes: 8 * MIB, path }], scratch, startedBy })
    rig.expected.push(/^fileio\/disk0: write failed: no space is left for it \(pwrite: EFBIG\)$/)
    const unit = await rig.unit()
    expect(await outcomeOf(unit.write(4 * lbasPerMib, block))).toBe('spaceAllocationFailedWriteProtect')
    expect(await outcomeOf(unit.write(4 * lbasPerMib, mebibyte, { fua: true }))).toBe(
      'spaceAllocationFailedWriteProtect',
    )
    // Half of it is below the limit.
    expect(await outcomeOf(unit.write(4 * lbasPerMib - 8, mebibyte))).toBe('spaceAllocationFailedWriteProtect')
    expect(await outcomeOf(unit.write(4 * lbasPerMib - 8, block))).toBe('good')
    expect(await rig.logged(/^fileio\/disk0: write failed/)).toMatchObject({ fault: 'noSpace' })
  })
})

describe('a loop device that', () => {
  it('cannot read its medium: what is read of it is UNRECOVERED READ ERROR, and the rest is served', async () => {
    const medium = scratch.path('medium.img')
    const path = await (async () => {
      await using filled = await Mount.ext4(scratch, 'filled', { file: medium, sizeBytes: 64 * MIB })
      await writeFile(filled.path('disk0.img'), Buffer.alloc(16 * MIB, 7))
      return 'disk0.img'
    })()
    await using disk = await Mount.ext4(scratch, 'disk', { file: medium })
    await using rig = await Rig.start({
      disks: [{ name: 'disk0', sizeBytes: 16 * MIB, path: disk.path(path) }],
      scratch,
    })
    rig.expected.push(/^fileio\/disk0: read failed: the medium failed \(pread: EIO\)$/)
    const unit = await rig.unit()
    const cached = await unit.read(0, 8)
    const { size } = await stat(medium)
    await truncate(medium, 4 * MIB)
    const outcomes = await Promise.all([8, 12, 15].map(at => outcomeOf(unit.read(at * lbasPerMib, 8))))
    expect(outcomes).toEqual(['unrecoveredReadError', 'unrecoveredReadError', 'unrecoveredReadError'])
    expect(Buffer.compare(await unit.read(0, 8), cached)).toBe(0)
    expect(await rig.logged(/^fileio\/disk0: read failed/)).toMatchObject({ operation: 'read', fault: 'io' })
    await truncate(medium, size)
  })

  it('cannot write its medium: the flush that meets it is not GOOD, and no write is after it', async () => {
    await using memory = await Mount.memory(scratch, 'memory', 6 * MIB)
    await using disk = await Mount.ext4(scratch, 'disk', { file: memory.path('medium.img'), sizeBytes: 64 * MIB })
    await using rig = await Rig.start({
      disks: [{ name: 'disk0', sizeBytes: 32 * MIB, path: disk.path('disk0.img') }],
      scratch,
    })
    rig.expected.push(
      /^fileio\/disk0: a flush failed/,
      /^fileio\/disk0: (flush|write) failed/,
      /^fileio\/disk0 could not be flushed/,
    )
    rig.expectedCode = 1
    const unit = await rig.unit()
    for (let i = 0; i < 16; i++) await outcomeOf(unit.write(i * lbasPerMib, mebibyte))
    expect(await outcomesUntil('writeError', () => unit.synchronizeCache())).not.toContain('good')
    const outcomes = await outcomesUntil('writeError', () => unit.write(0, block))
    expect(outcomes).not.toContain('good')
    expect(await rig.logged(/^fileio\/disk0: a flush failed/)).toMatchObject({ disk: 'fileio/disk0' })
    await rig.neighbourServes()
  })
})
