import { describe, expect, it } from 'vitest'
import type { Cdb } from '../cdb.ts'
import * as cdbs from './index.ts'

/** Of each command the bits of its CDB that an initiator may set; all others are refused, as reserved or not supported. */
const ACCEPTED = new Map(
  `
    CompareAndWrite ff1affffffffffffffff000000ff3fc0
    GetLbaStatus16 ff1fffffffffffffffffffffffff00c0
    Inquiry ff01ffffffc0
    ModeSelect10 ff100000000000ffffc0
    ModeSelect6 ff100000ffc0
    ModeSense10 ff18ffff000000ffffc0
    ModeSense6 ff08ffffffc0
    Read10 ff1affffffff3fffffc0
    Read12 ff1affffffffffffffff3fc0
    Read16 ff1affffffffffffffffffffffff3fc0
    Read6 ff1fffffffc0
    ReadCapacity10 ff00ffffffff000001c0
    ReadCapacity16 ff1fffffffffffffffffffffffff01c0
    Release10 ff00ffff0000000000c0
    Release6 ff00ff0000c0
    ReportLuns ff00ff000000ffffffff00c0
    ReportSupportedOperationCodes ff1f87ffffffffffffff00c0
    ReportSupportedTaskManagementFunctions ff1f80000000ffffffff00c0
    RequestSense ff010000ffc0
    Reserve10 ff00ffff0000000000c0
    Reserve6 ff00ff0000c0
    StartStopUnit ff01000ff7c0
    SynchronizeCache10 ff06ffffffff3fffffc0
    SynchronizeCache16 ff06ffffffffffffffffffffffff3fc0
    TestUnitReady ff00000000c0
    Unmap ff00000000003fffffc0
    Verify10 ff16ffffffff3fffffc0
    Verify12 ff16ffffffffffffffff3fc0
    Verify16 ff16ffffffffffffffffffffffff3fc0
    Write10 ff1affffffff3fffffc0
    Write12 ff1affffffffffffffff3fc0
    Write16 ff1affffffffffffffffffffffff3fc0
    Write6 ff1fffffffc0
    WriteAndVerify10 ff16ffffffff3fffffc0
    WriteAndVerify12 ff16ffffffffffffffff3fc0
    WriteAndVerify16 ff16ffffffffffffffffffffffff3fc0
    WriteSame10 ff08ffffffff3fffffc0
    WriteSame16 ff09ffffffffffffffffffffffff3fc0
  `
    .trim()
    .split('\n')
    .map(line => line.trim().split(' ') as [name: string, bits: string]),
)

const isCdb = (value: unknown): value is Cdb => typeof value === 'object' && value !== null && 'accepted' in value

describe('the bits that may be set in a CDB', () => {
  const found = Object.entries(cdbs).flatMap(([name, value]) => (isCdb(value) ? [{ name, of: value }] : []))

  it('are in the table for each command', () => {
    expect(found.map(({ name }) => name).toSorted()).toEqual([...ACCEPTED.keys()].toSorted())
  })

  it.each(found)('are those of $name', ({ name, of }) => {
    expect(Buffer.from(of.accepted).toString('hex')).toBe(ACCEPTED.get(name))
  })
})
