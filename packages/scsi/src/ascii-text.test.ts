import { asciiText, isAsciiText } from '@lunkit/scsi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Any character; halves of surrogate pairs too. */
const unit = fc.integer({ min: 0, max: 0x10ffff }).map(code => String.fromCodePoint(code))

describe('a text in an ASCII data field', () => {
  it.each([
    ['disk0', 'disk0'],
    [' ~', ' ~'],
    ['диск-ü', '____-u'],
    ['Größe', 'Gro_e'],
    ['ディスク1', '____1'],
    ['💾x', '_x'],
    ['tab\tnul\0del\x7f', 'tab_nul_del_'],
    ['ｄｉｓｋ', 'disk'],
  ])('%j is %j', (text, ascii) => {
    expect(asciiText(text)).toBe(ascii)
  })

  it('has nothing but 20h to 7Eh, whatever it was made of, and stays as it is when it had nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), text => {
        expect(asciiText(text)).toMatch(/^[ -~]*$/)
        expect(asciiText(text) === text).toBe(isAsciiText(text))
      }),
    )
  })
})
