import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { describe, expect, it } from 'vitest'
import { StandIn } from './stand-in.ts'

/** What the protocol thread listens by, its descriptor and its URL. */
async function listens(): Promise<{ server: Server; descriptor: number; url: string }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { _handle: handle } = server as unknown as { readonly _handle: { readonly fd: number } }
  return { server, descriptor: handle.fd, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** What is answered while that thread takes nobody. */
async function answered(path: string, lastStatus: object | undefined) {
  const { server, descriptor, url } = await listens()
  const standIn = StandIn.open({ descriptor, lastStatus: () => lastStatus, forMs: () => 2540 })
  server.close()
  try {
    const answer = await fetch(url + path)
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() }
  } finally {
    standIn?.close()
    await expect(fetch(url + path)).rejects.toThrow('fetch failed')
  }
}

const WRONG = 'its protocol thread has stood still for 2.5 s: no initiator is answered'
const TYPE = 'application/json; charset=utf-8'

describe('while the protocol thread stands still', () => {
  it.each(['/v1/status', '/v1/status?x=1'])('%s is answered as it was last, and what is wrong', async path => {
    expect(await answered(path, { version: '1.2.3', health: 'ok' })).toMatchObject({
      ...{ status: 200, type: TYPE },
      body: { version: '1.2.3', health: 'failed', troubles: [{ path: '', wrong: WRONG }] },
    })
  })

  it.each([
    ['/v1/status', undefined],
    ['/v1/tree', { version: '1.2.3' }],
  ])('%s is refused for now where the status was %j', async (path, lastStatus) => {
    expect(await answered(path, lastStatus)).toMatchObject({
      ...{ status: 503, type: TYPE },
      body: { error: { kind: 'busy', what: `lunkitd does not go on: ${WRONG}`, where: '', nearest: null } },
    })
  })

  it('nothing is taken away from that thread at the end', async () => {
    const { server, descriptor, url } = await listens()
    StandIn.open({ descriptor, lastStatus: () => undefined, forMs: () => 0 })?.close()
    server.on('connection', socket => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'))
    expect((await fetch(url)).status).toBe(204)
    server.close()
  })
})
