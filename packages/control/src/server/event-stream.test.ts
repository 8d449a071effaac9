import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ControlEvent } from '../methods/methods.ts'
import { ControlBench, ROOT } from '../testing/control-bench.ts'
import { LOGIN, PLANTED } from '../testing/fake-service.ts'

let bench: ControlBench
beforeEach(async () => {
  bench = await ControlBench.open({ limits: { events: 8, answerMs: 200 } })
})
afterEach(() => bench.close())

const asked = async (): Promise<void> => {
  while (bench.fake.listeners.size === 0) await new Promise(resolve => setImmediate(resolve))
}
const forgotten = async (): Promise<void> => {
  while (bench.fake.listeners.size > 0) await new Promise(resolve => setImmediate(resolve))
}

/** A client of events that takes nothing by itself. */
async function slowClient(): Promise<Socket> {
  const socket = bench.connect().pause()
  socket.write('GET /v1/events HTTP/1.1\r\nhost: a\r\n\r\n')
  await asked()
  return socket
}

describe('events', () => {
  it('come as they are told, to everybody who asked', async () => {
    const loops = [bench.client.events(), bench.client.events({ kinds: ['login'] })]
    const firsts = loops.map(loop => loop.next())
    while (bench.fake.listeners.size < 2) await new Promise(resolve => setImmediate(resolve))
    bench.fake.tell(LOGIN)
    expect(await Promise.all(firsts)).toEqual(loops.map(() => ({ done: false, value: { ...LOGIN, details: {} } })))
    expect(bench.fake.asked.map(({ input }) => input)).toContainEqual({ kinds: ['login'] })
    await Promise.all(loops.map(loop => loop.return()))
    await forgotten()
  })

  it('are written as server-sent events', async () => {
    const socket = bench.connect()
    socket.write('GET /v1/events HTTP/1.1\r\nhost: a\r\n\r\n')
    await asked()
    bench.fake.tell(LOGIN)
    await bench.server.close()
    let said = ''
    for await (const chunk of socket) said += String(chunk)
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n.*content-type: text\/event-stream\r\n/is)
    expect(said).toContain('event: login\ndata: {"at":"2026-11-29T12:00:00.000Z","kind":"login",')
  })

  it('come with signs of life', async () => {
    const socket = bench.connect()
    socket.write('GET /v1/events HTTP/1.1\r\nhost: a\r\n\r\n')
    await once(socket, 'data')
    let said = ''
    socket.on('data', chunk => {
      said += String(chunk)
    })
    for (let beats = 1; beats <= 3; beats++) {
      bench.clock.turn()
      while (said.split(': alive\n\n').length <= beats) await new Promise(resolve => setImmediate(resolve))
    }
    socket.destroy()
    await forgotten()
    while (bench.clock.waiting > 0) await new Promise(resolve => setImmediate(resolve))
    expect(bench.clock.waiting).toBe(0)
  })

  it('end when the server closes', async () => {
    const events: ControlEvent[] = []
    const reading = (async () => {
      for await (const event of bench.client.events()) events.push(event)
    })()
    await asked()
    bench.fake.tell(LOGIN)
    await bench.server.close()
    await reading
    expect(events).toEqual([{ ...LOGIN, details: {} }])
    await forgotten()
  })

  it('are dropped with a client that does not take them, which is told how many it misses', async () => {
    const socket = await slowClient()
    const text = 'a'.repeat(100_000)
    while (!bench.notices.some(({ kind }) => kind === 'dropped')) {
      bench.fake.tell({ ...LOGIN, text })
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(bench.notices).toContainEqual({ kind: 'dropped', peer: ROOT, missed: 9 })
    let said = ''
    for await (const chunk of socket) said += String(chunk)
    expect(said).toContain('event: dropped\ndata: {"missed":9}\n\n')
    await forgotten()
  })

  it('are an error to a client that learns that it misses some', async () => {
    const text = 'a'.repeat(100_000)
    const loop = bench.client.events()
    const first = loop.next()
    await asked()
    bench.fake.tell(LOGIN)
    await first
    while (!bench.notices.some(({ kind }) => kind === 'dropped')) bench.fake.tell({ ...LOGIN, text })
    const rest = async (): Promise<void> => {
      for await (const event of loop) expect(event.kind).toBe('login')
    }
    await expect(rest()).rejects.toMatchObject({
      kind: 'busy',
      what: 'came faster than they were taken, and 9 are missed',
    })
  })

  it('cost a client that takes nothing at all its connection', async () => {
    const socket = await slowClient()
    const text = 'a'.repeat(1_000_000)
    while (!bench.notices.some(({ kind }) => kind === 'dropped')) bench.fake.tell({ ...LOGIN, text })
    while ((await bench.server.connections) > 0) await new Promise(resolve => setImmediate(resolve))
    socket.destroy()
    await forgotten()
    expect(bench.fake.listeners.size).toBe(0)
  })

  it('that the table does not have are not sent, and are a bug', async () => {
    const loop = bench.client.events()
    const first = loop.next()
    await asked()
    bench.fake.tell({ ...LOGIN, kind: 'strange' as never })
    bench.fake.tell({ ...LOGIN, details: { password: PLANTED } })
    expect((await first).value).toMatchObject({ kind: 'login', details: { password: 'set' } })
    expect(bench.notices).toContainEqual(expect.objectContaining({ kind: 'failure', method: 'events' }))
    await loop.return()
  })

  it('of a kind that there is not are not told', async () => {
    const loop = bench.client.events({ kinds: ['logn' as never] })
    await expect(loop.next()).rejects.toMatchObject({ kind: 'usage', where: 'kinds[0]', nearest: 'login' })
  })
})
