import { describe, expect, it } from 'vitest'
import { documentOf, titleOf } from './document.ts'
import { readQuery } from './page-query.ts'
import type { Seen } from './regions/regions.ts'

const AWAY: Seen = {
  sample: {
    ...{ atMs: 0, at: new Date('2026-11-29T13:01:01.000Z'), away: 'no lunkitd answers' },
    ...{ reading: undefined, readAt: undefined, loads: undefined },
  },
  history: [],
}
const page = (search = ''): string => documentOf(AWAY, readQuery(search))
/** What stands in a page between two texts. */
const between = (html: string, from: string, to: string): string => html.split(from)[1]?.split(to)[0] ?? ''

describe('the page', () => {
  it('has a title that says how lunkitd is among other pages, and loads its own files', () => {
    expect(titleOf(AWAY)).toBe('away – lunkitd')
    expect(page()).toMatch(/^<!doctype html>\n<html lang="en"><head><meta charset="utf-8">/)
    expect(between(page(), '<meta charset="utf-8">', '</head>')).toBe(
      [
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<title>away – lunkitd</title>',
        '<link rel="icon" href="status.svg" type="image/svg+xml">',
        '<link rel="stylesheet" href="status.css">',
        '<script src="status.js" type="module"></script>',
      ].join(''),
    )
  })

  it('begins with a way past what stands above the LUNs, and how it is watched', () => {
    expect(between(page(), '<body>', '<main>')).toBe(
      [
        '<a class="skip" href="#luns">to the LUNs</a>',
        '<header><h1><a href="?">lunkit</a></h1><div class="controls">',
        '<noscript><a href="?">look again</a></noscript>',
        '<span id="live" role="status"></span><button id="pause" type="button" hidden="">Pause</button>',
        '</div></header>',
      ].join(''),
    )
    expect(page('?find=a&sort=name')).toContain('<noscript><a href="?find=a&amp;sort=name">look again</a></noscript>')
  })

  it('has a section for each part, which its heading names, and whose region is drawn anew by its id', () => {
    const sections = [...page().matchAll(/<section aria-labelledby="([\w-]+)">(.*?)<div id="(\w+)"/g)]
    expect(
      sections.map(([, label, head = '', id]) => [label, /<h2 id="([\w-]+)">(\w+)<\/h2>/.exec(head)?.slice(1), id]),
    ).toEqual([
      ['health-head', ['health-head', 'Health'], 'health'],
      ['charts-head', ['charts-head', 'Load'], 'charts'],
      ['luns-head', ['luns-head', 'LUNs'], 'luns'],
      ['sessions-head', ['sessions-head', 'Sessions'], 'sessions'],
      ['refusals-head', ['refusals-head', 'Refused'], 'refusals'],
    ])
  })

  it('ends with where the metrics are, and what changes things', () => {
    expect(between(page(), '<footer>', '</footer>')).toBe(
      '<a href="metrics">metrics</a> for Prometheus. All of this can be read only; lunkit(1) changes it.',
    )
  })
})

describe('the form that looks for LUNs', () => {
  const form = (search = ''): string => between(page(search), '<form ', '</form>')
  const options = (html: string, id: string): (readonly [string, string])[] =>
    [
      ...between(html, `<select id="${id}" name="${id}">`, '</select>').matchAll(/<option value="(.*?)".*?>(.*?)</g),
    ].map(([, value = '', words = '']) => [value, words] as const)
  const chosen = (html: string): string[] =>
    [...html.matchAll(/<option value="([\w-]*)" selected="">/g)].map(([, value = '']) => value)

  it('asks for the same page, with a label for each field', () => {
    expect(form()).toContain('action="#luns" method="get" role="search"><label for="find">Find</label>')
    expect(form()).toContain(
      '<input id="find" name="find" type="search" value="" maxlength="256" placeholder="LUN, serial, target, initiator, address">',
    )
    expect(form()).toContain('<label for="state">State</label><select id="state" name="state">')
    expect(form()).toContain('<label for="sort" class="narrow">Order</label><select id="sort" name="sort">')
    expect(form()).toMatch(/<button type="submit">Show<\/button>$/)
  })

  it('has every state, and every order both ways', () => {
    expect(options(form(), 'state')).toEqual([
      ['', 'all states'],
      ['wrong', 'with a fault'],
      ['ready', 'ready'],
      ['readonly', 'readonly'],
      ['faulted', 'faulted'],
      ['deactivated', 'deactivated'],
    ])
    const orders = options(form(), 'sort')
    expect(orders.slice(0, 3)).toEqual([
      ['wrong', 'faults first'],
      ['name', 'LUN, rising'],
      ['-name', 'LUN, falling'],
    ])
    expect(
      orders.filter(([value]) => !value.startsWith('-')).map(([, words]) => words.replace(', rising', '')),
    ).toEqual([
      ...['faults first', 'LUN', 'Store', 'State', 'Served as', 'Size', 'IOPS'],
      ...['Read MB/s', 'Write MB/s', 'Mean ms', 'p99 ms', 'In flight'],
    ])
    expect(orders).toHaveLength(23)
  })

  it.each([
    ['', ['', 'wrong']],
    ['?state=faulted&sort=-iops', ['faulted', '-iops']],
    ['?state=none&sort=none', ['', 'wrong']],
  ])('shows what %j has asked for', (search, right) => {
    expect(chosen(form(search))).toEqual(right)
  })

  it.each([
    ['', false],
    ['?sort=name', false],
    ['?find=a', true],
    ['?state=ready', true],
  ])('leads back to all of them from %j: %j', (search, leads) => {
    expect(form(search).endsWith('<a href="?#luns">all</a>')).toBe(leads)
  })
})
