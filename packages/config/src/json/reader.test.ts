import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEEPEST_NESTING, JsonSyntaxError, readJson } from './reader.ts'
import type { Json } from './value.ts'
import { ExactNumber } from './value.ts'

function failure(text: string): JsonSyntaxError {
  try {
    readJson(text)
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error
  }
  throw new Error(`${text} was read`)
}

/** Whether a reader takes a text; its own error means that it does not, any other goes through. */
function outcome(read: () => Json, refusal: typeof JsonSyntaxError | typeof SyntaxError): 'taken' | 'refused' {
  try {
    read()
    return 'taken'
  } catch (error) {
    if (error instanceof refusal) return 'refused'
    throw error
  }
}

/** JSON of which JSON.parse would lose something, somewhere in a document. */
const lossy = fc.constantFrom('1.0', '-0', '1e3', '1E3', '12345678901234567890', '-1.50', '{"a":1,"a":2}', '[[]]')

describe('readJson', () => {
  it('loses nothing, wherever in a document it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), lossy, fc.array(fc.jsonValue()), (before, what, after) => {
        const text = `[${[...before.map(each => JSON.stringify(each)), what, ...after.map(each => JSON.stringify(each))].join(' ,')}]`
        const read = outcome(() => readJson(text), JsonSyntaxError)
        expect(read).toBe(what.startsWith('{') ? 'refused' : 'taken')
        const kept = read === 'taken' ? (readJson(text) as readonly Json[])[before.length] : what
        expect(kept instanceof ExactNumber ? kept.text : what).toBe(what)
        expect(kept instanceof ExactNumber).toBe(/^-?[0-9]/.test(what))
      }),
    )
  })

  it('reads what JSON.parse reads, whatever its layout', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5, noUnicodeString: false }),
        fc.constantFrom(0, 2, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent)
          expect(JSON.parse(JSON.stringify(readJson(text), inexact))).toEqual(JSON.parse(text))
        },
      ),
    )
  })

  it('throws nothing but its own error, whatever the text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      'true',
      'null',
      '1',
      '-',
      '.',
      'e9',
      ' ',
      '\n',
      'é',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map(all => all.join('')),
        ),
        text => {
          const ours = outcome(() => readJson(text), JsonSyntaxError)
          // A key given twice is refused here and taken there; nothing is taken here and refused there.
          if (ours === 'taken') JSON.parse(text)
          expect(['taken', 'refused']).toContain(ours)
        },
      ),
    )
  })

  it('keeps every digit of a number that JavaScript would round or write otherwise', () => {
    expect(readJson('[18446744073709551615, 1.0, 1e3, -0, 42, -1.5]')).toEqual([
      new ExactNumber('18446744073709551615'),
      new ExactNumber('1.0'),
      new ExactNumber('1e3'),
      new ExactNumber('-0'),
      42,
      -1.5,
    ])
  })

  it('says the line, the column and the place in the document where it stopped', () => {
    const error = failure('{\n  "targets": [\n    {"wwn": iqn}\n  ]\n}')
    expect(error).toMatchObject({ line: 3, column: 13, path: 'targets[0].wwn' })
    expect(error.message).toBe('line 3, column 13, in targets[0].wwn: there is "i" where a value should be')
  })

  it.each([
    ['', 'the text ends where a value should be'],
    ['{"a": 1,}', 'a comma before "}"; the last one has none'],
    ['[1 2]', 'there is "2" where "," should be or "]"'],
    ['{a: 1}', 'there is "a" where a key in double quotes should be'],
    ['{"a" 1}', 'there is "1" where ":" should be after the key "a"'],
    ['{} {}', 'there is "{" follows the end of the document; nothing may'],
    ['"a\nb"', 'text that does not end, or that holds a control character or an unknown escape'],
    ['"\\x41"', 'text that does not end, or that holds a control character or an unknown escape'],
    ['01', 'there is "1" follows the end of the document; nothing may'],
  ])('refuses %j', (text, message) => {
    expect(failure(text).message).toContain(message)
  })

  it('refuses a key that an object has twice, of which JSON.parse would drop one', () => {
    expect(failure('{"tag": 1, "tag": 2}').message).toContain('the key "tag" is given twice; give it once')
  })

  it('refuses nesting that could exhaust the stack', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(failure(nested(100_000)).message).toContain(`nested deeper than ${DEEPEST_NESTING} levels`)
    expect(readJson(nested(DEEPEST_NESTING))).toBeInstanceOf(Array)
  })

  it('keeps a key named __proto__ as a key', () => {
    const object = readJson('{"__proto__": {"polluted": true}}') as object
    expect(Object.keys(object)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
  })

  it('passes over a byte order mark', () => {
    expect(readJson('\ufeff[]')).toEqual([])
  })
})

function inexact(_key: string, value: unknown): unknown {
  return value instanceof ExactNumber ? Number(value.text) : value
}
