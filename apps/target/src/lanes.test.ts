import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogicalUnit } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { block, withLun } from './testing/client.ts'
import { Lunkitd } from './testing/lunkitd.ts'
import { faultOf, startManaged } from './testing/managed.ts'
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

  it('do for a disk what may block in the one that it is placed in, which no other has, and in another from a change on', async () => {
    const disks = ['a', 'b'].map(name => ({
      ...{ plugin: 'fileio', name, dev: join(directory, `${name}.img`), size: 2 ** 20, write_back: false },
    }))
    const lunkit = { lanes: 3, lane_cpus: '0', storage_objects: [{ storage_object: '/backstores/fileio/a', lane: 2 }] }
    await using managed = await startManaged(directory, saveConfig(disks, {}, { lunkit }), { luns: 2 })
    const { lunkitd, client, urls } = managed
    await vi.waitFor(async () => expect(await processorsOf(lunkitd.pid)).toEqual(['0', '0', '0']), { timeout: 20_000 })
    const [first = '', second = ''] = urls
    await withLun(first, async one => {
      await withLun(second, async other => {
        expect(await written(lunkitd.pid, () => writeSome(one))).toEqual([0, 0, SOME_BYTES])
        const [, , byOther] = await written(lunkitd.pid, () => writeSome(other))
        expect(byOther).toBe(0)
        const settings = { storage_object: '/backstores/fileio/a', settings: { lane: 1 } }
        await client.call('edit', { edits: [{ name: 'setStorageSettings', given: settings }] })
        expect(await written(lunkitd.pid, () => writeSome(one))).toEqual([0, SOME_BYTES, 0])
        expect((await written(lunkitd.pid, () => writeSome(other)))[1]).toBe(0)
        const beyond = { ...settings, settings: { lane: 3 } }
        expect(
          await faultOf(client.call('edit', { edits: [{ name: 'setStorageSettings', given: beyond }] })),
        ).toMatchObject({
          message: expect.stringContaining('cannot have lane=3: there are 3 lanes') as unknown,
        })
      })
    })
  })
})

const SOME_BYTES = 16 * 512

/** Writes so many bytes, a block after another, each of which is on the medium then. */
async function writeSome(lun: LogicalUnit): Promise<void> {
  for (let lba = 0; lba < SOME_BYTES / 512; lba++) await lun.write(lba, block(lba))
}

/** The folders of the threads of lanes 0, 1, 2, as the system knows them by name. */
async function laneThreads(pid: number): Promise<readonly string[]> {
  const found: string[] = []
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`
    const [, lane] = /^lane (\d)$/m.exec(await readFile(`${folder}/comm`, 'utf8')) ?? []
    if (lane !== undefined) found[Number(lane)] = folder
  }
  return found
}

/** The processors that each lane may run on. */
async function processorsOf(pid: number): Promise<readonly (string | undefined)[]> {
  const texts = (await laneThreads(pid)).map(folder => readFile(`${folder}/status`, 'utf8'))
  return (await Promise.all(texts)).map(status => /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1])
}

/** How many bytes the thread of each lane wrote meanwhile, in whole blocks: to wake others takes eight. */
async function written(pid: number, work: () => Promise<void>): Promise<readonly number[]> {
  const folders = await laneThreads(pid)
  const counted = () =>
    Promise.all(
      folders.map(async folder => Number(/^wchar: (\d+)$/m.exec(await readFile(`${folder}/io`, 'utf8'))?.[1])),
    )
  const before = await counted()
  await work()
  return (await counted()).map((bytes, lane) => Math.floor((bytes - (before[lane] ?? 0)) / 512) * 512)
}
