import { describe, expect, it } from 'vitest'
import { commandTimeMs } from './command-time.ts'

const [disk, tape, cd, changer, enclosure, zoned] = [0x00, 0x01, 0x05, 0x08, 0x0d, 0x14]
const [MINUTE, HOUR] = [60_000, 3_600_000]

/** Commands whose time is not that of any other of their device, by their opcodes. */
const LONG: Readonly<Record<string, readonly [type: number, timeMs: number, opcodes: readonly number[]]>> = {
  'a disk that flushes or starts': [disk, MINUTE, [0x1b, 0x35, 0x91]],
  'a disk that writes or unmaps much': [disk, 2 * MINUTE, [0x41, 0x42, 0x93]],
  'a zoned disk that unmaps': [zoned, 2 * MINUTE, [0x42]],
  'a tape that winds, erases, loads or verifies': [
    tape,
    14_000_000,
    [0x01, 0x11, 0x13, 0x19, 0x1b, 0x2b, 0x91, 0x92, 0x93],
  ],
  'a CD that starts': [cd, MINUTE, [0x1b]],
  'a CD that flushes or reserves': [cd, 10 * MINUTE, [0x35, 0x53]],
  'a CD that closes a session': [cd, 30 * MINUTE, [0x5b]],
  'a CD that is blanked': [cd, 2 * HOUR, [0xa1]],
  'a changer that looks at what it has': [changer, HOUR, [0x07, 0x37, 0xe7]],
}

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

  it.each(Object.entries(LONG))('is longer for %s', (_what, [type, timeMs, opcodes]) => {
    expect(opcodes.map(opcode => commandTimeMs(type, Uint8Array.of(opcode), 1000))).toEqual(opcodes.map(() => timeMs))
  })

  it.each([disk, tape, cd, enclosure, zoned])('is a day for what formats or sanitizes a device of type %i', type => {
    for (const opcode of [0x04, 0x48]) expect(commandTimeMs(type, Uint8Array.of(opcode), 1000)).toBe(24 * HOUR)
  })

  it('is what sysfs says of disks alone, also where it says more than of the longest command', () => {
    const times = [disk, zoned, tape, cd, changer, enclosure].map(type => commandTimeMs(type, Uint8Array.of(0), 5000))
    expect(times).toEqual([5000, 5000, 900_000, 30_000, 300_000, MINUTE])
    expect(commandTimeMs(disk, Uint8Array.of(0x42), 3 * MINUTE)).toBe(3 * MINUTE)
  })
})
