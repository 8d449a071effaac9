import { once } from 'node:events'
import { createServer } from 'node:net'
import type * as Threads from 'node:worker_threads'
import type { Worker } from 'node:worker_threads'
import { DiskServer } from 'lunkit'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MetricsThread } from './metrics-thread.ts'

const made = vi.hoisted(() => [] as Worker[])
vi.mock('node:worker_threads', async original => {
  const actual = await original<typeof Threads>()
  const Kept = class extends actual.Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given)
      made.push(this)
    }
  }
  return { ...actual, Worker: Kept }
})

/** One that has ended is followed by another after so long. */
const AGAIN_MS = 1000

const server = new DiskServer()
const parts = { served: { server } } as unknown as Parameters<MetricsThread['serve']>[0]
let place: { host: string; port: number; webConfigFile: undefined }
let told: string[]
let url: string
let heard = Promise.withResolvers<void>()
const tell = (facts: { readonly event: string; readonly metrics?: string }) => {
  told.push(facts.event)
  if (facts.metrics !== undefined) url = facts.metrics
  heard.resolve()
}
const log = { info: tell, warn: tell, error: tell } as unknown as Parameters<typeof MetricsThread.openIfAsked>[1]
let thread: MetricsThread | undefined

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  made.length = 0
  told = []
  place = { host: '127.0.0.1', port: 0, webConfigFile: undefined }
  thread = await MetricsThread.openIfAsked(place, log)
})
afterEach(async () => {
  vi.useRealTimers()
  await thread?.close()
})

const statusOf = async (page: string): Promise<number> => (await fetch(url.replace('/metrics', page))).status

/** The thread ends by itself, and what follows from that has been said. */
async function lose(): Promise<void> {
  await made.at(-1)?.terminate()
}

/** What is said first when a second has passed. */
async function againSays(): Promise<string | undefined> {
  heard = Promise.withResolvers<void>()
  vi.advanceTimersByTime(AGAIN_MS)
  await heard.promise
  return told.at(-1)
}

it('is healthy, and ready from when there is something to tell until lunkitd ends, and is not started again then', async () => {
  expect([await statusOf('/-/healthy'), await statusOf('/-/ready')]).toEqual([200, 503])
  thread?.serve(parts)
  expect([await statusOf('/-/healthy'), await statusOf('/-/ready')]).toEqual([200, 200])
  thread?.leave()
  expect([await statusOf('/-/healthy'), await statusOf('/-/ready')]).toEqual([200, 503])
  await lose()
  vi.advanceTimersByTime(2 * AGAIN_MS)
  expect([told, made.length]).toEqual([['metricsServed', 'metricsEnded'], 1])
})

it('that has ended by itself is started again after a second, and knows what is counted; what cannot be told is said', async () => {
  thread?.serve(parts)
  made[0]?.emit('error', new Error('odd'))
  await lose()
  expect(told).toEqual(['metricsServed', 'metricsFault', 'metricsEnded'])
  vi.advanceTimersByTime(AGAIN_MS - 1)
  expect(made).toHaveLength(1)
  expect(await againSays()).toBe('metricsServed')
  expect(made).toHaveLength(2)
  expect(await (await fetch(url)).text()).toContain('\nlunkit_up 0\n')
  expect(told.at(-1)).toBe('metricsNotTold')
  expect(await statusOf('/-/ready')).toBe(200)
})

it('is tried again every second where another program has its port meanwhile', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  place.port = (other.address() as { port: number }).port
  await lose()
  expect([await againSays(), await againSays()]).toEqual(['metricsNotServed', 'metricsNotServed'])
  place.port = 0
  expect(await againSays()).toBe('metricsServed')
  other.close()
})

it('that is closed has ended, says nothing of that, and is not started again; nobody has one who asked for none', async () => {
  await thread?.close()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  vi.advanceTimersByTime(2 * AGAIN_MS)
  expect(await MetricsThread.openIfAsked(undefined, log)).toBeUndefined()
  expect([told, made.length]).toEqual([['metricsServed'], 1])
})
