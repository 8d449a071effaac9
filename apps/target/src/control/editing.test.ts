import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EditCall, parseConfiguration } from '@lunkit/config'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withLun } from '../testing/client.ts'
import { Lunkitd } from '../testing/lunkitd.ts'
import { faultOf, managerOf, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const rd = (name: string) => ({ plugin: 'ramdisk', name, size: MIB })
const at = { target: TARGET_NAME, tag: 1 }
const TPG = `/iscsi/${TARGET_NAME}/tpg1`
const ramdisk = (name: string): EditCall => ({ name: 'createRamdisk', given: { name, size: MIB } })
const lun = (name: string): EditCall => ({
  name: 'createLun',
  given: { ...at, storage_object: `/backstores/ramdisk/${name}` },
})

let directory = ''
let path = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-editing-'))
  path = join(directory, 'saveconfig.json')
})
afterEach(() => rm(directory, { recursive: true }))

const file = async () => parseConfiguration(await readFile(path, 'utf8'))

describe('edits through the control socket', () => {
  it('give initiators a LUN, all of them or none, and may only be tried', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client, urls } = managed
    await withLun(urls[0] ?? '', async unit => {
      const edits = [ramdisk('b'), lun('b')]
      const made = ['/backstores/ramdisk/b', `${TPG}/luns/lun1`]
      expect(await client.call('edit', { edits, dryRun: true })).toEqual({ made, steps: 2 })
      expect(await unit.reportLuns()).toEqual([0])
      expect(await faultOf(client.call('edit', { edits: [...edits, lun('nope')] }))).toMatchObject({
        kind: 'notFound',
        where: '/backstores/ramdisk/nope',
      })
      expect(await unit.reportLuns()).toEqual([0])
      expect(await client.call('unsaved')).toEqual({ paths: [], changedOutside: false })
      expect(await client.call('edit', { edits })).toEqual({ made, steps: 2 })
      expect(await unit.reportLuns()).toEqual([0, 1])
      expect(await client.call('unsaved')).toEqual({ paths: made, changedOutside: false })
      expect((await client.call('status')).troubles).toContainEqual({
        path: made[0],
        wrong: '2 changes are not saved',
        remedy: 'save, or have the configuration read again',
      })
    })
  })

  it('that make what is not served are refused, and change nothing', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client } = managed
    const group = { storage_object: '/backstores/ramdisk/a', name: 'g', tag: 7 }
    const edit: EditCall = { name: 'createAluaGroup', given: group }
    const { kind, what } = await faultOf(client.call('edit', { edits: [ramdisk('c'), edit] }))
    expect(`${kind}: ${what}`).toBe('refused: cannot have g: ALUA groups are not served yet')
    expect((await client.call('unsaved')).paths).toEqual([])
  })

  it('that cannot be served are refused with where and why, and change nothing', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client } = managed
    const before = await client.call('document')
    const missing: EditCall = {
      name: 'createFileio',
      given: { name: 'f', file_or_dev: join(directory, 'no', 'such.img'), size: MIB },
    }
    const asLun: EditCall = { name: 'createLun', given: { ...at, storage_object: '/backstores/fileio/f' } }
    expect(await faultOf(client.call('edit', { edits: [missing, asLun] }))).toMatchObject({
      kind: 'refused',
      where: '/backstores/fileio/f',
      what: expect.stringContaining('its directory does not exist'),
      right: 'one that can; nothing has changed',
    })
    expect(await client.call('document')).toEqual(before)
  })
})

/** A place of the document that initiators see change. */
const placed = (kind: 'added' | 'removed', at: string) => ({ kind, path: at, keys: [], noticed: true })

