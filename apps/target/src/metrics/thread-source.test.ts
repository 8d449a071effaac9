import { DiskServer } from 'lunkit'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { givenBlocks } from '../statistics/given-blocks.ts'
import { openedBlocks } from '../statistics/opened-blocks.ts'
import type { MetricsQuestion } from './metrics-message.ts'
import { ThreadSource } from './thread-source.ts'

const server = new DiskServer()
afterAll(() => server.close())

let asked: MetricsQuestion[]
let source: ThreadSource
beforeEach(() => {
  asked = []
  source = new ThreadSource(question => asked.push(question), { inventoryMs: 50, stateMs: 50 })
})

const answer = (isReady: boolean, inventory?: object): void => {
  const json = inventory && new TextEncoder().encode(JSON.stringify(inventory))
  source.heard({ kind: 'answer', id: asked.at(-1)?.id ?? 0, isReady, inventory: json })
}

it('nothing is told before there is anything to count', async () => {
  expect(await source.read()).toBeUndefined()
  expect(asked).toEqual([])
})

it('what is counted is read here, and the protocol thread is asked only what there is', async () => {
  source.open(openedBlocks(givenBlocks(server.statistics.blocks)))
  const reading = source.read()
  expect(asked).toEqual([{ kind: 'asks', id: 1, what: 'inventory' }])
  answer(true, { version: '1' })
  const told = await reading
  expect(told?.inventory).toEqual({ version: '1' })
  expect(told?.counters.blocks.map(({ name }) => name)).toContain('unit')
})

it('a protocol thread that does not answer is not healthy, not ready, and up for no metrics', async () => {
  source.open(openedBlocks(givenBlocks(server.statistics.blocks)))
  expect(await source.isHealthy()).toBe(false)
  expect(await source.isReady()).toBe(false)
  expect(await source.read()).toBeUndefined()
})

it('one that answers is healthy, whether it serves or not', async () => {
  const [healthy, ready] = [source.isHealthy(), source.isReady()]
  for (const { id } of asked) source.heard({ kind: 'answer', id, isReady: false })
  expect([await healthy, await ready]).toEqual([true, false])
})
