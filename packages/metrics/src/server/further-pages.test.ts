import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { MetricsLimits } from '../limits.ts'
import { FakeSource } from '../testing/fake-source.ts'
import type { Answer, AnswerSink } from './answer.ts'
import type { FurtherPages } from './further-pages.ts'
import { MetricsServer } from './metrics-server.ts'

const streams: AnswerSink[] = []
const ANSWERS = new Map<string, Answer>([
  ['/', { status: 200, type: 'text/plain', body: Buffer.from('a page') }],
  ['/stream', { status: 200, type: 'text/event-stream', body: sink => void streams.push(sink) }],
])
const pages: FurtherPages = {
  answer: ({ url = '' }) => {
    const answer = ANSWERS.get(url)
    return answer && Promise.resolve(answer)
  },
}

let server: MetricsServer
afterEach(async () => {
  streams.length = 0
  await server.close()
})

async function open(options: { limits?: Partial<MetricsLimits>; webConfigFile?: string } = {}): Promise<void> {
  server = await MetricsServer.open({ host: '127.0.0.1', port: 0, source: new FakeSource(), pages, ...options })
}
const ask = (path: string): Promise<Response> => fetch(server.url.replace('/metrics', path))

it('a further page is served beside the metrics, which are as they were', async () => {
  await open()
  expect(await (await ask('/')).text()).toBe('a page')
  expect([(await ask('/metrics')).status, (await ask('/other')).status]).toEqual([200, 404])
})

it('a stream lasts longer than an answer may take, and is none of the answers that others wait for', async () => {
  await open({ limits: { answers: 1, answerMs: 50 } })
  const stream = await ask('/stream')
  const beginMs = performance.now()
  while (performance.now() - beginMs < 150) expect((await ask('/metrics')).status).toBe(200)
  streams[0]?.write('the end')
  const read = await stream.body?.getReader().read()
  expect(Buffer.from(read?.value ?? []).toString()).toBe('the end')
})

it('further pages and streams are behind the passwords of the metrics', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lunkit-pages-'))
  const webConfigFile = join(directory, 'web.yml')
  writeFileSync(webConfigFile, 'basic_auth_users: { a: $2y$10$qRTBuFoULoYNA7AQ/F3ck.trZBPyjV64.oA4ZsSBCIWvXuvQlQTuu }')
  await open({ webConfigFile })
  expect([(await ask('/')).status, (await ask('/stream')).status, streams.length]).toEqual([401, 401, 0])
  rmSync(directory, { recursive: true })
})
