import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NoDaemonError } from '../client/no-daemon-error.ts'
import { ControlBench } from '../testing/control-bench.ts'
import { ControlSocket } from './control-socket.ts'

let bench: ControlBench
let socket: ControlSocket
beforeEach(async () => {
  bench = ControlBench.closed()
  const { path, groupFile } = bench
  socket = await ControlSocket.open({ path, groupFile, warn: () => undefined })
})
afterEach(async () => {
  await socket.close()
  await bench.close()
})

describe('a control socket without a server', () => {
  it('has those who connect wait until there is one, which serves them and all who come later', async () => {
    const early = [bench.client.call('unsaved'), bench.client.call('generations')]
    await socket.called
    await bench.serve({ socket })
    expect(await Promise.all(early)).toHaveLength(2)
    await bench.client.call('unsaved')
    expect(bench.audit.map(({ method }) => method).sort()).toEqual(['generations', 'unsaved', 'unsaved'])
    expect(bench.server.ownerOnly).toBe(socket.ownerOnly)
  })

  it('gives a server one who has gone meanwhile, which does it no harm', async () => {
    const gone = bench.connect()
    await socket.called
    gone.destroy()
    await bench.serve({ socket })
    await bench.client.call('unsaved')
    expect(bench.audit).toHaveLength(1)
  })

  it('cuts requests off that come too slowly, also of those who waited', async () => {
    const slow = bench.exchange('GET /v1/unsaved HTTP/1.1\r\n')
    await socket.called
    await bench.serve({ socket, limits: { requestMs: 50 } })
    expect(await slow).toMatch(/^HTTP\/1.1 (400|408)/)
  })

  it('is taken away with those who wait, and by the server once there is one', async () => {
    const waiting = bench.client.call('unsaved').catch((error: unknown) => error)
    await socket.called
    await socket.close()
    expect(await waiting).toBeInstanceOf(NoDaemonError)
    expect(existsSync(bench.path)).toBe(false)
    const { path, groupFile } = bench
    socket = await ControlSocket.open({ path, groupFile, warn: () => undefined })
    const server = await bench.serve({ socket })
    await server.close()
    expect(existsSync(bench.path)).toBe(false)
  })
})
