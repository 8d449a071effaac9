import { createServer } from 'node:net'
import {
  connect,
  type Disk,
  DiskServer,
  fileio,
  openAccess,
  type PortalAddress,
  type PortalGroupOptions,
  ramdisk,
} from 'lunkit'
import { describe, expect, it } from 'vitest'
import { seenBy, step, TREE_TARGET, TreeServer } from '../testing/tree-server.ts'

const NAME = 'iqn.2026-11.com.example:again'
const [ONE, TWO] = ['iqn.2026-11.com.example:one', 'iqn.2026-11.com.example:two']
const ANY_PORT = { host: '127.0.0.1', port: 0 }

/** A port that another program has. */
async function taken(): Promise<AsyncDisposable & { readonly portal: PortalAddress }> {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { readonly port: number }
  const dispose = () => new Promise<void>(resolve => other.close(() => resolve()))
  return { portal: { host: '127.0.0.1', port }, [Symbol.asyncDispose]: dispose }
}

async function withDisks(
  use: (
    server: DiskServer,
    serve: (group: (one: Disk, other: Disk) => Partial<PortalGroupOptions>) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  await using server = new DiskServer({})
  const one = await server.open(ramdisk({ sizeBytes: 65_536, name: 'a', identity: { serial: 'serial-a' } }))
  const other = await server.open(ramdisk({ sizeBytes: 65_536, name: 'b', identity: { serial: 'serial-b' } }))
  await use(server, group =>
    server.serve({
      name: NAME,
      portalGroups: [{ tag: 1, portals: [ANY_PORT], access: openAccess, luns: [], ...group(one, other) }],
    }),
  )
}

const sees = async (server: DiskServer, initiatorName: string) => {
  await using session = await connect({ ...(server.addressOf(ANY_PORT) as PortalAddress), target: NAME, initiatorName })
  return await seenBy(session)
}

const [A, B] = [{ 0: 'serial-a' }, { 0: 'serial-b' }]

describe('a target that is served again', () => {
  it('has the LUNs that it is given now, and no others', () =>
    withDisks(async (server, serve) => {
      await serve((a, b) => ({
        luns: [
          { lun: 0, disk: a },
          { lun: 3, disk: b },
        ],
      }))
      expect(await sees(server, ONE)).toEqual({ ...A, 3: 'serial-b' })
      await serve(a => ({ luns: [{ lun: 0, disk: a }] }))
      expect(await sees(server, ONE)).toEqual(A)
    }))

  it('shows each initiator what is its own, and what all see to those that have nothing of their own any more', () =>
    withDisks(async (server, serve) => {
      const own = (initiators: readonly string[]) => (a: Disk, b: Disk) => ({
        luns: [{ lun: 0, disk: a }],
        lunsOf: new Map(initiators.map(each => [each, [{ lun: 0, disk: b }]])),
      })
      await serve(own([ONE, TWO.toUpperCase().replace('IQN', 'iqn')]))
      expect([await sees(server, ONE), await sees(server, TWO)]).toEqual([B, B])
      await serve(own([TWO]))
      expect([await sees(server, ONE), await sees(server, TWO)]).toEqual([A, B])
    }))

  it('listens at the portals that it is given now, and leaves out one that cannot be opened', () =>
    withDisks(async (server, serve) => {
      await using other = await taken()
      await using free = await taken()
      await free[Symbol.asyncDispose]()
      await serve(disk => ({ luns: [{ lun: 0, disk }], portals: [ANY_PORT, free.portal] }))
      expect(server.addressOf(free.portal)).toEqual(free.portal)
      const { port } = other.portal
      await expect(serve(disk => ({ luns: [{ lun: 0, disk }], portals: [ANY_PORT, other.portal] }))).rejects.toThrow(
        new RegExp(`^[^;]*127\\.0\\.0\\.1:${port}[^;]*$`),
      )
      expect([free.portal, other.portal].map(portal => server.addressOf(portal))).toEqual([undefined, undefined])
      expect(await sees(server, ONE)).toEqual(A)
    }))
})

describe('what is left out of a tree', () => {
  it('is each disk that is not open and each portal that does not listen, as they are tried again', async () => {
    await using other = await taken()
    await using tree = await TreeServer.start()
    const storage = fileio({ path: '/nonexistent/disk', create: false })
    const steps = [
      { kind: 'openDisk', disk: 'gone', storage, target: TREE_TARGET },
      { kind: 'openDisk', disk: 'away', storage },
      step.portal('openPortal', other.portal),
    ] as const
    await tree.server.tree.apply(steps, { leaveOut: () => {} })
    expect(tree.server.tree.leftOut).toEqual(steps)
  })
})

describe('what is not there', () => {
  it.each([
    [8, 'a, d1, d2, d3, d4, d5, d6, d7'],
    [9, 'a, d1, d2, d3, d4, d5, d6, d7, and 1 more'],
    [10, 'a, d1, d2, d3, d4, d5, d6, d7, and 2 more'],
  ])('is said with what there is, of %i so many as can be read', async (count, names) => {
    await using tree = await TreeServer.start()
    await tree.apply(...Array.from({ length: count - 1 }, (_, at) => step.open(`d${at + 1}`)))
    await expect(tree.apply(step.close('nobody'))).rejects.toThrow(`there is no disk nobody; there is ${names};`)
  })
})

describe('an ACL that is taken away', () => {
  it('is there again where what comes after it cannot be done', async () => {
    await using tree = await TreeServer.start()
    await tree.apply(step.acl('addAcl', ONE), step.open('own'), step.map(1, 'own', { initiator: ONE }))
    await using session = await tree.connect({ initiatorName: ONE })
    const missing = { kind: 'openDisk', disk: 'm', storage: fileio({ path: '/nonexistent/m', create: false }) } as const
    await expect(tree.apply(step.acl('removeAcl', ONE), missing)).rejects.toThrow('nothing has changed')
    expect([await seenBy(session), await tree.seen(ONE)]).toEqual([{ 1: 'serial-own' }, { 1: 'serial-own' }])
  })
})
