import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const directory = mkdtempSync(join(tmpdir(), 'lunkit-without-koffi-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** As where nothing optional was installed, on every thread. */
const WITHOUT_KOFFI = `
  import { Module } from 'node:module'
  const resolve = Module._resolveFilename
  Module._resolveFilename = function (name, ...rest) {
    if (name.startsWith('@koromix/')) throw new Error('Cannot find module ' + name)
    return resolve.call(this, name, ...rest)
  }`

const PROGRAM = `
  import { connect, createTarget, fileio, openBlockDevice, ramdisk } from 'lunkit'
  const path = process.argv.at(-1)
  const luns = [
    fileio({ path: path + '/back.img', sizeBytes: 1 << 20 }),
    fileio({ path: path + '/through.img', sizeBytes: 1 << 20, writeBack: false }),
    ramdisk({ sizeBytes: 1 << 20 }),
  ]
  const target = await createTarget({ luns })
  const session = await connect(target.address)
  for (const lun of luns.keys()) {
    const disk = await openBlockDevice(session.lun(lun))
    await disk.write(8192, Buffer.alloc(4096, 'written ' + lun + '. '))
    await disk.flush()
    console.log(Buffer.from(await disk.read(8192, 512)).toString('latin1', 0, 10))
  }
  await session.close()
  console.log(await target.close())`

describe('a target in a program without koffi', () => {
  it('serves files and memory, and says once what it lacks', async () => {
    const program = join(directory, 'program.mjs')
    writeFileSync(program, PROGRAM)
    symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(directory, 'node_modules'))
    const flags = ['--conditions=source', '--import', `data:text/javascript,${encodeURIComponent(WITHOUT_KOFFI)}`]
    const { stdout, stderr } = await run(process.execPath, [...flags, program, directory], { timeout: 50_000 })
    expect(stdout).toBe('written 0.\nwritten 1.\nwritten 2.\n[]\n')
    expect(stderr.match(/LUNKIT_WITHOUT_KOFFI/g)).toHaveLength(1)
    expect(stderr).toMatch(
      /LunkitWarning: lunkit works without koffi \(Cannot find module @koromix\/koffi-linux-\w+\): files are read/,
    )
  })
})
