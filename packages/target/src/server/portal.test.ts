import { DataIn, ScsiCommand, ScsiResponse } from '@lunkit/pdu'
import { Slab } from '@lunkit/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { MemoryDisk, read10, write10 } from '../testing/memory-disk.ts'
import { MemoryStream } from '../testing/memory-stream.ts'
import { SocketClient } from '../testing/socket-client.ts'
import { bytesOf, TestClient } from '../testing/test-client.ts'
import { startTimerWheel } from '../timer-wheel.ts'
import { openAccess } from './access.ts'
import type { TargetEvent } from './events.ts'
import type { PortalAddress } from './portal-address.ts'
import { TargetServer, type TargetServerOptions } from './target-server.ts'

const NAME = 'iqn.2026-11.io.lunkit:disk'
const KIB = 1024
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server on real sockets. */
async function serving(portals: PortalAddress[], options: Partial<TargetServerOptions> = {}) {
  const slab = new Slab({ sizeBytes: 8 * KIB * KIB, poison: true })
  const { wheel, stop } = startTimerWheel({ tickMs: 20 })
  const events: TargetEvent[] = []
  const server = new TargetServer({ slab, timers: wheel, listener: event => events.push(event), ...options })
  const disk = new MemoryDisk(slab, KIB * KIB)
  const group = {
    tag: 1,
    enabled: true,
    portals,
    parameters: { MaxRecvDataSegmentLength: 262_144 },
    access: openAccess,
  }
  closing.push(async () => {
    await server.close()
    stop()
    expect(slab.takenBytes).toBe(0)
  })
  await server.serve({ name: NAME, portalGroups: [{ ...group, router: disk.router }] })
  return { server, disk, events }
}

