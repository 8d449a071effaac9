import { expect, it } from 'vitest'
import { TestDevice } from '../testing/device.ts'

const first = { targetName: 'iqn.2026-11.io.lunkit:test', tag: 1, relativePortId: 1 }
const second = { ...first, tag: 2, relativePortId: 2 }

it('a unit that one nexus holds is refused to all others, whatever the port', () => {
  const { unit } = new TestDevice()
  const [a, b] = [first, second].map(port => ({ key: `nexus through ${port.tag}`, port }))
  if (!a || !b) throw new Error('there are two')
  unit.reservation.reserve(a)
  expect(unit.access(first).conflicts(a)).toBe(false)
  expect([unit.access(first).conflicts(b), unit.access(second).conflicts(b)]).toEqual([true, true])
})

it('a unit that is not ready is so through every port', () => {
  const { unit } = new TestDevice()
  expect([first, second].map(port => unit.access(port).condition)).toEqual([undefined, undefined])
  unit.eject()
  const notPresent = { key: 2, asc: 0x3a, ascq: 0x00 }
  expect([first, second].map(port => unit.access(port).condition?.sense)).toEqual([notPresent, notPresent])
})

it('a unit that is write-protected is so through every port', () => {
  const { unit } = new TestDevice({ store: { features: { write: false } } })
  const dataProtect = { key: 7, asc: 0x27, ascq: 0x00 }
  expect([first, second].map(port => unit.access(port).writeProtection)).toEqual([dataProtect, dataProtect])
})
