import { createTarget, ramdisk, type Storage } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../harness/seeded-random.ts'
import { Load } from './load.ts'
import type { LoadedEdit } from './loaded-edit.ts'
import { LoadedEdits } from './loaded-edits.ts'
import { LoadedUnits } from './loaded-units.ts'
import { sizeBytes, UNIT_PLANS, type UnitPlan } from './unit-plan.ts'

const EDITS = 12
/** So few that what is written is soon read. */
const BLOCKS = 512
const plans = UNIT_PLANS.map(plan => ({ ...plan, blocks: BLOCKS, volatile: true }))

function disk({ lun, name, blockSizeBytes }: UnitPlan): Storage {
  const attributes = { blockSizeBytes, emulateTpu: true, emulateTpws: true, unmapZeroesData: true }
  return ramdisk({ name, sizeBytes: sizeBytes(plans[lun] as UnitPlan), attributes })
}

/** How a target that is wrong makes an edit. */
type Make = (edit: LoadedEdit, units: LoadedUnits) => Promise<void>

const asAsked: Make = (edit, units) => units.perform(edit)

const keepingUnits: Make = async (edit, units) => {
  if (edit.kind === 'resize') await units.perform(edit)
}

const keepingDisks: Make = (edit, units) => units.perform(edit.kind === 'close' ? { ...edit, kind: 'unmap' } : edit)

const goingOften: Make = async (edit, units) => {
  await units.perform(edit)
  if (edit.kind !== 'restore') return
  const other = { lun: (edit.lun + 1) % UNIT_PLANS.length }
  await units.perform({ ...other, kind: 'unmap' })
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
  await units.perform({ ...other, kind: 'restore' })
}

const keepingSize: Make = async (edit, units) => {
  if (edit.kind !== 'resize') await units.perform(edit)
}

const tooSmall: Make = (edit, units) =>
  units.perform(edit.kind === 'resize' ? { ...edit, blocks: Math.ceil(edit.blocks / 2) } : edit)

/** Edits units in memory under load, as the soak does; returns what was found, and what was counted. */
async function edited(make: Make, { announced = true } = {}): Promise<Load['report']> {
  await using target = await createTarget({ luns: plans.map(disk) })
  const common = { address: target.address, units: plans, index: 0, loads: 1, sessions: 2, depth: 4 }
  const load = new Load({ ...common, rate: 1e6, seed: 1, tolerance: { laneDeaths: false }, disturbed: false })
  const units = new LoadedUnits(target, disk)
  let changes = 0
  const edits = new LoadedEdits({
    plans,
    random: new SeededRandom(1),
    removals: ['unmap', 'close'],
    longestMs: 50,
    perform: edit => make(edit, units),
    expect: (expectation, isSettled) => load.expect(expectation, isSettled),
    announcing: async (change, perform) => {
      const id = ++changes
      if (announced) load.changes(id, change)
      await perform()
      load.changed(id)
    },
  })
  load.start()
  for (let edit = 0; edit < EDITS && load.report.found === 0; edit++) await edits.edit()
  await load.stop()
  // Of a target that was found to be wrong not everything can be read.
  if (load.report.found === 0) await load.sweep()
  await load.end()
  return load.report
}

describe('edits of units under load', () => {
  it('are what a load expects of a target that is right', async () => {
    const { findings, counts } = await edited(asAsked)
    expect(findings).toEqual([])
    const happened = ['absences', 'beyondEnd', 'lunsChanged', 'sizeChanged'] as const
    expect(happened.filter(counted => !counts[counted])).toEqual([])
  })

  it.each<[string, Make, RegExp]>([
    ['a unit that stays when it should go', keepingUnits, /GOOD, of blocks that are not there|was not told/],
    ['a disk that keeps what it should have lost', keepingDisks, /it can only be/],
    ['a unit that goes when nobody takes it away', goingOften, /logicalUnitNotSupported/],
    ['a disk that keeps its size', keepingSize, /GOOD, of blocks that are not there|was not told/],
    ['a disk that becomes too small', tooSmall, /logicalBlockAddressOutOfRange/],
  ])('find %s', async (_, make, words) => {
    expect((await edited(make)).findings.join('\n')).toMatch(words)
  })

  it('find a nexus that is told of what has not changed', async () => {
    expect((await edited(asAsked, { announced: false })).findings.join('\n')).toMatch(/but nothing has changed/)
  })
})
