import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { LOG_EVENTS } from './log-events.ts'
import { LOG_FIELDS } from './log-fields.ts'

/** Where something is logged. */
interface Site {
  readonly event: string
  /** Undefined: it depends. */
  readonly level: string | undefined
  readonly fields: readonly string[]
  /** Whether there are more fields than the site names. */
  readonly hasMore: boolean
}

const SOURCES = fileURLToPath(new URL('..', import.meta.url))
const CALL =
  /\blog(?:\.(debug|info|warn|error|fatal)|\[[^\n]*?\])\(\s*\{ ?\n? *event: '(\w+)',?([^\n]*?)\}(?:,|\))|\blog(?:\.(?:trace|debug|info|warn|error|fatal)|\[[^\n]*?\])\(/g

const sources = globSync('**/*.ts', { cwd: SOURCES })
  .filter(path => !/\.test\.ts$|(?:^|\/)testing\//.test(path))
  .map(path => readFileSync(`${SOURCES}${path}`, 'utf8'))

const sites: readonly Site[] = sources.flatMap(source =>
  [...source.matchAll(CALL)].map(([call, level, event, rest = '']) => {
    if (event === undefined) throw new Error(`${call} names no event`)
    const parts = rest
      .split(/,(?![^({[]*[)}\]])/)
      .map(part => part.trim())
      .filter(part => part !== '')
    const fields = parts.filter(part => !part.startsWith('...')).map(part => part.replace(/:.*/s, ''))
    return { event, level, fields, hasMore: parts.some(part => part.startsWith('...')) }
  }),
)
const events = [...LOG_EVENTS].map(([name, row]) => ({ name, row, at: sites.filter(({ event }) => event === name) }))

describe('the table of events', () => {
  it('has what is logged, and nothing else', () => {
    expect(new Set(sites.map(({ event }) => event))).toEqual(new Set(LOG_EVENTS.keys()))
  })

  it.each(events)('has the levels of $name', ({ row, at }) => {
    const found = at.flatMap(({ level }) => level ?? [])
    expect(found.filter(level => !(row.levels as readonly string[]).includes(level))).toEqual([])
    const missing = row.levels.filter(level => !found.includes(level))
    expect(missing.length === 0 || at.some(({ level }) => level === undefined)).toBe(true)
  })

  it.each(events)('has the fields of $name', ({ row, at }) => {
    const found = new Set(at.flatMap(({ fields }) => fields))
    expect([...found].filter(field => !(row.fields as readonly string[]).includes(field))).toEqual([])
    const missing = row.fields.filter(field => !found.has(field))
    expect(missing.length === 0 || at.some(({ hasMore }) => hasMore)).toBe(true)
  })

  it('has no field that no event has', () => {
    const used = new Set(events.flatMap(({ row }) => row.fields))
    expect(Object.keys(LOG_FIELDS).filter(field => !used.has(field as never))).toEqual([])
  })
})
