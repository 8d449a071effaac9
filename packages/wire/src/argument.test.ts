import { describe, expect, it } from 'vitest'
import {
  arrayOf,
  byteArray,
  checkArgument,
  checkOptions,
  type Domain,
  flag,
  object,
  oneOf,
  required,
  shownValue,
  text,
  wholeBigint,
  wholeNumber,
} from './argument.ts'

const errorOf = (value: unknown, domain: Domain): unknown => {
  try {
    checkArgument('it', value, domain)
    return undefined
  } catch (error) {
    return error
  }
}

describe('an argument', () => {
  it.each<[unknown, Domain, typeof TypeError | typeof RangeError, string]>([
    [NaN, wholeNumber(), RangeError, 'it is NaN; right is a whole number from 0 to 9007199254740991'],
    [1.7, wholeNumber(0, 255), RangeError, 'it is 1.7; right is a whole number from 0 to 255'],
    [256, wholeNumber(0, 255), RangeError, 'it is 256; right is a whole number from 0 to 255'],
    ['1', wholeNumber(), TypeError, 'it is "1"; right is a whole number from 0 to 9007199254740991'],
    [1n, wholeNumber(0, 1), TypeError, 'it is 1n; right is a whole number from 0 to 1'],
    [-1n, wholeBigint(7n), RangeError, 'it is -1n; right is a bigint from 0n to 7n'],
    [null, object(), TypeError, 'it is null; right is an object'],
    [[1], object(), RangeError, 'it is an array of 1; right is an object'],
    [undefined, text(), TypeError, 'it is undefined; right is a text'],
    [1, flag, TypeError, 'it is 1; right is true or false'],
    [6, oneOf([10, 16]), RangeError, 'it is 6; right is one of 10, 16'],
    [new ArrayBuffer(4), byteArray(), TypeError, 'it is an object (ArrayBuffer); right is a Uint8Array'],
    [
      new Uint8Array(5),
      byteArray(6, 260),
      RangeError,
      'it is Uint8Array of 5 bytes; right is a Uint8Array of 6 to 260 bytes',
    ],
    [['a', 1], arrayOf(text()), RangeError, 'it is an array of 2; right is an array, each of it a text'],
    ['x'.repeat(100), text('short', () => false), RangeError, `it is "${'x'.repeat(80)}..."; right is short`],
  ])('%o is refused, and what is right is said', (value, domain, kind, message) => {
    const error = errorOf(value, domain)
    expect(error).toBeInstanceOf(kind)
    expect((error as Error).message).toBe(message)
  })

  it.each<[unknown, Domain]>([
    [0, wholeNumber()],
    [-0, wholeNumber()],
    [Number.MAX_SAFE_INTEGER, wholeNumber()],
    [7n, wholeBigint(7n)],
    [Buffer.alloc(6), byteArray(6, 6)],
    [[], arrayOf(text())],
    [false, flag],
  ])('%o is taken', (value, domain) => {
    expect(errorOf(value, domain)).toBeUndefined()
  })
})

describe('a domain that cannot be', () => {
  it.each<[string, () => Domain, string]>([
    ['a bound that is no whole number', () => wholeNumber(0.5), 'wholeNumber: low is 0.5; right is a whole number'],
    ['bounds the wrong way round', () => wholeNumber(2, 1), 'low is 2, above high, which is 1; right is the other way'],
    ['a bound below 0', () => wholeBigint(-1n), 'wholeBigint: high is -1n; right is a bigint from 0n on'],
    ['words that are none', () => text(''), 'text: words is ""; right is a text that says what is right'],
  ])('is refused, with what is right: %s', (_what, make, message) => {
    expect(make).toThrow(message)
  })
})

describe('a message', () => {
  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['5n', 5n],
    ['-0', -0],
    ['"a\\u0000b"', 'a\0b'],
    [`"${'x'.repeat(80)}"`, 'x'.repeat(80)],
    [`"${'x'.repeat(80)}..."`, 'x'.repeat(81)],
    ['Uint16Array of 6 bytes', new Uint16Array(3)],
    ['an array of 2', [1, 2]],
    ['an object (Map)', new Map()],
    ['an object (without a class)', Object.create(null)],
    ['null', null],
    ['NaN', Number.NaN],
  ])('shows %s', (shown, value) => {
    expect(shownValue(value)).toBe(shown)
  })
})

describe('options', () => {
  const domains = { port: wholeNumber(1, 65_535), host: required(text()) }

  it('are taken where all of them may be', () => {
    expect(() => checkOptions('connect', { host: 'a', port: undefined }, domains)).not.toThrow()
  })

  it.each([
    [undefined, 'connect is undefined; right is an object'],
    [{}, 'connect: host is undefined; right is a text'],
    [{ host: 'a', port: 0 }, 'connect: port is 0; right is a whole number from 1 to 65535'],
    [{ host: 'a', prot: 1 }, 'connect has no option "prot"; there are port, host'],
  ])('%j are refused by the name of what is wrong', (options, message) => {
    expect(() => checkOptions('connect', options, domains)).toThrow(message)
  })
})
