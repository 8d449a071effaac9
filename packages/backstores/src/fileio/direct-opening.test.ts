import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Libc } from '../native/libc.ts'
import { libc } from '../native/libc-access.ts'
import { StoreOpenReason } from '../store-open-error.ts'
import { openDirectly } from './direct-opening.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-direct-opening-'))
const fd = openSync(join(directory, 'disk.img'), 'w+')
afterAll(() => {
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

const right = 'serve it through the page cache (without aio, or direct), or move it to a file system that can'

const withAlignment = (bytes: number | undefined): Libc => ({ directAlignment: () => bytes }) as unknown as Libc

it.each([
  [0, 'its file system cannot be read and written past the page cache'],
  [8192, 'its file system goes past the page cache in pieces of 8192 bytes only'],
])('a file system that takes %j bytes past the page cache is refused', (alignment, what) => {
  const opening = { path: '/disk.img', readOnly: false, libc: withAlignment(alignment) }
  expect(() => openDirectly(fd, opening)).toThrow(`cannot open /disk.img: ${what}; ${right}`)
})

it('one that refuses the opening is refused, with why', () => {
  using _ = { [Symbol.dispose]: () => closeSync(version) }
  const version = openSync('/proc/version', 'r')
  const opening = { path: '/proc/version', readOnly: true, libc: undefined }
  expect(() => openDirectly(version, opening)).toThrow(
    expect.objectContaining({ reason: StoreOpenReason.notDirect, cause: expect.objectContaining({ code: 'EINVAL' }) }),
  )
})

it.each([4096, 512, 1, undefined])('one that takes %j bytes, or does not say, is opened past the page cache', bytes => {
  const { fd: direct, leastBlockBytes } = openDirectly(fd, {
    path: '/disk.img',
    readOnly: false,
    libc: withAlignment(bytes),
  })
  expect(leastBlockBytes).toBe(bytes)
  const [, flags = ''] = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${direct}`, 'utf8')) ?? []
  closeSync(direct)
  expect(Number.parseInt(flags, 8) & (constants.O_DIRECT | constants.O_RDWR)).toBe(
    constants.O_DIRECT | constants.O_RDWR,
  )
})

it('the kernel says what a file system takes', () => {
  expect([undefined, 0, 1, 512, 4096]).toContain(libc()?.directAlignment(fd))
  expect(libc()?.directAlignment(-1)).toBeUndefined()
})
