import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lostPromises } from './lost-promises.ts'
import { powerModes } from './modes.ts'
import { PowerRig } from './power-rig.ts'

const imports = [fileURLToPath(new URL('plant-lost-promise.ts', import.meta.url))]
/** Most are found in the first one; what depends on what comes at the same time as what, in one of a few. */
const rounds = 30

describe('power cuts find', () => {
  it.each(Object.entries(lostPromises))('%s', async (name, { modes: concerned }) => {
    const modes = powerModes.filter(mode => (concerned as readonly string[]).includes(mode.name))
    const environment = { LUNKIT_LOST_PROMISE: name }
    await using rig = await PowerRig.start({ modes, seed: 1, imports, environment, earlierCuts: 20 })
    for (let round = 0; round < rounds && rig.findings.length === 0; round++) await rig.round()
    expect(rig.findings[0]).toMatch(/: block \d+ after a cut at \d+ holds generation \d+; it was promised one of /)
  })
})
