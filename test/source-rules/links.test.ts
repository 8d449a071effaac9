import { describe, expect, it } from 'vitest'
import { brokenReferences } from './manual-references.ts'
import { MarkdownPage } from './markdown-page.ts'
import { brokenLinks, brokenMentions, type Repository, readRepository, textOf } from './page-links.ts'

const repository = readRepository()
const manuals = [...repository.paths].filter(path => /\/man\/[\w.-]+\.\d$/.test(path))
/** Where pages of docs are named without a link. */
const NAMING = /\.(ts|js|json|ya?ml|service|sh|\d)$|^\.ci\//

describe('in this repository', () => {
  it('every link of every page leads to a file, and to a heading where it names one', () => {
    expect(repository.pages.size).toBeGreaterThan(50)
    expect([...repository.pages.values()].flatMap(page => brokenLinks(page, repository))).toEqual([])
  })

  it('every page of docs that sources, manual pages and scripts name is there', () => {
    const naming = [...repository.paths].filter(
      path => NAMING.test(path) && !path.startsWith('test/source-rules/links'),
    )
    expect(naming.flatMap(path => brokenMentions(path, textOf(path), repository))).toEqual([])
  })

  it('every manual page of ours that is referred to is there', () => {
    expect(manuals.length).toBeGreaterThan(2)
    const referring = [...repository.pages.keys(), ...manuals]
    expect(referring.flatMap(path => brokenReferences(path, textOf(path), manuals))).toEqual([])
  })
})

/** Links of a page `docs/page.md` that lead nowhere, in a repository that has `docs/other.md` and a directory. */
function brokenOf(text: string): readonly string[] {
  const pages = [
    new MarkdownPage('docs/page.md', text),
    new MarkdownPage('docs/other.md', '# One `two`, three!\n# Four\n# Four\n'),
  ]
  const paths = [...pages.map(({ path }) => path), 'README.md', 'docs/bench/chart.svg']
  const planted: Repository = { paths: new Set(paths), pages: new Map(pages.map(page => [page.path, page])) }
  return pages.flatMap(page => brokenLinks(page, planted))
}

describe('a link is found to lead nowhere', () => {
  it.each([
    ['a file that is not there', '# Page\n\n[x](gone.md)', 'docs/page.md:3 gone.md: there is no docs/gone.md'],
    ['an image', '![x](bench/gone.svg)', 'docs/page.md:1 bench/gone.svg: there is no docs/bench/gone.svg'],
    [
      'a heading of another page',
      '[x](other.md#two)',
      'docs/page.md:1 other.md#two: docs/other.md has no heading with that name',
    ],
    [
      'a heading of its own',
      '# Page\n[x](#pages)',
      'docs/page.md:2 #pages: docs/page.md has no heading with that name',
    ],
    ['a reference', '[x]\n\n[x]: ../GONE.md', 'docs/page.md:3 ../GONE.md: there is no GONE.md'],
    [
      'an address without encryption',
      '[x](http://example.com/)',
      'docs/page.md:1 http://example.com/: no address of the form https://',
    ],
  ])('%s', (_, text, found) => {
    expect(brokenOf(text)).toEqual([found])
  })

  it.each([
    ['a heading, as GitHub names it', '[x](other.md#one-two-three)'],
    ['the second of two headings that are alike', '[x](other.md#four-1)'],
    ['a directory', '[x](bench) [y](bench/) [z](../README.md)'],
    ['what stands in code', '`[x](gone.md)`\n```sh\n[x](gone.md)\n```\n'],
    ['another place', '[x](https://www.rfc-editor.org/rfc/rfc7143#section-11)'],
  ])('not %s', (_, text) => {
    expect(brokenOf(text)).toEqual([])
  })
})

it('a page of docs that a source names, and a manual page, are found to be gone', () => {
  const named = `// docs/${'gone.md'} and docs/${'gone.md#x'}`
  expect(brokenMentions('a.ts', named, { paths: new Set(), pages: new Map() })).toHaveLength(2)
  expect(brokenReferences('a.md', 'see lunkitd(8), lunkitd(5), ls(1)', ['x/lunkitd.8'])).toEqual([
    'a.md:1 lunkitd(5): there is no such manual page',
  ])
})