describe('the configuration through the control socket', () => {
  it('is there after a restart once it was saved, and what the file was before can be had back', async () => {
    {
      await using managed = await startManaged(directory, saveConfig([rd('a')]))
      const { client } = managed
      await client.call('edit', { edits: [ramdisk('b'), lun('b')] })
      const { path: saved, generation } = await client.call('save')
      expect(saved).toBe(path)
      expect((await client.call('generations')).generations.map(({ name, current }) => [name, current])).toEqual([
        ['current', true],
        [generation, false],
      ])
    }
    const text = await readFile(path, 'utf8')
    await using managed = await startManaged(directory, text, { luns: 2 })
    const { client } = managed
    const name = (await client.call('generations')).generations[1]?.name ?? ''
    expect(await client.call('restore', { generation: name })).toEqual({
      steps: [`takes LUN 1 of ${TARGET_NAME} tpg1 from initiators without an ACL`, 'closes ramdisk/b'],
      notices: [],
      changes: ['/backstores/ramdisk/b', `${TPG}/luns/lun1`].map(gone => placed('removed', gone)),
      notOpened: [],
    })
    expect(await faultOf(client.call('restore', { generation: `${name}x` }))).toMatchObject({
      kind: 'notFound',
      nearest: name,
    })
    expect(await readFile(path, 'utf8')).toBe(text)
  })

  it('is not saved over what somebody else has changed, which is named, but by force', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client } = managed
    await client.call('edit', { edits: [ramdisk('b')] })
    const theirs = saveConfig([])
    await writeFile(path, theirs)
    expect(await client.call('unsaved')).toMatchObject({ changedOutside: true })
    expect(await faultOf(client.call('save'))).toMatchObject({
      kind: 'conflict',
      what: `the file was changed since it was read: /backstores/ramdisk/a is gone, ${TPG}/luns/lun0 is gone`,
      right: 'have it read again, or save by force',
    })
    expect(await readFile(path, 'utf8')).toBe(theirs)
    await client.call('save', { force: true })
    expect((await client.call('document')).document).toBe(await readFile(path, 'utf8'))
  })

  it('is not read again over what was not saved, unless that is to be discarded', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client } = managed
    await client.call('edit', { edits: [ramdisk('b'), lun('b')] })
    expect(await faultOf(client.call('reload'))).toMatchObject({
      kind: 'conflict',
      what: `what is served was changed and not saved: /backstores/ramdisk/b is new, ${TPG}/luns/lun1 is new`,
    })
    expect((await client.call('reload', { discard: true })).steps).toEqual([
      `takes LUN 1 of ${TARGET_NAME} tpg1 from initiators without an ACL`,
      'closes ramdisk/b',
    ])
    await writeFile(path, '{"targets": 1}')
    expect(await faultOf(client.call('reload'))).toMatchObject({ kind: 'refused', what: expect.stringContaining(path) })
  })

  it('becomes a document, which says before what it would change', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client } = managed
    const document = saveConfig([rd('a'), rd('c')])
    const changes = {
      steps: ['opens ramdisk/c', `shows ramdisk/c to initiators without an ACL as LUN 1 of ${TARGET_NAME} tpg1`],
      notices: [],
      changes: ['/backstores/ramdisk/c', `${TPG}/luns/lun1`].map(made => placed('added', made)),
    }
    expect(await client.call('plan', { document })).toEqual(changes)
    expect((await client.call('tree', { path: `${TPG}/luns` })).nodes).toHaveLength(2)
    expect(await client.call('apply', { document })).toEqual({ ...changes, notOpened: [] })
    expect((await client.call('tree', { path: `${TPG}/luns` })).nodes).toHaveLength(3)
    expect(await faultOf(client.call('apply', { document: '{"targets": 1}' }))).toMatchObject({
      kind: 'refused',
      where: 'targets',
    })
  })

  it('says of each difference of a document whether initiators notice it', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client } = managed
    const attributes = { emulate_3pc: 0 }
    const objects = [{ ...rd('a'), attributes }, { ...rd('b') }, { plugin: 'block', name: 'c', dev: '/dev/none' }]
    const wanted = JSON.parse(saveConfig([rd('a')])) as { targets: { tpgs: { attributes: object }[] }[] }
    const [before] = wanted.targets[0]?.tpgs ?? []
    const tpg = { ...before, attributes: { ...before?.attributes, netif_timeout: 3 } }
    const targets = [{ ...wanted.targets[0], tpgs: [tpg] }]
    const document = JSON.stringify({
      ...wanted,
      storage_objects: objects,
      targets,
      lunkit: { limits: { connections: 9 } },
    })
    const { steps, changes } = await client.call('plan', { document })
    expect(steps).toEqual(['changes what holds for the whole server'])
    const told = changes.map(({ path: at, keys, noticed }) => [at, keys.join(), noticed])
    expect(told).toContainEqual(['/', 'lunkit', true])
    expect(told).toContainEqual(['/backstores/ramdisk/a', 'attributes', false])
    expect(told).toContainEqual(['/backstores/ramdisk/b', '', false])
    expect(told).toContainEqual(['/backstores/block/c', '', false])
    expect(told.find(([at]) => at === TPG)?.[2]).toBe(false)
  })

  it('is created by the first that is saved, for its owner alone', async () => {
    await using lunkitd = new Lunkitd(['--config', path])
    await lunkitd.logged(({ msg }) => msg.startsWith('control socket '))
    const client = managerOf(lunkitd)
    await client.call('edit', { edits: [ramdisk('a')] })
    expect(await client.call('save')).toEqual({ path, generation: '' })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await file()).storage_objects).toHaveLength(1)
  })
})
