import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Body, routes } from '../methods/routes.ts'
import { ControlBench } from '../testing/control-bench.ts'

let bench: ControlBench
beforeAll(async () => {
  bench = await ControlBench.open({ limits: { requestMs: 400, answerMs: 400, idleMs: 100, bodyBytes: 64 * 1024 } })
})
afterAll(() => bench.close())

const served = (): Promise<unknown> => bench.client.call('clearFault', { storage_object: 'a' })

/** Paths of methods that end by themselves, and such as are none. */
const path = fc.oneof(
  fc.constantFrom(...Object.values(routes).flatMap(({ gives, path: each }) => (gives === Body.events ? [] : [each]))),
  fc.string().map(each => `/v1/${encodeURIComponent(each)}`),
)
const query = fc.oneof(
  fc.constant(''),
  fc.string().map(each => `?${encodeURIComponent(each)}`),
  fc.webQueryParameters().map(each => `?${each}`),
)
const verb = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'get', 'FOO')
const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc.object().map(each => JSON.stringify(each)),
)

describe('a server', () => {
  it('answers any bytes, or closes, and serves the next client', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000, size: 'max' }), async bytes => {
        const answer = await bench.exchange(bytes)
        expect(answer === '' || answer.startsWith('HTTP/1.1 ')).toBe(true)
      }),
      { numRuns: 150 },
    )
    expect(await served()).toEqual({ cleared: true })
  })

  it('answers any request in JSON', async () => {
    await fc.assert(
      fc.asyncProperty(verb, path, query, body, async (method, where, what, text) => {
        const answer = await bench.request(`${method} ${where}${what}`, text)
        expect(answer).toMatch(/^HTTP\/1\.1 [2345]\d\d /)
        expect(answer).not.toMatch(/^HTTP\/1\.1 500 /)
      }),
      { numRuns: 300 },
    )
    expect(bench.notices.filter(({ kind }) => kind === 'failure')).toEqual([])
    expect(await served()).toEqual({ cleared: true })
  })

  it('takes any split of a request, and any end of a client', async () => {
    const whole = Buffer.from(
      'POST /v1/clear-fault HTTP/1.1\r\nhost: a\r\ncontent-length: 22\r\n\r\n{"storage_object":"a"}',
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), fc.boolean(), async (at, abruptly) => {
        const socket = bench.connect()
        socket.on('error', () => undefined).resume()
        const closed = new Promise(resolve => socket.once('close', resolve))
        socket.write(whole.subarray(0, at))
        await new Promise(resolve => setImmediate(resolve))
        if (abruptly) socket.destroy()
        else socket.end(whole.subarray(at))
        await closed
      }),
      { numRuns: 100 },
    )
    expect(await served()).toEqual({ cleared: true })
  })
})
