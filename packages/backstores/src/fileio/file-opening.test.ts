import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreDriver } from '../compliance/store-driver.ts'
import { StoreOpenError } from '../store-open-error.ts'
import type { StoreOpeningEvent } from '../store-opening.ts'
import { ScriptedLanes } from '../testing/scripted-lanes.ts'
import { type Fileio, openFileio } from './fileio.ts'
import type { FileioOptions } from './fileio-options.ts'

const MiB = 1024 * 1024
let directory: string
let open: Fileio[]
let heard: StoreOpeningEvent[]
const opened = (event: StoreOpeningEvent) => void heard.push(event)

/** Where a child process finds koffi. */
const cwd = import.meta.dirname
const at = (name: string) => join(directory, name)

async function openStore(options: Partial<FileioOptions> = {}): Promise<Fileio> {
  const lanes = new ScriptedLanes(new Slab({ sizeBytes: MiB }), { native: true })
  const store = await openFileio({ name: 'disk0', path: at('disk.img'), writeBack: true, lanes, ...options })
  open.push(store)
  return store
}

/** The error that opening ends with. */
async function refusal(options: Partial<FileioOptions> = {}): Promise<StoreOpenError> {
  const error: unknown = await openStore(options).catch((cause: unknown) => cause)
  if (error instanceof StoreOpenError) return error
  throw new Error('the store was opened, or something else was thrown', { cause: error })
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-opening-'))
  open = []
  heard = []
})

afterEach(async () => {
  for (const store of open) await store.close()
  rmSync(directory, { recursive: true })
})

describe('opening a fileio store', () => {
  it('creates a missing file sparse, of the size given, for its owner only', async () => {
    const store = await openStore({ sizeBytes: 1024 * MiB })
    expect(store.sizeBytes).toBe(1024 * MiB)
    const stats = statSync(at('disk.img'))
    expect(stats.size).toBe(1024 * MiB)
    expect(stats.blocks).toBe(0)
    expect(stats.mode & 0o777).toBe(0o600)
  })

  it.each([
    ['by the call of its file system', true],
    ['by writing it, without koffi', false],
  ])('creates a file with all its space, %s, and makes one longer so', async (_how, native) => {
    const lanes = new ScriptedLanes(new Slab({ sizeBytes: MiB }), { native })
    const spaceOf = () => statSync(at('disk.img')).blocks * 512
    const full = { lanes, sparse: false, unlocked: true }
    await (await openStore({ ...full, sizeBytes: 3 * MiB + 512 })).close()
    expect(spaceOf()).toBeGreaterThanOrEqual(3 * MiB + 512)
    const store = await openStore({ ...full, sizeBytes: 6 * MiB })
    expect(spaceOf()).toBeGreaterThanOrEqual(6 * MiB)
    expect(await store.resize(8 * MiB)).toBeUndefined()
    expect([statSync(at('disk.img')).size, spaceOf() >= 8 * MiB]).toEqual([8 * MiB, true])
  })

  it('takes the size of an existing file when none is given', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(8192, 7))
    expect((await openStore({ opened })).sizeBytes).toBe(8192)
    expect(heard).toEqual([])
  })

  it('serves a longer file up to the size that is given, as LIO does, leaves the rest alone, and says both sizes', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(16_384, 7))
    const store = await openStore({ sizeBytes: 8192, opened })
    expect(store.sizeBytes).toBe(8192)
    await store.close()
    expect(readFileSync(at('disk.img'))).toEqual(Buffer.alloc(16_384, 7))
    const sizes = { fileBytes: 16_384, askedBytes: 8192, servedBytes: 8192 }
    expect(heard).toEqual([{ kind: 'sizeDiffers', path: at('disk.img'), ...sizes }])
  })

  it('makes a shorter file longer, as a write does in LIO, and says both sizes', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(8192, 7))
    expect((await openStore({ sizeBytes: MiB, opened })).sizeBytes).toBe(MiB)
    expect(readFileSync(at('disk.img'))).toEqual(Buffer.concat([Buffer.alloc(8192, 7), Buffer.alloc(MiB - 8192)]))
    const sizes = { fileBytes: 8192, askedBytes: MiB, servedBytes: MiB }
    expect(heard).toEqual([{ kind: 'sizeDiffers', path: at('disk.img'), ...sizes }])
  })

  it('leaves a shorter file that is only read as it is', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(8192, 7))
    expect((await openStore({ sizeBytes: MiB, readOnly: true, opened })).sizeBytes).toBe(8192)
    expect(statSync(at('disk.img')).size).toBe(8192)
    expect(heard).toMatchObject([{ kind: 'sizeDiffers', fileBytes: 8192, askedBytes: MiB, servedBytes: 8192 }])
  })

  it.each([1_048_676, 1_049_087])('serves a file of %i bytes rounded down to whole blocks of 512', async bytes => {
    writeFileSync(at('disk.img'), Buffer.alloc(bytes, 7))
    expect((await openStore({ opened })).sizeBytes).toBe(MiB)
    expect(statSync(at('disk.img')).size).toBe(bytes)
    expect(heard).toEqual([{ kind: 'sizeRounded', sizeBytes: bytes, servedBytes: MiB }])
  })

  it('creates a file of a size that is no multiple of 512 with just that size, and serves it rounded down', async () => {
    const first = await openStore({ sizeBytes: 1_048_676, opened })
    expect(first.sizeBytes).toBe(MiB)
    expect(statSync(at('disk.img')).size).toBe(1_048_676)
    expect(heard).toEqual([
      { kind: 'fileCreated', path: at('disk.img'), sizeBytes: 1_048_676 },
      { kind: 'sizeRounded', sizeBytes: 1_048_676, servedBytes: MiB },
    ])
    await first.close()
    heard = []
    expect((await openStore({ sizeBytes: 1_048_676, opened })).sizeBytes).toBe(MiB)
    expect(heard).toMatchObject([{ kind: 'sizeRounded' }])
  })

  it('follows a symbolic link', async () => {
    writeFileSync(at('real'), Buffer.alloc(512))
    symlinkSync('real', at('disk.img'))
    expect((await openStore()).sizeBytes).toBe(512)
  })

  it('reports what the file system can do', async () => {
    const { features } = await openStore({ sizeBytes: MiB })
    expect(features).toEqual({
      write: true,
      discard: true,
      extents: true,
      discardsToZeroes: true,
      discardGranularityBytes: statSync(at('disk.img')).blksize,
      writeBack: true,
    })
  })

  it('opens for reading only when it is asked to, and says so', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(512))
    const { features } = await openStore({ readOnly: true })
    expect([features.write, features.discard]).toEqual([false, false])
  })

  it('keeps no descriptor of what it has created, or opened, once it is closed', async () => {
    await (await openStore({ sizeBytes: MiB })).close()
    const before = readdirSync('/proc/self/fd').length
    await (await openStore({ path: at('other.img'), sizeBytes: MiB })).close()
    await (await openStore({ path: at('other.img') })).close()
    await expect(openStore({ path: at('missing.img') })).rejects.toThrow(StoreOpenError)
    expect(readdirSync('/proc/self/fd')).toHaveLength(before)
  })

  it('leaves no trace of reading in the file', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(4096, 7))
    utimesSync(at('disk.img'), 0, 0)
    const slab = new Slab({ sizeBytes: MiB })
    const driver = new StoreDriver(await openStore({ lanes: new ScriptedLanes(slab, { native: true }) }), slab)
    await driver.read(0, 4096)
    expect(statSync(at('disk.img')).atimeMs).toBe(0)
  })

  it('opens a file of another owner as well, though reading that one leaves a trace', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(4096, 7), { mode: 0o644 })
    chmodSync(directory, 0o755)
    // Only root can be somebody else for a while; everybody else opens a file of their own here.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534)
    try {
      expect((await openStore({ readOnly: true })).sizeBytes).toBe(4096)
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })
})

