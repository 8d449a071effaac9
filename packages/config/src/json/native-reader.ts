import type { Json, JsonObject } from './value.ts'

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const NINE = 0x39
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * What JSON.parse makes of a text, where nothing of it is lost: undefined where a number would be rounded or written
 * otherwise, where a key is given twice, where lists and objects nest deeper than `levels`, and for what is not JSON.
 */
export function readLosslessly(text: string, levels: number): Json | undefined {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return undefined
  }
  const keys = keysOfExact(text, levels)
  return keys !== undefined && keys === keysIn(value) ? value : undefined
}

/** How many keys the objects of a text have, which is JSON; undefined: a number is not exact, or it nests too deep. */
function keysOfExact(text: string, levels: number): number | undefined {
  let keys = 0
  let level = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === SPACE) continue
    if (unit === QUOTE) at = endOfString(text, at)
    else if (unit === COLON) keys++
    else if (unit === OPEN_OBJECT || unit === OPEN_LIST) level++
    else if (unit === CLOSE_OBJECT || unit === CLOSE_LIST) level--
    else if (unit <= NINE && unit > COMMA) {
      const end = endOfNumber(text, at)
      if (!isExact(text, at, end)) return undefined
      at = end - 1
    }
    if (level > levels) return undefined
  }
  return keys
}

/** Where the quote is that ends a string. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  for (let unit = text.charCodeAt(at); unit !== QUOTE; unit = text.charCodeAt(at)) at += unit === BACKSLASH ? 2 : 1
  return at
}

/** Whether JavaScript writes a number as it stands there. */
function isExact(text: string, start: number, end: number): boolean {
  if (end === start + 1) return true
  const number = text.slice(start, end)
  return String(Number(number)) === number
}

/** The first place after a number: in JSON a comma, an end, white space or the end of all. */
function endOfNumber(text: string, start: number): number {
  let at = start
  let unit: number
  do unit = text.charCodeAt(++at)
  while (unit > SPACE && unit !== COMMA && unit !== CLOSE_LIST && unit !== CLOSE_OBJECT)
  return at
}

/** How many keys all objects of a value have. */
function keysIn(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) for (const member of value as readonly Json[]) keys += keysIn(member)
  else
    for (const key of Object.keys(value)) {
      keys++
      keys += keysIn((value as JsonObject)[key] as Json)
    }
  return keys
}
