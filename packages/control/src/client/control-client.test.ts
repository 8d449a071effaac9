import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlClient } from './control-client.ts'
import { NoDaemonError } from './no-daemon-error.ts'

let directory: string
let path: string
let server: Server | undefined
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-client-'))
  path = join(directory, 's')
})
afterEach(async () => {
  if (server) await new Promise(resolve => server?.close(resolve))
  server = undefined
  rmSync(directory, { recursive: true })
})

/** Something that answers as no daemon does. */
async function answering(serve: (socket: Socket) => void): Promise<ControlClient> {
  server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => serve(socket))
  })
  await new Promise<void>(resolve => server?.listen(path, resolve))
  return new ControlClient({ path, timeoutMs: 200 })
}

type Serve = (socket: Socket) => void

function says(head: string, body: string): Serve {
  const text = `HTTP/1.1 ${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  return socket => void socket.end(text)
}

const noHttp: Serve = socket => void socket.end('220 mail ESMTP\r\n')

/** What no daemon answers, and why it is taken for none. */
const STRANGE: readonly (readonly [what: string, serve: Serve, why: string])[] = [
  ['what is no HTTP', noHttp, 'the connection broke (HPE_INVALID_CONSTANT)'],
  ['no JSON', says('200 OK', 'hello'), 'what answers is no lunkitd'],
  ['an error that is none of its own', says('502 Bad Gateway', '{"error": "gone"}'), 'what answers is no lunkitd'],
  ['an error without a text', says('500 Oh', 'null'), 'what answers is no lunkitd'],
]

describe('where no daemon is, a client says so', () => {
  const asked = (client: ControlClient): Promise<unknown> => client.call('status')

  it('when there is no socket', async () => {
    const error = await new ControlClient({ path }).call('status').catch(caught => caught)
    expect(error).toBeInstanceOf(NoDaemonError)
    expect(error.path).toBe(path)
    expect(error.message).toBe(`no lunkitd answers at ${path}: there is no such socket; is lunkitd running?`)
    await expect(new ControlClient({ path }).events().next()).rejects.toThrow(NoDaemonError)
  })

  it('when nobody listens at it', async () => {
    const program = `const s = require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    await promisify(execFile)(process.execPath, ['--eval', program]).catch(() => undefined)
    await expect(asked(new ControlClient({ path }))).rejects.toThrow(
      `no lunkitd answers at ${path}: nobody listens there any more`,
    )
  })

  it('when a file is there', async () => {
    writeFileSync(path, '')
    await expect(asked(new ControlClient({ path }))).rejects.toBeInstanceOf(NoDaemonError)
  })

  it('when nothing is answered', async () => {
    await expect(asked(await answering(() => undefined))).rejects.toThrow('it has said nothing for 200 ms')
  })

  it('when it goes before it answers', async () => {
    await expect(asked(await answering(socket => void socket.destroy()))).rejects.toThrow('the connection broke')
  })

  it('when it goes while it answers', async () => {
    const half = (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{')
    await expect(asked(await answering(half))).rejects.toThrow('the connection broke (ECONNRESET)')
  })

  it('when it goes while it sends events', async () => {
    const client = await answering(socket => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      socket.write('18\r\nevent: login\ndata: {}\n\n\n\r\n')
      setImmediate(() => socket.destroy())
    })
    const all = async (): Promise<void> => {
      for await (const event of client.events()) expect(event).toEqual({})
    }
    await expect(all()).rejects.toThrow('the connection broke')
  })

  it.each(STRANGE)('when %s is answered', async (_, serve, why) => {
    const client = await answering(serve)
    const error = await client.call('status').catch(caught => caught)
    expect(error).toBeInstanceOf(NoDaemonError)
    expect(error.message).toContain(why)
  })
})

describe('a client', () => {
  it('that may not use the socket is refused', async () => {
    const client = await answering(says('200 OK', '{}'))
    // The sources are loaded before it becomes another user, who could not read them.
    const program = `
      const { ControlClient } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))})
      const client = new ControlClient({ path: ${JSON.stringify(client.path)} })
      process.setgid(65534)
      process.setuid(65534)
      await client.call('status').catch(({ name, kind, where }) => console.log(name, kind, where))`
    const args = ['--conditions=source', '--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
    expect(stdout).toBe(`ControlFault unauthorised ${client.path}\n`)
  })

  it('ends a call when it is told to', async () => {
    const client = await answering(() => undefined)
    const signal = AbortSignal.abort()
    await expect(client.call('status', {}, { signal })).rejects.toMatchObject({ name: 'AbortError' })
  })
})
