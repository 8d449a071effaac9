import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EditCall, EditError, Generations, parseConfiguration } from '@lunkit/config'
import { type AttentionNotice, type LogicalUnit, type ScsiError, StepError } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UnusableConfiguration } from '../configuration.ts'
import { block, withLun } from '../testing/client.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { serveFile } from '../testing/serve-file.ts'
import { LostChanges } from './lost-changes.ts'

const MIB = 1024 * 1024
const ONE = saveConfig([{ plugin: 'ramdisk', name: 'a', size: MIB, wwn: '245a36c0-d927-482f-a8a8-d76bbaaf75ba' }])
const at = { target: TARGET_NAME, tag: 1 }
const ramdisk = (name: string): EditCall => ({ name: 'createRamdisk', given: { name, size: MIB } })
const lun = (name: string): EditCall => ({
  name: 'createLun',
  given: { ...at, storage_object: `/backstores/ramdisk/${name}` },
})
const login = (seconds: number): EditCall => ({
  name: 'setTpgAttributes',
  given: { ...at, attributes: { login_timeout: seconds } },
})
const LOGIN_CHANGED = `/iscsi/${TARGET_NAME}/tpg1 (attributes.login_timeout)`

let directory = ''
let path = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-live-'))
  path = join(directory, 'saveconfig.json')
})
afterEach(() => rm(directory, { recursive: true }))

const serve = (text: string) => serveFile(path, text)
const saved = async () => parseConfiguration(await readFile(path, 'utf8'))

