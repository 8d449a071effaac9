import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlFault } from '../control-fault.ts'
import { LOGIN } from '../testing/fake-service.ts'
import { TlsBench } from '../testing/tls-bench.ts'
import { newToken } from '../tls/token-line.ts'
import { TokenRole } from '../tls/token-role.ts'
import { ControlClient } from './control-client.ts'
import { NoDaemonError } from './no-daemon-error.ts'

let bench: TlsBench
beforeEach(async () => {
  bench = await TlsBench.open()
})
afterEach(() => bench.close())

const clientOf = ({ token = bench.admin.token, host = '127.0.0.1', ca = bench.ca } = {}): ControlClient =>
  new ControlClient({ url: `https://${host}:${bench.port}`, token, ca, timeoutMs: 20_000 })
const faultOf = (client: ControlClient): Promise<unknown> => client.call('save').catch((error: unknown) => error)

describe('a client by TLS', () => {
  it.each(['127.0.0.1', 'localhost'])('calls methods, on one connection: %s', async host => {
    const client = clientOf({ host })
    expect(await client.call('clearFault', { storage_object: 'a' })).toEqual({ cleared: true })
    expect(await client.call('tree', { depth: 2 })).toMatchObject({ nodes: [{ path: '/iscsi' }] })
    await client.call('plan', { document: '{}' })
    const peers = bench.control.audit.map(({ peer }) => peer)
    expect(peers).toMatchObject([{ token: 'boss' }, {}, {}])
    expect(new Set(peers.map(peer => JSON.stringify(peer))).size).toBe(1)
  })

  it('is sent events', async () => {
    const events = clientOf().events()
    const first = events.next()
    while (bench.control.fake.listeners.size === 0) await new Promise(setImmediate)
    bench.control.fake.tell(LOGIN)
    expect(await first).toMatchObject({ value: { kind: 'login' } })
    await events.return()
  })

  it('is told that its token is not known, or not enough', async () => {
    const unknown = newToken('x', TokenRole.admin).token
    const faults = [await faultOf(clientOf({ token: unknown })), await faultOf(clientOf({ token: bench.reader.token }))]
    expect(faults.every(fault => fault instanceof ControlFault)).toBe(true)
    expect(faults).toMatchObject([{ kind: 'unauthenticated' }, { kind: 'unauthorised' }])
    expect(JSON.stringify(faults)).not.toContain(unknown)
  })

  it('ends its process when nothing is asked any more', async () => {
    const program = `
      const { ControlClient } = await import('@lunkit/control/client')
      const client = new ControlClient(${JSON.stringify({ url: `https://127.0.0.1:${bench.port}`, token: bench.admin.token, ca: bench.ca })})
      await client.call('unsaved')
      console.log('done')`
    const args = ['--conditions=source', '--input-type=module', '--eval', program]
    const options = { cwd: import.meta.dirname, timeout: 20_000 }
    expect((await promisify(execFile)(process.execPath, args, options)).stdout).toBe('done\n')
  })
})

describe('a client by TLS says why there is no daemon', () => {
  const whyOf = async (client: ControlClient): Promise<string> => {
    const error = (await faultOf(client)) as Error
    expect(error).toBeInstanceOf(NoDaemonError)
    return error.message
  }

  it('where its certificate is from nobody who is trusted', async () => {
    const client = new ControlClient({ url: `https://127.0.0.1:${bench.port}`, token: bench.admin.token })
    expect(await whyOf(client)).toContain('its certificate is from nobody who is trusted here')
    expect(bench.control.fake.asked).toEqual([])
  })

  it('where its certificate is for other names', async () => {
    bench.put('other.pem', 'server.pem')
    bench.put('other.key', 'server.key')
    await bench.listener.reread()
    expect(await whyOf(clientOf())).toContain('its certificate is for other names than this')
  })

  it('where its certificate is one of the past', async () => {
    bench.put('expired.pem', 'server.pem')
    await bench.listener.reread()
    expect(await whyOf(clientOf())).toContain('its certificate was valid once, and is no more')
  })

  it('where nobody listens', async () => {
    const client = clientOf()
    await bench.control.server.close()
    expect(await whyOf(client)).toContain('nobody listens there; does lunkitd run with --control-tls?')
  })

  it('where something else than TLS is spoken', async () => {
    const plain = createServer(
      socket => void socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve))
    const { port } = plain.address() as { readonly port: number }
    const client = new ControlClient({ url: `https://127.0.0.1:${port}`, token: bench.admin.token })
    expect(await whyOf(client)).toContain('what answers there speaks no TLS')
    plain.close()
  })
})

it('what is wrong with the options of a client is said without what may be secret', () => {
  const right = { url: 'https://[::1]:9443', token: bench.admin.token }
  expect(new ControlClient(right).path).toBe(right.url)
  const wrong = [
    { ...right, url: 'https://joe:s3cr3t@localhost:9443' },
    { ...right, url: 'https://localhost' },
    { ...right, url: 'https://localhost:70000' },
    { ...right, url: 'http://localhost:9443' },
    { ...right, token: 's3cr3t and more' },
    { ...right, ca: '-----BEGIN PRIVATE KEY-----s3cr3t' },
  ]
  const said = wrong.map(options => {
    try {
      return new ControlClient(options).path
    } catch (error) {
      return (error as Error).message
    }
  })
  expect(said).toEqual([
    ...Array.from({ length: 4 }, () => expect.stringContaining('url is none of a daemon; right is https://HOST:PORT')),
    expect.stringContaining('token is none'),
    expect.stringContaining('ca is no certificate'),
  ])
  expect(JSON.stringify(said)).not.toContain('s3cr3t')
})
