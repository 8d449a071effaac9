import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import { readQuery } from './page-query.ts'
import { FakeClient } from './testing/fake-client.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { counters, TOLD } from './testing/told.ts'
import { MOST_VIEWERS, SLOWEST_MS, Viewers } from './viewers.ts'
import { Watch } from './watch.ts'

/** What is written to somebody, who takes it, or does not. */
class FakeStream extends EventEmitter {
  text = ''
  writableNeedDrain = false
  isDestroyed = false

  write(chunk: string): boolean {
    this.text += chunk
    return true
  }

  destroy(): this {
    this.isDestroyed = true
    this.emit('close')
    return this
  }

  /** The names of the parts that each event has. */
  get events(): readonly (readonly string[])[] {
    return [...this.text.matchAll(/^event: page\ndata: (.*)$/gm)].map(([, data = '']) => Object.keys(JSON.parse(data)))
  }
}

let client: FakeClient
let clock: FakeClock
let viewers: Viewers
beforeEach(() => {
  client = new FakeClient()
  clock = new FakeClock()
  viewers = new Viewers(new Watch({ client, clock }), clock)
})

async function look(search = ''): Promise<FakeStream> {
  const stream = new FakeStream()
  const added = viewers.add(stream, readQuery(search))
  await clock.pass(500)
  await added
  return stream
}

describe('who looks', () => {
  it('is sent all of the page at first, and then what has changed', async () => {
    const stream = await look()
    client.told = { ...TOLD, counters: counters({ 'fileio/a': { reads: 100 } }) }
    await clock.pass(2000)
    const [first, next] = stream.events
    expect(first).toEqual(['title', 'health', 'charts', 'luns', 'sessions', 'refusals'])
    expect(next).toEqual(['charts', 'luns'])
  })

  it('sees what the address asks for', async () => {
    const [all, none] = [await look(), await look('?find=nothing-of-that')]
    expect([all.text.includes('tpg1/lun3'), none.text.includes('tpg1/lun3')]).toEqual([true, false])
  })

  it('costs lunkitd nothing once gone', async () => {
    const stream = await look()
    stream.emit('close')
    const { readings } = client
    await clock.pass(60_000)
    expect(client.readings).toBe(readings)
  })

  it('is one of so many also where several come at once', async () => {
    const streams = Array.from({ length: MOST_VIEWERS + 1 }, () => new FakeStream())
    const added = streams.map(stream => viewers.add(stream, readQuery('')))
    await clock.pass(500)
    await Promise.all(added)
    expect(streams.map(({ isDestroyed }) => isDestroyed)).toEqual([...Array(MOST_VIEWERS).fill(false), true])
  })

  it('is one of so many at the most, each of whom leaves a place', async () => {
    const streams: FakeStream[] = []
    for (let count = 0; count < MOST_VIEWERS; count++) streams.push(await look())
    expect(viewers.isFull).toBe(true)
    const late = await look()
    expect({ late: late.isDestroyed, text: late.text, first: streams[0]?.isDestroyed }).toEqual({
      ...{ late: true, text: '', first: false },
    })
    streams[0]?.emit('close')
    expect(viewers.isFull).toBe(false)
  })
})

describe('at the end', () => {
  it('nobody is left, and lunkitd is not asked any more', async () => {
    const streams = [await look(), await look()]
    viewers.close()
    const { readings } = client
    await clock.pass(60_000)
    expect({ ended: streams.map(({ isDestroyed }) => isDestroyed), asked: client.readings - readings }).toEqual({
      ...{ ended: [true, true], asked: 0 },
    })
  })
})

describe('who takes what is sent slowly', () => {
  it('is spared what comes meanwhile, and then sees how it is', async () => {
    const stream = await look()
    stream.writableNeedDrain = true
    await clock.pass(4000)
    const sent = stream.events.length
    stream.writableNeedDrain = false
    await clock.pass(2000)
    expect([sent, stream.events.length, stream.isDestroyed]).toEqual([1, 2, false])
  })

  it('is dropped where it takes nothing at all, and the others are not', async () => {
    const [slow, other] = [await look(), await look()]
    slow.writableNeedDrain = true
    await clock.pass(SLOWEST_MS + 4000)
    expect([slow.isDestroyed, other.isDestroyed]).toEqual([true, false])
    expect(other.events.length).toBeGreaterThan(4)
  })
})
