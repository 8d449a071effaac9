import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

// Each test starts a process, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 90_000 })

const run = promisify(execFile)
const packageDirectory = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs a program that has to end by itself; answers what it printed. */
async function output(program: string, ...nodeArguments: readonly string[]): Promise<string> {
  const args = [...nodeArguments, '--conditions=source', '--input-type=module-typescript', '--eval', program]
  const { stdout } = await run(process.execPath, args, {
    cwd: packageDirectory,
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  return stdout
}

const SIZE = 'sizeBytes: 2 ** 20'
const STORAGE: Readonly<Record<string, (file: string) => string>> = {
  'a RAM disk': () => `ramdisk({ ${SIZE} })`,
  'a disk that keeps nothing': () => `ramdisk({ ${SIZE}, nullio: true })`,
  'a file with a write cache': file => `fileio({ path: ${JSON.stringify(file)}, ${SIZE} })`,
  'a file without one': file => `fileio({ path: ${JSON.stringify(file)}, ${SIZE}, writeBack: false })`,
}

/** What a program does with a target, and how it lets go of it. */
const uses = {
  'logs in, writes, reads, logs out, and closes it': `
    const session = await connect(target.address)
    const disk = session.lun(0)
    await disk.ready()
    await disk.write(0, new Uint8Array(4096).fill(7))
    await disk.synchronizeCache()
    console.log((await disk.read(0, 8)).length)
    await session.close()
    await target.close()`,
  'closes it while an initiator is logged in': `
    const session = await connect(target.address)
    await session.lun(0).ready()
    console.log(4096)
    await Promise.all([target.close(), session.closed])`,
  'discovers it, and closes it': `
    await discover(target.address)
    console.log(4096)
    await target.close()`,
  'closes it at once, twice': `
    console.log(4096)
    await Promise.all([target.close(), target.close()])`,
} as const

describe('a program ends by itself that serves', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkit-end-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  const cases = Object.keys(STORAGE).flatMap(storage =>
    (Object.keys(uses) as (keyof typeof uses)[]).map(use => ({ storage, use })),
  )
  it.each(cases)('$storage and $use', async ({ storage, use }) => {
    const luns = `[${STORAGE[storage]?.(join(directory, 'disk.img'))}]`
    const program = `
      import { connect, createTarget, discover, fileio, ramdisk } from 'lunkit'
      const target = await createTarget({ luns: ${luns} })
      ${uses[use]}`
    expect(await output(program)).toBe('4096\n')
  })

  it.each([0, 100])('a file whose threads look for work for %i µs', async pollUs => {
    const luns = `[${STORAGE['a file without one']?.(join(directory, 'disk.img'))}]`
    const program = `
      import { connect, createTarget, fileio } from 'lunkit'
      await using target = await createTarget({ luns: ${luns}, pollUs: ${pollUs} })
      await using session = await connect(target.address)
      await session.lun(0).ready()
      console.log((await session.lun(0).read(0, 8)).length)`
    expect(await output(program)).toBe('4096\n')
  })

  it('a file, as a program on the command line of a Node that imports something first', async () => {
    const program = `
      import { connect, createTarget, fileio } from 'lunkit'
      await using target = await createTarget({ luns: [${STORAGE['a file without one']?.(join(directory, 'disk.img'))}] })
      await using session = await connect(target.address)
      await session.lun(0).write(0, new Uint8Array(4096).fill(7))
      console.log((await session.lun(0).read(0, 8)).length)`
    expect(await output(program, '--import', 'data:text/javascript,')).toBe('4096\n')
  })

  it('a disk of which another part cannot be opened', async () => {
    const file = STORAGE['a file with a write cache']?.(join(directory, 'disk.img'))
    const program = `
      import { createTarget, fileio } from 'lunkit'
      const luns = [${file}, fileio({ path: '/nonexistent/disk.img', ${SIZE} })]
      await createTarget({ luns }).catch(error => console.log(error.name))`
    expect(await output(program)).toBe('StoreOpenError\n')
  })
})
