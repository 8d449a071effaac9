import { expect, it } from 'vitest'
import { scsiTypeWords } from './scsi-type-words.ts'

it.each([
  [0x00, 'a disk'],
  [0x01, 'a tape drive'],
  [0x02, 'a device of the type 02h'],
  [0x05, 'a CD or DVD drive'],
  [0x07, 'an optical disk'],
  [0x08, 'a medium changer'],
  [0x0c, 'a storage array'],
  [0x0d, 'an enclosure'],
  [0x14, 'a zoned disk'],
  [0x1f, 'a device of the type 1fh'],
])('PERIPHERAL DEVICE TYPE %i is %s (SPC-4 table 145)', (deviceType, words) => {
  expect(scsiTypeWords(deviceType)).toBe(words)
})
