import { describe, expect, it } from 'vitest'
import { comparedName } from './compared-name.ts'

/** Two spellings of one name by RFC 3722, and the form that both are compared in. */
const SAME: readonly [what: string, one: string, other: string, compared: string][] = [
  ['ASCII case', 'IQN.2026-11.com.Example:Disk', 'iqn.2026-11.com.example:disk', 'iqn.2026-11.com.example:disk'],
  ['case in eui.', 'EUI.02004567A425678D', 'eui.02004567a425678d', 'eui.02004567a425678d'],
  ['case in naa.', 'naa.52004567BA64678D', 'NAA.52004567ba64678d', 'naa.52004567ba64678d'],
  ['decomposed letters', 'iqn.x:bu\u0308ro', 'iqn.x:b\u00fcro', 'iqn.x:b\u00fcro'],
  ['full width', '\uff49\uff51\uff4e.x:\uff24\uff11', 'iqn.x:d1', 'iqn.x:d1'],
  ['half width', 'iqn.x:\uff83\uff9e', 'iqn.x:\u30c7', 'iqn.x:\u30c7'],
  ['sharp s', 'iqn.x:stra\u00dfe', 'iqn.x:STRASSE', 'iqn.x:strasse'],
  ['capital sharp s', 'iqn.x:stra\u1e9ee', 'iqn.x:strasse', 'iqn.x:strasse'],
  ['final sigma', 'iqn.x:\u039f\u03a3', 'iqn.x:\u03bf\u03c2', 'iqn.x:\u03bf\u03c3'],
  ['capital i with a dot', 'iqn.x:\u0130', 'iqn.x:i\u0307', 'iqn.x:i\u0307'],
  ['long s', 'iqn.x:\u017f', 'iqn.x:S', 'iqn.x:s'],
  ['iota below', 'iqn.x:\u1fb3', 'iqn.x:\u0391\u0399', 'iqn.x:\u03b1\u03b9'],
  ['ligature', 'iqn.x:\ufb01', 'iqn.x:FI', 'iqn.x:fi'],
  ['script capital', 'iqn.x:\u2131', 'iqn.x:f', 'iqn.x:f'],
  ['Kelvin sign', 'iqn.x:\u212a', 'iqn.x:k', 'iqn.x:k'],
  ['soft hyphen', 'iqn.x:di\u00adsk', 'iqn.x:disk', 'iqn.x:disk'],
  ['zero width space and joiner', 'iqn.x:di\u200b\u200dsk\ufeff', 'iqn.x:disk', 'iqn.x:disk'],
  ['variation selector', 'iqn.x:disk\ufe0f', 'iqn.x:disk', 'iqn.x:disk'],
]

describe('the form in which iSCSI names are compared (RFC 3722)', () => {
  it.each(SAME)('is one for names that differ in %s', (_what, one, other, compared) => {
    expect([comparedName(one), comparedName(other)]).toEqual([compared, compared])
  })

  it.each(SAME)('is its own: %s', (_what, one) => {
    expect(comparedName(comparedName(one))).toBe(comparedName(one))
  })

  it('leaves a dotless i as it is', () => {
    expect(comparedName('iqn.x:D\u0131SK')).toBe('iqn.x:d\u0131sk')
  })

  it.each([
    ['a dotless i', 'iqn.x:d\u0131sk', 'iqn.x:disk'],
    ['an accent', 'iqn.x:buro', 'iqn.x:b\u00fcro'],
    ['a letter of another script', 'iqn.x:\u0430', 'iqn.x:a'],
  ])('tells names apart that differ in %s', (_what, one, other) => {
    expect(comparedName(one)).not.toBe(comparedName(other))
  })
})
