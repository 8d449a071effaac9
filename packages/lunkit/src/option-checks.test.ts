import { describe, expect, it } from 'vitest'
import { checkTargetOptions } from './option-checks.ts'
import { ramdisk } from './ramdisk.ts'
import { checkServedTarget } from './served-target-check.ts'
import { lunUrl } from './url.ts'

const NAME = 'iqn.2026-11.com.example:options'
const DISK = ramdisk({ sizeBytes: 1024 * 1024 })
const disks = (count: number) => Array.from({ length: count }, () => DISK)

/** What a target is served with that has so many LUNs from `first` on. */
const served = (count: number, first = 0) => {
  const luns = Array.from({ length: count }, (_, at) => ({ lun: first + at, disk: {} }))
  return { name: NAME, portalGroups: [{ tag: 1, portals: [], access: () => undefined, luns }] }
}

describe('the LUNs of a target', () => {
  it('are 16384 at the most', () => {
    expect(() => checkTargetOptions({ luns: disks(16_384) })).not.toThrow()
    expect(() => checkTargetOptions({ luns: disks(16_385) })).toThrow('right is an array, of 1 to 16384 disks')
  })

  it('are as many where a server is told of each', () => {
    expect(() => checkServedTarget('serve', served(16_384), () => true)).not.toThrow()
    expect(() => checkServedTarget('serve', served(16_385), () => true)).toThrow('an array of at most 16384 LUNs')
  })

  it('have numbers to 16383', () => {
    expect(() => checkServedTarget('serve', served(1, 16_383), () => true)).not.toThrow()
    expect(() => checkServedTarget('serve', served(1, 16_384), () => true)).toThrow('lun is 16384')
  })

  it('are each checked where an initiator has its own', () => {
    const own = { ...served(1), portalGroups: [{ ...served(1).portalGroups[0], lunsOf: new Map([['', []]]) }] }
    expect(() => checkServedTarget('serve', own, () => true)).toThrow('the name of an initiator is ""; right is a name')
  })
})

describe('a URL', () => {
  it.each([
    [{ host: '192.0.2.1', port: 1 }, 16_383, `iscsi://192.0.2.1:1/${NAME}/16383`],
    [{ host: 'disks.example.com', port: 65_535 }, 0, `iscsi://disks.example.com:65535/${NAME}/0`],
    [{ host: '2001:db8::1', port: 3260 }, 1, `iscsi://[2001:db8::1]:3260/${NAME}/1`],
  ])('is made of %o and LUN %i', (address, lun, url) => {
    expect(lunUrl(address, NAME, lun)).toBe(url)
  })
})
