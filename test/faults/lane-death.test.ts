import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import type { BugAct } from './bugs.ts'
import { Ledger } from './ledger.ts'
import { outcomesUntil, Rig, until } from './rig.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const disk0 = { name: 'disk0', sizeBytes: 8 * MIB }
/** With two lanes, LUN 0 and LUN 2 are at home in the first, LUN 1 and the neighbour in the second. */
const disks = [disk0, { name: 'disk1', sizeBytes: 8 * MIB }, { name: 'disk2', sizeBytes: 8 * MIB, writeBack: false }]
const whileLaneIsAway = [
  'internalTargetFailureAborted',
  'logicalUnitIsInProcessOfBecomingReady',
  'notReadyToReadyChangeMediumMayHaveChanged',
]

/** The outcomes of a load's failures, whatever the command. */
const outcomesOf = (load: VerifiedLoad): string[] => [
  ...new Set([...load.failures.keys()].map(each => each.slice(each.indexOf(' ') + 1))),
]

describe('a lane that dies while reads, writes, flushes and unmaps are in it and behind it', () => {
  it.each<[string, BugAct, string]>([
    ['ends as by process.exit()', 'exit', 'the thread exited with code 3'],
    ['throws', 'throw', 'a planted bug'],
    ['has no heap left', 'exhaustHeap', 'Worker terminated due to reaching memory limit: JS heap out of memory'],
  ])('fails what it had, comes back by itself, and nothing acknowledged is lost: it %s', async (_how, act, cause) => {
    await using rig = await Rig.start({ disks: [disk0], bugs: true })
    rig.expected.push(/^worker lane died/)
    const ledger = new Ledger(256)
    const load = new VerifiedLoad({ units: await rig.units(3), ledger, depth: 16 })
    await load.goesOn(100)
    rig.bugs.order('lane', act, { file: rig.file() })
    const died = await rig.logged(/^worker lane died; it is started again$/)
    expect(died).toMatchObject({ level: 50, lane: 0, err: { message: cause } })
    await rig.logged(/^fileio\/disk0: ready again$/)
    await load.goesOn(500)
    await load.stop()
    // ABORTED COMMAND 44h/00h for what it had, NOT READY 04h/01h until it is back, then 28h/00h.
    expect(outcomesOf(load).sort()).toEqual(whileLaneIsAway)
    const unit = await rig.unit()
    expect(await outcomeOf(unit.testUnitReady())).toBe('good')
    await ledger.checkUnit(unit)
    await ledger.checkFile(rig.file())
  })

  it('takes the units with it that are at home there, until it is back, and no others', async () => {
    await using rig = await Rig.start({ disks, bugs: true })
    rig.expected.push(/^worker lane died/)
    const loads = await Promise.all(
      [0, 1, 2].map(async lun => {
        const units = await rig.units(2, lun)
        return new VerifiedLoad({ units, ledger: new Ledger(128), depth: 4 })
      }),
    )
    for (const load of loads) await load.goesOn(50)
    rig.bugs.order('lane', 'exit', { file: rig.file(0) })
    for (const lun of [0, 2]) await rig.logged(new RegExp(`^fileio/disk${lun}: ready again$`))
    for (const load of loads) await load.goesOn(200)
    for (const load of loads) await load.stop()
    expect(loads.map(load => load.failures.size > 0)).toEqual([true, false, true])
    for (const [lun, load] of loads.entries()) await load.ledger.checkUnit(await rig.unit(lun))
    expect(rig.timesLogged(/^fileio\/.*: not ready/)).toBe(2)
  })

  it('is waited for longer each time when it dies again and again, and serves when it no longer does', async () => {
    await using rig = await Rig.start({ disks: [disk0], bugs: true })
    rig.expected.push(/^worker lane died/)
    const unit = await rig.unit()
    rig.bugs.order('lane', 'throw', { file: rig.file(), always: true })
    const load = new VerifiedLoad({ units: [unit], ledger: new Ledger(64), depth: 8 })
    await until('the lane has died four times', () => rig.timesLogged(/^worker lane died/) >= 4)
    rig.bugs.forget('lane')
    const diedAtMs = rig.daemon.records.filter(({ msg }) => msg.startsWith('worker lane died')).map(({ time }) => time)
    const waits = diedAtMs.slice(1).map((at, i) => Number(at) - Number(diedAtMs[i]))
    expect(waits.map((wait, i) => wait >= 100 * 2 ** i)).toEqual(waits.map(() => true))
    await until('the lane serves again', () => rig.timesLogged(/^worker lane serves$/) >= 2 + diedAtMs.length)
    await load.goesOn(200)
    await load.stop()
    expect(outcomesOf(load).sort()).toEqual(whileLaneIsAway)
    await load.ledger.checkUnit(await rig.unit())
  })

  it('that stood still before it died had been replaced long ago, and its end is told', async () => {
    await using rig = await Rig.start({ disks: [disk0], bugs: true })
    rig.expected.push(/does not return/, /^fileio\/disk0: the operation ended with its thread$/)
    const unit = await rig.unit()
    await unit.write(0, Buffer.alloc(4096, 1))
    rig.bugs.order('lane', 'stallThenThrow', { file: rig.file() })
    expect(await outcomeOf(unit.synchronizeCache())).toBe('internalTargetFailureAborted')
    const ended = await rig.logged(/^fileio\/disk0: the operation ended with its thread$/)
    expect(ended).toMatchObject({ level: 50, lane: 0, err: { message: 'a planted bug, late' } })
    expect(await outcomesUntil('good', () => unit.synchronizeCache())).toContain('good')
    expect(rig.timesLogged(/^worker lane died/)).toBe(0)
  })

  it('that had begun a flush which failed has every write refused: the second opening of the file tells of it', async () => {
    await using rig = await Rig.start({ disks: [disk0], bugs: true })
    rig.expected.push(/^worker lane died/, /^fileio\/disk0: a flush failed/)
    const unit = await rig.unit()
    await unit.write(0, Buffer.alloc(4096, 1))
    rig.bugs.order('lane', 'exit', { file: rig.file() })
    const rule = rig.calls.meet({ file: rig.file(), calls: ['sync'], error: 'EIO' })
    expect(await outcomeOf(unit.synchronizeCache())).toBe('internalTargetFailureAborted')
    await rig.logged(/^fileio\/disk0: ready again$/)
    rule.end()
    const outcomes = await outcomesUntil('writeError', () => unit.write(0, Buffer.alloc(4096, 2)))
    expect(outcomes).toContain('deferred writeError')
    rig.expected.push(/^fileio\/disk0 could not be flushed/)
    rig.expectedCode = 1
  })
})