describe('the configuration that is served', () => {
  it('is changed by edits at once, for initiators too, and is not saved by that', async () => {
    await using here = await serve(ONE)
    const { live, luns } = here
    expect(await live.edit([ramdisk('b'), lun('b')])).toMatchObject({
      made: ['/backstores/ramdisk/b', `/iscsi/${TARGET_NAME}/tpg1/luns/lun1`],
      steps: 2,
    })
    expect(await luns()).toEqual([0, 1])
    expect(live.unsaved.map(({ kind, path: where }) => `${kind} ${where}`)).toEqual([
      'added /backstores/ramdisk/b',
      `added /iscsi/${TARGET_NAME}/tpg1/luns/lun1`,
    ])
    expect(await saved()).toEqual(parseConfiguration(ONE))
  })

  it('lets an initiator write or not, and has what LIO has no word for, of which who is logged in is told', async () => {
    await using here = await serve(ONE)
    const { live, url } = here
    const initiator = 'iqn.1994-05.com.redhat:host1'
    await live.edit([{ name: 'createAcl', given: { ...at, wwn: initiator } }])
    const set = (write_protect: boolean): EditCall => ({
      name: 'setMappedLun',
      given: { ...at, initiator, mapped_lun: 0, write_protect },
    })
    const settings: EditCall = {
      name: 'setStorageSettings',
      given: { storage_object: 'ramdisk/a', settings: { removable: 'true', physical_block_size: 4096 } },
    }
    const seen = async (unit: LogicalUnit): Promise<unknown[]> => {
      await unit.ready()
      const { physicalBlockBytes } = await unit.readCapacity()
      const written = await unit.write(0, block(1)).then(
        () => 'written',
        error => (error as ScsiError).senseName,
      )
      return [written, physicalBlockBytes]
    }
    const told: string[] = []
    const listener = { attention: ({ name }: AttentionNotice) => void told.push(String(name)) }
    await withLun(
      url,
      async unit => {
        told.length = 0
        expect(await seen(unit)).toEqual(['written', 512])
        expect(await live.edit([set(true), settings])).toMatchObject({ steps: 2 })
        expect(await seen(unit)).toEqual(['writeProtected', 4096])
        expect(told.splice(0).sort()).toEqual([
          'capacityDataHasChanged',
          'inquiryDataHasChanged',
          'modeParametersChanged',
        ])
        expect(await live.edit([set(false)])).toMatchObject({ steps: 1 })
        expect(await seen(unit)).toEqual(['written', 4096])
        expect(told).toEqual(['modeParametersChanged'])
      },
      { initiatorName: initiator, listener },
    )
  })

  it('is as it was after edits of which one cannot be made, or not be served', async () => {
    await using here = await serve(ONE)
    const { live, luns } = here
    const before = live.configuration
    await expect(live.edit([ramdisk('b'), lun('b'), lun('nope')])).rejects.toThrow(EditError)
    const missing: EditCall = {
      name: 'createFileio',
      given: { name: 'f', file_or_dev: join(directory, 'no', 'such.img'), size: MIB },
    }
    const served: EditCall = { name: 'createLun', given: { ...at, storage_object: '/backstores/fileio/f' } }
    await expect(live.edit([missing, served])).rejects.toThrow(StepError)
    expect(await luns()).toEqual([0])
    expect(live.configuration).toBe(before)
    expect(live.unsaved).toEqual([])
  })

  it('is saved as it is, to be read by its owner alone, and what the file was before is kept', async () => {
    await using here = await serve(ONE)
    const { live } = here
    await live.edit([ramdisk('b')])
    await live.save()
    expect(live.unsaved).toEqual([])
    expect(await saved()).toEqual(live.configuration)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const generations = new Generations(path)
    const [before] = await generations.list()
    expect(await generations.read(before as never)).toBe(ONE)
  })

  it('is saved where what the file was cannot be kept, which is said', async () => {
    await using here = await serve(ONE)
    const { live, said } = here
    await writeFile(join(directory, 'backup'), 'in the way')
    await live.edit([ramdisk('b')])
    await live.save()
    expect(await saved()).toEqual(live.configuration)
    expect(said.warn).toEqual([expect.stringContaining('what it was before could not be kept'.replace('it', path))])
  })

  it('is not saved over what somebody else has changed in the file, but by force', async () => {
    await using here = await serve(ONE)
    const { live } = here
    await live.edit([ramdisk('b')])
    const theirs = saveConfig([])
    await writeFile(path, theirs)
    const refused = await live.save().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(LostChanges)
    expect(String(refused)).toContain('/backstores/ramdisk/a is gone')
    expect(await readFile(path, 'utf8')).toBe(theirs)
    await live.save({ force: true })
    expect(await saved()).toEqual(live.configuration)
  })

  it('is not saved over a file that cannot be read, but by force', async () => {
    await using here = await serve(ONE)
    const { live } = here
    await writeFile(path, '{')
    await expect(live.save()).rejects.toThrow(UnusableConfiguration)
    expect(await live.isChangedOutside()).toBe(true)
    await live.save({ force: true })
    expect(await live.isChangedOutside()).toBe(false)
    expect(await saved()).toEqual(live.configuration)
  })

  it('is not read again over what was not saved, which is named, unless it is to be discarded', async () => {
    await using here = await serve(ONE)
    const { live, luns } = here
    await live.edit([ramdisk('b'), lun('b'), login(20)])
    const refused = await live.reload().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(LostChanges)
    expect(String(refused)).toBe(
      `LostChanges: what is served was changed and not saved: /backstores/ramdisk/b is new, ${LOGIN_CHANGED}, ` +
        `/iscsi/${TARGET_NAME}/tpg1/luns/lun1 is new; save it, or discard it`,
    )
    expect(await luns()).toEqual([0, 1])
    await live.reload({ discard: true })
    expect(await luns()).toEqual([0])
    expect(live.unsaved).toEqual([])
  })

  it('is as it was, saved or not, where the file is wrong', async () => {
    await using here = await serve(ONE)
    const { live, luns } = here
    await live.edit([login(20)])
    await writeFile(path, '{"targets": 1}')
    await expect(live.reload({ discard: true })).rejects.toThrow(UnusableConfiguration)
    expect(await luns()).toEqual([0])
    expect(live.unsaved).toHaveLength(1)
  })

  it.each(['by its file', 'as a document'])('has the same plans of disks that it says again %s', async how => {
    const disk = (name: string, size = MIB) => ({ plugin: 'ramdisk', name, size, wwn: name })
    await using here = await serve(saveConfig([disk('a'), disk('b')]))
    const { live } = here
    const before = (await live.reload()).meant.plan.storage
    const text = saveConfig([disk('a'), disk('b', 2 * MIB)])
    await writeFile(path, text)
    const { meant, steps } = await (how === 'by its file' ? live.reload() : live.apply(parseConfiguration(text)))
    expect(meant.plan.storage.map((plan, at) => plan === before[at])).toEqual([true, false])
    expect(steps).toBe(1)
  })

  it('becomes another document, and the steps to that are known before', async () => {
    await using here = await serve(ONE)
    const { live, luns } = here
    const other = parseConfiguration(saveConfig([{ plugin: 'ramdisk', name: 'c', size: MIB, wwn: 'c' }]))
    expect((await live.foresee(other)).steps.map(({ kind }) => kind)).toEqual(['openDisk', 'mapLun', 'closeDisk'])
    expect(live.configuration).toEqual(parseConfiguration(ONE))
    await live.apply(other)
    expect([live.configuration, await luns()]).toEqual([other, [0]])
  })

  it('is changed by one after another, whoever asks meanwhile', async () => {
    await using here = await serve(ONE)
    const { live, luns } = here
    const names = Array.from({ length: 12 }, (_, number) => `d${number}`)
    const asked = names.map(name => live.edit([ramdisk(name), lun(name)]))
    const ends = await Promise.allSettled([...asked, live.edit([lun('nope')]), live.save()])
    expect(ends.map(({ status }) => status)).toEqual([...names.map(() => 'fulfilled'), 'rejected', 'fulfilled'])
    await live.settled()
    expect(await luns()).toHaveLength(13)
    expect(await saved()).toEqual(live.configuration)
    expect((await readdir(directory)).sort()).toEqual(['backup', 'saveconfig.json'])
  })
})
