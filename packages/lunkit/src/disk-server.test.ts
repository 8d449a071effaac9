import { once } from 'node:events'
import { createConnection } from 'node:net'
import { StoreOperation } from '@lunkit/backstores'
import {
  ConnectionError,
  connect,
  DiskServer,
  type DiskServerOptions,
  discover,
  LOGOUT_GRACE_MS,
  openAccess,
  type PortalAddress,
  type PortalGroupOptions,
  ramdisk,
  type TargetEvent,
  TRANSFER_MEMORY_BYTES,
} from 'lunkit'
import { describe, expect, it, vi } from 'vitest'
import { ExactClock } from './testing/exact-clock.ts'
import { type WatchedStore, watchedDisk } from './testing/watched-disk.ts'

const MIB = 1024 * 1024
const NAME = 'iqn.2026-11.com.example:server'
const ANY_PORT = { host: '127.0.0.1', port: 0 }
const BLOCK = new Uint8Array(512).fill(0x5a)

interface Served {
  readonly server: DiskServer
  readonly address: PortalAddress & { readonly target: string }
  readonly store: WatchedStore
}

/** Calls `use` with a server of one disk. */
async function withServer(
  use: (served: Served) => Promise<void>,
  options: DiskServerOptions & { readonly group?: Partial<PortalGroupOptions> } = {},
): Promise<void> {
  const { group, ...rest } = options
  await using server = new DiskServer(rest)
  const { storage, store } = watchedDisk('watched')
  const disk = await server.open(storage)
  const portalGroup = { tag: 1, portals: [ANY_PORT], access: openAccess, luns: [{ lun: 0, disk }], ...group }
  await server.serve({ name: NAME, alias: 'the disk of the test', portalGroups: [portalGroup] })
  const address = server.addressOf(ANY_PORT) as PortalAddress
  await use({ server, address: { ...address, target: NAME }, store: store() })
}

const NAMES = `InitiatorName=iqn.2026-11.com.example:me\0TargetName=${NAME}\0SessionType=Normal\0`

/** A Login Request of the operational negotiation, which it ends or not (RFC 7143 11.12). */
function loginRequest(keys: string, ends: boolean): Buffer {
  const header = Buffer.alloc(48)
  header[0] = 0x43
  header[1] = ends ? 0x87 : 0x04
  header.writeUIntBE(keys.length, 5, 3)
  header[8] = 0x80
  return Buffer.concat([header, Buffer.from(keys), Buffer.alloc(-keys.length & 3)])
}

