import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MountMemory } from './mount-memory.ts'
import { type Mount, mountOf, readMountTable } from './mount-table.ts'
import { StateUnusable } from './state-directory.ts'
import { EMPTY_DOCUMENT } from './state-document.ts'
import { StateStore } from './state-store.ts'

describe('the mount table', () => {
  const table = readMountTable(
    [
      '22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
      '40 22 254:17 / /srv/my\\040images rw shared:20 master:1 - xfs /dev/vdb1 rw,attr2',
      '41 40 0:52 / /srv/my\\040images/net rw - nfs4 10.0.0.1:/export rw,vers=4.2',
      '',
    ].join('\n'),
  )

  it('is read from mountinfo, names with spaces too', () => {
    expect(table).toEqual([
      { mountPoint: '/', fileSystem: 'ext4', source: '/dev/vda1' },
      { mountPoint: '/srv/my images', fileSystem: 'xfs', source: '/dev/vdb1' },
      { mountPoint: '/srv/my images/net', fileSystem: 'nfs4', source: '10.0.0.1:/export' },
    ])
  })

  it.each([
    ['/srv/my images/net/a.img', '/srv/my images/net'],
    ['/srv/my images/network.img', '/srv/my images'],
    ['/srv/my images', '/srv/my images'],
    ['/srv/other', '/'],
  ])('says that %s lies on %s', (path, mountPoint) => {
    expect(mountOf(path, table)?.mountPoint).toBe(mountPoint)
  })

  it('says of what is mounted twice at one place what was mounted last', () => {
    const again = { mountPoint: '/srv/my images', fileSystem: 'ext4', source: '/dev/vdc1' }
    expect(mountOf('/srv/my images/a.img', [...table, again])).toBe(again)
  })

  it('has nothing of a line that is none', () => {
    expect(readMountTable('22 1 254:1 - ext4 /dev/vda1 rw\n22 1 254:1 / / rw - ext4\n')).toEqual([])
  })
})

describe('the memory of mounts', () => {
  let directory = ''
  let mounts: Mount[] = []
  let warnings: string[] = []
  const root = { mountPoint: '/', fileSystem: 'ext4', source: '/dev/vda1' }
  const images = () => ({ mountPoint: join(directory, 'images'), fileSystem: 'xfs', source: '/dev/vdb1' })
  let state = StateStore.inMemory()
  const read = () =>
    new MountMemory({
      kept: state.mounts,
      log: { warn: (_: object, text: string) => warnings.push(text) } as never,
      mounts: () => mounts,
    })

  async function serveOnce(file: string): Promise<Mount | undefined> {
    const memory = read()
    const moved = await memory.remember([file])
    await memory.save()
    return moved.get(file)
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-mounts-'))
    await mkdir(join(directory, 'images', 'deep'), { recursive: true })
    await writeFile(join(directory, 'images', 'a.img'), '')
    warnings = []
    mounts = [root, images()]
    state = StateStore.inMemory()
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('finds the mount missing where a file lay on it before, for every file in its directory', async () => {
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root]
    const memory = read()
    for (const name of ['a.img', 'new.img', 'deep/new.img'])
      expect(await memory.missingFor(join(directory, 'images', name))).toEqual(images())
    expect(await memory.missingFor(join(directory, 'elsewhere.img'))).toBeUndefined()
  })

  it('finds it missing behind a symbolic link, too', async () => {
    await symlink('images', join(directory, 'link'))
    await serveOnce(join(directory, 'link', 'a.img'))
    mounts = [root]
    expect(await read().missingFor(join(directory, 'link', 'a.img'))).toEqual(images())
  })

  it('finds nothing missing while it is mounted, from whatever device', async () => {
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root, { ...images(), source: '/dev/vdc1' }]
    expect(await read().missingFor(join(directory, 'images', 'a.img'))).toBeUndefined()
  })

  it('says what a file lay on before when it is served from elsewhere, once', async () => {
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root]
    expect(await serveOnce(join(directory, 'images', 'a.img'))).toEqual(images())
    expect(await serveOnce(join(directory, 'images', 'a.img'))).toBeUndefined()
    expect(await read().missingFor(join(directory, 'images', 'a.img'))).toBeUndefined()
  })

  it('remembers nothing of files of the root file system, and forgets what has moved there', async () => {
    mounts = [root]
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root, images()]
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root]
    await serveOnce(join(directory, 'images', 'a.img'))
    expect([...state.mounts.values()]).toEqual([])
  })

  it('keeps what lies on a mount when a file of the root file system comes after it, in the order of the names', async () => {
    await writeFile(join(directory, 'images', 'b.img'), '')
    await writeFile(join(directory, 'root.img'), '')
    const memory = read()
    await memory.remember(['images/b.img', 'images/a.img', 'root.img'].map(name => join(directory, name)))
    await memory.save()
    expect([...state.mounts.values()]).toEqual(
      ['a.img', 'b.img'].map(name => ({ ...images(), file: join(directory, 'images', name) })),
    )
  })

  it('writes only what is new; what could not be written it knows, and tries again', async () => {
    let writes = 0
    let isFull = true
    const backing = {
      isUncertain: false,
      write: async () => {
        writes++
        if (isFull) throw new StateUnusable('state.json cannot be written: its file system is full (ENOSPC)')
      },
    }
    state = new StateStore(EMPTY_DOCUMENT, { configuration: '', backing })
    const memory = read()
    await memory.remember([join(directory, 'images', 'a.img')])
    await memory.save()
    expect(warnings).toEqual([
      'state.json cannot be written: its file system is full (ENOSPC): a mount that is forgotten later will not be noticed',
    ])
    mounts = [root]
    expect(await memory.missingFor(join(directory, 'images', 'b.img'))).toEqual(images())
    expect([...state.mounts.values()]).toEqual([])
    isFull = false
    for (let i = 0; i < 2; i++) await memory.save()
    expect([...state.mounts.values()]).toEqual([{ ...images(), file: join(directory, 'images', 'a.img') }])
    expect(writes).toBe(2)
  })
})
