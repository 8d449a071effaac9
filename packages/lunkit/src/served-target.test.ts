import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ConnectionError,
  connect,
  createTarget,
  DiskServer,
  discover,
  fileio,
  type LunkitTarget,
  ramdisk,
  type ServedTarget,
  type ServerEvent,
} from 'lunkit'
import { afterAll, describe, expect, it } from 'vitest'

const MIB = 1024 * 1024
const NAME = 'iqn.2026-11.com.example:changing'
const ONE = 'iqn.2026-11.com.example:one'
const OTHER = 'iqn.2026-11.com.example:other'
const directory = mkdtempSync(join(tmpdir(), 'lunkit-served-'))
afterAll(() => rmSync(directory, { recursive: true }))

const disk = (name?: string) => ramdisk({ sizeBytes: MIB, ...(name !== undefined && { name }) })
const lunsOf = (target: ServedTarget) =>
  target.luns.map(({ lun, disk: { name }, writeProtected }) => [lun, name, writeProtected])

/** What an initiator sees that logs in now. */
async function seen(target: ServedTarget, initiatorName = ONE): Promise<readonly number[]> {
  const [portal] = target.portals
  await using session = await connect({ ...(portal ?? { host: '', port: 0 }), target: target.name, initiatorName })
  return await session.lun(0).reportLuns()
}

describe('a target that is served', () => {
  it('gains disks and loses them: memory, files, and those that are open already', async () => {
    await using target = await createTarget({ luns: [disk()], name: NAME })
    const { server } = target
    await using session = await connect(target.address)
    const file = await target.addLun(fileio({ path: join(directory, 'a'), sizeBytes: MIB, name: 'a' }), { lun: 7 })
    expect(file).toMatchObject({ lun: 7, writeProtected: false, disk: { name: 'a' } })
    const open = await server.open(disk('open'))
    expect((await target.addLun(open, { writeProtected: true })).lun).toBe(1)
    expect((await target.addLun({ ...disk(), readOnly: true })).lun).toBe(2)
    expect(lunsOf(target)).toEqual([
      [0, 'disk0', false],
      [1, 'open', true],
      [2, 'disk2', true],
      [7, 'a', false],
    ])
    expect(await session.lun(0).reportLuns()).toEqual([0, 1, 2, 7])
    await target.addLun(open)
    await target.removeLun(1)
    await target.removeLun(7)
    expect([...server.disks].map(({ name }) => name)).toEqual(['disk0', 'open', 'disk2'])
    await target.removeLun(3)
    expect([[...server.disks].length, await session.lun(0).reportLuns()]).toEqual([2, [0, 2]])
  })

  it('makes a disk larger and smaller, and says so to who sees it', async () => {
    const path = join(directory, 'sized')
    await using target = await createTarget({ luns: [fileio({ path, sizeBytes: MIB })], name: NAME })
    await using session = await connect(target.address)
    await session.lun(0).ready()
    await target.resizeLun(0, 2 * MIB)
    await expect(session.lun(0).readCapacity()).rejects.toThrow('capacityDataHasChanged')
    expect([(await session.lun(0).readCapacity()).blocks, statSync(path).size]).toEqual([4096, 2 * MIB])
    await target.resizeLun(0, MIB)
    expect(target.luns[0]?.disk.unit.blocks).toBe(2048)
    await target.addLun(disk())
    await expect(target.resizeLun(1, undefined)).rejects.toThrow(
      'ramdisk/disk1 cannot have the size of its medium: unsupported',
    )
  })

  it('lets in whom it is told to, by name or all, and ends the sessions of who may be there no more', async () => {
    await using target = await createTarget({ luns: [disk()], initiators: [ONE], name: NAME })
    await expect(seen(target, OTHER)).rejects.toThrow('authorizationFailure')
    await target.allow(OTHER)
    await target.addLun(disk())
    expect([await seen(target), await seen(target, OTHER), target.initiators]).toEqual([
      [0, 1],
      [0, 1],
      [ONE, OTHER],
    ])
    const lost = await connect({ ...target.address, initiatorName: OTHER })
    await using kept = await connect({ ...target.address, initiatorName: ONE })
    await target.forbid(OTHER)
    expect(target.sessions.map(({ session }) => session.initiatorName)).toEqual([ONE])
    await expect(lost.unit.testUnitReady()).rejects.toThrow(ConnectionError)
    await target.openToAll(true)
    expect([await seen(target, OTHER), await kept.unit.reportLuns()]).toEqual([
      [0, 1],
      [0, 1],
    ])
    await target.openToAll(false)
    await expect(seen(target, OTHER)).rejects.toThrow('authorizationFailure')
  })

  it('listens where it is told to', async () => {
    await using target = await createTarget({ luns: [disk()], name: NAME })
    const asked = { host: '127.0.0.2', port: 0 }
    const found = await target.openPortal(asked)
    expect([target.portals, (await discover(found))[0]?.name]).toEqual([
      [expect.objectContaining({ host: '127.0.0.1' }), found],
      NAME,
    ])
    await target.closePortal({ host: '127.0.0.1', port: 0 })
    expect([target.portals, target.url(0)]).toEqual([[found], `iscsi://127.0.0.2:${found.port}/${NAME}/0`])
    await target.closePortal(asked)
    expect(() => target.url(0)).toThrow(`${NAME} listens nowhere; right is a target with a portal that is open`)
  })

  it('is one of several of a server, each found by its name, and goes alone', async () => {
    await using server = new DiskServer()
    const [first, second] = [
      await server.addTarget({ luns: [disk()], name: NAME }),
      await server.addTarget({ luns: [disk()] }),
    ]
    const shared = first.luns[0]?.disk as LunkitTarget['disks'][0]
    await second.addLun(shared)
    expect([server.target(NAME.toUpperCase())?.name, server.target(`${NAME}.none`), server.target(NAME, 2)]).toEqual([
      NAME,
      undefined,
      undefined,
    ])
    await second.remove()
    expect([server.target(second.name), await seen(first), [...server.disks]]).toEqual([undefined, [0], [shared]])
    await first.remove()
    expect([...server.disks]).toEqual([])
    expect((await server.addTarget({ luns: [disk()], name: NAME })).name).toBe(NAME)
  })

  it('tells what goes on', async () => {
    const target = await createTarget({ luns: [disk()], name: NAME })
    const { events } = target
    const told: ServerEvent[] = []
    const heard = (async () => {
      for await (const event of events) told.push(event)
    })()
    await target.addLun(fileio({ path: join(directory, 'told'), sizeBytes: MIB, name: 'told' }))
    await seen(target)
    await target.close()
    await heard
    const kinds = told.map(event => (event.kind === 'disk' ? `${event.disk} ${event.event.kind}` : event.kind))
    expect(kinds).toEqual(expect.arrayContaining(['fileio/told fileCreated', 'sessionStarted', 'sessionEnded']))
  })
})

