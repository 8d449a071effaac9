import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { documentOf } from './document.ts'
import { readQuery } from './page-query.ts'
import { DaemonReader } from './reading.ts'
import type { Seen } from './regions/regions.ts'
import { loadsBetween } from './sample.ts'
import { FakeClient } from './testing/fake-client.ts'
import { counters, lun, refusal, session, TOLD } from './testing/told.ts'

/** A start tag, or an end tag, with what stands before it in the page. */
const TAG = /<(?<end>\/?)(?<name>[^\s>]*)(?<attributes>[^>]*)>/g
const ATTRIBUTE = / (?<name>[\w-]*)="(?<value>[^"]*)"/g
/** HTML 13.1.2. */
const VOID = ['meta', 'link', 'input']
/** Attributes that may have no value: those that are true by being there, a field with nothing in it, a line with no point. */
const MAY_BE_EMPTY = ['hidden', 'selected', 'value', 'd', 'data-values']
/** What may stand in these, HTML 4.4, 4.9 and 4.10. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  html: ['head', 'body'],
  ul: ['li'],
  dl: ['div'],
  table: ['caption', 'thead', 'tbody'],
  thead: ['tr'],
  tbody: ['tr'],
  tr: ['th', 'td'],
  select: ['option'],
  svg: ['path'],
}
/** What may stand in these alone. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  li: ['ul'],
  dt: ['div'],
  dd: ['div'],
  caption: ['table'],
  td: ['tr'],
  th: ['tr'],
  figcaption: ['figure'],
  option: ['select'],
  path: ['svg'],
}

interface Node {
  readonly name: string
  readonly parent: string
  readonly attributes: readonly (readonly [name: string, value: string])[]
}

/** The elements of a page. @throws where an end is missing, or stands in a wrong place. */
function elementsOf(html: string): readonly Node[] {
  const open: string[] = []
  return [...html.replace('<!doctype html>', '').matchAll(TAG)].flatMap(({ groups = {} }) => {
    const { end, name = '', attributes = '' } = groups
    if (end === '/') {
      if (open.pop() !== name) throw new Error(`${name} ends where it has not begun`)
      return []
    }
    const parent = open.at(-1) ?? ''
    if (!VOID.includes(name)) open.push(name)
    const given = [...attributes.matchAll(ATTRIBUTE)].map(each => [each[1] ?? '', each[2] ?? ''] as const)
    return [{ name, parent, attributes: given }]
  })
}

/** Pages that have, together, all that there can be. */
const pages: string[] = []
beforeAll(async () => {
  const client = new FakeClient()
  const luns = [
    ...[lun('fileio/a'), lun('fileio/b', { state: 'faulted', thin: true }), lun('block/c', { state: 'deactivated' })],
    lun('fileio/d', { state: 'readonly' }),
    ...Array.from({ length: 100 }, (_, at) => lun(`fileio/more${at}`)),
  ]
  const trouble = { path: '/backstores/fileio/b', wrong: 'it is old', remedy: 'wait' }
  const status = (health: 'ok' | 'degraded' | 'failed', times: number) => ({
    ...{ ...TOLD.status, health, troubles: Array.from({ length: times }, () => trouble) },
  })
  const sessions = [session({ alias: 'db1' }), session({ target: '', tsih: 2 })]
  const refusals = { refusals: [refusal(), refusal({ initiator: null, target: null, times: 3 })], counts: [] }
  const inventory = { ...TOLD.inventory, luns, sessions }
  const told = { ...TOLD, inventory, refusals, counters: counters({ 'fileio/a': {} }) }
  const busy = counters({
    'fileio/a': { reads: 300, writes: 9, bytes: 9e6, sumSeconds: 0.8, within: [300, 309], tasks: 7 },
  })
  for (const [health, troubles, away] of [
    ['ok', 0, undefined],
    ['degraded', 25, undefined],
    ['failed', 1, undefined],
    ['ok', 0, 'no lunkitd answers'],
  ] as const) {
    client.told = { ...told, status: status(health, troubles) }
    const before = await new DaemonReader(client).read()
    client.told = { ...client.told, counters: busy }
    const reading = await new DaemonReader(client).read()
    const loads = loadsBetween({ atMs: 0, reading: before }, { atMs: 2000, reading })
    const at = new Date('2026-11-29T13:01:01.000Z')
    const seen: Seen = {
      sample: { atMs: 2000, at, away, reading, readAt: at, loads },
      history: [
        { atMs: 0, load: undefined },
        { atMs: 1000, load: loads?.all },
        { atMs: 2000, load: loads?.all },
      ],
    }
    for (const search of ['', '?sort=name', '?luns=2&troubles=2', '?find=zzz'])
      pages.push(documentOf(seen, readQuery(search)))
  }
})

describe('every page', () => {
  it('has elements that have a name, an end, and a place where they may stand', () => {
    const wrong = pages
      .flatMap(elementsOf)
      .filter(
        ({ name, parent }) =>
          !/^[a-z]+\d?$/.test(name) ||
          CHILDREN[parent]?.includes(name) === false ||
          PARENTS[name]?.includes(parent) === false,
      )
    expect(wrong).toEqual([])
  })

  it('has attributes that have a name and a value', () => {
    const given = pages.flatMap(elementsOf).flatMap(each => each.attributes)
    expect(given.filter(([name, value]) => name === '' || (value === '' && !MAY_BE_EMPTY.includes(name)))).toEqual([])
  })

  it('has an element of its own for each id that it refers to', () => {
    for (const page of pages) {
      const given = elementsOf(page).flatMap(each => each.attributes)
      const ids = given.filter(([name]) => name === 'id').map(([, value]) => value)
      const meant = given.flatMap(([name, value]) => {
        if (['for', 'aria-labelledby', 'aria-describedby'].includes(name)) return [value]
        return name === 'href' && value.startsWith('#') ? [value.slice(1)] : []
      })
      expect(new Set(ids).size).toBe(ids.length)
      expect(meant.filter(id => !ids.includes(id))).toEqual([])
    }
  })

  it('has classes that its style knows, and all pages together have all of those', () => {
    const style = readFileSync(new URL('../../assets/status.css', import.meta.url), 'utf8').replace(/\/\*.*?\*\//gs, '')
    const styled = new Set([...style.matchAll(/\.([a-z][a-z-]*)/g)].map(([, each]) => each))
    const used = new Set(
      pages
        .flatMap(elementsOf)
        .flatMap(({ attributes }) => attributes.flatMap(([name, value]) => (name === 'class' ? value.split(' ') : []))),
    )
    expect([...styled].filter(each => !used.has(each ?? ''))).toEqual([])
    // A LUN that is ready, and a page that is not there, look as what is beside them.
    expect([...used].filter(each => !styled.has(each))).toEqual(['ready', 'off'])
  })
})
