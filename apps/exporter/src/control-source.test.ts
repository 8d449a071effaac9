import { afterEach, beforeEach, expect, it } from 'vitest'
import { ControlSource } from './control-source.ts'
import { FakeLunkitd } from './testing/fake-lunkitd.ts'

let lunkitd: FakeLunkitd
let source: ControlSource
let told: string[]
beforeEach(async () => {
  lunkitd = await FakeLunkitd.open()
  told = []
  source = new ControlSource({ control: lunkitd.path, tell: line => told.push(line), timeoutMs: 500 })
})
afterEach(() => lunkitd[Symbol.asyncDispose]())

const isUp = async (): Promise<boolean> => (await source.read()) !== undefined

it('says that lunkitd is away, once, and that it is back', async () => {
  expect(await isUp()).toBe(true)
  await lunkitd.stop()
  expect([await isUp(), await isUp(), await source.isReady()]).toEqual([false, false, false])
  await lunkitd.start()
  expect([await isUp(), await source.isReady()]).toEqual([true, true])
  expect(told).toEqual([
    `lunkitd answers at ${lunkitd.path}`,
    expect.stringContaining(`no lunkitd answers at ${lunkitd.path}`),
    `lunkitd answers at ${lunkitd.path}`,
  ])
})

it('is healthy whatever lunkitd does', async () => {
  await lunkitd.stop()
  expect(await source.isHealthy()).toBe(true)
})

it('waits no longer for a lunkitd that says nothing than it was told', async () => {
  lunkitd.counters = () => Promise.withResolvers<never>().promise
  expect(await isUp()).toBe(false)
  expect(told).toEqual([expect.stringContaining('it has said nothing for 500 ms')])
})
