import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { peerCredentials } from './peer-credentials.ts'

const descriptorOf = (socket: Socket): number => (socket as unknown as { _handle: { fd: number } })._handle.fd

let directory = ''
let server: Server
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-peer-'))
  server = createServer()
})
afterEach(() => {
  server.close()
  rmSync(directory, { recursive: true })
})

/** What is told of who connects to the server. */
async function toldOf(client: Socket): Promise<ReturnType<typeof peerCredentials>> {
  const [accepted] = (await once(server, 'connection')) as [Socket]
  const told = peerCredentials(descriptorOf(accepted))
  client.destroy()
  accepted.destroy()
  return told
}

describe('who is at the other end of a socket', () => {
  it('is known of a unix socket, by process, user and group', async () => {
    const path = join(directory, 'peer.sock')
    await once(server.listen(path), 'listening')
    const { pid } = process
    expect(await toldOf(connect(path))).toEqual({ pid, uid: process.getuid?.(), gid: process.getgid?.() })
  })

  it('is not known of a socket of TCP, of a file, and of what is not open', async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    expect(await toldOf(connect((server.address() as AddressInfo).port, '127.0.0.1'))).toBeUndefined()
    const fd = openSync('/dev/null', 'r')
    expect(peerCredentials(fd)).toBeUndefined()
    closeSync(fd)
    expect(peerCredentials(2 ** 31 - 1)).toBeUndefined()
  })
})
