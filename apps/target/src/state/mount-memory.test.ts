import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MountMemory } from './mount-memory.ts'
import { type Mount, mountOf, readMountTable } from './mount-table.ts'

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
  const state = () => join(directory, 'state')
  const read = () =>
    MountMemory.read({
      stateDirectory: state(),
      log: { warn: (_: object, text: string) => warnings.push(text) } as never,
      mounts: () => mounts,
    })

  async function serveOnce(file: string): Promise<Mount | undefined> {
    const memory = await read()
    const before = await memory.remember(file)
    await memory.save()
    return before
  }

  it('goes on with a warning where its directory cannot be made', async () => {
    const stateDirectory = '/proc/nonexistent/x'
    mounts = [root, images()]
    const log = { warn: (_: object, text: string) => warnings.push(text) } as never
    const memory = await MountMemory.read({ stateDirectory, log, mounts: () => mounts })
    await memory.remember(join(directory, 'images', 'a.img'))
    await memory.save()
    expect(warnings).toEqual([expect.stringContaining(`${stateDirectory}/mounts.json cannot be written`)])
  })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-mounts-'))
    await mkdir(join(directory, 'images', 'deep'), { recursive: true })
    await writeFile(join(directory, 'images', 'a.img'), '')
    warnings = []
    mounts = [root, images()]
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('finds the mount missing where a file lay on it before, for every file in its directory', async () => {
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root]
    const memory = await read()
    for (const name of ['a.img', 'new.img', 'deep/new.img'])
      expect(await memory.missingFor(join(directory, 'images', name))).toEqual(images())
    expect(await memory.missingFor(join(directory, 'elsewhere.img'))).toBeUndefined()
  })

  it('finds it missing behind a symbolic link, too', async () => {
    await symlink('images', join(directory, 'link'))
    await serveOnce(join(directory, 'link', 'a.img'))
    mounts = [root]
    expect(await (await read()).missingFor(join(directory, 'link', 'a.img'))).toEqual(images())
  })

  it('finds nothing missing while it is mounted, from whatever device', async () => {
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root, { ...images(), source: '/dev/vdc1' }]
    expect(await (await read()).missingFor(join(directory, 'images', 'a.img'))).toBeUndefined()
  })

  it('says what a file lay on before when it is served from elsewhere, once', async () => {
    await serveOnce(join(directory, 'images', 'a.img'))
    mounts = [root]
    expect(await serveOnce(join(directory, 'images', 'a.img'))).toEqual(images())
    expect(await serveOnce(join(directory, 'images', 'a.img'))).toBeUndefined()
    expect(await (await read()).missingFor(join(directory, 'images', 'a.img'))).toBeUndefined()
  })

  it('writes nothing for files of the root file system', async () => {
    mounts = [root]
    await serveOnce(join(directory, 'images', 'a.img'))
    await expect(stat(state())).rejects.toThrow('ENOENT')
  })

  it('keeps its file from others', async () => {
    await serveOnce(join(directory, 'images', 'a.img'))
    expect((await stat(join(state(), 'mounts.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(state())).mode & 0o777).toBe(0o700)
    expect(JSON.parse(await readFile(join(state(), 'mounts.json'), 'utf8'))).toEqual({
      files: { [join(directory, 'images', 'a.img')]: images() },
    })
  })

  it('writes what lies on a mount when a file of the root file system comes after it, in the order of the names', async () => {
    await writeFile(join(directory, 'images', 'b.img'), '')
    await writeFile(join(directory, 'root.img'), '')
    const memory = await read()
    for (const name of ['images/b.img', 'images/a.img', 'root.img']) await memory.remember(join(directory, name))
    await memory.save()
    const { files } = JSON.parse(await readFile(join(state(), 'mounts.json'), 'utf8')) as { files: object }
    expect(Object.keys(files)).toEqual(['a.img', 'b.img'].map(name => join(directory, 'images', name)))
  })

  it('writes only what is new', async () => {
    const memory = await read()
    await memory.remember(join(directory, 'images', 'a.img'))
    await memory.save()
    await rm(state(), { recursive: true })
    await memory.save()
    await expect(stat(state())).rejects.toThrow('ENOENT')
  })

  it('goes on without it, and says so, when its file cannot be read or written', async () => {
    await writeFile(state(), 'a file, not a directory')
    expect(await serveOnce(join(directory, 'images', 'a.img'))).toBeUndefined()
    expect(warnings).toEqual([
      expect.stringContaining('mounts.json cannot be read: it is not known where backing files were mounted'),
      expect.stringContaining('mounts.json cannot be written: a mount that is forgotten later will not be noticed'),
    ])
  })
})
