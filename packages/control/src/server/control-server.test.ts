import { once } from 'node:events'
import { ConfigError, EditError } from '@lunkit/config'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ControlFault, FaultKind } from '../control-fault.ts'
import { controlLimits } from '../limits.ts'
import { MadeAnswer } from '../made-answer.ts'
import { ControlBench } from '../testing/control-bench.ts'

let bench: ControlBench
beforeAll(async () => {
  bench = await ControlBench.open({ limits: { bodyBytes: 4096, requestMs: 250, answerMs: 250, connections: 40 } })
})
afterEach(() => {
  bench.fake.reset()
  bench.notices.length = 0
})
afterAll(() => bench.close())

const OURS = {
  kind: 'failed',
  what: 'lunkitd failed; its log says why',
  where: '',
  right: 'to report it',
  nearest: null,
}

const STATUS = [
  ['refused', 422],
  ['usage', 400],
  ['notFound', 404],
  ['conflict', 409],
  ['unauthenticated', 401],
  ['unauthorised', 403],
  ['busy', 503],
  ['failed', 500],
] as const

describe('an error of a service', () => {
  it.each(STATUS)('that is %s is told, with status %i', async (kind, status) => {
    const fault = {
      what: 'is not there',
      where: '/backstores/fileio/disc0',
      right: 'one that is',
      nearest: 'fileio/disk0',
    }
    bench.fake.instead.set('status', () => Promise.reject(new ControlFault(kind, fault)))
    expect(await bench.request('GET /v1/status')).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    const caught = await bench.client.call('status').catch(error => error)
    expect(caught).toBeInstanceOf(ControlFault)
    expect({ ...caught }).toEqual({ name: 'ControlFault', kind, ...fault })
    expect(caught.message).toBe('/backstores/fileio/disc0 is not there; right is one that is; there is fileio/disk0')
  })

  it('may be of any kind there is', () => {
    expect(new Set(STATUS.map(([kind]) => kind))).toEqual(new Set(Object.values(FaultKind)))
  })

  it.each([
    ['exists', 'conflict'],
    ['inUse', 'conflict'],
    ['invalid', 'refused'],
    ['readOnly', 'refused'],
    ['notFound', 'notFound'],
  ] as const)('that says of an edit that it is %s is %s', async (fault, kind) => {
    const error = new EditError(fault, { path: '/iscsi', wrong: 'is so', right: 'otherwise' })
    bench.fake.instead.set('status', () => Promise.reject(error))
    const told = { kind, where: '/iscsi', what: 'is so', right: 'otherwise' }
    await expect(bench.client.call('status')).rejects.toMatchObject(told)
  })

  it('that says what is wrong with a configuration is told with its path', async () => {
    const problem = { path: 'targets', wrong: 'is 1', right: 'a list' }
    bench.fake.instead.set('status', () => Promise.reject(new ConfigError([problem, problem, problem])))
    const told = { kind: 'refused', where: 'targets', what: 'is 1 (and 2 more)', right: 'a list' }
    await expect(bench.client.call('status')).rejects.toMatchObject(told)
  })

  it('that is none of these is a bug: the daemon is told what, and the client that', async () => {
    const error = new TypeError('with a secret')
    bench.fake.instead.set('status', () => Promise.reject(error))
    await expect(bench.client.call('status')).rejects.toMatchObject(OURS)
    expect(bench.notices).toContainEqual({ kind: 'failure', method: 'status', error })
  })

  it('that answers what the table does not have is one too', async () => {
    bench.fake.instead.set('clearFault', () => Promise.resolve({ cleared: 'maybe' }))
    await expect(bench.client.call('clearFault', { storage_object: 'a' })).rejects.toMatchObject(OURS)
    expect(bench.notices.map(({ kind }) => kind)).toEqual(['failure', 'audit'])
  })

  it('sends nothing that the table does not have', async () => {
    bench.fake.instead.set('clearFault', () => Promise.resolve({ cleared: true, more: 1 }))
    expect(await bench.client.call('clearFault', { storage_object: 'a' })).toEqual({ cleared: true })
  })
})

describe('an answer that is JSON already', () => {
  const made = new MadeAnswer(Buffer.from('{"bounds":[],"blocks":[],"more":1}'))

  it('is sent as it is, by a method that may have it', async () => {
    bench.fake.instead.set('counters', () => Promise.resolve(made))
    expect(await bench.client.call('counters')).toEqual({ bounds: [], blocks: [], more: 1 })
  })

  it('is a bug of any other method: nobody has looked for secrets in it', async () => {
    bench.fake.instead.set('sessions', () => Promise.resolve(made))
    await expect(bench.client.call('sessions')).rejects.toMatchObject(OURS)
  })
})

