import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errno } from '../native/errno.ts'
import type { Libc } from '../native/libc.ts'
import type { StoreOpenError } from '../store-open-error.ts'
import { type FileOpening, type OpenedFile, openBackingFile } from './file-opening.ts'

const MiB = 1024 * 1024
let directory: string
let files: OpenedFile[]

/** The C library on a file system that has no record locks, as some of a network have none. */
const withoutLocks = (fields: Partial<Record<keyof Libc, () => number>> = {}): Libc =>
  ({ lock: () => -errno.ENOLCK, punchHole: () => -errno.EOPNOTSUPP, seek: () => 0, ...fields }) as unknown as Libc

const openDescriptors = (): number => readdirSync('/proc/self/fd').length

async function open(options: Partial<FileOpening> = {}): Promise<OpenedFile> {
  const file = await openBackingFile({
    path: join(directory, 'disk.img'),
    sizeBytes: MiB,
    readOnly: false,
    create: true,
    opened: () => {},
    libc: withoutLocks(),
    unlocked: false,
    sparse: true,
    direct: false,
    ...options,
  })
  files.push(file)
  return file
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-unlockable-'))
  files = []
})
afterEach(async () => {
  const { closeSync } = await import('node:fs')
  for (const { fd, witnessFd, lock } of files) {
    lock.release()
    closeSync(fd)
    if (witnessFd !== undefined) closeSync(witnessFd)
  }
  rmSync(directory, { recursive: true })
})

describe('a file whose file system cannot lock', () => {
  it('is refused, and neither it nor a descriptor of it is left behind', async () => {
    const before = openDescriptors()
    const error = (await open().catch((cause: unknown) => cause)) as StoreOpenError
    expect([error.reason, error.message]).toEqual([
      'cannotLock',
      `cannot open ${join(directory, 'disk.img')}: its file system cannot lock files; move it to one that can, or allow \`unlocked\``,
    ])
    expect([openDescriptors(), readdirSync(directory)]).toEqual([before, []])
  })

  it('is refused and left alone where it was there before', async () => {
    writeFileSync(join(directory, 'disk.img'), Buffer.alloc(MiB, 7))
    await expect(open()).rejects.toMatchObject({ reason: 'cannotLock' })
    expect(readdirSync(directory)).toEqual(['disk.img'])
  })

  it('is opened where that is allowed, and keeps other stores of the process out all the same', async () => {
    expect((await open({ unlocked: true })).sizeBytes).toBe(MiB)
    await expect(open({ unlocked: true })).rejects.toMatchObject({ reason: 'locked' })
  })

  it('is refused where that is allowed but another process is seen to have it', async () => {
    const libc = withoutLocks({ lock: () => -errno.EAGAIN })
    const error = (await open({ unlocked: true, libc }).catch((cause: unknown) => cause)) as StoreOpenError
    expect([error.reason, error.message]).toEqual([
      'locked',
      expect.stringContaining('another process has it open and locked; close it there first'),
    ])
  })
})

describe('a file that fails to open in the middle', () => {
  it('is told in the words of the system; what was made is taken back, and its lock is free again', async () => {
    const bug = Object.assign(new Error('EIO: i/o error, lseek'), { code: 'EIO' })
    const libc = withoutLocks({
      lock: () => 0,
      punchHole: () => {
        throw bug
      },
    })
    const before = openDescriptors()
    const error = (await open({ libc }).catch((cause: unknown) => cause)) as StoreOpenError
    expect([error.reason, error.cause]).toEqual(['system', bug])
    expect([openDescriptors(), readdirSync(directory)]).toEqual([before, []])
    expect((await open({ libc: withoutLocks({ lock: () => 0 }) })).sizeBytes).toBe(MiB)
  })
})

describe('what a file system can do', () => {
  it('is asked behind the end of the file, on a page, where no byte is', async () => {
    const asked: number[][] = []
    const libc = withoutLocks({
      lock: () => 0,
      punchHole: ((...numbers: number[]) => (asked.push(numbers.slice(1)), 0)) as () => number,
      seek: ((...numbers: number[]) => (asked.push(numbers.slice(1)), -errno.ENXIO)) as () => number,
    })
    const { canPunch, canSeek } = await open({ libc, sizeBytes: MiB + 512 })
    expect([canPunch, canSeek]).toEqual([true, true])
    expect(asked).toEqual([
      [MiB + 4096, 4096],
      [0, 3],
    ])
  })

  it.each([
    [-errno.EOPNOTSUPP, -errno.EINVAL, [false, false]],
    [0, 0, [true, true]],
    [0, 4096, [true, true]],
  ])('is what it answers: %i to a hole, %i to where data is', async (hole, data, can) => {
    const libc = withoutLocks({ lock: () => 0, punchHole: () => hole, seek: () => data })
    const { canPunch, canSeek } = await open({ libc })
    expect([canPunch, canSeek]).toEqual(can)
  })

  it('is nothing without the C library, and no hole where it is only read', async () => {
    const without = await open({ libc: undefined, unlocked: true })
    expect([without.canPunch, without.canSeek]).toEqual([false, false])
    writeFileSync(join(directory, 'other.img'), Buffer.alloc(512))
    const libc = withoutLocks({ lock: () => 0, punchHole: () => 0 })
    const read = await open({ path: join(directory, 'other.img'), sizeBytes: undefined, readOnly: true, libc })
    expect([read.canPunch, read.canSeek]).toEqual([false, true])
  })
})
