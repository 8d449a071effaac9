import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
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
import { ScriptedLanes } from '../testing/scripted-lanes.ts'
import { type Fileio, type FileioOptions, openFileio } from './fileio.ts'

const MiB = 1024 * 1024
let directory: string
let open: Fileio[]

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

  it('takes the size of an existing file, whatever size is given', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(8192, 7))
    expect((await openStore({ sizeBytes: MiB })).sizeBytes).toBe(8192)
    expect(statSync(at('disk.img')).size).toBe(8192)
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

  it('when its size is no multiple of 512, naming the nearest that are', async () => {
    writeFileSync(at('disk.img'), Buffer.alloc(1000))
    const error = await refusal()
    expect(error.reason).toBe('badSize')
    expect(error.message).toContain(
      'the file has 1000 bytes, which is not a positive multiple of 512; 512 or 1024 would be',
    )
    const sizes = await Promise.all(
      [0, -512, 511, 1.5, Number.NaN].map(sizeBytes => refusal({ path: at('new'), sizeBytes })),
    )
    expect(sizes.map(({ reason }) => reason)).toEqual(sizes.map(() => 'badSize'))
    truncateSync(at('disk.img'), 0)
    expect((await refusal()).reason).toBe('badSize')
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