describe('a server of disks', () => {
  it('has memory, and patience at its end, as documented', () => {
    expect(TRANSFER_MEMORY_BYTES).toBe(134_217_728)
    expect(LOGOUT_GRACE_MS).toBe(2000)
  })

  it.each([{ transferMemoryBytes: 1 }, { lanes: 1 }, { lanes: 1024 }, { pollUs: 0 }])(
    'may be given %o',
    async options => {
      expect(await new DiskServer(options).close()).toEqual([])
    },
  )

  it('tells initiators its alias', () =>
    withServer(async ({ address }) => {
      await using session = await connect(address)
      expect(session.declared.TargetAlias).toBe('the disk of the test')
    }))

  it('numbers the ports of its portal groups from 1 on', async () => {
    await using server = new DiskServer()
    const luns = [{ lun: 0, disk: await server.open(ramdisk({ sizeBytes: MIB })) }]
    const hosts = ['127.0.0.1', '127.0.0.2']
    const groups = hosts.map((host, at) => ({ tag: 7 + at, portals: [{ host, port: 0 }], access: openAccess, luns }))
    await server.serve({ name: NAME, portalGroups: groups })
    const ports: string[] = []
    for (const host of hosts) {
      await using session = await connect({ ...(server.addressOf({ host, port: 0 }) as PortalAddress), target: NAME })
      const { body } = await session.unit.vitalProductData(0x83)
      ports.push(
        Buffer.from(body)
          .toString('hex')
          .match(/5194000400000\w{3}/)?.[0] ?? '',
      )
    }
    expect(ports).toEqual(['5194000400000001', '5194000400000002'])
  })

  it('refuses discovery only where it is told to', async () => {
    await withServer(async ({ address }) => expect(await discover(address)).toHaveLength(1))
    const refuses = { discovery: { authenticationRequired: true } }
    await withServer(async ({ address }) => expect(discover(address)).rejects.toThrow('authenticationFailure'), refuses)
  })

  it('lists a target to strangers only where demo mode discovery is not turned off', async () => {
    const access = () => undefined
    const seen: number[] = []
    for (const demoModeDiscovery of [true, false])
      await withServer(async ({ address }) => void seen.push((await discover(address)).length), {
        group: { access, demoModeDiscovery },
      })
    expect(seen).toEqual([1, 0])
  })

  it('gives a login as long as its portal group says', async () => {
    const clock = new ExactClock()
    await withServer(
      async ({ address }) => {
        const socket = createConnection(address)
        socket.write(loginRequest(NAMES, false))
        await once(socket, 'data')
        const closed = once(socket.resume(), 'close')
        await clock.pass(2999)
        expect(socket.readableEnded).toBe(false)
        await clock.pass(1)
        await closed
        expect(clock.now).toBe(3000)
      },
      { timers: clock, group: { loginTimeMs: 3000 } },
    )
  })

  it('lets initiators leave offers unanswered only where a portal group does not forbid it', async () => {
    const moved: boolean[] = []
    for (const loginKeysWorkaround of [true, false])
      await withServer(
        async ({ address }) => {
          const socket = createConnection(address)
          const answers: Buffer[] = []
          socket.on('data', (data: Buffer) => answers.push(data))
          socket.write(loginRequest(NAMES, true))
          await vi.waitUntil(() => answers.length === 1)
          socket.write(loginRequest('', true))
          await vi.waitUntil(() => answers.length === 2)
          moved.push(((answers[1] as Buffer).at(1) as number) === 0x87) // T, from the operational stage to the full feature phase
          socket.destroy()
        },
        { group: { loginKeysWorkaround, parameters: { MaxBurstLength: 4096 } } },
      )
    expect(moved).toEqual([true, false])
  })

  it('says to whom a disk belongs that it refuses, where that is known', async () => {
    await using server = new DiskServer()
    const identity = { serial: 'A1' }
    await server.open(ramdisk({ sizeBytes: MIB, name: 'one', identity }))
    await expect(server.open(ramdisk({ sizeBytes: MIB, name: 'two', identity }))).rejects.toThrow(
      'the serial number "A1" gives ramdisk/two the unit serial number of ramdisk/one ("A1"), and',
    )
  })

  it('keeps its names when another server ends', async () => {
    await withServer(async () => {
      const other = new DiskServer()
      await other.serve({ name: `${NAME}-2`, portalGroups: [] })
      await other.close()
      await using third = new DiskServer()
      await expect(third.serve({ name: NAME, portalGroups: [] })).rejects.toThrow('served by another server')
      await third.serve({ name: `${NAME}-2`, portalGroups: [] })
    })
  })

  it('has the limits that it is given, and a listener that hears of what is beyond them', async () => {
    const heard: TargetEvent[] = []
    await withServer(
      async ({ address }) => {
        await using session = await connect(address)
        await session.unit.ready()
        await expect(connect(address)).rejects.toThrow(ConnectionError)
      },
      { limits: { connections: 1 }, listener: event => heard.push(event) },
    )
    expect(heard.length).toBeGreaterThan(0)
  })

  it('hears of a bug in a store', async () => {
    const bugs: unknown[] = []
    const bug = new Error('a store that throws')
    await withServer(
      async ({ address, store }) => {
        await using session = await connect(address)
        store.asked = () => {
          throw bug
        }
        await session.unit.read(0, 1, { timeoutMs: 200 }).catch(() => undefined)
        expect(bugs).toEqual([bug])
      },
      { onBug: error => void bugs.push(error) },
    )
  })
})

