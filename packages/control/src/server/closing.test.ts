import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlBench } from '../testing/control-bench.ts'

let bench: ControlBench
beforeEach(async () => {
  bench = await ControlBench.open({ limits: { closeMs: 200 } })
})
afterEach(() => bench.close())

/** A call that runs until it is let go on. */
function running(): { readonly answer: Promise<unknown>; readonly started: Promise<void>; readonly goOn: () => void } {
  let goOn: () => void = () => undefined
  let start: () => void = () => undefined
  const started = new Promise<void>(resolve => {
    start = resolve
  })
  const waits = new Promise<void>(resolve => {
    goOn = resolve
  })
  bench.fake.instead.set('clearFault', async () => {
    start()
    await waits
    return { cleared: true }
  })
  return { answer: bench.client.call('clearFault', { storage_object: 'a' }), started, goOn }
}

describe('a server that closes', () => {
  it('lets a request that runs end, and answers it', async () => {
    const { answer, started, goOn } = running()
    await started
    const closed = bench.server.close()
    goOn()
    expect(await answer).toEqual({ cleared: true })
    await closed
  })

  it('cuts off a request that does not end in time', async () => {
    const { answer, started, goOn } = running()
    await started
    const failure = answer.catch((error: Error) => error.name)
    await bench.server.close()
    expect(await failure).toBe('NoDaemonError')
    goOn()
  })

  it('does not wait for connections that ask nothing', async () => {
    const idle = bench.connect()
    await once(idle, 'connect')
    idle.resume()
    const closed = once(idle, 'close')
    await bench.server.close()
    idle.end()
    await closed
    await expect(bench.client.call('status')).rejects.toThrow('there is no such socket')
  })

  it('refuses a request that comes meanwhile on a connection that there is', async () => {
    const { answer, started, goOn } = running()
    await started
    const socket = bench.connect()
    await once(socket, 'connect')
    socket.write('POST /v1/clear-fault HTTP/1.1\r\nhost: a\r\ncontent-length: 22\r\n\r\n{"storage_object"')
    while ((await bench.server.connections) < 2) await new Promise(resolve => setImmediate(resolve))
    const closed = bench.server.close()
    socket.write(':"a"}')
    const [said] = (await once(socket, 'data')) as [Buffer]
    expect(said.toString()).toMatch(/^HTTP\/1\.1 503 .*"what":"lunkitd is ending"/s)
    goOn()
    await answer
    socket.destroy()
    await closed
  })

  it('can be closed twice', async () => {
    await Promise.all([bench.server.close(), bench.server.close()])
    await expect(bench.server.close()).resolves.toBeUndefined()
  })
})
