import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { senseOf, TestDevice } from '../../testing/device.ts'

const PF = 0x10
const raw = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

const select6 = (list: string, flags = PF, lengthBytes = raw(list).length) => ({
  cdb: Uint8Array.of(0x15, flags, 0, 0, lengthBytes, 0),
  data: raw(list),
})
const select10 = (list: string) => ({
  cdb: Uint8Array.of(0x55, PF, 0, 0, 0, 0, 0, 0, raw(list).length, 0),
  data: raw(list),
})

const HEADER = '00000000'
const CONTROL = '0a0a 0210 0040 0000 ffff 001e'
const WITH_SWP = '0a0a 0210 0840 0000 ffff 001e'
const WITH_D_SENSE = '0a0a 0610 0040 0000 ffff 001e'
const WRITE = { cdb: raw('2a000000000000000100'), data: Buffer.alloc(512) }
const TEST_UNIT_READY = { cdb: raw('000000000000') }

describe('MODE SELECT', () => {
  it('sets and clears SWP, which the medium obeys', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    expect((await nexus.run(select6(`${HEADER} ${WITH_SWP}`))).ending).toBe(0)
    expect(senseOf(await nexus.run(WRITE)).code).toEqual({ key: 7, asc: 0x27, ascq: 0x02 })
    expect((await nexus.run(select6(`${HEADER} ${CONTROL}`))).ending).toBe(0)
    expect((await nexus.run(WRITE)).ending).toBe(0)
  })

  it('sets D_SENSE, and sense comes in descriptor format', async () => {
    const nexus = new TestDevice().nexus()
    expect((await nexus.run(select10(`${HEADER}${HEADER} ${WITH_D_SENSE}`))).ending).toBe(0)
    expect((await nexus.run({ cdb: raw('ff0000000000') })).sense?.[0]).toBe(0x72)
  })

  it('tells every other nexus that mode parameters have changed, and not the one that changed them', async () => {
    const device = new TestDevice()
    const [one, other] = [device.nexus('a'), device.nexus('b')]
    await one.run(select6(`${HEADER} ${WITH_SWP}`))
    expect((await one.run(TEST_UNIT_READY)).ending).toBe(0)
    expect(senseOf(await other.run(TEST_UNIT_READY)).code).toEqual({ key: 6, asc: 0x2a, ascq: 0x01 })
    expect((await other.run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('that changes nothing tells nobody', async () => {
    const device = new TestDevice()
    const [one, other] = [device.nexus('a'), device.nexus('b')]
    expect((await one.run(select6(`${HEADER} ${CONTROL}`))).ending).toBe(0)
    expect((await other.run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('takes back every page with its block descriptor, as MODE SENSE returned them', async () => {
    const nexus = new TestDevice().nexus()
    const sensed = await nexus.run({ cdb: raw('1a003f00ff00'), readBytes: 255 })
    const list = Buffer.concat([Buffer.of(0), sensed.sent.subarray(1)])
    expect((await nexus.run(select6(list.toString('hex')))).ending).toBe(0)
  })

  it('takes an empty list, and one without pages', async () => {
    const nexus = new TestDevice().nexus()
    expect((await nexus.run(select6('', 0))).ending).toBe(0)
    expect((await nexus.run(select6(HEADER))).ending).toBe(0)
  })

  it('is for page format only', async () => {
    const task = await new TestDevice().nexus().run(select6(`${HEADER} ${CONTROL}`, 0))
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer: { in: 'cdb', byte: 1, bit: 4 } })
  })

  it('saves nothing', async () => {
    const task = await new TestDevice().nexus().run(select6(`${HEADER} ${CONTROL}`, PF | 1))
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer: { in: 'cdb', byte: 1, bit: 0 } })
  })

  it.each([
    ['another TAS', '0a0a 0210 0000 0000 ffff 001e', { byte: 9, bit: 6 }],
    ['another queue algorithm', '0a0a 0200 0040 0000 ffff 001e', { byte: 7, bit: 4 }],
    ['WCE', `0812 0000 ${'00'.repeat(8)} 2000 ${'00'.repeat(6)}`, { byte: 6, bit: 2 }],
    ['a page that there is not', '020e 0000 0000 0000 0000 0000 0000 0000', { byte: 4, bit: 5 }],
    ['a subpage that there is not', '4a01 0002 0000', { byte: 4, bit: 5 }],
    ['a page of another length', '0a06 0210 0040 0000', { byte: 5 }],
    ['a page of sub_page format', `4a00 0008 ${'00'.repeat(8)}`, { byte: 4, bit: 6 }],
  ])('refuses %s, and says where', async (_what, page, pointer) => {
    const device = new TestDevice()
    const task = await device.nexus().run(select6(`${HEADER} ${page}`))
    expect(senseOf(task)).toMatchObject({
      code: { key: 5, asc: 0x26, ascq: 0 },
      pointer: { in: 'parameters', ...pointer },
    })
  })

  it.each([
    ['another number of blocks', '00000008 00000700 00000200'],
    ['another block size', '00000008 00000800 00001000'],
  ])('refuses %s', async (_what, list) => {
    const task = await new TestDevice().nexus().run(select6(list))
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x26 }, pointer: { in: 'parameters', byte: 4 } })
  })

  it.each([
    ['0', '00000008 00000000 00000200'],
    ['all', '00000008 ffffffff 00000200'],
    ['as many as there are', '00000008 00000800 00000200'],
  ])('takes a block descriptor of %s blocks', async (_what, list) => {
    expect((await new TestDevice().nexus().run(select6(list))).ending).toBe(0)
  })

  it('takes a list as a whole or not at all', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run(select6(`${HEADER} ${WITH_SWP} 1c0a 0100 00000000 00000000`))
    expect(senseOf(task).pointer).toEqual({ in: 'parameters', byte: 18, bit: 0 })
    expect(device.unit.mode.softwareWriteProtect).toBe(false)
  })

  it('refuses a list that ends within a page', async () => {
    const task = await new TestDevice().nexus().run(select6(`${HEADER} ${CONTROL.slice(0, 20)}`))
    expect(senseOf(task).code).toEqual({ key: 5, asc: 0x1a, ascq: 0x00 })
  })

  it('survives any list, gives its memory back, and changes SWP and D_SENSE alone', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const pages = fc.constantFrom('', CONTROL, WITH_SWP, WITH_D_SENSE)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), pages, async (bytes, page) => {
        const list = `${Buffer.from(bytes).toString('hex')}${page}`
        const task = await nexus.run(select6(list))
        expect([0, 2]).toContain(task.ending)
        expect(device.slab.takenBytes).toBe(0)
        expect(device.bugs).toEqual([])
      }),
    )
  })
})
