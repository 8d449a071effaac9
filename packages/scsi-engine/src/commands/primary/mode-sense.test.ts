import { describe, expect, it } from 'vitest'
import { senseOf, TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

const CURRENT = 0x00
const CHANGEABLE = 0x40
const DEFAULT = 0x80
const SAVED = 0xc0
const ALL = 0x3f
const DBD = 0x08

interface Question {
  readonly page: number
  readonly subpage?: number
  readonly flags?: number
  readonly allocationLength?: number
}

const sense6 = ({ page, subpage = 0, flags = 0, allocationLength = 255 }: Question) => ({
  cdb: Uint8Array.of(0x1a, flags, page, subpage, allocationLength, 0),
  readBytes: 255,
})

const sense10 = ({ page, subpage = 0, flags = 0 }: Question) => ({
  cdb: Uint8Array.of(0x5a, flags, page, subpage, 0, 0, 0, 2, 0, 0),
  readBytes: 512,
})

const plain = (text: string): string => text.replaceAll(/\s/g, '')

/** Every page as a real LIO with write-back answered. */
const PAGES = `010a 0000 00000000 00000000
  0812 0400 00000000 00000000 20000000 00000000
  0a0a 0210 00400000 ffff001e
  1c0a 0000 00000000 00000000`

async function answer(question: ReturnType<typeof sense6>, options: TestDeviceOptions = {}): Promise<string> {
  const task = await new TestDevice(options).nexus().run(question)
  expect(task.ending).toBe(0)
  return task.sent.toString('hex')
}

describe('MODE SENSE (6)', () => {
  it('returns every page as a LIO does', async () => {
    expect(await answer(sense6({ page: ALL }))).toBe(plain(`43 00 10 08 00000800 00000200 ${PAGES}`))
  })

  it('returns the same for all pages and subpages, since there are no subpages', async () => {
    expect(await answer(sense6({ page: ALL, subpage: 0xff }))).toBe(await answer(sense6({ page: ALL })))
  })

  it('leaves the block descriptor out with DBD', async () => {
    expect(await answer(sense6({ page: 0x0a, flags: DBD }))).toBe('0f0010000a0a021000400000ffff001e')
  })

  it('returns one page, also when asked for it with its subpages', async () => {
    const control = plain('17 00 10 08 00000800 00000200 0a0a021000400000ffff001e')
    expect(await answer(sense6({ page: 0x0a }))).toBe(control)
    expect(await answer(sense6({ page: 0x0a, subpage: 0xff }))).toBe(control)
  })

  it('is cut to the allocation length', async () => {
    expect(await answer(sense6({ page: ALL, allocationLength: 4 }))).toBe('43001008')
  })

  it('says that D_SENSE and SWP can be changed, and nothing else', async () => {
    expect(await answer(sense6({ page: ALL | CHANGEABLE, flags: DBD }))).toBe(
      plain(`3b 00 10 00 010a ${'00'.repeat(10)} 0812 ${'00'.repeat(18)} 0a0a 0400 0800 ${'00'.repeat(6)}
        1c0a ${'00'.repeat(10)}`),
    )
  })

  it('returns the defaults whatever was selected', async () => {
    const device = new TestDevice()
    device.unit.changeMode({ softwareWriteProtect: true, descriptorSense: true }, { key: 'other' } as never)
    const nexus = device.nexus('b')
    expect((await nexus.run(sense6({ page: 0x0a | CURRENT, flags: DBD }))).sent.toString('hex')).toBe(
      plain('0f 00 90 00 0a0a 0610 0840 0000 ffff001e'),
    )
    expect((await nexus.run(sense6({ page: 0x0a | DEFAULT, flags: DBD }))).sent.toString('hex')).toBe(
      plain('0f 00 90 00 0a0a 0210 0040 0000 ffff001e'),
    )
  })

  it('refuses to return saved values', async () => {
    const task = await new TestDevice().nexus().run(sense6({ page: ALL | SAVED }))
    expect(senseOf(task).code).toEqual({ key: 5, asc: 0x39, ascq: 0x00 })
  })

  it.each([
    ['page', { page: 0x02 }, { byte: 2, bit: 5 }],
    ['subpage', { page: 0x0a, subpage: 1 }, { byte: 3 }],
    ['subpage of all pages', { page: ALL, subpage: 1 }, { byte: 3 }],
  ])('refuses a %s that there is not', async (_what, question, pointer) => {
    const task = await new TestDevice().nexus().run(sense6(question))
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer })
  })

  it('says WP for a nexus that may not write, and for it alone', async () => {
    const device = new TestDevice()
    device.group.mapLuns('iqn.2026-11.example:ro', [{ lun: 0, unit: device.unit, writeProtected: true }])
    const header = async (initiator: string) => (await device.nexus(initiator).run(sense6({ page: 0x0a }))).sent[2]
    expect(await header('ro')).toBe(0x90)
    expect(await header('rw')).toBe(0x10)
  })

  it('follows the write cache, FUA and TAS attributes', async () => {
    const attributes = { emulateWriteCache: false, emulateFuaWrite: false, emulateTas: false }
    const data = await answer(sense6({ page: ALL, flags: DBD }), { attributes })
    expect(data).toContain(plain('0812 0000'))
    expect(data).toContain(plain('0a0a 0210 0000'))
    expect(data.slice(4, 6)).toBe('00')
  })

  it.each([512, 1024, 2048, 4096])('counts the medium in blocks of %i bytes', async blockSizeBytes => {
    const data = Buffer.from(await answer(sense6({ page: 0x0a }), { attributes: { blockSizeBytes } }), 'hex')
    expect(data.readUInt32BE(4)).toBe((1024 * 1024) / blockSizeBytes)
    expect(data.readUIntBE(9, 3)).toBe(blockSizeBytes)
  })
})

describe('MODE SENSE (10)', () => {
  it('returns every page as a LIO does', async () => {
    expect(await answer(sense10({ page: ALL }))).toBe(plain(`0046 00 10 00 00 0008 00000800 00000200 ${PAGES}`))
  })

  it('returns a short block descriptor also to who takes a long one, where it is enough', async () => {
    expect(await answer(sense10({ page: ALL, flags: 0x10 }))).toBe(await answer(sense10({ page: ALL })))
  })

  it('returns a long block descriptor for a medium that needs it, to who takes it', async () => {
    const device = new TestDevice()
    device.store.sizeBytes = 2 ** 41
    const nexus = device.nexus()
    expect((await nexus.run(sense10({ page: 0x0a, flags: 0x10 }))).sent.subarray(0, 24).toString('hex')).toBe(
      plain('0022 00 10 01 00 0010 0000000100000000 00000000 00000200'),
    )
    expect((await nexus.run(sense10({ page: 0x0a }))).sent.subarray(8, 16).toString('hex')).toBe('ffffffff00000200')
  })
})
