import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { MetricsLimits } from '../limits.ts'
import { FakeSource } from '../testing/fake-source.ts'
import { COUNTERS, INVENTORY } from '../testing/told.ts'
import { MetricsServer } from './metrics-server.ts'

let source: FakeSource
let server: MetricsServer
let clients: Socket[]
beforeEach(() => {
  source = new FakeSource()
  clients = []
})
afterEach(async () => {
  for (const client of clients) client.destroy()
  await server.close()
})

const open = async (limits: Partial<MetricsLimits>): Promise<void> => {
  server = await MetricsServer.open({ host: '127.0.0.1', port: 0, source, limits })
}

async function client(): Promise<Socket> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  clients.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** The first bytes that come. */
const headOf = (socket: Socket): Promise<string> =>
  new Promise(resolve => {
    socket.once('readable', () => resolve(String(socket.read(256))))
  })

const ended = async (socket: Socket): Promise<void> => {
  socket.resume()
  // What is written to one that has been cut off is answered with a reset.
  if (!socket.closed) await new Promise(resolve => socket.once('close', resolve))
}

it('who comes and says nothing is cut off', async () => {
  await open({ requestMs: 20 })
  const socket = await client()
  await ended(socket)
  expect(socket.bytesRead).toBe(0)
})

it('who says what it wants byte by byte is cut off', async () => {
  await open({ requestMs: 60 })
  const socket = await client()
  socket.write('GET /')
  const timer = setInterval(() => socket.write('a'), 5)
  await ended(socket)
  clearInterval(timer)
  expect(socket.bytesRead).toBe(0)
})

it('who reads its answer no more is cut off, and makes room for others', async () => {
  await open({ answerMs: 200, answers: 1 })
  const lun = { ...(INVENTORY.luns[0] as (typeof INVENTORY.luns)[number]), lun: 'x'.repeat(1000) }
  source.told = async () => ({ counters: COUNTERS, inventory: { ...INVENTORY, luns: Array(3000).fill(lun) } })
  const socket = await client()
  socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n')
  const head = await headOf(socket)
  const ready = async (): Promise<number> => (await fetch(server.url.replace('/metrics', '/-/ready'))).status
  while ((await ready()) !== 200);
  await ended(socket)
  expect(socket.bytesRead).toBeLessThan(Number(/content-length: (\d+)/.exec(head)?.[1]))
})

it('who was answered may stay, and is cut off when it asks no more', async () => {
  await open({ idleMs: 30 })
  const socket = await client()
  socket.write('GET /-/ready HTTP/1.1\r\nhost: a\r\n\r\n')
  const said = await text(socket)
  expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(said).toContain('keep-alive')
})

it('who waits for nothing longest makes room for who comes', async () => {
  await open({ connections: 2 })
  const [first, second] = [await client(), await client()]
  const third = await client()
  await ended(first)
  second.write('GET /-/ready HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  third.write('GET /-/ready HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  expect((await Promise.all([second, third].map(text))).map(said => said.slice(0, 12))).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 200',
  ])
})

it('more requests than are answered at a time are told to come again', async () => {
  await open({ answers: 1 })
  const gate = Promise.withResolvers<void>()
  source.told = () => gate.promise.then(() => ({ counters: COUNTERS, inventory: INVENTORY }))
  const waiting = fetch(server.url)
  while (source.asked === 0) await new Promise(setImmediate)
  const turnedAway = await fetch(server.url)
  expect(turnedAway.status).toBe(503)
  expect(turnedAway.headers.get('retry-after')).toBe('1')
  gate.resolve()
  expect((await waiting).status).toBe(200)
})