describe('a change of a target that cannot be made changes nothing:', () => {
  it.each<[string, (target: LunkitTarget) => Promise<unknown>, string]>([
    ['a number that is taken', target => target.addLun(disk(), { lun: 0 }), `addLun: ${NAME} has a LUN 0 already`],
    [
      'a file that is not there',
      target => target.addLun(fileio({ path: '/nonexistent/x', create: false })),
      'cannot open /nonexistent/x',
    ],
    [
      'a disk of another server',
      target => target.addLun({ ...(target.disks[0] as object), key: 'strange' } as never),
      'there is no disk strange',
    ],
    ['no such LUN', target => target.removeLun(4), 'removeLun: lun is 4; right is a LUN of the target: 0'],
    [
      'no such LUN of several',
      async target => {
        await target.addLun(disk(), { lun: 7 })
        try {
          await target.removeLun(4)
        } finally {
          await target.removeLun(7)
        }
      },
      'removeLun: lun is 4; right is a LUN of the target: 0, 7',
    ],
    ['an initiator that is in', target => target.allow(ONE), `has an ACL of ${ONE} already`],
    ['an initiator that is not', target => target.forbid(OTHER), `has no ACL of ${OTHER}`],
    ['a portal that is not', target => target.closePortal({ host: '127.0.0.9', port: 1 }), 'has no portal 127.0.0.9:1'],
    [
      'an address that is not here',
      target => target.openPortal({ host: '192.0.2.1', port: 0 }),
      'portal 192.0.2.1:0 cannot be opened: ',
    ],
    ['too small a size', target => target.resizeLun(0, 511), 'resizeLun: sizeBytes is 511'],
  ])('%s', async (_what, change, message) => {
    await using target = await createTarget({ luns: [disk()], initiators: [ONE], name: NAME })
    const before = [lunsOf(target), target.portals, target.initiators]
    await expect(change(target)).rejects.toThrow(message)
    expect([lunsOf(target), target.portals, target.initiators]).toEqual(before)
    expect(await seen(target)).toEqual([0])
  })
})
