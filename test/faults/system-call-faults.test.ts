import { readFile, writeFile } from 'node:fs/promises'
import type { LogicalUnit } from '@lunkit/initiator'
import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Ledger } from './ledger.ts'
import { Rig, until } from './rig.ts'
import type { CallRule } from './system-calls.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const disk0 = { name: 'disk0', sizeBytes: 8 * MIB }
const [before, after] = [Buffer.alloc(4096, 1), Buffer.alloc(4096, 2)]
const writing = ['write', 'writeThrough'] as const

type Act = (unit: LogicalUnit) => Promise<unknown>
const write: Act = unit => unit.write(0, after)
const read: Act = unit => unit.read(0, 8)

/** Clears all faults as an administrator does who has no lunkitd running. */
async function forgetFaults(stateFile: string): Promise<void> {
  const state = JSON.parse(await readFile(stateFile, 'utf8')) as { sections: { faults: { entries: unknown[] } } }
  expect(state.sections.faults.entries).toHaveLength(1)
  state.sections.faults.entries = []
  await writeFile(stateFile, JSON.stringify(state))
}

describe('a system call that fails on the backing file', () => {
  it.each<[CallRule['error'], string, string, RegExp]>([
    ['EIO', 'writeError', 'write', /the medium failed \(pwrite: EIO\)$/],
    ['ENOSPC', 'spaceAllocationFailedWriteProtect', 'write', /no space is left for it \(pwrite: ENOSPC\)$/],
    ['EDQUOT', 'spaceAllocationFailedWriteProtect', 'write', /no space is left for it \(pwrite: EDQUOT\)$/],
    ['EFBIG', 'spaceAllocationFailedWriteProtect', 'write', /no space is left for it \(pwrite: EFBIG\)$/],
    ['EROFS', 'writeProtected', 'write', /cannot be written \(pwrite: EROFS\)$/],
    ['EAGAIN', 'systemResourceFailureAborted', 'write', /memory is short \(pwrite: EAGAIN\)$/],
    ['ENOMEM', 'systemResourceFailureAborted', 'write', /memory is short \(pwrite: ENOMEM\)$/],
    ['ENODEV', 'mediumNotPresent', 'write', /shorter than it was, or gone \(pwrite: ENODEV\)$/],
  ])('%s of a write is %s, is logged, and the next write is taken: write-back and write-through', async (...row) => {
    const [error, sense, operation, why] = row
    await using rig = await Rig.start({ disks: [disk0, { ...disk0, name: 'disk1', writeBack: false }] })
    rig.expected.push(/^fileio\/disk\d: write failed/)
    for (const lun of [0, 1]) {
      const unit = await rig.unit(lun)
      await unit.write(0, before)
      const rule = rig.calls.meet({ file: rig.file(lun), calls: writing, error: error ?? 'EIO' })
      expect(await outcomeOf(write(unit))).toBe(sense)
      expect(await outcomeOf(unit.write(0, after, { fua: true }))).toBe(sense)
      expect(rule.met).toBeGreaterThanOrEqual(2)
      rule.end()
      expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
      expect(await outcomeOf(write(unit))).toBe('good')
      expect(Buffer.compare(await unit.read(0, 8), after)).toBe(0)
      const record = await rig.logged(new RegExp(`^fileio/disk${lun}: write failed`))
      expect(record).toMatchObject({ level: 50, disk: `fileio/disk${lun}`, operation, offset: 0, lengthBytes: 4096 })
      expect(record.msg).toMatch(why)
      expect(rig.timesLogged(new RegExp(`^fileio/disk${lun}: write failed`))).toBe(1)
    }
  })

  it.each<[string, CallRule['calls'], CallRule['error'], string]>([
    ['in place', ['readCached'], 'EIO', 'unrecoveredReadError'],
    ['in a lane', ['readCached', 'read'], 'EIO', 'unrecoveredReadError'],
    ['in a lane', ['readCached', 'read'], 'ENOMEM', 'systemResourceFailureAborted'],
  ])('of a read %s (%s: %s) is %s, and the next read is answered', async (_where, calls, error, sense) => {
    await using rig = await Rig.start({ disks: [disk0] })
    rig.expected.push(/^fileio\/disk0: read failed/)
    const unit = await rig.unit()
    await unit.write(0, before)
    const rule = rig.calls.meet({ file: rig.file(), calls, error: error ?? 'EIO' })
    expect(await outcomeOf(read(unit))).toBe(sense)
    rule.end()
    expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
    expect(await rig.logged(/^fileio\/disk0: read failed/)).toMatchObject({ operation: 'read' })
  })

  it.each<CallRule['error']>(['EIO', 'ENOSPC'])('%s of an UNMAP is its failure, and changes nothing', async error => {
    await using rig = await Rig.start({ disks: [disk0] })
    rig.expected.push(/^fileio\/disk0: discard failed/)
    const unit = await rig.unit()
    await unit.write(0, before)
    const rule = rig.calls.meet({ file: rig.file(), calls: ['space'], error: error ?? 'EIO' })
    const sense = error === 'EIO' ? 'writeError' : 'spaceAllocationFailedWriteProtect'
    expect(await outcomeOf(unit.unmap([{ lba: 0, blocks: 8 }]))).toBe(sense)
    rule.end()
    expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
    expect(await outcomeOf(unit.unmap([{ lba: 0, blocks: 8 }]))).toBe('good')
  })
})

