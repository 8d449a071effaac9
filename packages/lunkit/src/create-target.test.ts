import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  connect,
  createTarget,
  type DiskEvent,
  discover,
  fileio,
  type LogicalUnit,
  ramdisk,
  type Storage,
  StoreOpenError,
  type TargetAddress,
} from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const MIB = 1024 * 1024

/** Calls `use` with LUN 0 of a target, logged in and past its unit attentions. */
async function withLun0(address: TargetAddress, use: (lun: LogicalUnit) => Promise<void>): Promise<void> {
  await using session = await connect(address)
  const lun = session.lun(0)
  await lun.ready()
  await use(lun)
}

const pattern = (byte: number) => new Uint8Array(512).fill(byte)

describe('createTarget', () => {
  it('serves a disk in memory that reads back what was written', async () => {
    await using target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })], poison: true })
    await withLun0(target.address, async disk => {
      await disk.write(7, pattern(0x5a))
      expect(await disk.read(7, 1)).toEqual(Buffer.from(pattern(0x5a)))
      expect(await disk.read(8, 1)).toEqual(Buffer.from(pattern(0)))
    })
  })

  it.each([512, 1024, 2048, 4096])(
    'rounds odd sizes down to whole blocks of %i bytes, and says so',
    async blockSizeBytes => {
      const directory = await mkdtemp(join(tmpdir(), 'lunkit-odd-'))
      const sizeBytes = MIB + 100
      const path = join(directory, 'odd.img')
      await writeFile(path, Buffer.alloc(sizeBytes, 7))
      const attributes = { blockSizeBytes }
      const made = { path: join(directory, 'made.img'), sizeBytes, attributes }
      const luns = [fileio({ path, attributes }), fileio(made), ramdisk({ sizeBytes, attributes })]
      const heard: string[] = []
      const diskListener = (disk: string, { kind }: DiskEvent) => void heard.push(`${disk} ${kind}`)
      {
        await using target = await createTarget({ luns, diskListener })
        await using session = await connect(target.address)
        for (const lun of [0, 1, 2]) {
          const unit = session.lun(lun)
          await unit.ready()
          expect(await unit.readCapacity()).toMatchObject({ blocks: MIB / blockSizeBytes, blockSizeBytes })
          await unit.write(MIB / blockSizeBytes - 1, new Uint8Array(blockSizeBytes).fill(lun))
        }
      }
      expect(heard).toEqual([
        'fileio/disk0 sizeRounded',
        ...['fileio/disk1 fileCreated', 'fileio/disk1 sizeRounded'],
        'ramdisk/disk2 sizeRounded',
      ])
      expect((await readFile(path)).subarray(MIB)).toEqual(Buffer.alloc(100, 7))
      await rm(directory, { recursive: true })
    },
  )

  it('creates no file when it is told not to', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkit-create-'))
    const path = join(directory, 'disk.img')
    const luns = [fileio({ path, sizeBytes: MIB, create: false })]
    await expect(createTarget({ luns })).rejects.toThrow('it does not exist, and may not be created')
    await expect(stat(path)).rejects.toThrow('ENOENT')
    await rm(directory, { recursive: true })
  })

  it('serves memory and files while its threads look for work', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkit-poll-'))
    const luns = [fileio({ path: join(directory, 'disk.img'), sizeBytes: MIB, writeBack: false })]
    await using target = await createTarget({ luns, pollUs: 200, poison: true })
    await withLun0(target.address, async disk => {
      for (let lba = 0; lba < 20; lba++) await disk.write(lba, pattern(lba))
      for (let lba = 0; lba < 20; lba++) expect(await disk.read(lba, 1)).toEqual(Buffer.from(pattern(lba)))
    })
    await rm(directory, { recursive: true })
  })

  it('refuses a time to poll that makes no sense', async () => {
    await expect(createTarget({ luns: [ramdisk({ sizeBytes: MIB })], pollUs: -1 })).rejects.toThrow(
      'pollUs is -1; right is a whole number of microseconds, 0 or more',
    )
  })

  it('says where each LUN is, with the port that it found', async () => {
    await using target = await createTarget({
      name: 'iqn.2026-11.com.example:disk',
      luns: [ramdisk({ sizeBytes: MIB }), ramdisk({ sizeBytes: MIB })],
    })
    expect(target.address.port).toBeGreaterThan(0)
    expect(target.url(1)).toBe(`iscsi://127.0.0.1:${target.address.port}/iqn.2026-11.com.example:disk/1`)
    const [found] = await discover(target.address)
    expect(found?.name).toBe('iqn.2026-11.com.example:disk')
  })

  it('offers the digests, and no round trip that could be saved, unless it is told otherwise', async () => {
    await using target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })] })
    const most = { MaxBurstLength: 16_777_215, FirstBurstLength: 16_777_215, MaxOutstandingR2T: 65_535 }
    const digests = { HeaderDigest: ['CRC32C', 'None'], DataDigest: ['CRC32C', 'None'] } as const
    await using session = await connect({
      ...target.address,
      offers: { ...most, ...digests, InitialR2T: false, ImmediateData: true },
    })
    expect(session.parameters).toMatchObject({
      HeaderDigest: 'CRC32C',
      DataDigest: 'CRC32C',
      InitialR2T: false,
      ImmediateData: true,
      TargetMaxRecvDataSegmentLength: 262_144,
      MaxBurstLength: 1_048_576,
      FirstBurstLength: 262_144,
      MaxOutstandingR2T: 8,
    })
  })

  it('is portal group 1', async () => {
    await using target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })] })
    const { host, port } = target.address
    expect(await discover(target.address)).toEqual([
      { name: target.name, portals: [{ host, port, portalGroupTag: 1 }] },
    ])
  })

  it('listens on IPv6 too', async () => {
    await using target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })], portal: { host: '::1', port: 0 } })
    expect(target.url()).toBe(`iscsi://[::1]:${target.address.port}/${target.name}/0`)
    await withLun0(target.address, async disk => expect(await disk.read(0, 1)).toHaveLength(512))
  })

  it('lets in none but the initiators that are named', async () => {
    const initiators = ['iqn.1994-05.com.redhat:host1']
    await using target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })], initiators })
    await expect(connect(target.address)).rejects.toThrow('authorizationFailure')
    await using session = await connect({ ...target.address, initiatorName: 'IQN.1994-05.com.redhat:host1' })
    expect(session.parameters.HeaderDigest).toBe('None')
  })

  it('gives disks without a name one by their LUN, so that no two have one serial number', async () => {
    await using target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB }), ramdisk({ sizeBytes: MIB })] })
    expect(target.disks.map(({ name }) => name)).toEqual(['disk0', 'disk1'])
    const [one, other] = target.disks.map(({ unit }) => unit.identity.serial)
    expect(one).not.toBe(other)
  })

  it('leaves nothing open when a disk cannot be', async () => {
    const luns = [ramdisk({ sizeBytes: MIB }), fileio({ path: '/nonexistent/disk.img', sizeBytes: MIB })]
    await expect(createTarget({ luns })).rejects.toThrow(StoreOpenError)
    await expect(createTarget({ luns: [ramdisk({ sizeBytes: 100 })] })).rejects.toThrow(
      'which is no block; right is a whole number from 512',
    )
  })

  it('serves no memory that holds no block', async () => {
    const disk = ramdisk({ sizeBytes: 2048, attributes: { blockSizeBytes: 4096 } })
    await expect(createTarget({ luns: [disk] })).rejects.toThrow('its 2048 bytes hold no block of 4096 bytes')
  })

  it('leaves nothing open when the portal is taken', async () => {
    await using first = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })] })
    const { host, port } = first.address
    const second = createTarget({ luns: [ramdisk({ sizeBytes: MIB })], portal: { host, port } })
    await expect(second).rejects.toThrow(`${host}:${port}`)
  })
})

