import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { TargetDevice } from '../device/target-device.ts'
import { ControlledStore } from '../testing/controlled-store.ts'
import { DuplicateIdentityError, UnitIdentities } from './unit-identities.ts'
import type { UnitIdentity } from './unit-identity.ts'

function makeDevice(identities?: UnitIdentities): TargetDevice {
  return new TargetDevice({ slab: new Slab({ sizeBytes: 1024 * 1024 }), ...(identities && { identities }) })
}

function add(device: TargetDevice, name: string, identity: Partial<UnitIdentity>) {
  return device.addUnit(new ControlledStore({ name, plugin: 'fileio' }), { identity })
}

/** What the second of two serial numbers is refused with, or `accepted`. */
function second(one: Partial<UnitIdentity>, other: Partial<UnitIdentity>): string {
  const device = makeDevice()
  add(device, 'one', one)
  try {
    add(device, 'other', other)
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

const UUID = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
/** 247 characters: vendor, product and serial number do not fit the T10 designator as a whole. */
const LONG = `${UUID} ${'x'.repeat(210)}`

describe('the identity of a unit', () => {
  it('is refused when it is that of another one, and the error says which two, by what, and what would be right', () => {
    expect(second({ serial: UUID }, { serial: UUID })).toBe(
      `the serial number "${UUID}" gives fileio/other the unit serial number of fileio/one ("${UUID}"), and initiators would ` +
        'take the two for one disk; right is a serial number that no other disk has',
    )
  })

  it.each([
    ['in case, which hex digits do not have', 'A1', 'a1'],
    ['in characters that are no hex digits, which the NAA designator leaves out', 'A1-x', 'a1'],
    ['in zeroes at the end, with which the NAA designator is filled up', 'vol1', 'vol10'],
    ['behind the 25th hex digit', UUID, UUID.replace('75ba', '0000')],
    ['in nothing that is a hex digit', 'xyz', 'pqr'],
  ])('is refused when serial numbers differ only %s', (_how, one, other) => {
    expect(second({ serial: one }, { serial: other })).toMatch(
      /gives fileio\/other the NAA designator 6001405[0-9a-f]{25} .* of fileio\/one \(".*"\), .* such as a UUID$/,
    )
  })

  it('is refused when serial numbers differ only in spaces, which initiators do not keep', () => {
    const identity = { companyId: 0xabcdef }
    expect(second({ serial: 'A 1' }, { ...identity, serial: ' A  1 ' })).toContain('the unit serial number of')
  })

  it('is refused when serial numbers differ only behind what the T10 designator holds', () => {
    expect(second({ serial: `${LONG}1` }, { serial: `${LONG}2`, companyId: 0xabcdef })).toContain(
      'the T10 vendor designator',
    )
  })

  it('is taken when it is like no other one', () => {
    expect(second({ serial: UUID }, { serial: `f${UUID}` })).toBe('accepted')
  })

  it('is free again when its unit was removed', async () => {
    const device = makeDevice()
    await device.removeUnit(add(device, 'one', { serial: UUID }))
    expect(add(device, 'other', { serial: UUID }).identity.serial).toBe(UUID)
  })

  it('is compared with those of all devices that share a table, and of no others', () => {
    const identities = new UnitIdentities()
    add(makeDevice(identities), 'disk', { serial: UUID })
    expect(() => add(makeDevice(identities), 'disk', { serial: UUID })).toThrow(DuplicateIdentityError)
    expect(() => add(makeDevice(identities), 'disk', { serial: UUID })).toThrow('of another fileio/disk')
    add(makeDevice(), 'disk', { serial: UUID })
  })

  it('that was given back twice is not taken from the one who has it since', () => {
    const identities = new UnitIdentities()
    const identity = add(makeDevice(), 'disk', { serial: UUID }).identity
    const giveBack = identities.take(identity, 'fileio/one')
    giveBack()
    identities.take(identity, 'fileio/other')
    giveBack()
    expect(() => identities.take(identity, 'fileio/third')).toThrow(/gives fileio\/third .* of fileio\/other/)
  })

  it('that was refused leaves nothing taken', () => {
    const device = makeDevice()
    add(device, 'one', { serial: 'a1' })
    expect(() => add(device, 'other', { serial: 'A1-x' })).toThrow(DuplicateIdentityError)
    const third = device.addUnit(new ControlledStore(), { identity: { serial: 'A1-x', companyId: 1 } })
    expect(third.identity.serial).toBe('A1-x')
  })
})
