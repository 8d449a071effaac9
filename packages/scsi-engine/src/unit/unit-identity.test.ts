import { describe, expect, it } from 'vitest'
import { ControlledStore } from '../testing/controlled-store.ts'
import { unitIdentity } from './unit-identity.ts'

const store = (name: string, productName = 'FILEIO') => new ControlledStore({ name, productName })

describe('what a unit says it is', () => {
  it.each([
    ['диск-ü', '____-u'],
    ['a-very-long-name-of-a-disk', 'a-very-long-name'],
    ['disk0', 'disk0'],
  ])('names its storage object %j as %j, which INQUIRY can hold', (name, product) => {
    expect(unitIdentity(store(name), true).product).toBe(product)
  })

  it('names the product as its store does, as far as INQUIRY can hold that', () => {
    expect(unitIdentity(store('d', 'ЖУРНАЛ-RBD-OF-A-CLUSTER'), false).product).toBe('______-RBD-OF-A-')
  })

  it('keeps what it is given, character by character, up to what each field holds', () => {
    const given = {
      vendor: 'VENDOR 8',
      product: 'a product of 16.',
      revision: '1234',
      serial: ` ${'x'.repeat(252)}`,
      companyId: 0xffffff,
    }
    expect(unitIdentity(store('d'), true, given)).toEqual(given)
  })

  it('passes over what is given as undefined', () => {
    const given = { vendor: undefined, serial: undefined } as object
    expect(unitIdentity(store('d'), false, given)).toMatchObject({ vendor: 'LIO-ORG', serial: expect.any(String) })
  })

  it.each<[object, string]>([
    [
      { vendor: 'NINE CHAR' },
      'identity.vendor is "NINE CHAR", 9 characters; right is 1 to 8 printable ASCII characters',
    ],
    [{ vendor: '' }, 'identity.vendor is ""'],
    [{ product: 'диск' }, 'identity.product is "диск", 4 characters; right is 0 to 16 printable ASCII characters'],
    [{ product: 'x'.repeat(17) }, 'identity.product is'],
    [{ revision: '12345' }, 'identity.revision is "12345"'],
    [{ serial: '' }, 'identity.serial is "", 0 characters; right is 1 to 253 printable ASCII characters'],
    [{ serial: 'x'.repeat(254) }, '254 characters; right is 1 to 253'],
    [{ serial: 'a\tb' }, 'identity.serial is "a\\tb"'],
    [
      { serial: '   ' },
      'identity.serial has nothing but spaces; right is a text that no other disk has, such as a UUID',
    ],
    [{ companyId: 2 ** 24 }, 'identity.companyId is 16777216; right is a whole number of 24 bits'],
    [{ companyId: 1.5 }, 'identity.companyId is 1.5'],
    [{ companyId: -1 }, 'identity.companyId is -1'],
  ])('cannot be %o', (given, message) => {
    expect(() => unitIdentity(store('d'), false, given)).toThrow(RangeError)
    expect(() => unitIdentity(store('d'), false, given)).toThrow(message)
  })

  it('cannot be of another type', () => {
    const given = { serial: 1234 } as object
    expect(() => unitIdentity(store('d'), false, given)).toThrow(TypeError)
    expect(() => unitIdentity(store('d'), false, given)).toThrow('identity.serial is 1234; right is a text')
  })
})
