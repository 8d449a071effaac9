import { execFile } from 'node:child_process'
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  connect,
  createTarget,
  DiskServer,
  DuplicateIdentityError,
  fileio,
  type LunkitTarget,
  openAccess,
  ramdisk,
  type Storage,
  type TargetOptions,
} from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

// Some tests start processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const run = promisify(execFile)
const packageDirectory = dirname(dirname(fileURLToPath(import.meta.url)))
const MIB = 1024 * 1024
const disk = (name?: string) => ramdisk({ sizeBytes: MIB, ...(name !== undefined && { name }) })
const NAME = 'iqn.2026-11.com.example:identity'

let directory = ''
let path = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkit-identity-'))
  path = join(directory, 'disk.img')
  await writeFile(path, Buffer.alloc(MIB))
})
afterEach(() => rm(directory, { recursive: true }))

/** The Unit Serial Number page and the Device Identification page of a LUN, as they come over the wire. */
async function pagesOf(target: LunkitTarget, lun = 0): Promise<{ serial: string; designators: Buffer[] }> {
  await using session = await connect(target.address)
  const unit = session.lun(lun)
  await unit.ready()
  const serial = Buffer.from((await unit.vitalProductData(0x80)).body)
    .toString('latin1')
    .replace('\0', '')
  const { body } = await unit.vitalProductData(0x83)
  const designators: Buffer[] = []
  for (let at = 0; at < body.length; at += 4 + (body[at + 3] ?? 0))
    designators.push(Buffer.from(body.subarray(at, at + 4 + (body[at + 3] ?? 0))))
  return { serial, designators }
}

/** Names of a unit, a port or a device: NAA, T10 and the SCSI name strings, not the numbers that count within a device. */
const names = (designators: Buffer[]): string[] =>
  designators.filter(each => [1, 3, 8].includes((each[1] ?? 0) & 15)).map(each => each.toString('hex'))

async function serialOf(options: TargetOptions): Promise<string> {
  await using target = await createTarget(options)
  return (await pagesOf(target)).serial
}

describe('two targets of which nothing was named', () => {
  it('have no name in common, whether of unit, port or device', async () => {
    await using one = await createTarget({ luns: [disk(), disk()] })
    await using other = await createTarget({ luns: [disk(), disk()] })
    expect(one.name).not.toBe(other.name)
    const units = await Promise.all([pagesOf(one, 0), pagesOf(one, 1), pagesOf(other, 0), pagesOf(other, 1)])
    expect(new Set(units.map(({ serial }) => serial)).size).toBe(4)
    for (const of of [3, 1])
      expect(
        new Set(units.map(({ designators }) => designators.find(each => ((each[1] ?? 0) & 15) === of)?.toString('hex')))
          .size,
      ).toBe(4)
    const ofOne = new Set(units.slice(0, 2).flatMap(({ designators }) => names(designators)))
    const shared = units.slice(2).flatMap(({ designators }) => names(designators).filter(name => ofOne.has(name)))
    expect(shared).toEqual([])
  })

  it('have none in two processes of one machine either', async () => {
    const program = `
      import { createTarget, ramdisk } from 'lunkit'
      await using target = await createTarget({ luns: [ramdisk({ sizeBytes: 1048576 })] })
      console.log(JSON.stringify([target.name, target.disks[0].unit.identity.serial]))`
    const args = ['--conditions=source', '--input-type=module', '--eval', program]
    const started = [1, 2].map(() => run(process.execPath, args, { cwd: packageDirectory }))
    const [one, other] = (await Promise.all(started)).map(({ stdout }) => JSON.parse(stdout) as [string, string])
    expect(one?.[0]).toMatch(/^iqn\.2026-11\.io\.lunkit:target\.[0-9a-f]{12}$/)
    expect(one?.[0]).not.toBe(other?.[0])
    expect(one?.[1]).not.toBe(other?.[1])
  })

  it('are called the same at every start where they are found at the same portal', async () => {
    const port = await (async () => {
      await using target = await createTarget({ luns: [disk()] })
      return target.address.port
    })()
    const started: string[] = []
    for (const host of ['127.0.0.1', '127.0.0.1', '127.0.0.2']) {
      await using target = await createTarget({ luns: [disk()], portal: { host, port } })
      started.push(target.name)
    }
    expect(started[0]).toBe(started[1])
    expect(started[2]).not.toBe(started[0])
  })
})

