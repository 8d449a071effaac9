import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StoreFault } from '@lunkit/backstores'
import { connect, DiskServer, fileio, ramdisk, type Step, type Storage } from 'lunkit'
import { afterAll, describe, expect, it } from 'vitest'
import { servedTargets } from '../process-names.ts'
import { FIRST, step, TREE_TARGET, TreeServer } from '../testing/tree-server.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-tree-'))
afterAll(() => rmSync(directory, { recursive: true }))

const OF = { target: TREE_TARGET, tag: 1 } as const
const PORTAL = { host: '127.0.0.1', port: 0 }
const missing: Step = {
  kind: 'openDisk',
  disk: 'missing',
  storage: fileio({ path: '/nonexistent/disk', create: false }),
}
const A = { 0: 'serial-a' }

/** A disk in memory, and how often it was opened. */
function counted(serial: string, sizeBytes = 65_536): { storage: Storage; opened: () => number } {
  const memory = ramdisk({ sizeBytes, identity: { serial } })
  let opened = 0
  const open: Storage['open'] = resources => {
    opened++
    return memory.open(resources)
  }
  return { storage: { ...memory, open }, opened: () => opened }
}

const replace = (disk: string, replaces: string, storage: Storage): Step => ({
  kind: 'replaceDisk',
  disk,
  replaces,
  storage,
})

const disksOf = ({ server }: TreeServer): string[] => [...server.disks].map(({ key }) => key)

describe('several steps about one disk', () => {
  it('open none that is closed again', async () => {
    await using tree = await TreeServer.start()
    const { storage, opened } = counted('1')
    await tree.apply({ kind: 'openDisk', disk: 'b', storage }, step.map(1, 'b'), step.close('b'))
    expect([await tree.seen(), disksOf(tree), opened()]).toEqual([A, ['a'], 0])
  })

  it('open none twice', async () => {
    await using tree = await TreeServer.start()
    const steps = [counted('1'), counted('2')].map(({ storage }): Step => ({ kind: 'openDisk', disk: 'b', storage }))
    await expect(tree.apply(...steps)).rejects.toThrow('openDisk b: the disk b is open already; nothing has changed')
    expect(disksOf(tree)).toEqual(['a'])
  })

  it('replace it by the last of those that take its place', async () => {
    await using tree = await TreeServer.start()
    const [first, second, third] = [counted('serial-a'), counted('serial-a'), counted('serial-a', 131_072)]
    const steps = [
      replace('a', 'a', first.storage),
      replace('b', 'a', second.storage),
      replace('c', 'b', third.storage),
    ]
    await tree.apply(...steps, step.map(2, 'c'))
    expect([await tree.seen(), disksOf(tree)]).toEqual([{ 2: 'serial-a' }, ['c']])
    expect([first, second, third].map(({ opened }) => opened())).toEqual([0, 0, 1])
  })

  it('close it once, where it is first replaced', async () => {
    await using tree = await TreeServer.start()
    const { storage, opened } = counted('serial-a')
    await tree.apply(step.open('b'), step.map(1, 'b'), replace('a', 'a', storage), step.close('a'))
    expect([await tree.seen(), disksOf(tree), opened()]).toEqual([{ 1: 'serial-b' }, ['b'], 0])
  })

  it('change none that is replaced, and open it as it was first opened where that fails', async () => {
    await using tree = await TreeServer.start()
    const sized = (sizeBytes: number) => ramdisk({ sizeBytes, identity: { serial: 'serial-a' } })
    const change: Step = { kind: 'changeDisk', disk: 'a', storage: sized(4096), resize: { from: 65_536, to: 4096 } }
    const instead = replace('a', 'a', sized(8192))
    await expect(tree.apply(change, instead, missing)).rejects.toThrow('; nothing has changed')
    await using session = await tree.connect()
    await session.lun(0).ready()
    expect(await session.lun(0).readCapacity()).toMatchObject({ blocks: 128 })
    await tree.apply(change, instead)
    await session.lun(0).ready()
    expect(await session.lun(0).readCapacity()).toMatchObject({ blocks: 16 })
  })

  it('give it the last size at once: what lies behind a smaller end is not lost on the way', async () => {
    await using tree = await TreeServer.start()
    await using session = await tree.connect()
    await session.lun(0).ready()
    await session.lun(0).write(127, Buffer.alloc(512, 7))
    const sized = (from: number, to: number): Step => ({
      kind: 'changeDisk',
      disk: 'a',
      storage: ramdisk({ sizeBytes: to }),
      resize: { from, to },
    })
    await tree.apply(sized(65_536, 512), sized(512, 131_072))
    await session.lun(0).ready()
    expect(await session.lun(0).readCapacity()).toMatchObject({ blocks: 256 })
    expect(await session.lun(0).read(127, 1)).toEqual(Buffer.alloc(512, 7))
  })
})

