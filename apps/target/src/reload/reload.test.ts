import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Generations } from '@lunkit/config'
import { ConnectionError, type LogicalUnit, type Session } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ExitCode } from '../exit-code.ts'
import { addressOf, block, withLun } from '../testing/client.ts'
import { Level, type LogRecord, Lunkitd, startLunkitd } from '../testing/lunkitd.ts'
import { type StorageObject, saveConfig } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const rd = (name: string) => ({ plugin: 'ramdisk', name, size: MIB })
const HOST = 'iqn.2026-11.com.example:host'
const OTHER = 'iqn.2026-11.com.example:other'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-reload-'))
})
afterEach(() => rm(directory, { recursive: true }))

const file = (name: string, more: object = {}) => ({
  plugin: 'fileio',
  name,
  dev: join(directory, `${name}.img`),
  size: MIB,
  ...more,
})

/** A lunkitd that serves these disks. */
const start = (disks: readonly StorageObject[], tpg: object = {}): Promise<Lunkitd> =>
  startLunkitd(directory, saveConfig(disks, tpg), { environment: { LUNKIT_STATE: join(directory, 'state') } })

/** Gives a lunkitd another configuration; resolves with what it says of that. */
async function reload(lunkitd: Lunkitd, text: string): Promise<LogRecord> {
  const said = () => lunkitd.log.filter(({ msg }) => msg.startsWith('the configuration was '))
  const before = said().length
  await writeFile(join(directory, 'saveconfig.json'), text)
  lunkitd.kill('SIGHUP')
  return lunkitd.logged(record =>
    said()
      .slice(before)
      .some(each => each.time === record.time && each.msg === record.msg),
  )
}

const luns = (unit: LogicalUnit): Promise<readonly number[]> => unit.reportLuns()

describe('a configuration that is read again', () => {
  it('gives sessions a LUN that is new and takes one that is gone, and changes nothing else for them', async () => {
    await using lunkitd = await start([rd('a')])
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      await unit.write(3, block(3))
      expect(await reload(lunkitd, saveConfig([rd('a'), rd('b')]))).toMatchObject({ level: Level.info, steps: 2 })
      expect(await luns(unit)).toEqual([0, 1])
      await reload(lunkitd, saveConfig([rd('a')]))
      expect([await luns(unit), await unit.read(3, 1)]).toEqual([[0], block(3)])
    })
  })

  it('changes size and attributes of a disk that is in use', async () => {
    await using lunkitd = await start([file('d')])
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      await unit.write(2047, block(7))
      const attributes = { emulate_fua_write: 0, max_write_same_len: 99 }
      await reload(lunkitd, saveConfig([file('d', { size: 2 * MIB, attributes })]))
      expect((await stat(join(directory, 'd.img'))).size).toBe(2 * MIB)
      await unit.readCapacity().catch(() => undefined)
      expect(await unit.readCapacity()).toMatchObject({ blocks: 4096 })
      expect([await unit.read(2047, 1), await unit.read(4095, 1)]).toEqual([block(7), block(0)])
    })
  })

  it('ends the sessions of an initiator whose ACL is gone, and no others', async () => {
    const acl = (node_wwn: string) => ({ node_wwn, mapped_luns: [{ index: 0, tpg_lun: 0 }] })
    const closed = { attributes: { authentication: 0, generate_node_acls: 0 } }
    await using lunkitd = await start([rd('a')], { ...closed, node_acls: [acl(HOST), acl(OTHER)] })
    const [url = ''] = await lunkitd.urls(1)
    const lose = async (_unit: LogicalUnit, lost: Session): Promise<void> => {
      await withLun(
        url,
        async unit => {
          await reload(lunkitd, saveConfig([rd('a')], { ...closed, node_acls: [acl(HOST)] }))
          await lost.closed
          expect(await luns(unit)).toEqual([0])
        },
        { initiatorName: HOST },
      )
    }
    await withLun(url, lose, { initiatorName: OTHER })
    await expect(withLun(url, luns, { initiatorName: OTHER })).rejects.toThrow('authorizationFailure')
  })

  it.each<[string, () => string, string]>([
    ['no JSON', () => '{"targets": [', 'targets[0] (line 1, column 14): is not JSON'],
    [
      'a setting of lunkit’s own that is wrong',
      () => saveConfig([rd('a')], {}, { lunkit: { poll_us: -1 } }),
      'lunkit.poll_us: is -1; right is a whole number from 0 to 10000',
    ],
    [
      'a disk that cannot be opened',
      () => saveConfig([rd('b'), { ...file('d'), dev: '/nonexistent/d.img' }]),
      'openDisk fileio/d: cannot open /nonexistent/d.img: its directory does not exist, or is none; create it, or give another path; nothing has changed',
    ],
    [
      'a portal that cannot be opened',
      () => saveConfig([rd('b')], { portals: [{ ip_address: '192.0.2.1', port: 3260 }] }),
      'portal group 1 192.0.2.1:3260: ',
    ],
    [
      'other transfer memory',
      () => saveConfig([rd('b')], {}, { lunkit: { limits: { transfer_memory_bytes: 2 ** 26 } } }),
      'lunkit.limits.transfer_memory_bytes: is 67108864, and lunkitd has started with the default; right is that, or to start it again',
    ],
    [
      'another number of lanes',
      () => saveConfig([rd('b')], {}, { lunkit: { lanes: 3 } }),
      'lunkit.lanes: is 3, and lunkitd has started with 2; right is that, or to start it again',
    ],
    [
      'other processors for lanes',
      () => saveConfig([rd('b')], {}, { lunkit: { lane_cpus: 1 } }),
      'lunkit.lane_cpus: is 1, and lunkitd has started with the default; right is that, or to start it again',
    ],
  ])('changes nothing where it has %s, and says so', async (_what, text, message) => {
    await using lunkitd = await start([rd('a')])
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      await unit.write(1, block(1))
      const { level, msg } = await reload(lunkitd, text())
      expect(level).toBe(Level.error)
      expect(msg).toContain('the configuration was not applied, nothing has changed: ')
      expect(msg).toContain(message)
      expect([await luns(unit), await unit.read(1, 1)]).toEqual([[0], block(1)])
    })
    expect(await reload(lunkitd, saveConfig([rd('a')]))).toMatchObject({ level: Level.info, steps: 0 })
  })

  it('has a disk tried again that could not be opened before', async () => {
    const late = { ...file('late'), create: false }
    const text = saveConfig([file('late'), rd('a')], {}, { lunkit: { create_files: false } })
    await using lunkitd = await startLunkitd(directory, text)
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      expect(await luns(unit)).toEqual([1])
      await writeFile(late.dev, Buffer.alloc(MIB))
      expect(await reload(lunkitd, text)).toMatchObject({ level: Level.info, steps: 0 })
      expect(await luns(unit)).toEqual([0, 1])
    })
  })
})

