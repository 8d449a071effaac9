import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoragePlan } from '@lunkit/config'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assignSerials } from '../serving/disk-serials.ts'
import type { DiskSerials } from '../serving/found-serials.ts'
import { StateUnusable } from './state-directory.ts'
import { openState } from './state-opening.ts'
import { StateStore } from './state-store.ts'

const SERIAL = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const CONFIGURATION = '/etc/lunkit/saveconfig.json'

let directory = ''
let path = ''
let file = ''
let lines: string[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-state-'))
  path = join(directory, 'state')
  file = join(path, 'state.json')
  lines = []
})
afterEach(() => rm(directory, { recursive: true }))

const say = (level: string) => (_facts: object, text: string) => lines.push(`${level}: ${text}`)
const log = { info: say('info'), warn: say('warn'), error: say('error') } as never

const disk = (name: string, more: object = {}) =>
  ({ plugin: 'ramdisk', key: `ramdisk/${name}`, name, unit: {}, ...more }) as unknown as StoragePlan
const fileDisk = (name: string, of: string) => disk(name, { plugin: 'fileio', key: `fileio/${name}`, file: of })

const good = { disk: 'ramdisk/rd0', configuration: CONFIGURATION, serial: SERIAL }

/** The serial numbers of these disks in one run of lunkitd. */
async function run(plans: readonly StoragePlan[], configuration = CONFIGURATION): Promise<DiskSerials> {
  const { state, release } = await openState({ path, named: true, configuration }, log)
  const serials = await assignSerials({ plans, configuration }, { state, named: true, log })
  await release()
  return serials
}

/** The state as it stands in its file. */
const kept = async () =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, { entries: unknown }>>
const serialsIn = async () => (await kept()).sections?.serials?.entries

/** Opens the state of the directory, or of another one. */
const open = (more: object = {}) => openState({ path, named: true, configuration: CONFIGURATION, ...more }, log)

describe('a serial number that had to be made', () => {
  it('is a random UUID, is in the state before it is used, and is the same in every run', async () => {
    const first = (await run([disk('rd0')])).get('ramdisk/rd0')
    expect(first).toEqual({ serial: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/), origin: 'made' })
    expect(await serialsIn()).toEqual([{ disk: 'ramdisk/rd0', configuration: CONFIGURATION, serial: first?.serial }])
    for (let i = 0; i < 2; i++)
      expect((await run([disk('rd1'), disk('rd0')])).get('ramdisk/rd0')).toEqual({ ...first, origin: 'kept' })
    expect(lines).toEqual([])
  })

  it('is in files that their owner alone can read', async () => {
    await run([disk('rd0')])
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(path)).toEqual(['lock', 'state.json'])
    path = join(directory, 'deep', 'state')
    await run([disk('rd0')])
    for (const made of ['deep', 'deep/state']) expect((await stat(join(directory, made))).mode & 0o777).toBe(0o700)
  })

  it('is that of a file, whatever the disk is called and wherever it is described', async () => {
    const serial = (await run([fileDisk('a', '/srv/a.img')])).get('fileio/a')?.serial
    const again = await run([fileDisk('b', '/srv/a.img'), fileDisk('a', '/srv/b.img')], '/srv/other.json')
    expect(again.get('fileio/b')).toEqual({ serial, origin: 'kept' })
    expect(again.get('fileio/a')?.serial).not.toBe(serial)
  })

  it('is that of a disk in memory of one configuration file, and no other', async () => {
    const serial = (await run([disk('rd0')])).get('ramdisk/rd0')?.serial
    expect((await run([disk('rd0')], '/srv/other.json')).get('ramdisk/rd0')?.serial).not.toBe(serial)
    expect((await run([disk('rd0')])).get('ramdisk/rd0')?.serial).toBe(serial)
  })

  it('stays when its disk was away', async () => {
    const serial = (await run([disk('rd0')])).get('ramdisk/rd0')?.serial
    await run([disk('rd1')])
    expect((await run([disk('rd0')])).get('ramdisk/rd0')?.serial).toBe(serial)
  })

  it('is not made where the configuration gives one, which is kept as it is', async () => {
    const given = await run([disk('rd0', { unit: { serial: 'A 1' } })])
    expect(given.get('ramdisk/rd0')).toEqual({ serial: 'A 1', origin: 'given' })
    expect(await readdir(path)).toEqual(['lock'])
  })
})

