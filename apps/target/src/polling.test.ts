import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withLun } from './testing/client.ts'
import { Lunkitd } from './testing/lunkitd.ts'
import { saveConfig } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const READS = 300

/** What Linux tells of a process's main thread under a name, such as `State` or `voluntary_ctxt_switches`. */
async function statusOf(pid: number, name: string): Promise<string> {
  const status = await readFile(`/proc/${pid}/task/${pid}/status`, 'utf8')
  return new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? ''
}

describe('poll_us in a saveconfig.json', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-poll-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** How often the protocol thread of a lunkitd went to sleep while commands came one after the other. */
  async function sleeps(poll_us: number): Promise<number> {
    const path = join(directory, `poll-${poll_us}.json`)
    const disk = { plugin: 'ramdisk', name: 'rd0', size: 1024 * 1024 }
    await writeFile(path, saveConfig([disk], {}, { lunkit: { poll_us } }))
    await using lunkitd = new Lunkitd(['--config', path])
    const [url = ''] = await lunkitd.urls(1)
    const pid = Number(lunkitd.log[0]?.pid)
    const counted = async () => Number(await statusOf(pid, 'voluntary_ctxt_switches'))
    const slept = await withLun(url, async lun => {
      const before = await counted()
      for (let i = 0; i < READS; i++) await lun.read(i, 1)
      return (await counted()) - before
    })
    // It goes to sleep all the same when nothing comes any more.
    await vi.waitFor(async () => expect(await statusOf(pid, 'State')).toBe('S'), { timeout: 20_000 })
    return slept
  }

  it('keeps the protocol thread awake between commands, and lets it sleep when there are none', async () => {
    expect(await sleeps(10_000)).toBeLessThan((await sleeps(0)) / 2)
  })
})
