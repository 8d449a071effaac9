import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lunkitd } from './testing/lunkitd.ts'
import { saveConfig } from './testing/save-config.ts'

// A process is started, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

describe('lanes in a saveconfig.json', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-lanes-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('are so many threads, each told when it serves', async () => {
    const path = join(directory, 'saveconfig.json')
    const disk = { plugin: 'fileio', name: 'd', dev: join(directory, 'd.img'), size: 2 ** 20, write_back: true }
    await writeFile(path, saveConfig([disk], {}, { lunkit: { lanes: 3 } }))
    await using lunkitd = new Lunkitd(['--config', path])
    await lunkitd.urls(1)
    const serving = () => lunkitd.log.flatMap(({ event, lane }) => (event === 'laneServes' ? [lane] : []))
    await vi.waitFor(() => expect(serving()).toHaveLength(3), { timeout: 20_000 })
    expect(new Set(serving())).toEqual(new Set([0, 1, 2]))
  })
})
