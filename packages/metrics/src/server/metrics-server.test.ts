import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSource } from '../testing/fake-source.ts'
import { MetricsServer } from './metrics-server.ts'

let source: FakeSource
let server: MetricsServer
beforeEach(async () => {
  source = new FakeSource()
  server = await MetricsServer.open({ host: '127.0.0.1', port: 0, source })
})
afterEach(() => server.close())

const place = (path: string): string => server.url.replace('/metrics', path)
const statusOf = async (path: string): Promise<number> => (await fetch(place(path))).status

/** What comes back for these bytes, until the server closes. */
async function answerTo(bytes: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.end(bytes)
  return text(socket)
}

it('metrics are served in the format that is asked for', async () => {
  const plain = await fetch(server.url)
  expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(await plain.text()).toContain('\nlunkit_up 1\n')
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5'
  const openMetrics = await fetch(`${server.url}?x`, { headers: { accept } })
  expect(openMetrics.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
  expect(await openMetrics.text()).toMatch(/\n# EOF\n$/)
})

it('health and readiness are what the source says', async () => {
  expect([await statusOf('/-/healthy'), await statusOf('/-/ready')]).toEqual([200, 200])
  source.isUp = false
  expect([await statusOf('/-/healthy'), await statusOf('/-/ready')]).toEqual([503, 503])
})

describe('a request that is wrong asks the source nothing', () => {
  it.each([
    ['a page that is none', 'GET /metric HTTP/1.1\r\nhost: a\r\n\r\n', 404],
    ['a name of an object of JavaScript', 'GET /__proto__ HTTP/1.1\r\nhost: a\r\n\r\n', 404],
    ['another method', 'POST /metrics HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n', 405],
    ['a body that never comes', 'DELETE /metrics HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n', 405],
    ['huge headers', `GET /metrics HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no HTTP', 'lunkit\r\n\r\n', 400],
  ])('%s', async (_what, bytes, status) => {
    expect(await answerTo(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(source.asked).toBe(0)
  })
})

it('HEAD has the head of the answer alone', async () => {
  const answer = await fetch(server.url, { method: 'HEAD' })
  expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(1000)
  expect(await answer.text()).toBe('')
})
