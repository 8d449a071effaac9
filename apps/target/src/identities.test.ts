import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfiguration, withSerials } from '@lunkit/config'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ExitCode } from './exit-code.ts'
import { run } from './run.ts'
import { withLun } from './testing/client.ts'
import { Level, Lunkitd } from './testing/lunkitd.ts'
import { type StorageObject, saveConfig } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const rd = { plugin: 'ramdisk', name: 'rd0', size: MIB }

let directory = ''
let config = ''
let state = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
  config = join(directory, 'saveconfig.json')
  state = join(directory, 'state')
})
afterEach(() => rm(directory, { recursive: true }))

const file = () => ({ plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: MIB })

/** What a lunkitd with these disks says who they are: VPD page 80h, and the NAA designator of page 83h in hex. */
async function identities(disks: readonly StorageObject[], args: readonly string[] = ['--state', state]) {
  await writeFile(config, saveConfig(disks))
  await using lunkitd = new Lunkitd(['--config', config, ...args])
  const urls = await lunkitd.urls(disks.length)
  const found = []
  for (const url of urls)
    found.push(
      await withLun(url, async unit => {
        const serial = Buffer.from((await unit.vitalProductData(0x80)).body)
          .toString('latin1')
          .replace('\0', '')
        const naa = Buffer.from((await unit.vitalProductData(0x83)).body.subarray(4, 20)).toString('hex')
        return { serial, naa }
      }),
    )
  return { found, log: lunkitd.log }
}

async function check(...args: string[]): Promise<{ code: ExitCode; out: string }> {
  const out: string[] = []
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => out.push(line), serving: () => {} }
  const code = await run(['--config', config, '--check', ...args], {}, terminal)
  return { code, out: out.join('\n') }
}

describe('a disk without a wwn', () => {
  it('has an identity that is made once, logged, and the same at every start, also after SIGKILL', async () => {
    const first = await identities([rd, file()])
    const serials = first.found.map(({ serial }) => serial)
    for (const [index, key] of ['ramdisk/rd0', 'fileio/d'].entries())
      expect(first.log.map(({ msg }) => msg)).toContain(
        `${key}: the serial number ${serials[index]} was made, and is kept in ${state}`,
      )
    expect(first.found[0]?.naa).toBe(`6001405${serials[0]?.replaceAll('-', '').slice(0, 25)}`)

    const killed = new Lunkitd(['--config', config, '--state', state])
    await killed.urls(2)
    killed.kill('SIGKILL')
    await killed.ended()

    const again = await identities([
      { ...rd, attributes: { block_size: 4096 } },
      { ...file(), name: 'renamed' },
    ])
    expect(again.found).toEqual(first.found)
    expect(again.log.map(({ msg }) => msg)).toContain(
      `ramdisk/rd0: its serial number ${serials[0]} was made before, and is kept in ${state}`,
    )
  })

  it('has another identity than the disk of that name of another lunkitd', async () => {
    const one = await identities([rd, file()])
    await rm(join(directory, 'disk.img'))
    const other = await identities([rd, file()], ['--state', join(directory, 'other')])
    const all = [...one.found, ...other.found]
    expect(new Set(all.map(({ serial }) => serial)).size).toBe(4)
    expect(new Set(all.map(({ naa }) => naa)).size).toBe(4)
  })

  it('has its identity written back into the configuration when that is saved, and has it there too', async () => {
    const { found } = await identities([rd])
    const serials = new Map([['ramdisk/rd0', found[0]?.serial ?? '']])
    const saved = withSerials(parseConfiguration(saveConfig([rd])), serials)
    const [object] = JSON.parse(JSON.stringify(saved.storage_objects)) as StorageObject[]
    expect(object).toEqual({ ...rd, wwn: found[0]?.serial })
    expect((await identities([object as StorageObject], ['--state', join(directory, 'other')])).found).toEqual(found)
  })

  it('is told of by --check, which makes nothing', async () => {
    await writeFile(config, saveConfig([rd, { ...rd, name: 'rd1', wwn: 'b5e2c6f0-0f3a-4d0e-9a4b-1f1b3a5c7d9e' }]))
    const before = await check('--state', state)
    expect(before.out).toContain(`
Serial numbers (wwn) that the configuration does not give, or that may not be unique:
  ramdisk/rd0: one will be made, and kept in ${state}`)
    expect(before.out).not.toContain('ramdisk/rd1: ')
    expect(await readdir(directory)).toEqual(['saveconfig.json'])

    const { found } = await identities([rd])
    expect((await check('--state', state)).out).toContain(
      `  ramdisk/rd0: ${found[0]?.serial}, which was made before and is kept in ${state}`,
    )
    await writeFile(join(state, 'state.json'), 'damaged')
    expect((await check('--state', state)).out).toContain(
      `the state in ${state} cannot be used and would be kept aside: it is not JSON`,
    )
    expect(await readFile(join(state, 'state.json'), 'utf8')).toBe('damaged')
  })

  it('is served with a serial number that was given too, with a warning where that has too few hex digits', async () => {
    const { found, log } = await identities([{ ...rd, wwn: 'disk-1' }])
    expect(found).toEqual([{ serial: 'disk-1', naa: '6001405d100000000000000000000000' }])
    expect(log.filter(({ level }) => level === Level.warn).map(({ msg }) => msg)).toEqual([
      expect.stringContaining(
        'ramdisk/rd0: the serial number "disk-1" has 2 hex digits, and its NAA designator nothing else',
      ),
    ])
    expect((await check('--state', state)).out).toContain('ramdisk/rd0: the serial number "disk-1" has 2 hex digits')
  })
})

