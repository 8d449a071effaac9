import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FAULTS } from '../state/flush-faults.ts'
import { block, withLun } from '../testing/client.ts'
import { Level, type Lunkitd, startLunkitd } from '../testing/lunkitd.ts'
import { saveConfig } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const WWN = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const AT = '2026-11-28T12:00:00.000Z'
const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-faults-'))
})
afterEach(() => rm(directory, { recursive: true }))

const state = () => join(directory, 'state')
const text = (write_back: boolean) =>
  saveConfig([{ plugin: 'fileio', name: 'd', dev: join(directory, 'd.img'), size: 65_536, wwn: WWN, write_back }])

/** A lunkitd whose state says that a flush of its disk failed. */
async function start(): Promise<Lunkitd> {
  const faults = {
    version: FAULTS.version,
    entries: [{ serial: WWN.toUpperCase(), at: AT, fault: 'flushFailed', cause }],
  }
  await mkdir(state())
  const sections = { faults }
  const written = JSON.stringify({ format: 'lunkit-state', version: 2, sections, configurations: {} })
  await writeFile(join(state(), 'state.json'), written)
  return startLunkitd(directory, text(true), { args: ['--state', state()] })
}

it('a disk whose flush failed refuses writes after a start and after it was opened anew, which the log says each time', async () => {
  const lunkitd = await start()
  const [url = ''] = await lunkitd.urls(1)
  const said = () => lunkitd.log.filter(({ msg }) => msg.startsWith('fileio/d: a flush failed'))
  const tried = () =>
    withLun(url, async unit => {
      await unit.read(0, 1)
      await expect(unit.write(0, block(1))).rejects.toMatchObject({ senseName: 'writeError' })
      await expect(unit.synchronizeCache()).rejects.toMatchObject({ senseName: 'writeError' })
    })
  await tried()
  expect(said()).toEqual([
    expect.objectContaining({
      level: Level.error,
      disk: 'fileio/d',
      at: 'storage_objects[0]',
      fault: { serial: WWN.toUpperCase(), at: AT, fault: 'flushFailed', cause },
      msg: `fileio/d: a flush failed (fdatasync: EIO) at ${AT}, and nobody has cleared that: it refuses writes and flushes. \
Find the cause, and check what is on the disk before you clear it`,
    }),
  ])
  await writeFile(join(directory, 'saveconfig.json'), text(false))
  lunkitd.kill('SIGHUP')
  await lunkitd.logged(({ msg }) => msg === 'the configuration was applied: 1 change')
  await tried()
  expect(said()).toHaveLength(2)
  lunkitd.kill('SIGTERM')
  expect(await lunkitd.ended()).toMatchObject({ code: 1 })
  expect(JSON.parse(await readFile(join(state(), 'state.json'), 'utf8'))).toMatchObject({
    sections: { faults: { entries: [{ at: AT, cause }] } },
  })
})
