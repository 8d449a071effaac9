import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MetricsLimits } from '../limits.ts'
import { FakeSource } from '../testing/fake-source.ts'
import { askByTls, fixture } from '../testing/tls-asking.ts'
import { COUNTERS, INVENTORY } from '../testing/told.ts'
import type { AnswerSink } from './answer.ts'
import { MetricsServer } from './metrics-server.ts'

const TLS = 'tls_server_config: { cert_file: server.pem, key_file: server.key }'
const HASH = '$2y$10$qRTBuFoULoYNA7AQ/F3ck.trZBPyjV64.oA4ZsSBCIWvXuvQlQTuu'

/** So much of each answer comes before more of it is asked for: less than the metrics are, more than anything else. */
const WINDOW_BYTES = 1000

let directory: string
let server: MetricsServer
let source: FakeSource
let session: ClientHttp2Session
let streams: AnswerSink[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-http2-'))
  for (const name of ['server.pem', 'server.key']) writeFileSync(join(directory, name), fixture(name))
  source = new FakeSource()
  streams = []
})
afterEach(async () => {
  session?.destroy()
  await server.close()
  rmSync(directory, { recursive: true })
})

/** A server that is configured so, and a client of it. */
async function open(document: string, limits: Partial<MetricsLimits> = {}): Promise<void> {
  const webConfigFile = join(directory, 'web.yml')
  writeFileSync(webConfigFile, document)
  const answer = ({ url }: { url?: string | undefined }) => (url === '/stream' ? Promise.resolve(STREAM) : undefined)
  const pages = { answer }
  server = await MetricsServer.open({ host: '127.0.0.1', port: 0, source, webConfigFile, limits, pages })
  session = connect(server.url, { ca: fixture('ca.pem'), settings: { initialWindowSize: WINDOW_BYTES } })
  session.on('error', () => undefined)
}

const STREAM = { status: 200, type: 'text/event-stream', body: (sink: AnswerSink) => void streams.push(sink) }

const request = (path: string, headers = {}): ClientHttp2Stream => session.request({ ':path': path, ...headers })

/** Until the connection is, however it ends. */
const closed = (): Promise<unknown> => new Promise(resolve => session.once('close', resolve))

type Head = Readonly<Record<string, unknown>>

/** The head of an answer; rejects where the connection ends before. */
const headOf = (stream: ClientHttp2Stream): Promise<Head> =>
  new Promise((resolve, reject) => {
    stream.once('response', resolve)
    stream.once('error', reject)
    stream.once('close', () => reject(new Error('it was closed')))
  })

/** An answer. */
async function ask(path: string, headers = {}): Promise<{ head: Head; body: string }> {
  const stream = request(path, headers)
  return { head: await headOf(stream), body: await text(stream) }
}

const statusOf = async (path: string, headers = {}): Promise<unknown> => (await ask(path, headers)).head[':status']

describe('metrics by HTTP/2', () => {
  it('are those of HTTP/1.1, with several questions on a connection', async () => {
    await open(TLS)
    const [{ head, body }, ready, none] = await Promise.all([ask('/metrics'), statusOf('/-/ready'), statusOf('/none')])
    expect(head).toMatchObject({ ':status': 200, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    expect([Number(head['content-length']), ready, none]).toEqual([body.length, 200, 404])
    expect(body).toContain('\nlunkit_up 1\n')
    expect(session.alpnProtocol).toBe('h2')
  })

  it('have the head alone for HEAD, and nothing for another method', async () => {
    await open(TLS)
    const { head, body } = await ask('/metrics', { ':method': 'HEAD' })
    expect([head[':status'], Number(head['content-length']) > 1000, body]).toEqual([200, true, ''])
    expect(await statusOf('/metrics', { ':method': 'POST' })).toBe(405)
    expect(source.asked).toBe(1)
  })

  it('are for who has a password, with the headers that are configured', async () => {
    await open(
      `${TLS}\nbasic_auth_users: { carol: ${HASH} }\nhttp_server_config: { headers: { X-Frame-Options: deny } }`,
    )
    const { head } = await ask('/metrics')
    expect(head).toMatchObject({ ':status': 401, 'www-authenticate': 'Basic', 'x-frame-options': 'deny' })
    const authorization = `Basic ${Buffer.from('carol:carol123').toString('base64')}`
    expect(await statusOf('/metrics', { authorization })).toBe(200)
  })

  it('are served beside HTTP/1.1, for who chooses that', async () => {
    await open(TLS)
    expect((await askByTls(server.url)).status).toBe(200)
    expect(await statusOf('/metrics')).toBe(200)
  })

  it('are not served where the configuration says so', async () => {
    await open(`${TLS}\nhttp_server_config: { http2: false }`)
    await closed()
    expect(session.alpnProtocol).not.toBe('h2')
    expect((await askByTls(server.url)).status).toBe(200)
  })
})

describe('a client by HTTP/2', () => {
  it('is cut off when it asks nothing', async () => {
    await open(TLS, { requestMs: 100 })
    await closed()
    expect(source.asked).toBe(0)
  })

  it('may see a stream for longer than an answer may take, while it asks other things', async () => {
    await open(TLS, { answers: 1, answerMs: 100 })
    const stream = request('/stream')
    await headOf(stream)
    const beginMs = performance.now()
    while (performance.now() - beginMs < 250) expect(await statusOf('/-/ready')).toBe(200)
    streams[0]?.write('the end')
    expect(String(await once(stream, 'data'))).toBe('the end')
  })

  it('is cut off when it does not take one answer, however much else it asks', async () => {
    await open(TLS, { answerMs: 200 })
    const stream = request('/metrics').on('error', () => undefined)
    await headOf(stream)
    while (!session.closed && !session.destroyed) await statusOf('/-/ready').catch(() => undefined)
    expect(stream.readableLength).toBe(WINDOW_BYTES)
  })

  it('takes no more than the answers that there are', async () => {
    await open(TLS, { answers: 1 })
    const gate = Promise.withResolvers<void>()
    source.told = () => gate.promise.then(() => ({ counters: COUNTERS, inventory: INVENTORY }))
    const waiting = ask('/metrics')
    while (source.asked === 0) await new Promise(setImmediate)
    const second = await askByTls(server.url)
    gate.resolve()
    expect([second.status, (await waiting).head[':status']]).toEqual([503, 200])
  })

  it('goes when the server closes', async () => {
    await open(TLS)
    await statusOf('/-/ready')
    const gone = closed()
    await server.close()
    await gone
    expect(session.destroyed).toBe(true)
  })
})
