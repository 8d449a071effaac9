import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import { HostRun } from './host-run.ts'
import { LaneHost } from './lane-host.ts'
import { PlantedLeak } from './planted-leak.ts'

const SAMPLES = 40
const EDITS_A_SAMPLE = 8
const NO_LOAD = { loads: 0, sessions: 0, depth: 0, rate: 1, seed: 1 }
let scratch: Scratch
let runs = 0

beforeAll(async () => {
  scratch = await Scratch.create('soak-planted')
})
afterAll(() => scratch.remove())

/** Edits what a program serves, without load, and looks at its process as the soak does. */
async function edited(leak?: PlantedLeak): Promise<string[]> {
  const directory = scratch.path(`run${runs++}`)
  await mkdir(directory)
  const host = await LaneHost.start({ directory, seed: 1, editPauseMs: 1, ...(leak && { leak }) })
  const run = new HostRun(host, NO_LOAD)
  await run.edit()
  for (let sample = 0; sample < SAMPLES; sample++) {
    const { edits } = host.editCounts
    do await run.sample(sample / SAMPLES)
    while (host.editCounts.edits < edits + EDITS_A_SAMPLE)
  }
  await run.look()
  await host.stop()
  run.judgeFlatness()
  return run.takeFindings()
}

describe('edits of what is served', () => {
  it('are flat, and leave what a model says, where nothing is planted', async () => {
    expect(await edited()).toEqual([])
  })

  it.each([
    [PlantedLeak.row, /rows grew from/],
    [PlantedLeak.descriptor, /openFiles grew from/],
    [PlantedLeak.heap, /heapBytes grew from/],
  ])('are found to leave a %s behind each', async (leak, words) => {
    expect((await edited(leak)).join('\n')).toMatch(words)
  })
})