describe('a disk that changes', () => {
  it('has what lay behind a smaller end still, where another change fails', async () => {
    await using tree = await TreeServer.start()
    const storage = ramdisk({ sizeBytes: 4096, attributes: { blockSizeBytes: 4096 } })
    await tree.apply({ kind: 'openDisk', disk: 'b', storage })
    await using session = await tree.connect()
    await session.lun(0).ready()
    await session.lun(0).write(127, Buffer.alloc(512, 7))
    const smaller: Step = {
      kind: 'changeDisk',
      disk: 'a',
      storage: ramdisk({ sizeBytes: 512 }),
      resize: { from: 65_536, to: 512 },
    }
    const wrong: Step = {
      kind: 'changeDisk',
      disk: 'b',
      storage: ramdisk({ sizeBytes: 4096, attributes: { blockSizeBytes: 512 } }),
    }
    await expect(tree.apply(smaller, wrong)).rejects.toThrow('changeDisk b: ')
    expect(await session.lun(0).read(127, 1)).toEqual(Buffer.alloc(512, 7))
  })

  it('has its size and its attributes again where another one cannot have its own', async () => {
    await using tree = await TreeServer.start()
    const memory = ramdisk({ sizeBytes: 4096 })
    const stubborn: Storage['open'] = async resources =>
      Object.assign(await memory.open(resources), { resize: () => Promise.resolve(StoreFault.unsupported) })
    await tree.apply({ kind: 'openDisk', disk: 'b', storage: { ...memory, open: stubborn } })
    const grown = (disk: string, from: number): Step => ({
      kind: 'changeDisk',
      disk,
      storage: ramdisk({ sizeBytes: 2 * from }),
      resize: { from, to: 2 * from },
    })
    const removable = ramdisk({ sizeBytes: 65_536, attributes: { removable: true } })
    const changed: Step = { kind: 'changeDisk', disk: 'a', storage: removable }
    await expect(tree.apply(changed, grown('a', 65_536), grown('b', 4096))).rejects.toThrow(
      'b cannot have 8192 bytes: unsupported',
    )
    await using session = await tree.connect()
    await session.lun(0).ready()
    expect(await session.lun(0).readCapacity()).toMatchObject({ blocks: 128 })
    expect(await session.lun(0).inquiry()).toMatchObject({ removable: false })
  })

  it('has the default again of an attribute that its storage says no more', async () => {
    await using tree = await TreeServer.start()
    const change = (attributes: object): Step => ({
      kind: 'changeDisk',
      disk: 'a',
      storage: ramdisk({ sizeBytes: 65_536, attributes }),
    })
    await tree.apply(change({ removable: true }))
    await tree.apply(change({}))
    await using session = await tree.connect()
    expect(await session.lun(0).inquiry()).toMatchObject({ removable: false })
  })
})

describe('a target that takes the place of one of its name', () => {
  it('is served when the old one has ended', async () => {
    await using tree = await TreeServer.start()
    const old = await tree.connect()
    await tree.apply(step.removeTarget(), ...FIRST.filter(({ kind }) => kind !== 'openDisk'))
    await old.closed
    expect(await tree.seen()).toEqual(A)
    expect(() => servedTargets.take(TREE_TARGET, {})).toThrow('is served by another server of this process already')
  })

  it('leaves the old one its name where it cannot be', async () => {
    await using tree = await TreeServer.start()
    const again: Step = { kind: 'addTarget', target: TREE_TARGET }
    await expect(tree.apply(step.removeTarget(), again, missing)).rejects.toThrow('; nothing has changed')
    await using other = new DiskServer()
    await expect(other.tree.apply([again])).rejects.toThrow('is served by another server of this process already')
    expect(await tree.seen()).toEqual(A)
  })
})

it('a portal that two groups have leads to the first again, where its removal fails', async () => {
  await using tree = await TreeServer.start()
  const second = { target: TREE_TARGET, tag: 2 }
  await tree.apply(
    { kind: 'addGroup', ...second, settings: {} },
    { kind: 'setDemoMode', ...second, access: {} },
    { kind: 'openPortal', ...second, portal: PORTAL },
  )
  await expect(tree.apply({ kind: 'removeGroup', ...OF }, missing)).rejects.toThrow('; nothing has changed')
  await tree.apply({ kind: 'changeTarget', target: TREE_TARGET, alias: 'told anew' })
  await using session = await tree.connect()
  expect(session.declared).toMatchObject({ TargetPortalGroupTag: 1, TargetAlias: 'told anew' })
})

it('an alias that no login could tell is refused before anything is done', async () => {
  await using tree = await TreeServer.start()
  const before = readdirSync('/proc/self/fd').length
  const wrong: Step = { kind: 'changeTarget', target: TREE_TARGET, alias: 'two\nlines' }
  await expect(tree.apply(step.open('b'), wrong)).rejects.toThrow(
    'apply: steps[1]: changeTarget: alias is "two\\nlines"',
  )
  expect([disksOf(tree), readdirSync('/proc/self/fd').length]).toEqual([['a'], before])
  await using session = await connect({ ...tree.address, target: TREE_TARGET })
  expect(session.declared.TargetAlias).toBeUndefined()
})
