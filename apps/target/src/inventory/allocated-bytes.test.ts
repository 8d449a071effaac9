import type { StoragePlan } from '@lunkit/config'
import { expect, it } from 'vitest'
import { AllocatedBytes } from './allocated-bytes.ts'

const storage = ['a', 'b'].map(name => ({
  plugin: 'fileio',
  key: `fileio/${name}`,
  file: `/srv/${name}`,
})) as unknown as StoragePlan[]
const ramdisk = { key: 'ramdisk/c' } as unknown as StoragePlan

it('are those of files, as far as they can be seen', async () => {
  const bytes = new AllocatedBytes(async path => (path === '/srv/a' ? 4096 : undefined))
  expect([...(await bytes.of([...storage, ramdisk]))]).toEqual([['fileio/a', 4096]])
})

it('are looked at again after half a minute, for which nobody waits', async () => {
  let nowMs = 0
  let looks = 0
  const bytes = new AllocatedBytes(
    async () => ++looks,
    () => nowMs,
  )
  const [one] = storage
  const seen = async () => (await bytes.of(one === undefined ? [] : [one])).get('fileio/a')
  expect([await seen(), await seen()]).toEqual([1, 1])
  nowMs = 30_000
  expect(await seen()).toBe(1)
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(await seen()).toBe(2)
})
