import { describe, expect, it } from 'vitest'
import { commandTimeMs } from './command-time.ts'

const [disk, tape, cd, changer, enclosure] = [0x00, 0x01, 0x05, 0x08, 0x0d]

describe('the time of a command', () => {
  it.each([
    ['a READ of a disk', disk, 0x28, 0, 30_000],
    ['a READ of a disk for which sysfs says another time', disk, 0x28, 5000, 5000],
    ['a SYNCHRONIZE CACHE of a disk, whatever sysfs says', disk, 0x35, 5000, 60_000],
    ['a READ of a tape, whatever sysfs says', tape, 0x08, 30_000, 900_000],
    ['a REWIND', tape, 0x01, 30_000, 14_000_000],
    ['a READ of a CD', cd, 0xa8, 30_000, 30_000],
    ['a MOVE MEDIUM', changer, 0xa5, 30_000, 300_000],
    ['anything of a device that no other driver knows', enclosure, 0x1c, 30_000, 60_000],
    ['a FORMAT UNIT', disk, 0x04, 30_000, 86_400_000],
  ])('is that of the kernel for %s', (_what, type, opcode, sysfsMs, timeMs) => {
    expect(commandTimeMs(type, Uint8Array.of(opcode), sysfsMs)).toBe(timeMs)
  })
})
