import { describe, expect, it } from 'vitest'
import { Scrapes } from './scrapes.ts'

const gauge = (name: string, value: number): string => `# HELP ${name} it\n# TYPE ${name} gauge\n${name} ${value}\n`
const started = gauge('lunkit_start_time_seconds', 1)

/** What is found in the first scrape of somebody, and how many were right. */
async function scraped(metrics: () => Promise<string>): Promise<{ found: string[]; count: number }> {
  const found: string[] = []
  const { promise: wasAsked, resolve } = Promise.withResolvers<void>()
  const scrapes = new Scrapes([{ name: 'it', metrics: () => (resolve(), metrics()) }], what => found.push(what))
  scrapes.start()
  await wasAsked
  await scrapes.end()
  return { found, count: scrapes.count }
}

describe('scrapes', () => {
  it('are counted where they are right', async () => {
    expect(await scraped(async () => gauge('lunkit_up', 1) + started)).toEqual({ found: [], count: 1 })
  })

  it.each([
    ['lunkit_up is not 1', async () => gauge('lunkit_up', 0) + started],
    ['Error: no sample: lunkit_up?', async () => 'lunkit_up?\n'],
    ['Error: it answers 503', () => Promise.reject(new Error('it answers 503'))],
  ])('find: %s', async (what, metrics) => {
    expect(await scraped(metrics)).toEqual({ found: [`a scrape of it: ${what}`], count: 0 })
  })
})
