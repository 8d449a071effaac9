import { afterEach, beforeEach, expect, it } from 'vitest'
import { Exposition } from './exposition/exposition.ts'
import { Format } from './exposition/format.ts'
import { InitiatorBound } from './exposition/initiator-bound.ts'
import { Scraper } from './scraper.ts'
import { COUNTERS, FakeLunkitd } from './testing/fake-lunkitd.ts'

let lunkitd: FakeLunkitd
let scraper: Scraper
let told: string[]
beforeEach(async () => {
  lunkitd = await FakeLunkitd.open()
  told = []
  const exposition = new Exposition(new InitiatorBound(256))
  scraper = new Scraper({ control: lunkitd.path, exposition, tell: line => told.push(line), timeoutMs: 500 })
})
afterEach(() => lunkitd[Symbol.asyncDispose]())

const up = async (): Promise<string | undefined> => /^lunkit_up (\d)$/m.exec(await scraper.text(Format.text))?.[1]

it('scrapes that come while one is under way share it, whatever they ask for', async () => {
  const gate = Promise.withResolvers<void>()
  lunkitd.counters = () => gate.promise.then(() => COUNTERS)
  const texts = [Format.text, Format.text, Format.openMetrics].map(format => scraper.text(format))
  gate.resolve()
  const [one, other, openMetrics] = await Promise.all(texts)
  expect(one).toBe(other)
  expect(openMetrics).toContain('# EOF')
  expect(lunkitd.asked).toBe(1)
  await scraper.text(Format.text)
  expect(lunkitd.asked).toBe(2)
})

it('says that lunkitd is away, once, and that it is back', async () => {
  expect(await up()).toBe('1')
  await lunkitd.stop()
  expect([await up(), await up(), await scraper.isUp()]).toEqual(['0', '0', false])
  await lunkitd.start()
  expect([await up(), await scraper.isUp()]).toEqual(['1', true])
  expect(told).toEqual([
    `lunkitd answers at ${lunkitd.path}`,
    expect.stringContaining(`no lunkitd answers at ${lunkitd.path}`),
    `lunkitd answers at ${lunkitd.path}`,
  ])
})

it('waits no longer for a lunkitd that says nothing than it was told', async () => {
  lunkitd.counters = () => Promise.withResolvers<typeof COUNTERS>().promise
  expect(await up()).toBe('0')
  expect(told).toEqual([expect.stringContaining('it has said nothing for 500 ms')])
})