describe('a fileio store is refused, with the path, the reason and what would be right', () => {
  it('when the file is missing and no size is given', async () => {
    const error = await refusal()
    expect(error.reason).toBe('sizeMissing')
    expect(error.message).toBe(
      `cannot open ${at('disk.img')}: it does not exist, and no size was given to create it with; give a size, or the path of an existing file`,
    )
    expect(readdirSync(directory)).toEqual([])
  })

  it('when the file is missing and is only to be read', async () => {
    expect((await refusal({ readOnly: true, sizeBytes: 512 })).reason).toBe('missingFile')
  })

  it('when the directory is missing, or is a file', async () => {
    const error = await refusal({ path: at('none/disk.img'), sizeBytes: 512 })
    expect(error.reason).toBe('missingDirectory')
    expect(error.message).toContain(`the directory ${at('none')} does not exist, or is none; create it`)
    writeFileSync(at('file'), '')
    expect((await refusal({ path: at('file/disk.img'), sizeBytes: 512 })).reason).toBe('missingDirectory')
  })

  it('when the path leads to a directory, a device or a pipe', async () => {
    mkdirSync(at('directory'))
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')])
    const paths = [at('directory'), at('pipe'), '/dev/null']
    const errors = await Promise.all(paths.flatMap(path => [refusal({ path }), refusal({ path, readOnly: true })]))
    expect(errors.map(({ reason }) => reason)).toEqual(errors.map(() => 'notARegularFile'))
  })

  it('when the path is a symbolic link that leads nowhere', async () => {
    symlinkSync('nothing', at('disk.img'))
    expect((await refusal({ sizeBytes: 512 })).message).toContain('a symbolic link that leads nowhere')
  })

  it('when it has no block, or none is asked for', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(511))
    const error = await refusal()
    expect(error.reason).toBe('badSize')
    expect(error.message).toContain('the file has 511 bytes, which is no block; right is a whole number from 512')
    const sizes = await Promise.all(
      [0, -512, 511, 1.5, Number.NaN, 2 ** 53].map(sizeBytes => refusal({ path: at('new'), sizeBytes })),
    )
    expect(sizes.map(({ reason }) => reason)).toEqual(sizes.map(() => 'badSize'))
    truncateSync(at('disk.img'), 0)
    expect((await refusal()).reason).toBe('badSize')
    expect(readdirSync(directory)).toEqual(['disk.img'])
  })

  it('when it is missing and may not be created', async () => {
    const error = await refusal({ sizeBytes: MiB, create: false })
    expect(error.reason).toBe('missingFile')
    expect(error.message).toContain('it does not exist, and may not be created (create)')
    expect(readdirSync(directory)).toEqual([])
  })

  it('when it is shorter than what is asked for and may not be made longer, and is left as it is', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(8192, 7))
    const error = await refusal({ sizeBytes: MiB, create: false })
    expect(error.reason).toBe('badSize')
    expect(error.message).toContain('the file has 8192 bytes and 1048576 are asked for')
    expect(statSync(at('disk.img')).size).toBe(8192)
    expect((await openStore({ sizeBytes: 4096, create: false })).sizeBytes).toBe(4096)
  })

  it('when another store of this process has it, by whatever name, until that one is closed', async () => {
    const first = await openStore({ sizeBytes: MiB })
    symlinkSync('disk.img', at('alias'))
    const error = await refusal({ path: at('alias') })
    expect(error.reason).toBe('locked')
    expect(error.message).toContain('another store of this process')
    expect((await refusal({ readOnly: true })).reason).toBe('locked')
    await first.close()
    expect((await openStore()).sizeBytes).toBe(MiB)
  })

  it('when another process has it locked, and lets that one go on', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(512))
    const holder = spawn(process.execPath, ['-e', HOLDER, at('disk.img')], { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise(resolve => holder.stdout.once('data', resolve))
    const error = await refusal()
    expect(error.reason).toBe('locked')
    expect(error.message).toContain('another process has it open and locked')
    const ended = new Promise(resolve => holder.once('exit', resolve))
    holder.stdin.end()
    await ended
    expect((await openStore()).sizeBytes).toBe(512)
  })

  it('without koffi, when another process is seen to have it locked', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(512))
    const lanes = new ScriptedLanes(new Slab({ sizeBytes: MiB }))
    const holder = spawn(process.execPath, ['-e', HOLDER, at('disk.img')], { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise(resolve => holder.stdout.once('data', resolve))
    expect((await refusal({ lanes })).reason).toBe('locked')
    const ended = new Promise(resolve => holder.once('exit', resolve))
    holder.stdin.end()
    await ended
    expect((await openStore({ lanes })).sizeBytes).toBe(512)
    expect((await refusal({ lanes: new ScriptedLanes(new Slab({ sizeBytes: MiB })) })).reason).toBe('locked')
  })

  it('and leaves neither a file that it created nor a descriptor behind', async () => {
    const before = readdirSync('/proc/self/fd').length
    const first = await openStore({ sizeBytes: MiB })
    for (let i = 0; i < 8; i++) await refusal()
    await first.close()
    for (let i = 0; i < 8; i++) await refusal({ path: at('none/disk.img'), sizeBytes: 512 })
    expect(readdirSync('/proc/self/fd').length).toBe(before)
    expect(readdirSync(directory)).toEqual(['disk.img'])
  })

  it('but may be read by several at once', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(512))
    const readers = [await openStore({ readOnly: true }), await openStore({ readOnly: true })]
    expect((await refusal()).reason).toBe('locked')
    await readers[0]?.close()
    expect((await refusal()).reason).toBe('locked')
    await readers[1]?.close()
    expect((await openStore()).features.write).toBe(true)
  })
})

describe('the lock', () => {
  const tryLock = () => execFileSync(process.execPath, ['-e', TRIER, at('disk.img')], { cwd, encoding: 'utf8' }).trim()

  it('keeps other processes out', async () => {
    await openStore({ sizeBytes: MiB })
    expect(tryLock()).toBe('-1')
    await open[0]?.close()
    expect(tryLock()).toBe('0')
  })

  it('is not lost when this process closes another descriptor of the file', async () => {
    await openStore({ sizeBytes: MiB })
    closeSync(openSync(at('disk.img'), 'r'))
    expect(tryLock()).toBe('-1')
  })
})

/** Takes a POSIX record lock on the whole file: fcntl(F_SETLK = 6) with l_type F_WRLCK = 1. Prints 0, or -1. */
const TRIER = `
const koffi = require('@koromix/koffi-linux-' + process.arch)
const fd = require('node:fs').openSync(process.argv[1], 'r+')
console.log(koffi.load(null).func('int fcntl(int, int, void *)')(fd, 6, Buffer.from([1, ...new Array(31).fill(0)])))
`
const HOLDER = `${TRIER}; process.stdin.resume()`