describe('the end of a target', () => {
  /** A disk whose last flush fails. */
  const unflushable: Storage = {
    ...ramdisk({ sizeBytes: MIB, name: 'bad' }),
    async open(resources) {
      const store = await ramdisk({ sizeBytes: MIB }).open(resources)
      store.close = async () => 'io'
      return store
    },
  }

  it('names the disks that could not be flushed, and closes the others', async () => {
    const target = await createTarget({ luns: [unflushable, ramdisk({ sizeBytes: MIB })] })
    expect(await target.close()).toEqual([{ disk: 'ramdisk/bad', serial: expect.any(String), fault: 'io' }])
    await expect(connect(target.address)).rejects.toThrow('ECONNREFUSED')
  })

  it('throws where nobody else could hear of it', async () => {
    const serve = async () => {
      await using target = await createTarget({ luns: [unflushable] })
      return target.name
    }
    await expect(serve()).rejects.toThrow('ramdisk/bad could not be flushed: io')
  })

  it('leaves no transfer memory with an owner', async () => {
    const target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })] })
    await withLun0(target.address, disk => disk.write(0, new Uint8Array(512 * 1024)))
    await target.close()
    expect(target.server.transferMemoryUsedBytes).toBe(0)
  })
})

describe('createTarget with a file', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkit-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it.each([true, false])('creates it sparse and has in it what was written: write-back %s', async writeBack => {
    const path = join(directory, 'disk.img')
    {
      await using target = await createTarget({ luns: [fileio({ path, sizeBytes: 64 * MIB, writeBack })] })
      await withLun0(target.address, disk => disk.write(3, pattern(0xa5)))
    }
    const { size, blocks } = await stat(path)
    expect(size).toBe(64 * MIB)
    expect(blocks * 512).toBeLessThan(MIB)
    expect((await readFile(path)).subarray(3 * 512, 4 * 512)).toEqual(Buffer.from(pattern(0xa5)))

    await using again = await createTarget({ luns: [fileio({ path })] })
    await withLun0(again.address, async disk => {
      expect(await disk.read(3, 1)).toEqual(Buffer.from(pattern(0xa5)))
    })
  })

  it.each([undefined, true, false])('has a write cache unless it writes through: writeBack %s', async writeBack => {
    const options = { path: join(directory, 'disk.img'), sizeBytes: MIB, ...(writeBack !== undefined && { writeBack }) }
    await using target = await createTarget({ luns: [fileio(options)] })
    expect(target.disks[0]?.store.features.writeBack).toBe(writeBack !== false)
  })

  it('is not served when it holds no block', async () => {
    const disk = fileio({ path: join(directory, 'small.img'), sizeBytes: 2048, attributes: { blockSizeBytes: 4096 } })
    await expect(createTarget({ luns: [disk] })).rejects.toThrow('its 2048 bytes hold no block of 4096 bytes')
  })

  it('is not served twice at a time', async () => {
    const path = join(directory, 'disk.img')
    await using first = await createTarget({ luns: [fileio({ path, sizeBytes: MIB })] })
    expect(first.disks).toHaveLength(1)
    await expect(createTarget({ luns: [fileio({ path })] })).rejects.toMatchObject({ reason: 'locked' })
  })
})
