import { readLosslessly } from './native-reader.ts'
import { formatPath } from './path.ts'
import type { Json } from './value.ts'
import { ExactNumber } from './value.ts'

/** How deep lists and objects may nest: a saveconfig.json nests nine deep. */
export const DEEPEST_NESTING = 64

/** The text is not JSON (RFC 8259). `line` and `column` count from 1. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  readonly line: number
  readonly column: number
  /** The object or list that was being read, as {@link formatPath} writes it. */
  readonly path: string

  constructor(message: string, place: { line: number; column: number; path: string }) {
    super(`line ${place.line}, column ${place.column}, in ${place.path}: ${message}`)
    this.line = place.line
    this.column = place.column
    this.path = place.path
  }
}

const WHITE_SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 forbids exactly these
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const WORDS = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/**
 * Reads JSON text. Unlike JSON.parse it says where in the document it stopped, refuses a key given twice, and loses no
 * digit of a number.
 * @throws {JsonSyntaxError}
 */
export function readJson(text: string): Json {
  return readLosslessly(text, DEEPEST_NESTING) ?? new JsonReader(text).document()
}

class JsonReader {
  readonly #text: string
  readonly #path: (string | number)[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text
  }

  document(): Json {
    this.#skipSpace()
    const value = this.#value()
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#fail(`${this.#here()} follows the end of the document; nothing may`)
    return value
  }

  #value(): Json {
    if (this.#path.length > DEEPEST_NESTING) this.#fail(`nested deeper than ${DEEPEST_NESTING} levels`)
    const first = this.#text[this.#at]
    if (first === '{') return this.#object()
    if (first === '[') return this.#list()
    if (first === '"') return this.#string()
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return value
    }
    return this.#number()
  }

  #object(): Json {
    const object: Record<string, Json> = {}
    this.#members('}', () => {
      if (this.#text[this.#at] !== '"') this.#fail(`${this.#here()} where a key in double quotes should be`)
      const key = this.#string()
      if (Object.hasOwn(object, key)) this.#fail(`the key ${JSON.stringify(key)} is given twice; give it once`)
      this.#skipSpace()
      this.#take(':', `after the key ${JSON.stringify(key)}`)
      this.#skipSpace()
      this.#path.push(key)
      // Not an assignment: the key may be "__proto__".
      Object.defineProperty(object, key, { value: this.#value(), enumerable: true, writable: true, configurable: true })
      this.#path.pop()
    })
    return object
  }

  #list(): Json {
    const list: Json[] = []
    this.#members(']', () => {
      this.#path.push(list.length)
      list.push(this.#value())
      this.#path.pop()
    })
    return list
  }

  #members(end: '}' | ']', member: () => void): void {
    this.#at++
    this.#skipSpace()
    if (this.#text[this.#at] === end) {
      this.#at++
      return
    }
    for (;;) {
      member()
      this.#skipSpace()
      if (this.#text[this.#at] === end) break
      this.#take(',', `or "${end}"`)
      this.#skipSpace()
      if (this.#text[this.#at] === end) this.#fail(`a comma before "${end}"; the last one has none`)
    }
    this.#at++
  }

  #string(): string {
    const token = this.#match(STRING)
    if (token === undefined)
      this.#fail('text that does not end, or that holds a control character or an unknown escape')
    return JSON.parse(token) as string
  }

  #number(): Json {
    const token = this.#match(NUMBER)
    if (token === undefined) this.#fail(`${this.#here()} where a value should be`)
    const value = Number(token)
    return String(value) === token ? value : new ExactNumber(token)
  }

  #take(character: string, context: string): void {
    if (this.#text[this.#at] !== character) this.#fail(`${this.#here()} where "${character}" should be ${context}`)
    this.#at++
  }

  #skipSpace(): void {
    this.#match(WHITE_SPACE)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const token = pattern.exec(this.#text)?.[0]
    if (token !== undefined) this.#at += token.length
    return token
  }

  #here(): string {
    const character = this.#text[this.#at]
    return character === undefined ? 'the text ends' : `there is ${JSON.stringify(character)}`
  }

  #fail(message: string): never {
    const before = this.#text.slice(0, this.#at)
    const line = before.split('\n').length
    const column = this.#at - before.lastIndexOf('\n')
    throw new JsonSyntaxError(message, { line, column, path: formatPath(this.#path) })
  }
}
