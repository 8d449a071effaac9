import { describe, expect, it } from 'vitest'
import { TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

const raw = (text: string): Buffer => Buffer.from(text, 'hex')
const CAPACITY_10 = { cdb: raw('25000000000000000000'), readBytes: 8 }
const capacity16 = (allocationLength = 32) => ({
  cdb: raw(`9e10000000000000000000000${allocationLength.toString(16).padStart(3, '0')}0000`.padEnd(32, '0')),
  readBytes: allocationLength,
})

async function answer(question: typeof CAPACITY_10, options?: TestDeviceOptions): Promise<string> {
  return (await new TestDevice(options).nexus().run(question)).sent.toString('hex')
}

describe('READ CAPACITY (10)', () => {
  it.each([
    [512, '000007ff00000200'],
    [1024, '000003ff00000400'],
    [2048, '000001ff00000800'],
    [4096, '000000ff00001000'],
  ])('names the last block of %i bytes', async (blockSizeBytes, bytes) => {
    expect(await answer(CAPACITY_10, { attributes: { blockSizeBytes } })).toBe(bytes)
  })

  it('reads the size of the store at every call', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.sizeBytes = 2 ** 42
    expect((await nexus.run(CAPACITY_10)).sent.toString('hex')).toBe('ffffffff00000200')
    expect((await nexus.run(capacity16())).sent.toString('hex')).toMatch(/^00000001ffffffff00000200/)
  })
})

const deviceBlocks = { blockBytes: 512, optimalIoBytes: 0, discardAlignmentBytes: 0 }

describe('READ CAPACITY (16)', () => {
  it.each([
    [{ blockSizeBytes: 512 }, '00'],
    [{ blockSizeBytes: 512, physicalBlockBytes: 4096 }, '03'],
    [{ blockSizeBytes: 2048, physicalBlockBytes: 4096 }, '01'],
    [{ blockSizeBytes: 4096 }, '00'],
  ])('says how many blocks a physical block has: %o', async (attributes, exponent) => {
    const data = await answer(capacity16(), { attributes })
    expect(data.slice(24)).toBe(`00${exponent}0000${'00'.repeat(16)}`)
  })

  it.each([
    [{}, '0000'],
    [{ emulateTpu: true, unmapZeroesData: false }, '8000'],
    [{ emulateTpws: true, unmapZeroesData: true }, 'c000'],
    [{ unmapZeroesData: true }, '0000'],
  ])('says whether blocks can be unmapped, and read as zeroes then: %o', async (attributes, flags) => {
    expect((await answer(capacity16(), { attributes })).slice(28, 32)).toBe(flags)
  })

  it.each([
    [3584, '0007'],
    [0, '0000'],
    // What is no whole block of the unit, or more than 14 bits can say, is not told.
    [256, '0000'],
    [512 * 2 ** 14, '0000'],
  ])('says where the first physical block of a device begins: %i bytes', async (alignmentBytes, told) => {
    const geometry = { ...deviceBlocks, physicalBlockBytes: 4096, alignmentBytes }
    expect((await answer(capacity16(), { store: { geometry } })).slice(28, 32)).toBe(told)
  })

  it('is cut to the allocation length, which may be 0', async () => {
    expect(await answer(capacity16(12))).toBe('00000000000007ff00000200')
    expect(await answer(capacity16(0))).toBe('')
  })
})
