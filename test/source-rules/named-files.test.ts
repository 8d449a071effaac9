import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY, trackedFiles } from './tracked-files.ts'

/** Without `src/`, as the pages write them. */
const paths = trackedFiles().map(({ path }) => `/${path.replace('/src/', '/')}`)

/** The TypeScript files that a page names and that are not there: each is the end of a path. */
function missingFiles(page: string): string[] {
  const named = [...page.matchAll(/`([\w./-]+\.ts)`/g)].flatMap(([, name]) => name ?? [])
  return named.filter(name => !paths.some(path => path.endsWith(`/${name.replace('/src/', '/')}`)))
}

describe('the pages for maintainers', () => {
  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'test/README.md'])('name only files that are there: %s', page => {
    expect(missingFiles(readFileSync(join(REPOSITORY, page), 'utf8'))).toEqual([])
  })

  it('are found out when they name a file that is gone', () => {
    expect(missingFiles('`packages/pdu/src/decoder.ts`, `encoder.ts`, `pdu/telegraph.ts`')).toEqual([
      'pdu/telegraph.ts',
    ])
  })
})

describe('the index of decisions', () => {
  const index = readFileSync(join(REPOSITORY, 'ARCHITECTURE.md'), 'utf8')

  it.each(readdirSync(join(REPOSITORY, 'docs/decisions')))('has a row with the title of %s', name => {
    const path = `docs/decisions/${name}`
    const [, number, title] = /^# (\d{4}): (.*)$/m.exec(readFileSync(join(REPOSITORY, path), 'utf8')) ?? []
    expect(index).toContain(`| [${number}](${path}) | ${title} |`)
  })
})
