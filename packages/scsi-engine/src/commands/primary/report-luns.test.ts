import { describe, expect, it } from 'vitest'
import { senseOf, TestDevice } from '../../testing/device.ts'

const raw = (text: string): Buffer => Buffer.from(text, 'hex')
const report = (select: number, lun = 0) => ({
  cdb: Uint8Array.of(0xa0, 0, select, 0, 0, 0, 0, 0, 1, 0, 0, 0),
  readBytes: 256,
  lun,
})
const TEST_UNIT_READY = { cdb: raw('000000000000') }
const plain = (text: string): string => text.replaceAll(' ', '')

function deviceWithLuns(...luns: number[]): TestDevice {
  const device = new TestDevice()
  device.group.mapLuns(
    undefined,
    luns.map(lun => ({ lun, unit: device.unit })),
  )
  return device
}

describe('REPORT LUNS', () => {
  it.each([
    ['ordinary units', 0, '00000018 00000000 0000000000000000 0007000000000000 012c000000000000'],
    ['well-known units', 1, '00000008 00000000 c101000000000000'],
    ['both', 2, '00000020 00000000 0000000000000000 0007000000000000 012c000000000000 c101000000000000'],
  ])('lists %s', async (_what, select, bytes) => {
    const device = deviceWithLuns(300, 0, 7)
    expect((await device.nexus().run(report(select))).sent.toString('hex')).toBe(plain(bytes))
  })

  it('is answered by the well-known logical unit and by a LUN 0 without a unit', async () => {
    const nexus = deviceWithLuns(5).nexus()
    const list = plain('00000008 00000000 0005000000000000')
    expect((await nexus.run(report(0, -1))).sent.toString('hex')).toBe(list)
    expect((await nexus.run(report(0, 0))).sent.toString('hex')).toBe(list)
  })

  it('lists LUN 0 to who sees no unit at all', async () => {
    const list = plain('00000008 00000000 0000000000000000')
    expect((await deviceWithLuns().nexus().run(report(0))).sent.toString('hex')).toBe(list)
  })

  it('lists to each initiator what it sees', async () => {
    const device = deviceWithLuns(0)
    device.group.mapLuns('iqn.2026-11.example:b', [{ lun: 2, unit: device.unit }])
    expect((await device.nexus('a').run(report(0))).sent.subarray(8).toString('hex')).toBe('0000000000000000')
    expect((await device.nexus('b').run(report(0))).sent.subarray(8).toString('hex')).toBe('0002000000000000')
  })

  it('refuses other selections', async () => {
    const task = await new TestDevice().nexus().run(report(0x10))
    expect(senseOf(task)).toMatchObject({ code: { key: 5, asc: 0x24 }, pointer: { in: 'cdb', byte: 2 } })
  })

  it('takes the news away that the list has changed, and leaves other attentions', async () => {
    const device = deviceWithLuns(0)
    const nexus = device.nexus()
    device.group.mapLuns(undefined, [
      { lun: 0, unit: device.unit },
      { lun: 1, unit: device.unit },
    ])
    device.store.say({ kind: 'resized' })
    expect((await nexus.run(report(0))).ending).toBe(0)
    expect(senseOf(await nexus.run(TEST_UNIT_READY)).code).toEqual({ key: 6, asc: 0x2a, ascq: 0x09 })
    expect((await nexus.run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('comes while a unit attention waits', async () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    expect((await nexus.run(report(0))).ending).toBe(0)
    expect(senseOf(await nexus.run(TEST_UNIT_READY)).code.asc).toBe(0x29)
  })
})
