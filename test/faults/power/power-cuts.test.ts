import { expect, it } from 'vitest'
import { powerModes } from './modes.ts'
import { PowerRig } from './power-rig.ts'

const { LUNKIT_POWER_SEED, LUNKIT_POWER_CUTS } = process.env
/** How many cuts are made, over all disks. */
const cuts = Number(LUNKIT_POWER_CUTS ?? 100)
const seed = Number(LUNKIT_POWER_SEED ?? Date.now() % 2 ** 31)
/** Every so many rounds the disks are closed in order. */
const orderly = 3
const timeoutMs = 30_000 + 1000 * cuts

it(
  'has lost nothing that it had promised to keep when its power fails, in every mode of every store',
  async () => {
    process.stdout.write(`power cuts: seed ${seed}\n`)
    await using rig = await PowerRig.start({ modes: powerModes, seed })
    for (let round = 1; rig.cuts < cuts; round++) {
      await rig.round(round % orderly === 0 ? 'SIGTERM' : 'SIGKILL')
      expect(rig.findings).toEqual([])
    }
    process.stdout.write(`power cuts: ${rig.cuts} cuts, ${rig.commands} commands\n`)
  },
  timeoutMs,
)
