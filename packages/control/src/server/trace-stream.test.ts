import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ToldTrace } from '../control-service.ts'
import { ControlBench } from '../testing/control-bench.ts'

let bench: ControlBench
beforeEach(async () => {
  bench = await ControlBench.open({ limits: { traceBytes: 1000 } })
})
afterEach(() => bench.close())

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const begun = async (): Promise<void> => {
  while (bench.fake.tracers.size === 0) await turn()
}
const ended = async (): Promise<void> => {
  while (bench.fake.tracers.size > 0) await turn()
}
/** A trace tells this to the one who asked; whether it was taken. */
const tell = (told: ToldTrace): boolean => [...bench.fake.tracers].every(each => each(told))

const PDU: ToldTrace['pdus'][number] = {
  at: '1796000000000000001',
  from: 'initiator',
  initiator: '127.0.0.1:40000',
  target: '127.0.0.1:3260',
  header: 'A'.repeat(64),
  dataLength: 0,
  data: '',
  headerDigest: false,
  dataDigest: false,
  digestRight: true,
  offset: 0,
}

async function slowClient(): Promise<Socket> {
  const socket = bench.connect().pause()
  socket.write('GET /v1/trace HTTP/1.1\r\nhost: a\r\n\r\n')
  await begun()
  await turn()
  return socket
}

describe('a trace', () => {
  it('comes as it is told, and what was asked for is given to who makes it', async () => {
    const loop = bench.client.trace({ lun: '/backstores/ramdisk/a', data: 0 })
    const first = loop.next()
    await begun()
    while (!tell({ lost: 0, pdus: [PDU] })) await turn()
    expect((await first).value).toEqual({ lost: 0, pdus: [PDU] })
    expect(bench.fake.asked).toContainEqual({ method: 'trace', input: { lun: '/backstores/ramdisk/a', data: 0 } })
    await loop.return()
    await ended()
  })

  it('shows 16 bytes of data where nobody says how many', async () => {
    const loop = bench.client.trace()
    const first = loop.next()
    await begun()
    expect(bench.fake.asked).toContainEqual({ method: 'trace', input: { data: 16 } })
    await bench.server.close()
    await first
  })

  it('is not taken by a client that is behind, and goes on when it has caught up', async () => {
    const socket = await slowClient()
    const told = { lost: 0, pdus: [{ ...PDU, data: 'A'.repeat(100_000) }] }
    while (tell(told)) await turn()
    expect(tell(told)).toBe(false)
    let said = ''
    socket.on('data', chunk => {
      said += String(chunk)
    })
    socket.resume()
    while (!tell({ lost: 7, pdus: [] })) await turn()
    while (!said.includes('event: pdus\ndata: {"lost":7,"pdus":[]}\n\n')) await turn()
    expect(bench.notices.filter(({ kind }) => kind === 'dropped')).toEqual([])
    socket.destroy()
    await ended()
  })

  it('ends with its client, and with the server', async () => {
    const socket = await slowClient()
    socket.destroy()
    await ended()
    const loop = bench.client.trace()
    const first = loop.next()
    await begun()
    await bench.server.close()
    expect((await first).done).toBe(true)
  })

  it('is written into the audit log as what watches', async () => {
    const socket = await slowClient()
    expect(bench.audit).toContainEqual(expect.objectContaining({ method: 'trace', access: 'watches', outcome: 'done' }))
    socket.destroy()
    await ended()
  })

  it.each([{ data: 65_537 }, { data: -1 }, { initator: 'a' }])('of %j is none', async given => {
    const loop = bench.client.trace(given as object)
    await expect(loop.next()).rejects.toMatchObject({ kind: 'usage' })
  })
})