describe('a portal', () => {
  it('serves reads and writes over TCP', async () => {
    const { server, disk } = await serving([{ host: '127.0.0.1', port: 0 }])
    const client = new SocketClient(server.portals[0] as PortalAddress)
    expect((await client.login()).values.status).toBe(0)
    const data = Buffer.from(Array.from({ length: 64 * KIB }, (_, i) => (i * 31) % 251))
    client.command({ write: true, expectedDataTransferLength: 64 * KIB, cdb: write10(7, 128) }, { data })
    const { values } = (await client.expect(ScsiResponse)) as { values: { status: number } }
    expect(values.status).toBe(0)
    expect(disk.bytes.subarray(7 * 512, 7 * 512 + 64 * KIB).equals(data)).toBe(true)
    const reads = Array.from({ length: 20 }, (_, i) =>
      client.bytesOf(ScsiCommand, {
        read: true,
        final: true,
        cmdSN: client.cmdSN++,
        initiatorTaskTag: 100 + i,
        expectedDataTransferLength: 4096,
        cdb: read10(7 + i * 4, 8),
      }),
    )
    client.socket.write(Buffer.concat(reads))
    await client.arrived(20)
    for (let i = 0; i < 20; i++)
      expect(bytesOf(client.take(DataIn)).equals(data.subarray(i * 2048, i * 2048 + 4096))).toBe(true)
  })

  it('serves IPv6', async () => {
    const { server } = await serving([{ host: '::1', port: 0 }])
    const client = new SocketClient(server.portals[0] as PortalAddress)
    expect((await client.login()).values.status).toBe(0)
    expect(server.sessions).toMatchObject([{ remote: { host: '::1' }, local: { host: '::1' } }])
  })

  it('for every address tells IPv4 addresses as such, and serves both families', async () => {
    const { server } = await serving([{ host: '::', port: 0 }])
    const { port } = server.portals[0] as PortalAddress
    const client = new SocketClient({ host: '127.0.0.1', port })
    expect((await client.login()).values.status).toBe(0)
    expect(server.sessions).toMatchObject([{ local: { host: '127.0.0.1', port } }])
    const other = new SocketClient({ host: '::1', port })
    expect((await other.login({ isid: 9 })).values.status).toBe(0)
  })

  it('that cannot be opened is told, and leaves the others alone', async () => {
    const { server, events } = await serving([{ host: '127.0.0.1', port: 0 }])
    const { port } = server.portals[0] as PortalAddress
    const [target] = server.targets
    const [group] = target?.portalGroups ?? []
    if (!group) throw new Error('the target is gone')
    const other = new TargetServer({ slab: new Slab({ sizeBytes: 1 }), timers: startTimerWheel().wheel })
    closing.push(() => other.close())
    const portals = [
      { host: '127.0.0.1', port },
      { host: '127.0.0.1', port: 0 },
    ]
    await expect(other.serve({ name: NAME, portalGroups: [{ ...group, portals }] })).rejects.toThrow(
      `portal 127.0.0.1:${port} cannot be opened: listen EADDRINUSE`,
    )
    expect(other.portals).toHaveLength(1)
    expect(events).toMatchObject([{ kind: 'portalOpened' }])
  })

  it('that names no address, or no port, is refused before anything is changed', async () => {
    const { server } = await serving([{ host: '127.0.0.1', port: 0 }])
    const [target] = server.targets
    const [group] = target?.portalGroups ?? []
    if (!group) throw new Error('the target is gone')
    const wrong = [
      { host: 'localhost', port: 0 },
      { host: '127.0.0.1', port: 65_536 },
    ]
    for (const portal of wrong) {
      const served = server.serve({ name: `${NAME}-2`, portalGroups: [{ ...group, portals: [portal] }] })
      await expect(served).rejects.toThrow(RangeError)
    }
    expect([server.targets.length, server.portals.length]).toEqual([1, 1])
  })

  it('on any free port takes connections that come by another way, while it listens', async () => {
    const asked = { host: '127.0.0.1', port: 0 }
    const { server } = await serving([asked])
    const [served] = server.targets
    if (!served) throw new Error('the target is gone')
    server.define({ ...served, name: `${NAME}-2` })
    for (const TargetName of [NAME, `${NAME}-2`]) {
      const stream = new MemoryStream()
      const client = new TestClient(stream)
      const connection = server.accept(stream, asked)
      if (connection) stream.start(connection)
      expect((await client.login({ keys: { TargetName } })).values.status).toBe(0)
      stream.hangUp()
    }
  })

  it('is closed when no target has it any more; sessions go on', async () => {
    const { server } = await serving([{ host: '127.0.0.1', port: 0 }])
    const [address] = server.portals
    const client = new SocketClient(address as PortalAddress)
    await client.login()
    const [target] = server.targets
    const [group] = target?.portalGroups ?? []
    if (!group) throw new Error('the target is gone')
    await server.serve({ name: NAME, portalGroups: [{ ...group, portals: [] }] })
    expect(server.portals).toEqual([])
    const refused = new SocketClient(address as PortalAddress)
    await refused.arrived(1)
    expect(refused.socket.destroyed).toBe(true)
    client.command({ cdb: Buffer.alloc(16) })
    await client.expect(ScsiResponse)
  })

  it('takes no more connections that have not logged in than its limit', async () => {
    const limits = { connectionsInLogin: 3 }
    const { server, events } = await serving([{ host: '127.0.0.1', port: 0 }], { limits })
    const address = server.portals[0] as PortalAddress
    const first = new SocketClient(address)
    await first.login()
    const clients = Array.from({ length: 4 }, () => new SocketClient(address))
    await Promise.race(clients.map(client => client.arrived(1)))
    expect(events.filter(({ kind }) => kind === 'connectionRefused')).toHaveLength(1)
    expect(server.statistics.get('connectionsInLogin')).toBe(3)
  })

  it('takes no more of them from one source than that has, where there is no room for more', async () => {
    const limits = { connectionsInLogin: 2, connectionsInLoginPerSource: 2 }
    const { server, events } = await serving([{ host: '127.0.0.1', port: 0 }], { limits })
    const clients = Array.from({ length: 3 }, () => new SocketClient(server.portals[0] as PortalAddress))
    await Promise.race(clients.map(client => client.arrived(1)))
    expect(events.find(({ kind }) => kind === 'connectionRefused')).toMatchObject({
      reason: '2 connections from 127.0.0.1 have not logged in',
    })
  })

  it('takes no more connections in all than its limit', async () => {
    const { server, events } = await serving([{ host: '127.0.0.1', port: 0 }], { limits: { connections: 1 } })
    const address = server.portals[0] as PortalAddress
    await new SocketClient(address).login()
    const second = new SocketClient(address)
    await second.arrived(1)
    expect(events.find(({ kind }) => kind === 'connectionRefused')).toMatchObject({ reason: 'there are 1 connections' })
  })

  it('closes a connection in which no login comes', async () => {
    const { server } = await serving([{ host: '127.0.0.1', port: 0 }], { limits: { loginTimeMs: 60 } })
    const client = new SocketClient(server.portals[0] as PortalAddress)
    await client.arrived(1)
    expect(client.socket.destroyed).toBe(true)
    expect(server.statistics.get('loginsTimedOut')).toBe(1)
  })

  it('hears of the end of a connection', async () => {
    const { server, disk } = await serving([{ host: '127.0.0.1', port: 0 }])
    const client = new SocketClient(server.portals[0] as PortalAddress)
    await client.login()
    const lost = new Promise<void>(resolve => {
      const { nexus } = disk.hand
      const close = nexus.close.bind(nexus)
      nexus.close = (why, ended) => {
        close(why, ended)
        resolve()
      }
    })
    client.socket.destroy()
    await lost
    expect(server.sessions).toEqual([])
  })
})