describe('a file without a serial number', () => {
  it('has the same one at every start, by whatever target and link it is reached', async () => {
    const link = join(directory, 'link.img')
    await symlink(path, link)
    const serial = await serialOf({ luns: [fileio({ path })] })
    expect(await serialOf({ luns: [disk(), fileio({ path, name: 'other' })].reverse(), name: NAME })).toBe(serial)
    expect(await serialOf({ luns: [fileio({ path: link })] })).toBe(serial)
  })

  it('has another one than any other file, also one that has come under its path', async () => {
    const serial = await serialOf({ luns: [fileio({ path })] })
    const other = join(directory, 'other.img')
    expect(await serialOf({ luns: [fileio({ path: other, sizeBytes: MIB })] })).not.toBe(serial)
    await rename(other, path)
    expect(await serialOf({ luns: [fileio({ path })] })).not.toBe(serial)
  })
})

describe('a disk in memory without a serial number', () => {
  it('has another one at every start, because its content is another one', async () => {
    const serial = await serialOf({ luns: [disk('disk0')], name: NAME })
    expect(await serialOf({ luns: [disk('disk0')], name: NAME })).not.toBe(serial)
  })
})

describe('a disk of a kind of its own without a serial number', () => {
  const { makeSerial: _, ...bare } = disk('disk0')
  const own: Storage = bare

  it('has one of target and name, the same at every start', async () => {
    const serial = await serialOf({ luns: [own], name: NAME })
    expect(await serialOf({ luns: [own], name: NAME })).toBe(serial)
    expect(await serialOf({ luns: [own], name: `${NAME}-2` })).not.toBe(serial)
    expect(await serialOf({ luns: [{ ...own, name: 'disk1' }], name: NAME })).not.toBe(serial)
  })

  it('has one of its own where its target has a name of its own, or none that is known', async () => {
    expect(await serialOf({ luns: [own] })).not.toBe(await serialOf({ luns: [own] }))
    await using server = new DiskServer()
    const [one, other] = [await server.open(own), await server.open(own)]
    expect(one.unit.identity.serial).not.toBe(other.unit.identity.serial)
  })
})

describe('what a process serves already', () => {
  const given = (serial: string, name?: string) =>
    ramdisk({ sizeBytes: MIB, identity: { serial }, ...(name !== undefined && { name }) })

  it('is refused as the identity of a second disk, which is named with the first and with what would be right', async () => {
    await using first = await createTarget({ luns: [given('A1-x', 'one')], name: NAME })
    expect((await pagesOf(first)).serial).toBe('A1-x')
    const second = createTarget({ luns: [given('a1', 'two')], name: `${NAME}-2` })
    await expect(second).rejects.toThrow(DuplicateIdentityError)
    await expect(createTarget({ luns: [given('a1', 'two')], name: `${NAME}-2` })).rejects.toThrow(
      `the serial number "a1" gives ramdisk/two of ${NAME}-2 the NAA designator 6001405a100000000000000000000000 (its first ` +
        `25 hex digits) of ramdisk/one of ${NAME} ("A1-x"), and initiators would take the two for one disk; right is a serial ` +
        'number whose hex digits no other disk has, such as a UUID',
    )
  })

  it('is refused within one target too, and then nothing is left open', async () => {
    await expect(createTarget({ luns: [given('A1'), fileio({ path, identity: { serial: 'A1' } })] })).rejects.toThrow(
      /fileio\/disk1 of .* the unit serial number of ramdisk\/disk0 of/,
    )
    await using again = await createTarget({ luns: [fileio({ path, identity: { serial: 'A1' } })] })
    expect(again.disks).toHaveLength(1)
  })

  it('is refused as the name of a second target, in any case of its letters', async () => {
    await using first = await createTarget({ luns: [disk()], name: NAME })
    expect(first.name).toBe(NAME)
    await expect(createTarget({ luns: [disk()], name: NAME.toUpperCase() })).rejects.toThrow(
      `the target ${NAME.toUpperCase()} is served by another server of this process already; right is a name that no other`,
    )
  })

  it('is free again when it was closed', async () => {
    for (let i = 0; i < 2; i++) expect(await serialOf({ luns: [given('A1')], name: NAME })).toBe('A1')
  })

  it('may be served again by the same server, in place of what it was', async () => {
    await using server = new DiskServer()
    const one = { lun: 0, disk: await server.open(given('A1')) }
    const portalGroups = [{ tag: 1, portals: [], access: openAccess, luns: [one] }]
    await server.serve({ name: NAME, portalGroups })
    await server.serve({ name: NAME, portalGroups: [] })
    expect([...server.disks]).toHaveLength(1)
  })
})