describe('two disks whose serial numbers make one identity', () => {
  it('are named by --check and in the log, and the second is not served', async () => {
    const twins = [
      { ...rd, wwn: 'A1-x' },
      { ...rd, name: 'rd1', wwn: 'a1' },
    ]
    await writeFile(config, saveConfig(twins))
    const text = 'the unit serial number a1 makes the same NAA designator as that of storage_objects[0], A1-x'
    expect((await check('--state', state)).out).toContain(text)
    await using lunkitd = new Lunkitd(['--config', config, '--state', state])
    expect(await lunkitd.urls(1)).toHaveLength(1)
    expect(lunkitd.log.find(({ msg }) => msg.startsWith(text))).toMatchObject({ at: ['storage_objects[1].wwn'] })
  })
})

describe('a disk that is given the serial number that was made for another', () => {
  it('is named by --check and in the log, and is not served', async () => {
    const { found } = await identities([rd])
    const serial = found[0]?.serial ?? ''
    await writeFile(config, saveConfig([rd, { ...rd, name: 'rd1', wwn: serial.toUpperCase() }]))
    const text = `ramdisk/rd1 would not be served: initiators would take it for ramdisk/rd0, by the serial number`
    expect((await check('--state', state)).out).toContain(text)
    await using lunkitd = new Lunkitd(['--config', config, '--state', state])
    expect(await lunkitd.urls(1)).toHaveLength(1)
    expect((await lunkitd.logged(({ level }) => level === Level.error)).msg).toContain(
      'ramdisk/rd1 is not served: the serial number',
    )
  })
})

describe('a state directory', () => {
  it.each([
    ['cannot be made', () => join(config, 'state'), 'a part of it is a file, and no directory (ENOTDIR)', 78],
    ['is in use', () => state, 'is in use by another lunkitd', 1],
  ])('that was named and %s ends lunkitd before anything is opened', async (_how, at, why, code) => {
    await writeFile(config, saveConfig([file()]))
    await mkdir(join(directory, 'holder'))
    const holderConfig = join(directory, 'holder', 'saveconfig.json')
    await writeFile(holderConfig, saveConfig([rd]))
    await using holder = new Lunkitd(['--config', holderConfig, '--state', state])
    await holder.urls(1)
    const lunkitd = new Lunkitd(['--config', config], { LUNKIT_STATE: at() })
    expect(await lunkitd.ended()).toMatchObject({ code, stdout: '' })
    expect(lunkitd.log.filter(({ level }) => level === Level.fatal).map(({ msg }) => msg)).toEqual([
      expect.stringContaining(why),
    ])
    expect(await readdir(directory)).not.toContain('disk.img')
  })
})

describe('the demo', () => {
  it('is called otherwise than any other demo at a portal that is not its own', async () => {
    const names = []
    for (let i = 0; i < 2; i++) {
      await using lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'])
      names.push((await lunkitd.urls(1))[0]?.split('/')[3])
    }
    expect(names[0]).toMatch(/^iqn\.2026-11\.io\.lunkit:demo\.[0-9a-f]{12}$/)
    expect(names[1]).not.toBe(names[0])
  })
})
