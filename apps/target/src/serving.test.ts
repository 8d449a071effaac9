import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discover } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addressOf, block, portalOf, withLun } from './testing/client.ts'
import { Level, Lunkitd, startLunkitd } from './testing/lunkitd.ts'
import { OPEN_TO_ALL, saveConfig, TARGET_NAME } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const rd = { plugin: 'ramdisk', name: 'rd0', size: MIB }

describe('lunkitd serves a saveconfig.json', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function config(text: string): Promise<readonly string[]> {
    const path = join(directory, 'saveconfig.json')
    await writeFile(path, text)
    return ['--config', path]
  }

  it('and prints one URL for each LUN, at the port that it found, and logs JSON lines', async () => {
    await using lunkitd = new Lunkitd(await config(saveConfig([rd, { ...rd, name: 'rd1' }])))
    const urls = await lunkitd.urls(2)
    const { port } = addressOf(urls[0] ?? '')
    expect(urls).toEqual([0, 1].map(lun => `iscsi://127.0.0.1:${port}/${TARGET_NAME}/${lun}`))
    expect(lunkitd.log.map(({ msg }) => msg)).toContain('lunkitd starts')
    expect(lunkitd.log.filter(({ level }) => level >= Level.warn)).toEqual([])
  })

  it('and keeps what Node compiled as soon as it serves, for the next start', async () => {
    const cache = join(directory, 'compiled')
    await using lunkitd = new Lunkitd(await config(saveConfig([rd])), { NODE_COMPILE_CACHE: cache })
    await lunkitd.urls(1)
    const filesIn = async () =>
      (await readdir(cache, { recursive: true, withFileTypes: true })).filter(each => each.isFile())
    await vi.waitFor(async () => expect((await filesIn()).length).toBeGreaterThan(10), { timeout: 20_000 })
  })

  it('from LUNKIT_CONFIG when no file is named', async () => {
    const [, path] = await config(saveConfig([rd]))
    await using lunkitd = new Lunkitd([], { LUNKIT_CONFIG: path })
    expect(await lunkitd.urls(1)).toHaveLength(1)
  })

  it.each([true, false])(
    'and finds in a file what was written before it was ended: write_back %s',
    async write_back => {
      const dev = join(directory, 'disk.img')
      const args = await config(saveConfig([{ plugin: 'fileio', name: 'd', dev, size: 16 * MIB, write_back }]))
      const first = new Lunkitd(args)
      const [url = ''] = await first.urls(1)
      await withLun(url, unit => unit.write(100, block(0xa5)))
      first.kill('SIGTERM')
      expect(await first.ended()).toMatchObject({ code: 0, signal: null })
      expect((await stat(dev)).size).toBe(16 * MIB)
      expect((await readFile(dev)).subarray(51_200, 51_712)).toEqual(block(0xa5))

      await using second = new Lunkitd(args)
      const [again = ''] = await second.urls(1)
      expect(await withLun(again, unit => unit.read(100, 1))).toEqual(block(0xa5))
    },
  )

  it('with the identity, the block size and the limits that it gives', async () => {
    const wwn = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
    const attributes = { emulate_model_alias: 1, block_size: 4096, emulate_tpu: 1 }
    await using lunkitd = new Lunkitd(await config(saveConfig([{ ...rd, name: 'disk0', wwn, attributes }])))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      const inquiry = await unit.inquiry()
      expect([inquiry.vendor, inquiry.product]).toEqual(['LIO-ORG', 'disk0'])
      expect(await unit.readCapacity()).toMatchObject({ blocks: 256, blockSizeBytes: 4096 })
    })
  })

  it('with a name in other letters than ASCII, of which INQUIRY says what it can', async () => {
    const attributes = { emulate_model_alias: 1 }
    await using lunkitd = new Lunkitd(await config(saveConfig([{ ...rd, name: 'диск-ü', wwn: 'A1', attributes }])))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      expect((await unit.inquiry()).product).toBe('____-u')
      const { body } = await unit.vitalProductData(0x83)
      const t10 = Buffer.from(
        `0201 0012 ${Buffer.from('LIO-ORG ____-u:A1').toString('hex')} 00`.replaceAll(' ', ''),
        'hex',
      )
      expect(Buffer.from(body).includes(t10)).toBe(true)
    })
  })

  it('with the settings that LIO has no word for', async () => {
    const settings = [{ storage_object: '/backstores/ramdisk/rd0', physical_block_size: 4096, removable: true }]
    await using lunkitd = new Lunkitd(await config(saveConfig([rd], {}, { lunkit: { storage_objects: settings } })))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      expect((await unit.inquiry()).removable).toBe(true)
      expect(await unit.readCapacity()).toMatchObject({ blockSizeBytes: 512, physicalBlockBytes: 4096 })
    })
  })

  it('as the disk of another make that it was before', async () => {
    const identity = { vendor_id: 'IET', product_id: 'VIRTUAL-DISK', revision: '0001', company_id: 0x60_3d_e1 }
    const settings = [{ storage_object: '/backstores/ramdisk/rd0', ...identity }]
    const text = saveConfig([{ ...rd, wwn: 'abc0123456789' }], {}, { lunkit: { storage_objects: settings } })
    await using lunkitd = new Lunkitd(await config(text))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      expect(await unit.inquiry()).toMatchObject({ vendor: 'IET', product: 'VIRTUAL-DISK', revision: '0001' })
      const { body } = await unit.vitalProductData(0x83)
      // NAA 6h, the company identifier, and the hex digits of the serial number (SPC-4 7.8.6.6.5).
      expect(Buffer.from(body).toString('hex')).toContain(
        '0103 0010 6603de1a bc012345 67890000 00000000'.replaceAll(' ', ''),
      )
    })
  })

  it('with the login parameters that it gives', async () => {
    const parameters = {
      MaxBurstLength: '65536',
      FirstBurstLength: '131072',
      HeaderDigest: 'CRC32C',
      ImmediateData: 'No',
    }
    await using lunkitd = new Lunkitd(await config(saveConfig([rd], { parameters })))
    const [url = ''] = await lunkitd.urls(1)
    const offers = { HeaderDigest: ['CRC32C', 'None'] } as const
    const agreed = await withLun(url, async (_unit, session) => session.parameters, {
      offers: { ...offers, MaxRecvDataSegmentLength: 65_536 },
    })
    expect(agreed).toMatchObject({
      HeaderDigest: 'CRC32C',
      DataDigest: 'None',
      ImmediateData: false,
      MaxBurstLength: 65_536,
      FirstBurstLength: 65_536,
      // LIO tells its MaxXmitDataSegmentLength, 262144 unless it is set.
      TargetMaxRecvDataSegmentLength: 262_144,
    })
  })

  it('and one disk in two targets that share a portal', async () => {
    const { targets, storage_objects } = JSON.parse(saveConfig([rd])) as {
      targets: object[]
      storage_objects: object[]
    }
    const other = { ...targets[0], wwn: `${TARGET_NAME}-2` }
    await using lunkitd = new Lunkitd(await config(JSON.stringify({ storage_objects, targets: [...targets, other] })))
    const [one = '', two = ''] = await lunkitd.urls(2)
    expect(addressOf(two)).toEqual({ ...addressOf(one), target: `${TARGET_NAME}-2` })
    await withLun(one, unit => unit.write(0, block(1)))
    expect(await withLun(two, unit => unit.read(0, 1))).toEqual(block(1))
    const names = (await discover(portalOf(one))).map(({ name }) => name)
    expect(names).toEqual([TARGET_NAME, `${TARGET_NAME}-2`])
  })
})

