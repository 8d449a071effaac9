import { Sense } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { LunMaps } from './nexus/lun-map.ts'
import { TestDevice } from './testing/device.ts'
import { UnitAttentions } from './unit/unit-attentions.ts'

describe('the limit, and one beyond it:', () => {
  it('16,384 logical units that one initiator sees', () => {
    const { unit } = new TestDevice()
    const luns = (count: number) => Array.from({ length: count }, (_, lun) => ({ lun, unit }))
    const maps = new LunMaps()
    maps.set('iqn.2026-11.example:a', luns(16_384))
    expect([...maps.for('iqn.2026-11.example:a').luns]).toHaveLength(16_384)
    expect(() => maps.set(undefined, [...luns(16_384), { lun: 0, unit }])).toThrow(
      'the default map: 16385 logical units are mapped; 16384 are the most',
    )
  })

  it('16,384 logical units in REPORT LUNS', async () => {
    const device = new TestDevice()
    const luns = Array.from({ length: 16_384 }, (_, lun) => ({ lun, unit: device.unit }))
    device.group.mapLuns(undefined, luns)
    const readBytes = 8 + 8 * 16_385
    const cdb = Uint8Array.of(0xa0, 0, 0, 0, 0, 0, 0, readBytes >> 16, (readBytes >> 8) & 0xff, readBytes & 0xff, 0, 0)
    const { sent } = await device.nexus().run({ cdb, readBytes })
    expect(sent).toHaveLength(8 + 8 * 16_384)
    // SPC-4 6.33: the length of the list in bytes, then LUN 0 and, last, LUN 16383.
    expect(sent.subarray(0, 16).toString('hex')).toBe('00020000000000000000000000000000')
    expect(sent.subarray(-8).toString('hex')).toMatch(/^(3f|7f)ff000000000000$/)
  })

  it('1024 closed nexuses whose attentions a unit remembers: the one closed first is forgotten', () => {
    const attentions = new UnitAttentions()
    const close = (key: string) => {
      attentions.open(key).take()
      attentions.close(key)
    }
    for (let i = 0; i < 1024; i++) close(`n${i}`)
    attentions.open('open')
    expect(attentions.known).toBe(1025)
    expect(attentions.open('n1').length).toBe(0)
    attentions.close('n1')
    expect(attentions.known).toBe(1025)
    close('one more')
    expect(attentions.known).toBe(1025)
    expect(attentions.take('n0')).toBeUndefined()
    expect(attentions.open('n0').take()?.code).toEqual(Sense.powerOnResetOrBusDeviceResetOccurred)
    expect(attentions.open('n2').length).toBe(0)
  })
})