describe('a request that is none', () => {
  it('of a path that is none gets the nearest one', async () => {
    const answer = await bench.request('GET /v1/statu')
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(answer).toContain(
      '"where":"/v1/statu","right":"one of those that /v1/openapi.json describes","nearest":"/v1/status"',
    )
  })

  it('of another verb is told which are right', async () => {
    const answer = await bench.request('DELETE /v1/preferences')
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    expect(answer).toContain('"what":"DELETE is not for /v1/preferences","where":"","right":"one of GET, PUT"')
  })

  it.each(['{"name"', '[', '\0', '"\ud800'])('has a body that is no JSON: %j', async body => {
    const answer = await bench.request('POST /v1/save', body)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"what":"the body is no JSON"')
  })

  it('has a body that is no UTF-8', async () => {
    const answer = await bench.request('POST /v1/plan', Uint8Array.of(0x7b, 0xff, 0x7d))
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*"what":"the body is no UTF-8"/s)
  })

  it.each(['null', '1', '[]', '"text"'])('has a body that is no object: %s', async body => {
    expect(await bench.request('POST /v1/save', body)).toMatch(/^HTTP\/1\.1 400 .*"right":"an object"/s)
  })

  it('has a body that is deeper than anything that is right', async () => {
    const body = `{"force":${'['.repeat(2000)}${']'.repeat(2000)}}`
    expect(await bench.request('POST /v1/save', body)).toMatch(
      /^HTTP\/1\.1 400 .*"what":"is an array of 1","where":"force"/s,
    )
    const big = await ControlBench.open()
    const deep = `{"force":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`
    expect(await big.request('POST /v1/save', deep)).toMatch(/^HTTP\/1\.1 400 /)
    expect(big.notices.map(({ kind }) => kind)).toEqual(['audit'])
    await big.close()
  })

  it('has a body that is too long', async () => {
    const answer = await bench.request('POST /v1/plan', Buffer.alloc(4097, ' '))
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*"what":"the body is too long"/s)
    expect(bench.fake.asked).toEqual([])
  })

  it('says that its body will be too long', async () => {
    const answer = await bench.exchange('POST /v1/plan HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('has headers that are too long', async () => {
    const answer = await bench.exchange(
      `GET /v1/status HTTP/1.1\r\nhost: ${'a'.repeat(controlLimits.headerBytes)}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431 .*"what":"the headers are too long"/s)
  })

  it('is no HTTP', async () => {
    const answer = await bench.exchange('set attribute authentication=0\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*"what":"the request is no HTTP\/1\.1"/s)
  })

  it('has a path that cannot be read', async () => {
    expect(await bench.request('GET /v1/%zz')).toMatch(/^HTTP\/1\.1 4\d\d .*"error"/s)
  })

  it('does not come to its end in time', async () => {
    const socket = bench.connect()
    socket.write('POST /v1/plan HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{')
    const answer: Buffer[] = []
    socket.on('data', chunk => answer.push(chunk as Buffer))
    await once(socket, 'end')
    socket.destroy()
    expect(Buffer.concat(answer).toString()).toMatch(/^HTTP\/1\.1 408 .*"what":"the request came too slowly"/s)
  })

  it('does not come at all', async () => {
    const socket = bench.connect()
    socket.resume()
    await once(socket, 'end')
    socket.destroy()
    expect(bench.fake.asked).toEqual([])
  })
})

describe('clients', () => {
  it('that do not take their answers are cut off', async () => {
    const text = 'a'.repeat(1_000_000)
    bench.fake.instead.set('clearFault', () => Promise.resolve({ cleared: true }))
    bench.fake.instead.set('document', () => Promise.resolve({ document: text }))
    const socket = bench.connect()
    const closed = once(socket, 'close')
    socket.pause()
    socket.write('GET /v1/document HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(8))
    const served = bench.server
    while ((await served.connections) === 0) await new Promise(resolve => setImmediate(resolve))
    while ((await served.connections) > 0) await new Promise(resolve => setImmediate(resolve))
    socket.destroy()
    await closed
    expect(await served.connections).toBe(0)
  })

  it('are served all at once', async () => {
    let release: () => void = () => undefined
    const together = new Promise<void>(resolve => {
      release = resolve
    })
    let waiting = 0
    bench.fake.instead.set('clearFault', async () => {
      waiting++
      if (waiting === 30) release()
      await together
      return { cleared: true }
    })
    const calls = Array.from({ length: 30 }, () => bench.client.call('clearFault', { storage_object: 'a' }))
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 30 }, () => ({ cleared: true })))
  })

  it('are no more than the limit says', async () => {
    const sockets = Array.from({ length: 60 }, () => bench.connect())
    const closed = sockets.map(socket => {
      socket.resume().on('error', () => undefined)
      return once(socket, 'close')
    })
    while (sockets.some(socket => socket.connecting)) await new Promise(resolve => setImmediate(resolve))
    expect(await bench.server.connections).toBeLessThanOrEqual(40)
    for (const socket of sockets) socket.destroy()
    await Promise.all(closed)
  })

  it('that go while they are served are told to the service', async () => {
    const gone = new Promise<AbortSignal>(resolve => {
      bench.fake.instead.set('clearFault', async caller => {
        await once(caller.gone, 'abort')
        resolve(caller.gone)
        return { cleared: true }
      })
    })
    const abort = new AbortController()
    const call = bench.client.call('clearFault', { storage_object: 'a' }, { signal: abort.signal })
    while (bench.fake.asked.length === 0) await new Promise(resolve => setImmediate(resolve))
    abort.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    expect((await gone).aborted).toBe(true)
  })
})
