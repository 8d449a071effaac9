import { expect, it } from 'vitest'
import { Exposition } from '../exposition/exposition.ts'
import { Format } from '../exposition/format.ts'
import { InitiatorBound } from '../exposition/initiator-bound.ts'
import { FakeSource } from '../testing/fake-source.ts'
import { COUNTERS, INVENTORY } from '../testing/told.ts'
import { Scraper } from './scraper.ts'

it('scrapes that come while one is under way share it, whatever they ask for', async () => {
  const source = new FakeSource()
  const scraper = new Scraper(source, new Exposition(new InitiatorBound(256)))
  const gate = Promise.withResolvers<void>()
  source.told = () => gate.promise.then(() => ({ counters: COUNTERS, inventory: INVENTORY }))
  const texts = [Format.text, Format.text, Format.openMetrics].map(format => scraper.text(format))
  gate.resolve()
  const [one, other, openMetrics] = await Promise.all(texts)
  expect(one).toBe(other)
  expect(Buffer.from(openMetrics ?? '').toString()).toContain('# EOF')
  expect(source.asked).toBe(1)
  await scraper.text(Format.text)
  expect(source.asked).toBe(2)
})