describe('a configuration that is not there', () => {
  it('is nothing to serve, until it is there and read', async () => {
    const lunkitd = new Lunkitd(['--config', join(directory, 'saveconfig.json')])
    await lunkitd.logged(({ msg, level }) => level === Level.warn && msg.includes('there is no configuration at '))
    await lunkitd.logged(({ msg }) => msg === 'serving 0 of 0 LUNs at 0 of 0 portals')
    await reload(lunkitd, saveConfig([rd('a')]))
    const { portal = '' } = await lunkitd.logged(({ msg }) => msg.endsWith(' listens'))
    const url = `iscsi://${String(portal)}/iqn.2026-11.com.example:test/0`
    expect(await withLun(url, luns)).toEqual([0])
    lunkitd.kill('SIGTERM')
    expect(await lunkitd.ended()).toMatchObject({ code: 0 })
  })

  it('takes all away that was served', async () => {
    await using lunkitd = await start([rd('a')])
    const [url = ''] = await lunkitd.urls(1)
    await rm(join(directory, 'saveconfig.json'))
    lunkitd.kill('SIGHUP')
    await lunkitd.logged(({ msg }) => msg.startsWith('the configuration was applied: '))
    await expect(withLun(url, luns)).rejects.toThrow(ConnectionError)
    expect(addressOf(url).lun).toBe(0)
  })
})

describe('lunkitd --reload', () => {
  it('waits for what comes of it, says it, and ends with 0 or 78', async () => {
    await using lunkitd = await start([rd('a')])
    await lunkitd.urls(1)
    const asked = async (text: string) => {
      await writeFile(join(directory, 'saveconfig.json'), text)
      return new Lunkitd(['--reload', `${lunkitd.pid}`], { LUNKIT_STATE: join(directory, 'state') }).ended()
    }
    expect(await asked(saveConfig([rd('a'), rd('b')]))).toMatchObject({
      code: ExitCode.ok,
      stdout: 'lunkitd: the configuration was applied: 2 changes\n',
    })
    const wrong = await asked('{')
    expect(wrong.code).toBe(ExitCode.configuration)
    expect(wrong.stderr).toContain('is not JSON')
  })

  it('says that there is no such process', async () => {
    const told = await new Lunkitd(['--reload', '4194304']).ended()
    expect(told).toMatchObject({ code: ExitCode.failed, stdout: '' })
    expect(told.stderr).toContain('process 4194304 cannot be asked: kill ESRCH')
  })
})

describe('a configuration that was damaged', () => {
  it('is served at a start as it was before, which is said, and is served anew once it is mended', async () => {
    const path = join(directory, 'saveconfig.json')
    await writeFile(path, saveConfig([rd('a'), rd('b')]))
    await new Generations(path).keep()
    await using lunkitd = await startLunkitd(directory, saveConfig([rd('a')]).slice(0, 40), {
      environment: { LUNKIT_STATE: join(directory, 'state') },
    })
    const [url = ''] = await lunkitd.urls(2)
    const said = await lunkitd.logged(({ msg }) => msg.includes('is not JSON'))
    expect(said).toMatchObject({ level: Level.error, config: path })
    expect(said.msg).toContain(`Served is what stood in ${path} until `)
    await withLun(url, async unit => {
      expect(await luns(unit)).toEqual([0, 1])
      expect(await reload(lunkitd, '')).toMatchObject({ level: Level.error })
      expect(await luns(unit)).toEqual([0, 1])
      await reload(lunkitd, saveConfig([rd('a')]))
      expect(await luns(unit)).toEqual([0])
    })
  })

  it('ends the start with 78 where nothing is kept that could be served', async () => {
    const path = join(directory, 'saveconfig.json')
    await writeFile(path, '[')
    await new Generations(path).keep()
    await using lunkitd = await startLunkitd(directory, '{', {
      environment: { LUNKIT_STATE: join(directory, 'state') },
    })
    expect(await lunkitd.ended()).toMatchObject({ code: ExitCode.configuration })
  })
})
