import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from './reader.ts'
import type { Json } from './value.ts'
import { ExactNumber } from './value.ts'
import { writeJson } from './writer.ts'

describe('writeJson', () => {
  // The expected texts are what Python 3.11 printed for json.dumps(value, sort_keys=True, indent=2) + "\n".
  it.each<[string, Json, string]>([
    ['empty lists and objects on one line', { b: [], a: {} }, '{\n  "a": {},\n  "b": []\n}\n'],
    [
      'capitals before small letters, as by code point',
      { b: 1, A: null, a: true },
      '{\n  "A": null,\n  "a": true,\n  "b": 1\n}\n',
    ],
    [
      'nested ones with two spaces a level',
      { a: [{ b: [1, 2] }] },
      '{\n  "a": [\n    {\n      "b": [\n        1,\n        2\n      ]\n    }\n  ]\n}\n',
    ],
    [
      'everything but printable ASCII escaped',
      'é\u007f\u{1f4be}"\\\b\f\n\r\t/',
      '"\\u00e9\\u007f\\ud83d\\udcbe\\"\\\\\\b\\f\\n\\r\\t/"\n',
    ],
    [
      'keys beyond the basic plane after all others',
      { '\u{1f4be}': 1, '\uffff': 2 },
      '{\n  "\\uffff": 2,\n  "\\ud83d\\udcbe": 1\n}\n',
    ],
    [
      'numbers as they were written',
      [new ExactNumber('18446744073709551615'), new ExactNumber('1.0')],
      '[\n  18446744073709551615,\n  1.0\n]\n',
    ],
  ])('writes %s', (_name, value, text) => {
    expect(writeJson(value)).toBe(text)
  })

  it('writes what the reader reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
        const read = readJson(JSON.stringify(value))
        expect(readJson(writeJson(read))).toEqual(read)
      }),
    )
  })
})
