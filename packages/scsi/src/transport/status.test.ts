import { expect, it } from 'vitest'
import { statusName } from './status.ts'

it.each([
  [0x00, 'good'],
  [0x02, 'checkCondition'],
  [0x18, 'reservationConflict'],
  [0x28, 'taskSetFull'],
  [0x40, 'taskAborted'],
  // SAM-5 5.3.1: no status, or one of former standards.
  [0x22, '0x22'],
  [0x01, '0x01'],
])('status %i is called %s', (status, name) => {
  expect(statusName(status)).toBe(name)
})
