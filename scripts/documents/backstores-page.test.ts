import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterAll, expect, it } from 'vitest'
import { createLanes, createRamdisk, openFileio, type Store } from '../../packages/backstores/src/index.ts'
import { layerSettings } from '../../packages/config/src/tables/layer-settings.ts'
import { backstoresPage } from './backstores-page.ts'
import { STORES, type StoreName } from './store-abilities.ts'

const MIB = 2 ** 20
const directory = mkdtempSync(join(tmpdir(), 'lunkit-abilities-'))
const lanes = createLanes({ slab: new Slab({ sizeBytes: MIB }) })
afterAll(async () => {
  await lanes.close()
  rmSync(directory, { recursive: true })
})

const OPENED: Readonly<Record<Exclude<StoreName, 'block'>, () => Store | Promise<Store>>> = {
  ramdisk: () => createRamdisk({ name: 'a', sizeBytes: MIB }),
  nullio: () => createRamdisk({ name: 'a', sizeBytes: MIB, nullio: true }),
  fileio: () => openFileio({ name: 'a', path: join(directory, 'a.img'), sizeBytes: MIB, writeBack: true, lanes }),
}

it.each(Object.entries(OPENED))('%s can do what the page says', async (name, open) => {
  const store = await open()
  const { features, rotational } = STORES[name as StoreName]
  expect(store).toMatchObject({ features, rotational })
  expect(await store.resize(2 * MIB)).toBeUndefined()
  await store.close()
})

it('each setting of a layer belongs to one that the page has', () => {
  const page = backstoresPage()
  const layers = Object.keys(layerSettings).map(name => name.replace(/_.*/, ''))
  expect([...new Set(layers)].filter(layer => !page.includes(`\n| ${layer} | `))).toEqual([])
})
