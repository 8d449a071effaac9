import { describe, expect, it } from 'vitest'
import { senseOf, TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

const SERIAL = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const raw = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

/** A unit like the one whose answers were recorded from a real LIO: fileio, write-back, thin provisioning on. */
const LIKE_LIO: TestDeviceOptions = {
  store: { sizeBytes: 1024 * 1024, name: 'disk0', plugin: 'fileio', rotational: true },
  identity: { serial: SERIAL },
  attributes: {
    emulateModelAlias: true,
    emulateTpu: true,
    emulateTpws: true,
    hwMaxSectors: 16_384,
    optimalSectors: 16_384,
    maxUnmapLbaCount: 8192,
    maxUnmapBlockDescCount: 1,
    unmapGranularity: 1,
    maxWriteSameLen: 4096,
    unmapZeroesData: false,
  },
}

const inquire = (pageCode?: number, allocationLength = 512) => ({
  cdb: Uint8Array.of(
    0x12,
    pageCode === undefined ? 0 : 1,
    pageCode ?? 0,
    allocationLength >> 8,
    allocationLength & 255,
    0,
  ),
  readBytes: allocationLength,
})

async function answer(options: TestDeviceOptions, pageCode?: number): Promise<string> {
  const task = await new TestDevice(options).nexus().run(inquire(pageCode))
  return task.sent.toString('hex')
}

const hex = (text: string): string => raw(text).toString('hex')

describe('standard INQUIRY data', () => {
  it('is what a LIO says, without SCCS, TPGS and 3PC', async () => {
    expect(await answer(LIKE_LIO)).toBe(
      hex(`00000602 5b000002 4c494f2d4f524720 6469736b302020202020202020202020 342e3020
        ${'00'.repeat(22)} 00a0 0960 0460 04c0 ${'00'.repeat(30)}`),
    )
  })

  it.each([
    ['FILEIO', 'FILEIO          '],
    ['RAMDISK-MCP', 'RAMDISK-MCP     '],
    ['IBLOCK', 'IBLOCK          '],
  ])('names the product of its store where there is no alias: %s', async (productName, product) => {
    const task = await new TestDevice({ store: { productName } }).nexus().run(inquire())
    expect(task.sent.subarray(16, 32).toString()).toBe(product)
  })

  it('says that a removable unit is removable', async () => {
    const data = raw(await answer({ attributes: { removable: true } }))
    expect(data.subarray(0, 2)).toEqual(Buffer.of(0x00, 0x80))
  })

  it('is cut to the allocation length', async () => {
    const task = await new TestDevice().nexus().run(inquire(undefined, 5))
    expect(task.sent.toString('hex')).toBe('000006025b')
    expect(task.lengthBytes).toBe(5)
  })

  it('comes without data for an allocation length of 0', async () => {
    const task = await new TestDevice().nexus().run(inquire(undefined, 0))
    expect(task.ending).toBe(0)
    expect(task.sent).toHaveLength(0)
  })

  it('comes also while a unit attention waits, and leaves it', async () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    expect((await nexus.run(inquire())).ending).toBe(0)
    expect(senseOf(await nexus.run({ cdb: raw('000000000000') })).code.asc).toBe(0x29)
  })

  it('of a number without a unit says that there can be none', async () => {
    const task = await new TestDevice().nexus().run({ ...inquire(), lun: 7 })
    expect(task.sent.subarray(0, 4)).toEqual(Buffer.of(0x7f, 0x00, 0x06, 0x02))
  })

  it('of the REPORT LUNS well-known logical unit says what it is', async () => {
    const task = await new TestDevice().nexus().run({ ...inquire(), lun: -1 })
    expect(task.sent[0]).toBe(0x1e)
  })

  it('is refused with a page code but without EVPD', async () => {
    const task = await new TestDevice().nexus().run({ cdb: raw('120001010000'), readBytes: 256 })
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer: { in: 'cdb', byte: 2 } })
  })
})

