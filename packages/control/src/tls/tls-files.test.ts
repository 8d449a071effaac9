import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TlsBench } from '../testing/tls-bench.ts'
import { ControlTlsError } from './control-tls-error.ts'

let bench: TlsBench
beforeEach(() => {
  bench = new TlsBench()
})
afterEach(() => bench.close())

const refused = async (options = {}): Promise<ControlTlsError> => {
  const error = await bench.listen(options).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ControlTlsError)
  return error as ControlTlsError
}

describe('a listener is not opened where', () => {
  it.each(['server.pem', 'server.key', 'tokens'])('%s is not there', async name => {
    const options = { [{ 'server.pem': 'certificate', 'server.key': 'key', tokens: 'tokens' }[name] ?? '']: '/no/file' }
    expect((await refused(options)).message).toMatch(/^\/no\/file cannot be read: ENOENT/)
  })

  it('a file is a directory', async () => {
    expect((await refused({ key: bench.directory })).message).toBe(`${bench.directory} is no file`)
  })

  it('the certificate is none', async () => {
    bench.put('server.key', 'server.pem')
    expect((await refused()).message).toBe(`${bench.path('server.pem')} is no certificate; right is one in PEM`)
  })

  it.each(['server.pem', 'encrypted.key'])('the key cannot be used: %s', async fixture => {
    bench.put(fixture, 'server.key')
    expect((await refused()).message).toContain(`${bench.path('server.key')} is no key that can be used`)
  })

  it('the key is that of another certificate', async () => {
    bench.put('other.key', 'server.key')
    const { message } = await refused()
    expect(message).toBe(`${bench.path('server.key')} is not the key of the certificate ${bench.path('server.pem')}`)
  })

  it('a line of the tokens is wrong', async () => {
    bench.tokens(bench.admin.line, 'and this')
    expect((await refused()).message).toBe(
      `${bench.path('tokens')} line 2 has no role after the name; right is read-only or admin`,
    )
  })

  it('a file is longer than any that is right', async () => {
    writeFileSync(bench.path('tokens'), Buffer.alloc(1024 * 1024 + 1))
    expect((await refused()).what).toBe('is longer than 1048576 bytes')
  })

  it('another process listens', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { readonly port: number }
    const { inUse, message } = await refused({ port })
    other.close()
    expect([inUse, message]).toEqual([true, `127.0.0.1:${port} is where another process listens`])
  })

  it('the address is none of this machine', async () => {
    const { inUse, message } = await refused({ host: '192.0.2.1' })
    expect([inUse, message]).toEqual([false, expect.stringContaining('192.0.2.1:0 cannot be listened at: ')])
  })
})

describe('a listener is opened, and warns, where', () => {
  it.each(['server.key', 'tokens'])('others can read %s', async name => {
    chmodSync(bench.path(name), 0o644)
    await bench.listen()
    const path = bench.path(name)
    expect(bench.warned).toEqual([`${path} can be read or written by others (mode 644): chmod 600 ${path}`])
  })

  it('the certificate is one of the past', async () => {
    bench.put('expired.pem', 'server.pem')
    await bench.listen()
    expect(bench.warned).toEqual([expect.stringContaining('was valid until Jan  1 00:00:00 2021 GMT')])
  })

  it('nothing is wrong, but for the warning', async () => {
    await bench.listen()
    expect(bench.warned).toEqual([])
  })
})
