import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { methods } from '../methods/methods.ts'
import { Access, type MethodName, routes } from '../methods/routes.ts'
import { TlsBench } from '../testing/tls-bench.ts'
import { newToken } from './token-line.ts'
import { TokenRole } from './token-role.ts'

let bench: TlsBench
beforeEach(async () => {
  bench = await TlsBench.open({ strangerMs: 400, strangers: 4, pipelined: 3, idleMs: 200 })
})
afterEach(() => bench.close())

/** What each method may be given. */
const GIVEN: Readonly<Partial<Record<MethodName, string>>> = {
  values: '{"name": "limits", "given": {}}',
  edit: '{"edits": [{"name": "createRamdisk", "given": {"name": "a", "size": 4096}}]}',
  plan: '{}',
  apply: '{}',
  restore: '{"generation": "a"}',
  endSession: '{"id": "1"}',
  drain: '{"target": "iqn.2026-11.com.example:1"}',
  clearFault: '{"storage_object": "a"}',
  setPreferences: '{"preferences": {}}',
}
const named = (...access: readonly Access[]): MethodName[] =>
  (Object.keys(routes) as MethodName[]).filter(
    name => name !== 'events' && access.includes(methods[name].access as Access),
  )
const call = (name: MethodName, token: string) =>
  bench.ask(routes[name].verb, routes[name].path, { token, body: GIVEN[name] ?? '' })

/** A stranger's connection without TLS. */
function plain(): Socket {
  return connect({ host: '127.0.0.1', port: bench.port }).on('error', () => undefined)
}
const closed = (socket: Socket): Promise<unknown> => (socket.closed ? Promise.resolve() : once(socket, 'close'))

describe('a token for reading', () => {
  it.each(named(Access.changes, Access.reveals, Access.watches))(
    'does not do %s, and nothing is asked of the service',
    async name => {
      const { status, body } = await call(name, bench.reader.token)
      expect([status, body]).toEqual([403, expect.stringContaining('and the token reader is for reading alone')])
      expect(bench.control.fake.asked).toEqual([])
      expect(bench.control.audit).toMatchObject([
        { method: name, outcome: 'unauthorised', peer: { token: 'reader', role: 'read-only' } },
      ])
    },
  )

  it.each(named(Access.reads))('does %s', async name => {
    expect(await call(name, bench.reader.token)).toMatchObject({ status: 200 })
    expect(bench.control.fake.asked).toHaveLength(1)
  })

  it('is sent events, until it is no more', async () => {
    const socket = bench.connect()
    await once(socket, 'secureConnect')
    socket.write(`GET /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${bench.reader.token}\r\n\r\n`)
    await once(socket, 'data')
    bench.tokens(bench.admin.line)
    await bench.listener.reread()
    await closed(socket)
    expect(bench.control.fake.listeners.size).toBe(0)
  })
})

describe('a token for all', () => {
  it.each(named(Access.reads, Access.changes, Access.reveals))('does %s', async name => {
    expect(await call(name, bench.admin.token)).toMatchObject({ status: 200 })
  })

  it('is in the audit record by its name, with where it was used from', async () => {
    await call('save', bench.admin.token)
    expect(bench.control.audit).toMatchObject([
      { peer: { token: 'boss', role: 'admin', remote: expect.stringMatching(/^127\.0\.0\.1:\d+$/) } },
    ])
    expect(JSON.stringify([bench.control.notices, bench.told])).not.toContain(bench.admin.token)
  })
})

