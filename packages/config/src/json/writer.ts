import type { Json, JsonObject } from './value.ts'
import { ExactNumber } from './value.ts'

const INDENT = '  '
// Everything but printable ASCII, and the two characters that JSON itself escapes.
const ESCAPED = /["\\]|[^ -~]/g
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/**
 * JSON text as LIO's rtslib writes it (Python's json.dump with sort_keys and an indent of 2, then a line feed): keys in
 * the order of their code points, and ASCII only.
 */
export function writeJson(value: Json): string {
  return `${text(value, '\n')}\n`
}

function text(value: Json, newLine: string): string {
  if (typeof value === 'string') return quote(value)
  if (value instanceof ExactNumber) return value.text
  if (Array.isArray(value)) return list(value as readonly Json[], newLine)
  if (typeof value === 'object' && value !== null) return object(value as JsonObject, newLine)
  return String(value)
}

function list(values: readonly Json[], newLine: string): string {
  if (values.length === 0) return '[]'
  const inner = newLine + INDENT
  return `[${inner}${values.map(value => text(value, inner)).join(`,${inner}`)}${newLine}]`
}

function object(members: JsonObject, newLine: string): string {
  const keys = Object.keys(members)
    .filter(key => members[key] !== undefined)
    .sort(byCodePoint)
  if (keys.length === 0) return '{}'
  const inner = newLine + INDENT
  const lines = keys.map(key => `${quote(key)}: ${text(members[key] as Json, inner)}`)
  return `{${inner}${lines.join(`,${inner}`)}${newLine}}`
}

function quote(value: string): string {
  return `"${value.replace(ESCAPED, escape)}"`
}

function escape(unit: string): string {
  return SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

// Array.sort compares UTF-16 units, which puts a surrogate pair before U+E000; Python compares code points.
function byCodePoint(one: string, other: string): number {
  const left = [...one]
  const right = [...other]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] as string).codePointAt(0)! - (right[i] as string).codePointAt(0)!
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
