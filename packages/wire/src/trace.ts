import { checkArgument, object } from './argument.ts'
import type { Field } from './field.ts'
import { checkPlace, type Layout } from './layout.ts'

const HEX_BYTES_SHOWN = 32
/** Bigints are identifiers of 64 bits. */
const IDENTIFIER_DIGITS = 16

function hex(value: Uint8Array): string {
  const shown = Buffer.from(value.subarray(0, HEX_BYTES_SHOWN)).toString('hex')
  return value.length > HEX_BYTES_SHOWN ? `${shown}...(${value.length})` : shown
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  for (const [name, code] of Object.entries(names)) if (code === value) return name
  return `${value}?`
}

function printed(field: Field<unknown>, value: unknown): string {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'bigint') return `0x${value.toString(16).padStart(IDENTIFIER_DIGITS, '0')}`
  if (typeof value === 'number' && field.names) return nameOf(field.names, value)
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

const LAYOUT = object('a layout', of => 'fields' in of && 'size' in of)

/**
 * One line for a person: the structure's name, then every field as `name=value`; closed lists by name, flags as 0 or 1,
 * 64-bit identifiers and runs of bytes (cut after 32) in hex.
 * @throws {TypeError} or {RangeError} for what is no layout, or where no whole structure lies.
 */
export function traceLine(of: Layout, view: DataView, at = 0): string {
  checkArgument('traceLine: of', of, LAYOUT)
  checkPlace('traceLine', { view, at, sizeBytes: of.size })
  const parts = [of.name]
  for (const [key, field] of Object.entries(of.fields)) parts.push(`${key}=${printed(field, field.get(view, at))}`)
  return parts.join(' ')
}