describe('without a token that is known', () => {
  it.each([
    ['none', undefined, 'it has no token'],
    ['another', `Bearer ${newToken('x', TokenRole.admin).token}`, 'its token is not known'],
    ['a password', 'Basic Ym9zczpib3Nz', 'its token is not known'],
    ['one that is too long', `Bearer ${'a'.repeat(5000)}`, 'its token is not known'],
    ['an empty one', 'Bearer ', 'its token is not known'],
  ])('nothing is done, but it is counted and told without it: %s', async (_, authorization, why) => {
    const asked = { ...(authorization !== undefined && { authorization }) }
    const { status, headers, body } = await bench.ask('GET', '/v1/status', asked)
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="lunkitd"'])
    expect(JSON.parse(body)).toEqual({
      error: {
        ...{ kind: 'unauthenticated', what: 'there is no token that is known here', where: '', nearest: null },
        right: 'Authorization: Bearer and a token, of which lunkitd has the hash',
      },
    })
    expect(bench.control.fake.asked).toEqual([])
    expect(bench.listener.strangers).toEqual({ turnedAway: 0, noHandshake: 0, noRequest: 0, noToken: 1 })
    const remote = expect.stringMatching(/^127\.0\.0\.1:\d+$/)
    expect(bench.told).toEqual([{ fate: 'noToken', remote, why }])
  })

  it('nobody is told what there is', async () => {
    const answers = [bench.ask('GET', '/'), bench.ask('GET', '/v1/openapi.json'), bench.ask('DELETE', '/v1/nothing')]
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 401, 401])
  })

  it('only the first request of a connection is looked at', async () => {
    const socket = bench.connect()
    await once(socket, 'secureConnect')
    const known = `authorization: Bearer ${bench.admin.token}\r\n`
    socket.write(['', known].map(line => `GET /v1/status HTTP/1.1\r\nhost: a\r\n${line}\r\n`).join(''))
    expect((await text(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401'])
    expect(bench.control.fake.asked).toEqual([])
  })

  it.each([
    ['HTTP without TLS', 'GET /v1/status HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['any bytes', Buffer.alloc(5000, 0x5a)],
    ['half a handshake', Buffer.from('16030100c8010000c4', 'hex')],
    ['nothing', ''],
  ])('whoever sends %s is cut off, and the next is answered', async (_, bytes) => {
    const socket = plain()
    socket.resume().write(bytes)
    await closed(socket)
    expect(bench.told).toMatchObject([{ fate: 'noHandshake' }])
    expect((await call('status', bench.admin.token)).status).toBe(200)
  })

  it.each([
    ['no request', ''],
    ['half a request', 'GET /v1/status HTTP/1.1\r\nhost:'],
    ['headers without an end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`],
    ['what is no HTTP', '\x01\x02\x03\r\n\r\n'],
  ])('whoever sends %s by TLS is cut off', async (_, bytes) => {
    const socket = bench.connect()
    await once(socket, 'secureConnect')
    socket.resume().write(bytes)
    await closed(socket)
    expect(bench.told).toMatchObject([{ fate: 'noRequest' }])
  })

  it('an older TLS is none', async () => {
    const socket = bench.connect({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' })
    await expect(once(socket, 'secureConnect')).rejects.toThrow('alert protocol version')
  })
})

describe('a listener', () => {
  it('lets those who only wait keep nobody out', async () => {
    await bench.close()
    bench = await TlsBench.open({ strangers: 4 })
    const waiting = Array.from({ length: 8 }, plain)
    await Promise.all(waiting.map(socket => once(socket, 'connect')))
    expect((await call('status', bench.admin.token)).status).toBe(200)
    expect(bench.listener.strangers.turnedAway).toBe(5)
    for (const socket of waiting) socket.destroy()
  })

  it('has no more requests of a connection wait than may', async () => {
    const socket = bench.connect()
    await once(socket, 'secureConnect')
    const { promise, resolve } = Promise.withResolvers<object>()
    bench.control.fake.instead.set('unsaved', () => promise)
    const lines = ['GET /v1/unsaved HTTP/1.1', 'host: a', `authorization: Bearer ${bench.admin.token}`, '', '']
    socket.write(lines.join('\r\n').repeat(10))
    while (bench.control.fake.asked.length < 3) await new Promise(setImmediate)
    resolve({ paths: [], changedOutside: false })
    const answers = await text(socket)
    expect(answers.match(/HTTP\/1\.1 \d+/g)?.map(line => line.slice(-3))).toEqual(['200', '200', '200', '503'])
    expect(bench.control.fake.asked).toHaveLength(3)
  })

  it('reads its files again: another certificate, other tokens', async () => {
    const added = newToken('added', TokenRole.admin)
    bench.put('other.pem', 'server.pem')
    bench.put('other.key', 'server.key')
    bench.tokens(added.line)
    await bench.listener.reread()
    await expect(bench.ask('GET', '/v1/status')).rejects.toThrow("does not match certificate's altnames")
    bench.put('server.pem')
    bench.put('server.key')
    await bench.listener.reread()
    const tokens = [added, bench.admin]
    const statuses = await Promise.all(tokens.map(async ({ token }) => (await call('status', token)).status))
    expect(statuses).toEqual([200, 401])
  })

  it('keeps what it has where a file is wrong', async () => {
    bench.put('other.key', 'server.key')
    bench.tokens('nonsense')
    await expect(bench.listener.reread()).rejects.toThrow('is not the key of the certificate')
    expect((await call('status', bench.admin.token)).status).toBe(200)
  })

  it('that closes ends streams of events, and is gone', async () => {
    const socket = bench.connect()
    await once(socket, 'secureConnect')
    socket.write(`GET /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${bench.admin.token}\r\n\r\n`)
    await once(socket, 'data')
    const end = closed(socket.resume())
    await bench.control.server.close()
    await end
    await expect(bench.ask('GET', '/v1/status')).rejects.toThrow('ECONNREFUSED')
  })
})