describe('a system call that is interrupted or does a part', () => {
  it.each<[string, Pick<CallRule, 'error' | 'mostBytes' | 'times'>]>([
    ['EINTR, nine times', { error: 'EINTR', times: 9 }],
    ['a thousand bytes at a time', { mostBytes: 1000, times: 500 }],
    ['one byte at a time', { mostBytes: 1, times: 500 }],
  ])('is made again until all is done, and all is right: %s', async (_what, how) => {
    await using rig = await Rig.start({ disks: [disk0, { ...disk0, name: 'disk1', writeBack: false }] })
    for (const lun of [0, 1]) {
      const load = new VerifiedLoad({ units: [await rig.unit(lun)], ledger: new Ledger(64), depth: 4 })
      await load.goesOn(20)
      const rules = (['readCached', 'read', 'write', 'writeThrough'] as const).map(call =>
        rig.calls.meet({ file: rig.file(lun), calls: [call], ...how }),
      )
      await load.goesOn(500)
      await load.stop()
      for (const rule of rules) rule.end()
      expect([...load.failures]).toEqual([])
      expect(rules.map(rule => rule.met > 0)).toContain(true)
      await load.ledger.checkUnit(await rig.unit(lun))
      await load.ledger.checkFile(rig.file(lun))
    }
  })
})

describe('a flush that fails once', () => {
  it.each([
    ['SYNCHRONIZE CACHE', ['sync'], (unit: LogicalUnit) => unit.synchronizeCache()],
    ['a write with FUA', ['writeThrough'], (unit: LogicalUnit) => unit.write(8, after, { fua: true })],
  ] as const)(
    '%s is not GOOD, and no write or flush is until its fault is out of the state',
    async (_what, calls, flush) => {
      await using rig = await Rig.start({ disks: [disk0] })
      rig.expected.push(/^fileio\/disk0: a flush failed/)
      const [unit, other] = (await rig.units(2)) as [LogicalUnit, LogicalUnit]
      await unit.write(0, before)
      const rule = rig.calls.meet({ file: rig.file(), calls, error: 'EIO', times: 1 })
      expect(await outcomeOf(flush(unit))).toBe('writeError')
      expect(rule.met).toBe(1)
      // What was acknowledged before may be lost: every nexus hears of it once.
      expect(await outcomeOf(unit.testUnitReady())).toBe('deferred writeError')
      expect(await outcomeOf(other.read(0, 8))).toBe('deferred writeError')
      expect(await outcomeOf(other.read(0, 8))).toBe('good')
      for (const each of [unit, other]) {
        expect(await outcomeOf(write(each))).toBe('writeError')
        expect(await outcomeOf(each.write(0, after, { fua: true }))).toBe('writeError')
        expect(await outcomeOf(each.synchronizeCache())).toBe('writeError')
        expect(await outcomeOf(each.unmap([{ lba: 64, blocks: 8 }]))).toBe('writeError')
        expect(await outcomeOf(each.testUnitReady())).toBe('good')
      }
      expect(Buffer.compare((await readFile(rig.file())).subarray(0, 4096), before)).toBe(0)
      expect(await rig.logged(/^fileio\/disk0: a flush failed/)).toMatchObject({ level: 50, disk: 'fileio/disk0' })
      expect(rig.timesLogged(/a flush failed/)).toBe(1)
      await rig.neighbourServes()
      // lunkitd says at its end that the disk could not be flushed, and ends with 1.
      expect(await rig.end()).toBe(1)
      expect(await rig.logged(/^fileio\/disk0 could not be flushed \(flushFailed\)/)).toMatchObject({ level: 50 })
      await rig.restart()
      expect(await outcomeOf(write(await rig.unit()))).toBe('writeError')
      expect(await rig.logged(/^fileio\/disk0: a flush failed .* nobody has cleared that/)).toMatchObject({ level: 50 })
      expect(await rig.end()).toBe(1)
      await forgetFaults(rig.scratch.path('state/state.json'))
      await rig.restart()
      const again = await rig.unit()
      expect(await outcomeOf(write(again))).toBe('good')
      expect(await outcomeOf(again.synchronizeCache())).toBe('good')
    },
  )

  it('is not GOOD for any of the writes of a write-through disk that shared it', async () => {
    await using rig = await Rig.start({ disks: [{ ...disk0, writeBack: false }] })
    rig.expected.push(/^fileio\/disk0: a flush failed/)
    const ledger = new Ledger(64)
    const load = new VerifiedLoad({ units: await rig.units(2), ledger, depth: 8, kinds: ['write'] })
    await load.goesOn(50)
    const rule = rig.calls.meet({ file: rig.file(), calls: ['sync', 'writeThrough'], error: 'EIO', times: 1 })
    await rig.logged(/^fileio\/disk0: a flush failed/)
    const { good } = load
    await until('the sessions hear of it', () => load.failures.has('write deferred writeError'))
    await load.stop()
    expect(rule.met).toBe(1)
    // At the most those whose answers were on their way.
    expect(load.good - good).toBeLessThanOrEqual(16)
    expect([...load.failures.keys()].sort()).toEqual(['write deferred writeError', 'write writeError'])
    await ledger.checkUnit(await rig.unit())
    rig.expected.push(/^fileio\/disk0: write failed: the medium failed/, /^fileio\/disk0 could not be flushed/)
    rig.expectedCode = 1
  })
})