describe('the transfer memory of a server', () => {
  /** What is in memory that nobody owns any more. */
  async function leftOver(options: DiskServerOptions): Promise<Uint8Array> {
    let left = new Uint8Array(0)
    await withServer(async ({ address, store }) => {
      await using session = await connect(address)
      await session.unit.write(0, BLOCK)
      left = Uint8Array.from((store.bytes as Uint8Array).subarray(0, 512))
    }, options)
    return left
  }

  it('is overwritten after use only where a test wants it', async () => {
    expect(await leftOver({})).toEqual(BLOCK)
    expect(await leftOver({ poison: true })).toEqual(new Uint8Array(512).fill(0xdb))
  })

  it('goes back to the system when it was not used for ten seconds', async () => {
    const clock = new ExactClock()
    await withServer(
      async ({ address, store }) => {
        await using session = await connect(address)
        await session.unit.write(0, BLOCK)
        await clock.pass(9999)
        expect(store.bytes?.[0]).toBe(0x5a)
        await clock.pass(1)
        expect(store.bytes?.[0]).toBe(0)
      },
      { timers: clock },
    )
  })
})

describe('the end of a server', () => {
  it('leaves no deadline behind', async () => {
    const clock = new ExactClock()
    const server = new DiskServer({ timers: clock })
    expect(clock.pending).toBe(1)
    await server.close()
    expect(clock.pending).toBe(0)
  })

  it('stops the clock that it has started, and its look at the event loop', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const server = new DiskServer()
      expect(vi.getTimerCount()).toBe(2)
      await server.close()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  /** A server with two disks, of which one does not give back what it was asked for. */
  async function closing() {
    const clock = new ExactClock()
    const server = new DiskServer({ timers: clock })
    const [held, free] = [watchedDisk('held'), watchedDisk('free')]
    const disks = [await server.open(held.storage), await server.open(free.storage)]
    const luns = disks.map((disk, lun) => ({ lun, disk }))
    await server.serve({ name: NAME, portalGroups: [{ tag: 1, portals: [ANY_PORT], access: openAccess, luns }] })
    const session = await connect({ ...(server.addressOf(ANY_PORT) as PortalAddress), target: NAME })
    await session.lun(0).ready()
    const store = held.store()
    let giveBack = (): void => undefined
    store.submit = request => {
      store.operations.push(request.operation)
      giveBack = () => request.owner.completed(request)
      return false
    }
    const read = session
      .lun(0)
      .read(0, 1)
      .catch(() => undefined)
    await vi.waitUntil(() => store.operations.includes(StoreOperation.read))
    const release = giveBack
    return { clock, server, free: free.store(), held: store, closed: server.close(), read, release }
  }

  it('has disks flushed after exactly four seconds whatever is under way', async () => {
    const { clock, server, free, closed, read, release } = await closing()
    await clock.pass(3999)
    expect(free.operations).toEqual([])
    expect(server.unflushedDisks).toEqual(['ramdisk/held', 'ramdisk/free'])
    await clock.pass(1)
    expect(free.operations).toEqual([StoreOperation.flush])
    expect(server.unflushedDisks).toEqual(['ramdisk/held'])
    release()
    await read
    expect(await closed).toEqual([])
  })

  it('counts a disk as not flushed whose flush has failed', async () => {
    const { clock, server, free, closed, read, release } = await closing()
    free.flushFault = 'io'
    await clock.pass(4000)
    expect(server.unflushedDisks).toEqual(['ramdisk/held', 'ramdisk/free'])
    release()
    await read
    await closed
    expect(server.unflushedDisks).toEqual([])
  })
})
