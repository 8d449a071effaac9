import { execFileSync } from 'node:child_process'
import { link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAtFile } from './file-look.ts'

describe('a look at a path', () => {
  let directory = ''
  const at = (name: string) => join(directory, name)
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
    await writeFile(at('disk.img'), Buffer.alloc(1024))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('tells the size of a file, and nothing against it', async () => {
    expect(await lookAtFile(at('disk.img'))).toMatchObject({ kind: 'regularFile', sizeBytes: 1024, refusal: undefined })
  })

  it('tells that two paths are one file', async () => {
    await link(at('disk.img'), at('hard.img'))
    await symlink(at('disk.img'), at('soft.img'))
    await writeFile(at('other.img'), '')
    const [own, hard, soft, other] = await Promise.all(
      ['disk.img', 'hard.img', 'soft.img', 'other.img'].map(async name => (await lookAtFile(at(name))).identity),
    )
    expect([hard, soft]).toEqual([own, own])
    expect(other).not.toBe(own)
  })

  it('tells that two paths would be one file, where none is yet', async () => {
    await mkdir(at('images'))
    await symlink(at('images'), at('link'))
    const looks = await Promise.all([at('images/new.img'), at('link/new.img')].map(lookAtFile))
    expect(looks.map(({ kind }) => kind)).toEqual(['missing', 'missing'])
    expect(looks[0]?.identity).toBe(looks[1]?.identity)
    expect(await readdir(at('images'))).toEqual([])
  })

  it('tells what is no file', async () => {
    await symlink(at('nowhere'), at('dangling'))
    await symlink(at('loop'), at('loop'))
    await using server = createServer().listen(at('socket'))
    await new Promise(resolve => server.once('listening', resolve))
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')])
    const names = [
      '.',
      'socket',
      'pipe',
      'dangling',
      'loop',
      'no/disk.img',
      'disk.img/disk.img',
      'disk.img/deep/disk.img',
    ]
    const looks = await Promise.all(names.map(name => lookAtFile(at(name))))
    expect(looks.map(({ kind, refusal }) => [kind, refusal])).toEqual([
      ['directory', undefined],
      ['socket', undefined],
      ['pipe', undefined],
      ['danglingLink', undefined],
      ['unknown', 'ELOOP'],
      ['missingDirectory', undefined],
      ['missingDirectory', undefined],
      ['missingDirectory', undefined],
    ])
    expect(await lookAtFile('/dev/null')).toMatchObject({ kind: 'characterDevice' })
  })
})
