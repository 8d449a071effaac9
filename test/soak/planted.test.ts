import { createTarget, ramdisk, type Storage } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { Load } from './load.ts'
import { type PlantedBug, planting } from './planted-store.ts'
import { sizeBytes, type UnitPlan } from './unit-plan.ts'

const plan: UnitPlan = { lun: 0, name: 'disk', blocks: 512, blockSizeBytes: 512, volatile: true }
const ENOUGH_READS = 2000
const attributes = { blockSizeBytes: 512, emulateTpu: true, emulateTpws: true, unmapZeroesData: true }
const disk = ramdisk({ sizeBytes: sizeBytes(plan), attributes })

/** Runs a load against a disk until it has read a lot, and reads all of it at the end. */
async function loaded(storage: Storage): Promise<Load> {
  await using target = await createTarget({ luns: [storage] })
  const load = new Load({
    address: target.address,
    units: [plan],
    index: 0,
    loads: 1,
    sessions: 2,
    depth: 4,
    rate: 1e6,
    seed: 1,
    tolerance: { laneDeaths: false },
    disturbed: true,
  })
  load.start()
  while ((load.report.counts.reads ?? 0) < ENOUGH_READS) await new Promise(resolve => setImmediate(resolve))
  await load.stop()
  await load.sweep()
  await load.end()
  return load
}

describe('the load', () => {
  it('finds nothing on a disk that is right', async () => {
    const { report } = await loaded(disk)
    expect(report.findings).toEqual([])
    expect(report.counts.blocksChecked).toBeGreaterThan(plan.blocks)
  })

  it.each([
    ['dropped', /it can only be/],
    ['stale', /it can only be/],
    ['torn', /torn: it begins with generation \d+ and ends with/],
  ] as [PlantedBug, RegExp][])('finds a %s write', async (bug, words) => {
    const { report } = await loaded(planting(disk, bug, plan.blockSizeBytes))
    expect(report.findings.join('\n')).toMatch(words)
  })
})
