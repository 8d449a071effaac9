import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Generations } from './generations.ts'

describe('the states that a configuration file had', () => {
  let directory = ''
  let path = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkit-config-'))
    path = join(directory, 'saveconfig.json')
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** Writes the file, and keeps it. */
  async function keepAll(generations: Generations, ...texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      await writeFile(path, text)
      await generations.keep()
    }
  }

  const textsOf = async (generations: Generations): Promise<string[]> =>
    Promise.all((await generations.list()).map(each => generations.read(each)))

  it('are kept beside it, the newest first, for its owner alone', async () => {
    const generations = new Generations(path)
    const before = Date.now()
    await keepAll(generations, 'one', 'two', 'three')
    expect(await textsOf(generations)).toEqual(['three', 'two', 'one'])
    const [newest] = await generations.list()
    expect(newest?.replacedAt.getTime()).toBeGreaterThanOrEqual(before)
    expect(newest?.replacedAt.getTime()).toBeLessThanOrEqual(Date.now() + 2)
    expect(basename(newest?.path ?? '')).toMatch(/^saveconfig-\d{8}-\d\d:\d\d:\d\d\.\d{3}-json\.gz$/)
    expect((await stat(newest?.path ?? '')).mode & 0o777).toBe(0o600)
    expect((await stat(join(directory, 'backup'))).mode & 0o777).toBe(0o700)
  })

  it('are no more than were asked for: the oldest goes', async () => {
    const generations = new Generations(path, 2)
    await keepAll(generations, 'one', 'two', 'three')
    expect(await textsOf(generations)).toEqual(['three', 'two'])
  })

  it('are ten where nothing was said', async () => {
    const generations = new Generations(path)
    await keepAll(generations, ...Array.from({ length: 12 }, (_, number) => String(number)))
    expect(await textsOf(generations)).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '2'])
  })

  it('are kept once while the file stays as it is', async () => {
    const generations = new Generations(path)
    await keepAll(generations, 'one', 'one', 'two', 'one')
    expect(await textsOf(generations)).toEqual(['one', 'two', 'one'])
  })

  it('are none where there is no file, or no directory of them', async () => {
    const generations = new Generations(path)
    await generations.keep()
    expect(await generations.list()).toEqual([])
    expect(await readdir(directory)).toEqual([])
  })

  it('are those of one file, whatever else lies there, and those that LIO has kept', async () => {
    const generations = new Generations(path, 1)
    await mkdir(join(directory, 'backup'))
    const others = ['notes.txt', 'other-20200101-00:00:00-json.gz', 'saveconfig-20201399-00:00:00-json.gz']
    for (const name of [...others, 'saveconfig-20200101-12:34:56-json.gz'])
      await writeFile(join(directory, 'backup', name), '')
    expect((await generations.list()).map(({ replacedAt }) => replacedAt.toISOString())).toEqual([
      '2020-01-01T12:34:56.000Z',
    ])
    await keepAll(generations, 'one')
    expect(await textsOf(generations)).toEqual(['one'])
    expect(await readdir(join(directory, 'backup'))).toEqual(expect.arrayContaining(others))
  })

  it('do not stop being kept when one of them is damaged, which is told to who reads it', async () => {
    const generations = new Generations(path)
    await keepAll(generations, 'one')
    const [damaged] = await generations.list()
    await writeFile(damaged?.path ?? '', 'no gzip')
    await expect(generations.read(damaged as never)).rejects.toThrow('incorrect header check')
    await keepAll(generations, 'one')
    expect(await generations.list()).toHaveLength(2)
  })

  it('are not kept where the system does not let them be, which is told', async () => {
    await writeFile(join(directory, 'backup'), 'a file')
    await expect(keepAll(new Generations(path), 'one')).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(new Generations(path).list()).rejects.toMatchObject({ code: 'ENOTDIR' })
  })
})
