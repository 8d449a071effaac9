import { describe, expect, it } from 'vitest'
import { derivedSerial, derivedSuffix } from './derived-names.ts'

const ID = '3d1219c7c4c5404aaa1f6d2a48adfda4'

describe('a derived serial number', () => {
  it('has the form of a UUID, and is the same for the same parts on the same machine', () => {
    const serial = derivedSerial(['disk', 'iqn.2026-11.com.example:t', 'ramdisk', 'disk0'], `${ID} host1`)
    expect(serial).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(derivedSerial(['disk', 'iqn.2026-11.com.example:t', 'ramdisk', 'disk0'], `${ID} host1`)).toBe(serial)
  })

  it('is another one on another machine, and for parts that only read the same one after the other', () => {
    const serials = [
      derivedSerial(['ab', 'c'], 'host1'),
      derivedSerial(['ab', 'c'], 'host2'),
      derivedSerial(['a', 'bc'], 'host1'),
      derivedSerial(['abc'], 'host1'),
    ]
    expect(new Set(serials).size).toBe(4)
  })

  it('is the one that earlier versions have made, so that a disk stays the same after an update', () => {
    const parts = ['disk', 'iqn.2026-11.com.example:t', 'ramdisk', 'disk0']
    expect(derivedSerial(parts, `${ID} host1`)).toBe('031bf098-b226-8f3a-8259-756e4aa5f2eb')
    expect(derivedSuffix(['target', '127.0.0.1', '3260'], `${ID} host1`)).toBe('aa00b7c1ec6c')
  })
})
