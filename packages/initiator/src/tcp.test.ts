import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { LogoutRequest, LogoutResponse, NopIn, NopOut } from '@lunkit/pdu'
import { afterEach, describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { RawConnection } from './raw-connection.ts'
import { tcp } from './tcp.ts'
import { ScriptedTarget, scripted } from './testing/scripted-target.ts'

let server: Server | undefined

/** A server on a free port whose connections a test plays the target on. */
async function listening(): Promise<{ port: number; accepted: Promise<RawConnection> }> {
  server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { promise: accepted, resolve } = Promise.withResolvers<RawConnection>()
  server.once('connection', socket => {
    void RawConnection.open(async events => {
      socket.on('error', () => undefined) // the other side may go at any time
      socket.on('data', chunk => events.received(chunk))
      socket.on('close', () => events.closed())
      return {
        send: turn => {
          socket.write(Buffer.concat(turn.buffers))
          turn.written()
        },
        close: () => socket.end(),
        destroy: () => socket.destroy(),
      }
    }).then(resolve)
  })
  return { port: (server.address() as AddressInfo).port, accepted }
}

afterEach(() => {
  server?.close()
})

describe('TCP', () => {
  it('carries a session from login to logout', async () => {
    const { port, accepted } = await listening()
    const connecting = connect({ ...scripted, host: '127.0.0.1', port })
    const target = new ScriptedTarget(await accepted)
    await target.acceptLogin({ MaxRecvDataSegmentLength: 262_144 })
    const session = await connecting
    const data = Buffer.alloc(100_000, 7)
    const pong = session.ping(data)
    const { initiatorTaskTag } = (await target.raw.expect(NopOut)).values
    target.answer(NopIn, { initiatorTaskTag }, { data })
    expect(Buffer.from(await pong)).toEqual(data)
    const closing = session.close()
    const logout = await target.raw.expect(LogoutRequest)
    target.answer(LogoutResponse, { initiatorTaskTag: logout.values.initiatorTaskTag })
    await closing
    await target.raw.closed
  })

  it('says where nobody listens', async () => {
    const { port } = await listening()
    server?.close()
    await expect(connect({ ...scripted, host: '127.0.0.1', port })).rejects.toThrow(
      `no connection to 127.0.0.1 port ${port}: connect ECONNREFUSED`,
    )
  })

  it('is given up while it is made', async () => {
    const { port } = await listening()
    const events = { received: () => undefined, closed: () => undefined }
    const controller = new AbortController()
    const opening = tcp({ host: '127.0.0.1', port })(events, controller.signal)
    controller.abort()
    await expect(opening).rejects.toThrow(`no connection to 127.0.0.1 port ${port}: it was given up`)
  })

  it('is not given up any more when it is made', async () => {
    const { port, accepted } = await listening()
    const controller = new AbortController()
    const { promise: came, resolve } = Promise.withResolvers<string>()
    const events = { received: () => resolve('bytes'), closed: () => resolve('its end') }
    const transport = await tcp({ host: '127.0.0.1', port })(events, controller.signal)
    controller.abort()
    ;(await accepted).sendBytes(Buffer.alloc(48))
    expect(await came).toBe('bytes')
    transport.destroy()
  })

  it('may be to the last port that there is, and to the first', () => {
    for (const port of [1, 65_535]) expect(tcp({ host: '127.0.0.1', port })).toBeTypeOf('function')
  })

  it('tells when the target goes', async () => {
    const { port, accepted } = await listening()
    const raw = await RawConnection.open(tcp({ host: '127.0.0.1', port }))
    const received = raw.receive()
    ;(await accepted).destroy()
    await expect(received).rejects.toThrow(/the target closed the connection|the connection broke/)
    await raw.closed
  })
})
