import { expect, it } from 'vitest'
import { shownText } from './shown-text.ts'

it.each([
  ['a name', 'iqn.2026-11.com.example:größe', 'iqn.2026-11.com.example:größe'],
  ['a control character', 'a\u001b[2Jb\n', 'a\\u{1b}[2Jb\\u{a}'],
  ['what turns the direction of a text', 'a\u202egnp.exe', 'a\\u{202e}gnp.exe'],
  ['what is not seen', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
])('%s is shown as what it is', (_what, text, shown) => {
  expect(shownText(text)).toBe(shown)
})

it('a text that is too long is cut, between characters', () => {
  expect(shownText('x'.repeat(1000))).toBe(`${'x'.repeat(299)}…`)
  expect(shownText(`${'x'.repeat(298)}😀😀`)).toBe(`${'x'.repeat(298)}…`)
})
