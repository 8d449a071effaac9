import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfiguration, planServing, plugins } from '@lunkit/config'
import { DiskServer } from 'lunkit'
import { afterAll, describe, expect, it } from 'vitest'
import { type StorageObject, saveConfig } from '../testing/save-config.ts'
import { pluginOf } from './plugins.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-plugins-'))
const dev = join(directory, 'disk.img')
writeFileSync(dev, Buffer.alloc(4096))
afterAll(() => rmSync(directory, { recursive: true }))

const objects = [
  { plugin: 'fileio', name: 'a', dev, size: 4096 },
  { plugin: 'ramdisk', name: 'b', size: 4096 },
]
const plans = planServing(parseConfiguration(saveConfig(objects))).storage

describe('what a plugin opens', () => {
  it.each(plans.map(plan => [plan.plugin, plan] as const))(
    'is the product that its row names: %s',
    async (name, plan) => {
      await using server = new DiskServer()
      const { store } = await server.open(pluginOf(plan).open(plan, { mayCreate: false }))
      expect([store.plugin, store.productName]).toEqual([name, plugins[name].product])
      expect(store.sizeBytes).toBe(4096)
    },
  )

  it('is said to be in memory, unless it keeps nothing, or in its file with the size that is known', () => {
    const said = (object: StorageObject) => {
      const [plan] = planServing(parseConfiguration(saveConfig([object]))).storage
      return plan && [pluginOf(plan).where(plan), pluginOf(plan).explain(plan, undefined)]
    }
    const rd = { plugin: 'ramdisk', name: 'r', size: 4096 }
    expect(said(rd)).toEqual(['in memory', '4.0KiB in memory'])
    expect(said({ ...rd, nullio: true })).toEqual(['keeps nothing', '4.0KiB that keep nothing'])
    const file = { plugin: 'fileio', name: 'f', dev, write_back: true }
    expect(said(file)).toEqual([dev, `${dev}, write-back`])
    expect(said({ ...file, aio: true })).toEqual([dev, `${dev}, past the page cache, write-back`])
    expect(said({ ...file, size: 8192 })).toEqual([dev, `${dev} (created with 8.0KiB if it is missing), write-back`])
  })

  it('is opened of every plugin that the configuration knows how to serve, and of no other', () => {
    const served = Object.entries(plugins).flatMap(([name, { service }]) => (service === undefined ? [] : [name]))
    // Devices only root opens: test/faults has one, test/guest one that takes SCSI commands.
    expect([...plans.map(({ plugin }) => plugin), 'block', 'pscsi'].toSorted()).toEqual(served.toSorted())
  })
})
