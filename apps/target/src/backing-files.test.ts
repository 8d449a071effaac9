import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withLun } from './testing/client.ts'
import { Level, type Lunkitd, startLunkitd } from './testing/lunkitd.ts'
import { saveConfig } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024

describe('the backing file of a disk', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  const file = () => ({ plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: MIB })
  const rd = { plugin: 'ramdisk', name: 'r', size: MIB }

  async function start(storage: object, rest: object = {}): Promise<Lunkitd> {
    const environment = { LUNKIT_STATE: join(directory, 'state') }
    return startLunkitd(directory, saveConfig([{ ...file(), ...storage }, rd], {}, rest), { environment })
  }

  it('is named in the log when it was missing and has been created', async () => {
    await using lunkitd = await start({})
    await lunkitd.urls(2)
    const { dev } = file()
    const text = `fileio/d: ${dev} was missing and has been created, empty, with 1048576 bytes`
    expect(await lunkitd.logged(({ msg }) => msg === text)).toMatchObject({ level: Level.warn, disk: 'fileio/d' })
  })

  it.each([
    ['create_files', { create_files: false }],
    ['create', { storage_objects: [{ storage_object: '/backstores/fileio/d', create: false }] }],
  ])('is not created where %s forbids it, and the other disks are served', async (_name, lunkit) => {
    await using lunkitd = await start({}, { lunkit })
    await lunkitd.urls(1)
    const { msg } = await lunkitd.logged(({ level }) => level === Level.error)
    expect(msg).toContain('it does not exist, and may not be created (create)')
    expect(await readdir(directory)).not.toContain('disk.img')
  })

  it('is not created in a directory that was a mount point before and is none now', async () => {
    const mountPoint = join(directory, 'images')
    await mkdir(mountPoint)
    await mkdir(join(directory, 'state'))
    const lay = { mountPoint, fileSystem: 'xfs', source: '/dev/vdb1' }
    const files = { [join(mountPoint, 'other.img')]: lay }
    await writeFile(join(directory, 'state', 'mounts.json'), JSON.stringify({ files }))
    await using lunkitd = await start({ dev: join(mountPoint, 'disk.img') })
    await lunkitd.urls(1)
    const { msg } = await lunkitd.logged(({ level }) => level === Level.error)
    expect(msg).toContain(`${mountPoint} was a mount before (/dev/vdb1, xfs) and is none now`)
    expect(await readdir(mountPoint)).toEqual([])
  })

  it.each([
    ['longer', 3 * MIB, '3145728 bytes and the configuration says 1048576: 1048576 are served, as LIO does'],
    ['shorter', MIB / 2, '524288 bytes and the configuration says 1048576: it has been made longer'],
  ])(
    'that is %s than the configuration says is named with both sizes, and the configuration counts',
    async (_how, bytes, text) => {
      await writeFile(join(directory, 'disk.img'), '')
      await truncate(join(directory, 'disk.img'), bytes)
      await using lunkitd = await start({})
      const [url = ''] = await lunkitd.urls(2)
      const { level } = await lunkitd.logged(({ msg }) => msg.includes(`disk.img has ${text}`))
      expect(level).toBe(Level.warn)
      await withLun(url, async unit => expect(await unit.readCapacity()).toMatchObject({ blocks: 2048 }))
      expect((await stat(join(directory, 'disk.img'))).size).toBe(Math.max(bytes, MIB))
    },
  )

  it.each([512, 1024, 2048, 4096])(
    'of 1 MiB and 100 bytes is served rounded down, in blocks of %i',
    async block_size => {
      await writeFile(join(directory, 'disk.img'), Buffer.alloc(MIB + 100))
      await using lunkitd = await start({ size: MIB + 100, attributes: { block_size } })
      const [url = ''] = await lunkitd.urls(2)
      await withLun(url, async unit => {
        expect(await unit.readCapacity()).toMatchObject({ blocks: MIB / block_size, blockSizeBytes: block_size })
      })
    },
  )
})
