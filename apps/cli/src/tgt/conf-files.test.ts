import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConf } from './conf-files.ts'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-conf-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const written = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

describe('a targets.conf', () => {
  it('has 16 MiB at the most', async () => {
    const path = written('large.conf', '#'.padEnd(16 * 1024 * 1024, 'x'))
    await expect(readConf(path)).resolves.toMatchObject({ directives: [], blocks: [] })
    written('large.conf', '#'.padEnd(16 * 1024 * 1024 + 1, 'x'))
    await expect(readConf(path)).rejects.toThrow(new RegExp(`^${path} is larger than a configuration can be`))
  })

  it('includes 999 others at the most', async () => {
    const path = written('many.conf', 'include many/*\n')
    mkdirSync(join(directory, 'many'))
    for (let at = 1; at < 1000; at++) written(`many/${at}.conf`, '')
    await expect(readConf(path)).resolves.toMatchObject({ directives: [] })
    written('many/1000.conf', '')
    await expect(readConf(path)).rejects.toThrow('more than 1000 files are included')
  })
})
