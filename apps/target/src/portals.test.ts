import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discover } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addressOf, withLun } from './testing/client.ts'
import { Level, type Lunkitd, startLunkitd } from './testing/lunkitd.ts'
import { OPEN_TO_ALL } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const NAMES = ['iqn.2026-11.com.example:t1', 'iqn.2026-11.com.example:t2'] as const
const LOCAL_HOSTS = ['127.0.0.1', '127.0.0.2', '::1']
/** Below the ports that the system gives to connections. */
const FIRST_PORT = 21_000

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function freePort(from = FIRST_PORT + (process.pid % 5000)): Promise<number> {
  const server = createServer()
  const free = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false))
    server.listen(from, '::', () => resolve(true))
  })
  await new Promise(resolve => server.close(resolve))
  return free ? from : freePort(from + 1)
}

/** A target of one TPG with one disk for each list of hosts. */
async function start(hosts: readonly (readonly string[])[], port: number): Promise<Lunkitd> {
  const storage_objects = [{ plugin: 'ramdisk', name: 'rd0', size: 1_048_576 }]
  const luns = [{ index: 0, storage_object: '/backstores/ramdisk/rd0' }]
  const targets = hosts.map((addresses, at) => {
    const portals = addresses.map(ip_address => ({ ip_address, port }))
    return { fabric: 'iscsi', wwn: NAMES[at], tpgs: [{ tag: 1, attributes: OPEN_TO_ALL, luns, portals }] }
  })
  return startLunkitd(directory, JSON.stringify({ storage_objects, targets }))
}

describe('two targets on one port', () => {
  it.each([
    [['127.0.0.1'], ['0.0.0.0']],
    [['0.0.0.0'], ['127.0.0.1']],
    [['[::0]'], ['0.0.0.0']],
    [['0.0.0.0'], ['[::0]', '127.0.0.2']],
  ])('at %j and at %j are served both, wherever they are told', async (...hosts) => {
    const port = await freePort()
    await using lunkitd = await start(hosts, port)
    const urls = await lunkitd.urls(hosts.flat().length)
    for (const url of urls) await withLun(url, unit => unit.read(0, 1))
    let told = 0
    for (const host of LOCAL_HOSTS) {
      const targets = await discover({ host, port }).catch(() => [])
      for (const { name, portals } of targets)
        for (const portal of portals) {
          told++
          await withLun(`iscsi://[${portal.host}]:${portal.port}/${name}/0`, unit => unit.read(0, 1))
        }
      expect(new Set(targets.map(({ name }) => name)).size).toBe(targets.length)
    }
    expect(told).toBeGreaterThanOrEqual(LOCAL_HOSTS.length)
    expect(lunkitd.log.filter(({ level }) => level >= Level.warn)).toEqual([])
  })
})

describe('one TPG at 0.0.0.0 and [::0]', () => {
  it('is told once at each address', async () => {
    const port = await freePort()
    await using lunkitd = await start([['0.0.0.0', '[::0]']], port)
    expect((await lunkitd.urls(2)).map(url => addressOf(url).host)).toEqual(['0.0.0.0', '::'])
    for (const host of LOCAL_HOSTS) {
      const portals = [{ host, port, portalGroupTag: 1 }]
      expect(await discover({ host, port })).toEqual([{ name: NAMES[0], portals }])
    }
  })
})

describe('a portal for every address', () => {
  it('whose port another program has is named with that, and leaves single addresses alone', async () => {
    const port = await freePort()
    const other = createServer()
    await new Promise<void>(resolve => other.listen(port, '127.0.0.2', resolve))
    await using lunkitd = await start([['0.0.0.0'], ['127.0.0.1']], port)
    const [url = ''] = await lunkitd.urls(1)
    expect(url).toBe(`iscsi://127.0.0.1:${port}/${NAMES[1]}/0`)
    await withLun(url, unit => unit.read(0, 1))
    expect(lunkitd.log.filter(({ level }) => level === Level.error).map(({ msg }) => msg)).toEqual([
      `portal 0.0.0.0:${port} cannot be opened: another program, or the kernel target, listens at this port of one of the ` +
        'addresses (EADDRINUSE)',
    ])
    other.close()
  })
})

describe('a portal on a link-local address', () => {
  it('without its interface is named, and the others are served', async () => {
    await using lunkitd = await start([['[fe80::1]', '127.0.0.1']], 0)
    await lunkitd.urls(1)
    expect(lunkitd.log.filter(({ level }) => level >= Level.warn)).toMatchObject([
      { at: ['targets[0].tpgs[0].portals[0].ip_address'] },
    ])
  })

  it('of an interface that the machine does not have is named with that', async () => {
    await using lunkitd = await start([['[fe80::1%nope0]', '127.0.0.1']], 0)
    await lunkitd.urls(1)
    expect(lunkitd.log.filter(({ level }) => level === Level.error).map(({ msg }) => msg)).toEqual([
      'portal [fe80::1%nope0]:0 cannot be opened: this machine has no such interface, or the address is not one of it (EINVAL)',
    ])
  })
})
