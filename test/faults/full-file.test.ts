import { readdir } from 'node:fs/promises'
import { createLanes, type FileioOptions, type Lanes, openFileio } from '@lunkit/backstores'
import { Slab } from '@lunkit/wire'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import { Mount } from './mount.ts'

const MIB = 2 ** 20

let scratch: Scratch
let lanes: Lanes
let mount: Mount
beforeEach(async () => {
  scratch = await Scratch.create('full-file')
  lanes = createLanes({ slab: new Slab({ sizeBytes: MIB }) })
  mount = await Mount.memory(scratch, 'small', 4 * MIB)
})
afterEach(async () => {
  await lanes.close()
  await mount[Symbol.asyncDispose]()
  await scratch.remove()
})

const open = (options: Partial<FileioOptions>) =>
  openFileio({ name: 'full', path: mount.path('full.img'), writeBack: true, lanes, sparse: false, ...options })

it('a file that is to have all its space is not made where there is no room for it', async () => {
  await expect(open({ sizeBytes: 8 * MIB })).rejects.toMatchObject({
    name: 'StoreOpenError',
    reason: 'noSpace',
    message: expect.stringContaining('its file system has no room for it (ENOSPC); free some, or give a smaller size'),
  })
  expect(await readdir(mount.directory)).toEqual([])
})

it('a file that has all its space is as it was where it cannot be made longer, at start and while it is served', async () => {
  const store = await open({ sizeBytes: 2 * MIB })
  expect(await store.resize(8 * MIB)).toBe('noSpace')
  expect(store.sizeBytes).toBe(2 * MIB)
  await store.close()
  await expect(open({ sizeBytes: 8 * MIB })).rejects.toMatchObject({ reason: 'noSpace' })
  const again = await open({})
  expect(again.sizeBytes).toBe(2 * MIB)
  await again.close()
})
