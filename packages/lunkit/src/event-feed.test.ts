import { describe, expect, it } from 'vitest'
import { EVENTS_KEPT, EventFeed, type ServerEvent } from './event-feed.ts'

const event = (port: number): ServerEvent => ({ kind: 'portalOpened', portal: { host: '127.0.0.1', port } })
const value = (port: number) => ({ done: false, value: event(port) })
const OVER = { done: true, value: undefined }

describe('the events of a server', () => {
  it('come to each who takes them, in their order, from when it began to', async () => {
    const feed = new EventFeed()
    const first = feed.open()
    feed.tell(event(1))
    const second = feed.open()
    const asked = [second.next(), second.next()]
    feed.tell(event(2))
    feed.tell(event(3))
    expect([await first.next(), await first.next(), await first.next()]).toEqual([value(1), value(2), value(3)])
    expect(await Promise.all(asked)).toEqual([value(2), value(3)])
  })

  it('end with the server, after what was kept was taken, and at once for who comes later', async () => {
    const feed = new EventFeed()
    const [kept, waiting] = [feed.open(), feed.open()]
    feed.tell(event(1))
    await waiting.next()
    const asked = waiting.next()
    feed.end()
    feed.tell(event(2))
    expect([await kept.next(), await kept.next(), await asked, await feed.open().next()]).toEqual([
      value(1),
      OVER,
      OVER,
      OVER,
    ])
  })

  it('are kept for nobody who has left', async () => {
    const feed = new EventFeed()
    const taken: ServerEvent[] = []
    const events = feed.open()
    feed.tell(event(1))
    feed.tell(event(2))
    for await (const each of events) {
      taken.push(each)
      break
    }
    feed.tell(event(3))
    expect([taken, await events.next()]).toEqual([[event(1)], OVER])
  })

  it('are dropped from the oldest on where nobody takes them, which is told first', async () => {
    const feed = new EventFeed()
    const events = feed.open()
    for (let port = 0; port < EVENTS_KEPT; port++) feed.tell(event(port))
    expect(await events.next()).toEqual(value(0))
    for (let port = 0; port < 3; port++) feed.tell(event(port))
    expect(await events.next()).toEqual({ done: false, value: { kind: 'missed', events: 2 } })
    expect(await events.next()).toEqual(value(3))
    expect(EVENTS_KEPT).toBe(1024)
  })
})
