import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Configuration, parseConfiguration } from '@lunkit/config'
import { ControlClient } from '@lunkit/control/client'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Lunkitd } from '../testing/lunkitd.ts'
import { saveConfig } from '../testing/save-config.ts'

/** How often lunkitd is killed while it saves: LUNKIT_KILLS=500 by hand. */
const KILLS = Number(process.env['LUNKIT_KILLS'] ?? 12)
const SEED = 20_261_129
/** One in so many is killed as soon as its save is acknowledged. */
const ACKNOWLEDGED_ONCE_IN = 4
/** Of how long a save has taken before: some take longer. */
const LATEST = 1.5
const SIZE = 1024 * 1024

const file = async (path: string): Promise<Configuration> => parseConfiguration(await readFile(path, 'utf8'))

/** A lunkitd that makes a storage object and is killed while it saves; whether it had said that it had. */
class KilledSave {
  readonly #lunkitd: Lunkitd
  readonly #client: ControlClient

  constructor(path: string) {
    this.#lunkitd = new Lunkitd(['--config', path])
    this.#client = new ControlClient({ path: this.#lunkitd.controlPath })
  }

  /** It serves, has saved once what it had, and has something new that is not saved. @returns how long that save took. */
  async ready(name: string): Promise<number> {
    await this.#lunkitd.urls(1)
    await this.#client.call('save')
    await this.#client.call('edit', {
      edits: [{ name: 'createRamdisk', given: { name: `${name}-before`, size: SIZE } }],
    })
    const startedMs = performance.now()
    await this.#client.call('save')
    const elapsedMs = performance.now() - startedMs
    await this.#client.call('edit', { edits: [{ name: 'createRamdisk', given: { name, size: SIZE } }] })
    return elapsedMs
  }

  async document(): Promise<Configuration> {
    return parseConfiguration((await this.#client.call('document')).document)
  }

  /** Kills it so long after it was told to save; undefined: as soon as it has said that it has. */
  async killAfter(delayMs: number | undefined): Promise<boolean> {
    let isAcknowledged = false
    const saved = this.#client.call('save').then(
      () => {
        isAcknowledged = true
      },
      () => {},
    )
    await (delayMs === undefined ? saved : delay(delayMs))
    this.#lunkitd.kill('SIGKILL')
    await this.#lunkitd.ended()
    await saved
    return isAcknowledged
  }
}

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-killed-save-'))
})
afterEach(() => rm(directory, { recursive: true }))

it(
  'a save that is killed leaves what was there before or what was to be saved, and that where it was acknowledged',
  async () => {
    const path = join(directory, 'saveconfig.json')
    await writeFile(path, saveConfig([{ plugin: 'ramdisk', name: 'a', size: SIZE }]))
    const counted = { before: 0, after: 0, acknowledged: 0 }
    const instants = fc.sample(fc.noBias(fc.nat(1000)), { seed: SEED, numRuns: KILLS })
    for (const [round, instant] of instants.entries()) {
      const killed = new KilledSave(path)
      const saveMs = await killed.ready(`d${round}`)
      const [before, meant] = [await file(path), await killed.document()]
      const waits = round % ACKNOWLEDGED_ONCE_IN === ACKNOWLEDGED_ONCE_IN - 1
      const isAcknowledged = await killed.killAfter(waits ? undefined : (instant / 1000) * saveMs * LATEST)
      const left = await file(path)
      const isNew = JSON.stringify(left) === JSON.stringify(meant)
      expect(left).toEqual(isNew ? meant : before)
      expect(isNew || !isAcknowledged).toBe(true)
      counted[isNew ? 'after' : 'before']++
      if (isAcknowledged) counted.acknowledged++
    }
    console.log(
      `killed with the old configuration ${counted.before}, with the new one ${counted.after}, acknowledged ${counted.acknowledged}`,
    )
    expect(counted.before).toBeGreaterThan(0)
    expect(counted.after).toBeGreaterThan(0)
  },
  KILLS * 20_000,
)