describe('a state', () => {
  it('keeps what this version does not know', async () => {
    await mkdir(path)
    await writeFile(file, JSON.stringify({ format: 'lunkit-state', version: 1, ports: { a: 1 } }))
    await run([disk('rd0')])
    expect(await kept()).toMatchObject({
      version: 2,
      ports: { a: 1 },
      sections: { serials: { version: 1, entries: [{ disk: 'ramdisk/rd0' }] } },
      machine: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(lines).toEqual([])
  })

  it.each<[string, unknown]>([
    ['is no list', {}],
    ['has a disk twice, of which the first holds', [good, { ...good, serial: 'B1' }]],
    ['has a file that is no text', [good, { ...good, disk: 'fileio/a', serial: 'B1', file: 7 }]],
  ])('whose part %s is kept aside and written anew', async (_how, serials) => {
    await mkdir(path)
    await writeFile(file, JSON.stringify({ format: 'lunkit-state', version: 1, serials }))
    const found = await run([disk('rd0')])
    const isKept = Array.isArray(serials)
    expect(found.get('ramdisk/rd0')).toMatchObject(isKept ? { serial: SERIAL, origin: 'kept' } : { origin: 'made' })
    expect(lines).toEqual([expect.stringContaining('1 serial numbers in it cannot be read')])
    expect(await serialsIn()).toEqual([{ ...good, serial: found.get('ramdisk/rd0')?.serial }])
  })

  it('that cannot be read is an error, and leaves its directory to the next', async () => {
    await mkdir(file, { recursive: true })
    await expect(open()).rejects.toThrow(
      `the state directory ${path} cannot be used: EISDIR: illegal operation on a directory, read (EISDIR)`,
    )
    await rm(file, { recursive: true })
    await (await open()).release()
  })

  it.each([
    ['is cut off', '{"format": "lunkit-st', 'it is not JSON'],
    ['is empty', '', 'it is not JSON'],
    ['is something else', '{"targets": []}', 'it is not a state of lunkit'],
    [
      'is of a later version',
      '{"format": "lunkit-state", "version": 3}',
      'it is of version 3; this lunkitd knows version 2 and earlier ones',
    ],
  ])('that %s is kept aside, named in the log, and lunkitd goes on', async (_how, text, why) => {
    await mkdir(path)
    await writeFile(file, text)
    await writeFile(`${file}.aside-1`, 'an earlier one')
    const made = await run([disk('rd0')])
    expect(made.get('ramdisk/rd0')?.origin).toBe('made')
    expect(await readFile(`${file}.aside-2`, 'utf8')).toBe(text)
    expect(await readFile(`${file}.aside-1`, 'utf8')).toBe('an earlier one')
    expect(lines).toEqual([
      expect.stringContaining(`error: the state could not be used: ${why}. It is kept as ${file}.aside-2`),
    ])
  })

  it('of which a part is damaged goes on with the rest, and all of it is kept aside', async () => {
    await mkdir(path)
    const serials = [good, { ...good, disk: 'ramdisk/rd1' }, { ...good, disk: 7 }, null, { ...good, serial: '' }]
    const text = JSON.stringify({ format: 'lunkit-state', version: 1, serials })
    await writeFile(file, text)
    const found = await run([disk('rd0'), disk('rd1')])
    expect(found.get('ramdisk/rd0')).toEqual({ serial: SERIAL, origin: 'kept' })
    expect(found.get('ramdisk/rd1')).toMatchObject({ origin: 'made' })
    expect(await readFile(`${file}.aside-1`, 'utf8')).toBe(text)
    expect(lines[0]).toContain('4 serial numbers in it cannot be read')
    lines = []
    await run([disk('rd0'), disk('rd1')])
    expect(lines).toEqual([])
  })

  it('that was made on another machine is named once in the log, and used', async () => {
    await mkdir(path)
    const serials = [{ disk: 'ramdisk/rd0', configuration: CONFIGURATION, serial: SERIAL }]
    await writeFile(file, JSON.stringify({ format: 'lunkit-state', version: 1, machine: 'another', serials }))
    expect((await run([disk('rd0')])).get('ramdisk/rd0')?.serial).toBe(SERIAL)
    expect(lines).toEqual([expect.stringContaining(`warn: ${path} was made on another machine`)])
    await run([disk('rd0')])
    expect(lines).toHaveLength(1)
  })
})

describe('a state directory', () => {
  it('is one lunkitd’s at a time: an error where it was named, else a warning, and lunkitd serves without it', async () => {
    const first = await open()
    await expect(open()).rejects.toThrow(StateUnusable)
    await expect(open()).rejects.toMatchObject({
      inUse: true,
      message: `the state directory ${path} is in use by another lunkitd; each needs a directory of its own (--state DIR or LUNKIT_STATE)`,
    })
    expect((await open({ named: false })).state.directory).toBeUndefined()
    expect(lines).toEqual([
      `warn: the state directory ${path} is in use by another lunkitd; each needs a directory of its own (--state DIR or \
LUNKIT_STATE). lunkitd serves without it, and forgets when it ends: relative port identifiers, which disks’ flushes failed, where \
backing files were mounted, and serial numbers, which it derives of machine and disk instead`,
    ])
    await first.release()
    await (await open()).release()
  })

  it.each([
    [
      'below a file',
      () => join(directory, 'file', 'deep', 'state'),
      'a part of it is a file, and no directory (ENOTDIR)',
    ],
    ['where a file is', () => join(directory, 'file'), 'it is a file; right is a directory (EEXIST)'],
    ['where nothing can be made', () => '/proc/nonexistent', 'nothing can be made there (ENOENT)'],
  ])('%s cannot be used, and it is said why', async (_where, at, why) => {
    await writeFile(join(directory, 'file'), '')
    await expect(open({ path: at() })).rejects.toMatchObject({
      inUse: false,
      message: `the state directory ${at()} cannot be used: ${why}`,
    })
    expect((await open({ path: at(), named: false })).state.directory).toBeUndefined()
    expect(lines).toHaveLength(1)
  })

  describe('that cannot be written any more', () => {
    const plans = [disk('rd1'), fileDisk('a', '/srv/a.img'), disk('rd2', { unit: { serial: 'A1' } })]

    /** Assigns serial numbers where the directory was taken away after it had been opened. */
    async function assignWithout(named: boolean): Promise<DiskSerials> {
      const { state, release } = await open({ named })
      await rm(path, { recursive: true })
      try {
        return await assignSerials({ plans, configuration: CONFIGURATION }, { state, named, log })
      } finally {
        await release()
      }
    }

    it('is an error where it was named', async () => {
      await expect(assignWithout(true)).rejects.toThrow(`${file} cannot be written: nothing can be made there (ENOENT)`)
    })

    it('is a warning where nobody named it, and what is new is derived', async () => {
      const found = await assignWithout(false)
      expect(found.get('ramdisk/rd1')).toEqual({ origin: 'derived', serial: expect.any(String) })
      expect(found.get('fileio/a')).toEqual({ origin: 'derived', serial: undefined })
      expect(found.get('ramdisk/rd2')).toEqual({ origin: 'given', serial: 'A1' })
      expect(lines).toEqual([expect.stringContaining('What was to be kept there is derived')])
    })
  })
})

describe('without a state', () => {
  it('the serial number of a disk in memory is derived, and is the same in every run', async () => {
    const derive = (name: string, configuration = CONFIGURATION) =>
      assignSerials({ plans: [disk(name)], configuration }, { state: StateStore.inMemory(), named: false, log })
    const serial = (await derive('rd0')).get('ramdisk/rd0')
    expect(serial).toEqual({ serial: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8/), origin: 'derived' })
    expect((await derive('rd0')).get('ramdisk/rd0')).toEqual(serial)
    expect((await derive('rd1')).get('ramdisk/rd1')?.serial).not.toBe(serial?.serial)
    expect((await derive('rd0', '/srv/other.json')).get('ramdisk/rd0')?.serial).not.toBe(serial?.serial)
  })
})