describe('a vital product data page', () => {
  it.each([
    ['00h, without Referrals', 0x00, '00000007 0080838 6b0b1b2'],
    ['80h', 0x80, '00800025 3234356133366330 2d64393237 2d34383266 2d61386138 2d643736626261616637356261 00'],
    ['86h', 0x86, `0086003c 000701${'00'.repeat(57)}`],
    [
      'B0h, with COMPARE AND WRITE of up to 255 blocks and WRITE SAME of 0',
      0xb0,
      `00b0003c 00ff0001 00004000 00004000 00000000 00002000 00000001 00000001 00000000 0000000000001000
        0000000000000000000000000000000000000000`,
    ],
    ['B1h', 0xb1, `00b1003c ${'00'.repeat(60)}`],
    ['B2h', 0xb2, '00b20004 00e00000'],
  ])('is what a LIO says: %s', async (_name, code, bytes) => {
    expect(await answer(LIKE_LIO, code)).toBe(hex(bytes))
  })

  it('83h names unit, port and device as a LIO does', async () => {
    expect(await answer(LIKE_LIO, 0x83)).toBe(
      hex(`008300ab
        01030010 6001405245a36c0d927482fa8a8d76bb
        02010033 4c494f2d4f524720 6469736b303a 32343561333663302d643932372d343832662d613861382d643736626261616637356261 00
        51940004 00000001
        51950004 00000000
        01060004 00000000
        53980024 ${Buffer.from('iqn.2026-11.io.lunkit:test,t,0x0001').toString('hex')} 00
        53a8001c ${Buffer.from('iqn.2026-11.io.lunkit:test').toString('hex')} 0000`),
    )
  })

  it('says that data in the write cache is volatile only if there is a write cache', async () => {
    const store = { features: { writeBack: false } }
    expect((await answer({ store }, 0x86)).slice(0, 14)).toBe('0086003c000700')
  })

  it('says nothing of unmapping on a unit that does not unmap', async () => {
    expect(await answer({ attributes: { emulateTpu: false } }, 0xb2)).toBe('00b2000400000000')
    const limits = raw(await answer({ attributes: { emulateTpu: false } }, 0xb0))
    expect(limits.subarray(20, 36)).toEqual(Buffer.alloc(16))
  })

  it.each([
    [{ emulateTpu: true, unmapZeroesData: true }, '84'],
    [{ emulateTpws: true, unmapZeroesData: false }, '60'],
  ])('B2h follows the attributes %o', async (attributes, flags) => {
    expect(await answer({ attributes }, 0xb2)).toBe(`00b2000400${flags}0000`)
  })

  it('says how the unmap granularity is aligned', async () => {
    const attributes = { emulateTpu: true, unmapGranularity: 8, unmapGranularityAlignment: 3 }
    expect(raw(await answer({ attributes }, 0xb0)).subarray(28, 36)).toEqual(raw('0000000880000003'))
  })

  it('has 31 bits of an unmap alignment, beside UGAVALID, as LIO writes it', async () => {
    const most = { emulateTpu: true, unmapGranularity: 0xffff_ffff, unmapGranularityAlignment: 0xffff_ffff }
    expect(raw(await answer({ attributes: most }, 0xb0)).subarray(28, 36)).toEqual(raw('ffffffffffffffff'))
  })

  it.each([
    ['optimalSectors', Number.NaN],
    ['maxUnmapLbaCount', 2 ** 32],
    ['unmapGranularity', 1.5],
    ['maxWriteSameLen', -1],
    ['hwMaxSectors', Number.POSITIVE_INFINITY],
  ])('cannot be asked for with %s=%d: no unit is made', (name, value) => {
    expect(() => new TestDevice({ attributes: { [name]: value } })).toThrow(
      `disk0: ${name} is ${value}; right is a whole number from 0 to 4294967295`,
    )
  })

  it.each([
    [512, 255],
    [1024, 128],
    [2048, 64],
    [4096, 32],
  ])('limits COMPARE AND WRITE of blocks of %i bytes to what one piece holds twice', async (blockSizeBytes, blocks) => {
    expect(raw(await answer({ attributes: { blockSizeBytes } }, 0xb0))[5]).toBe(blocks)
  })

  it('says that there is no COMPARE AND WRITE where there is none', async () => {
    expect(raw(await answer({ attributes: { emulateCaw: false } }, 0xb0))[5]).toBe(0)
  })

  it.each([
    [true, '0000'],
    [false, '0001'],
  ])('says of the medium rotation what its store says, unless it is told otherwise: %s', async (rotational, rate) => {
    expect((await answer({ store: { rotational } }, 0xb1)).slice(8, 12)).toBe(rate)
  })

  it('says that a medium does not rotate', async () => {
    expect((await answer({ attributes: { isNonrot: true } }, 0xb1)).slice(0, 12)).toBe('00b1003c0001')
  })

  it('is refused where there is none of that code', async () => {
    for (const [lun, code] of [
      [0, 0xb3],
      [-1, 0xb0],
      [9, 0x83],
    ] as const) {
      const task = await new TestDevice().nexus().run({ ...inquire(code), lun })
      expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer: { byte: 2 } })
    }
  })

  it('00h lists what each kind of unit has', async () => {
    const nexus = new TestDevice().nexus()
    expect((await nexus.run({ ...inquire(0), lun: -1 })).sent.toString('hex')).toBe('1e0000020083')
    expect((await nexus.run({ ...inquire(0), lun: 9 })).sent.toString('hex')).toBe('7f00000100')
  })
})