describe('lunkitd lets initiators do what the configuration says', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function start(tpg: object, rest: object = {}): Promise<Lunkitd> {
    return startLunkitd(directory, saveConfig([rd, { ...rd, name: 'rd1' }], tpg, rest))
  }

  const host1 = { initiatorName: 'iqn.1994-05.com.redhat:host1' }

  it('an ACL gives its mapped LUNs, by their numbers and protection, and nobody else gets in', async () => {
    const mapped_luns = [
      { index: 5, tpg_lun: 1 },
      { index: 6, tpg_lun: 0, write_protect: true },
    ]
    const acl = { node_wwn: host1.initiatorName, mapped_luns }
    await using lunkitd = await start({ attributes: { authentication: 0 }, node_acls: [acl] })
    const [url = ''] = await lunkitd.urls(2)
    const [five, six] = [5, 6].map(lun => url.replace(/0$/, String(lun)))
    await withLun(five ?? '', unit => unit.write(0, block(5)), host1)
    await withLun(
      six ?? '',
      async unit => {
        expect(await unit.reportLuns()).toEqual([5, 6])
        expect(await unit.read(0, 1)).toEqual(block(0))
        await expect(unit.write(0, block(6))).rejects.toThrow('writeProtected')
      },
      host1,
    )
    await expect(withLun(url, async () => {})).rejects.toThrow('authorizationFailure')
  })

  it('demo mode is read-only unless it is said otherwise', async () => {
    await using lunkitd = await start({ attributes: { authentication: 0, generate_node_acls: 1 } })
    const [url = ''] = await lunkitd.urls(2)
    await withLun(url, async unit => {
      expect(await unit.read(0, 1)).toEqual(block(0))
      await expect(unit.write(0, block(6))).rejects.toThrow('writeProtected')
    })
  })

  it('a TPG that demands CHAP refuses logins, and says so once in the log', async () => {
    await using lunkitd = await start({ attributes: { ...OPEN_TO_ALL, authentication: 1 } })
    const [url = ''] = await lunkitd.urls(2)
    await expect(withLun(url, async () => {})).rejects.toThrow('authenticationFailure')
    const warnings = lunkitd.log.filter(({ notice }) => notice === 'refused')
    expect(warnings).toEqual([expect.objectContaining({ level: Level.warn, at: ['targets[0].tpgs[0]'] })])
  })

  it('discovery that demands authentication is refused', async () => {
    await using lunkitd = await start({}, { fabric_modules: [{ name: 'iscsi', discovery_enable_auth: true }] })
    const [url = ''] = await lunkitd.urls(2)
    await expect(discover(portalOf(url))).rejects.toThrow('authenticationFailure')
    expect(await withLun(url, unit => unit.read(0, 1))).toEqual(block(0))
  })

  it('demo_mode_discovery=0 hides the target from those who may not log in', async () => {
    const attributes = { authentication: 0, demo_mode_discovery: 0 }
    await using lunkitd = await start({ attributes, node_acls: [{ node_wwn: host1.initiatorName }] })
    const [url = ''] = await lunkitd.urls(2)
    expect(await discover(portalOf(url))).toEqual([])
    expect(await discover({ ...portalOf(url), ...host1 })).toHaveLength(1)
  })
})
