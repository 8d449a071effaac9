import { once } from 'node:events'
import { link, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RawConnection, tcp } from '@lunkit/initiator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { load } from './configuration.ts'
import { addressOf, block, withLun } from './testing/client.ts'
import { LAUNCHER, Level, Lunkitd, startLunkitd } from './testing/lunkitd.ts'
import { saveConfig } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const rd = { plugin: 'ramdisk', name: 'rd0', size: MIB }

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
})
afterEach(() => rm(directory, { recursive: true }))

const messages = (lunkitd: Lunkitd, level: number) =>
  lunkitd.log.filter(record => record.level === level).map(({ msg }) => msg)

/** Takes a free port of 127.0.0.1 for as long as `use` runs. */
async function withTakenPort<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    return await use(typeof address === 'object' && address !== null ? address.port : 0)
  } finally {
    server.close()
  }
}

describe('a configuration that cannot be meant', () => {
  const file = () => ({ plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: MIB })

  it.each<[string, () => string, string]>([
    ['is not JSON', () => '{"targets": [}', 'targets[0] (line 1, column 14): is not JSON'],
    [
      'has no list where one must be',
      () => '{"storage_objects": {}}',
      'storage_objects: is an object; right is a list',
    ],
    [
      'has a setting of lunkit’s own that is wrong',
      () => saveConfig([file()], {}, { lunkit: { poll_us: -1 } }),
      'lunkit.poll_us: is -1; right is a whole number from 0 to 10000',
    ],
  ])('ends lunkitd with 78 before anything is opened: it %s', async (_name, text, message) => {
    const lunkitd = await startLunkitd(directory, text())
    expect(await lunkitd.ended()).toMatchObject({ code: 78, stdout: '' })
    expect(messages(lunkitd, Level.fatal)).toEqual([expect.stringContaining(message)])
    expect(await readdir(directory)).toEqual(['saveconfig.json'])
  })

  it('is told how to be given, and how to do without, when nobody named one', async () => {
    const told = await load({ path: join(directory, 'nope.json'), named: false }).catch(String)
    expect(told).toContain('lunkitd --config FILE')
    expect(told).toContain('lunkitd --demo')
  })
})

describe('a state directory that cannot be used', () => {
  it.each([
    ['/proc/nonexistent/x', 'nothing can be made there (ENOENT)'],
    ['/proc/nonexistent', 'nothing can be made there (ENOENT)'],
    ['/proc', 'nothing can be made there (ENOENT)'],
    ['/dev/null/x', 'a part of it is a file, and no directory (ENOTDIR)'],
  ])('is named with the reason, and ends lunkitd with 78: %s', async (state, why) => {
    const lunkitd = await startLunkitd(directory, saveConfig([rd]), { args: ['--state', state] })
    expect(await lunkitd.ended()).toMatchObject({ code: 78, stdout: '' })
    expect(messages(lunkitd, Level.fatal)).toEqual([`the state directory ${state} cannot be used: ${why}`])
  })
})

describe('what is wrong with one object', () => {
  it('is named in one warning each, with its place, and all others are served', async () => {
    const bad = { plugin: 'ramdisk', name: 'small', size: 2048, attributes: { block_size: 4096 } }
    const luns = [
      { index: 0, storage_object: '/backstores/ramdisk/small' },
      { index: 1, storage_object: '/backstores/ramdisk/nope' },
      { index: 2, storage_object: '/backstores/ramdisk/rd0' },
    ]
    const portals = ['nowhere', '127.0.0.1'].map(ip_address => ({ ip_address, port: 0 }))
    const block = { plugin: 'block', name: 'b', dev: 5, attributes: { block_size: 520 }, wwn: [] }
    await using lunkitd = await startLunkitd(directory, saveConfig([bad, rd, block], { luns, portals }))
    expect((await lunkitd.urls(1)).map(url => addressOf(url).lun)).toEqual([2])
    const wrong = lunkitd.log.filter(({ notice }) => notice === 'wrong')
    expect(wrong.map(({ level, at }) => [level, at])).toEqual([
      [Level.warn, ['storage_objects[0].size']],
      [Level.warn, ['targets[0].tpgs[0].portals[0].ip_address']],
      [Level.warn, ['targets[0].tpgs[0].luns[1].storage_object']],
    ])
  })
})

describe('a disk that cannot be opened', () => {
  it('is named in one error line with its place in the file, and the others are served', async () => {
    const missing = { plugin: 'fileio', name: 'd', dev: '/nonexistent/disk.img', size: MIB }
    await using lunkitd = await startLunkitd(directory, saveConfig([missing, rd]))
    const urls = await lunkitd.urls(1)
    expect(urls.map(url => addressOf(url).lun)).toEqual([1])
    await withLun(urls[0] ?? '', async unit => {
      expect(await unit.reportLuns()).toEqual([1])
      expect(await unit.read(0, 1)).toEqual(block(0))
    })
    const errors = lunkitd.log.filter(({ level }) => level === Level.error)
    expect(errors).toMatchObject([{ disk: 'fileio/d', at: 'storage_objects[0]' }])
    expect(errors[0]?.msg).toMatch(/^fileio\/d is not served: cannot open \/nonexistent\/disk.img: /)
  })

  it('is the second one of a file that a link names again', async () => {
    const dev = join(directory, 'disk.img')
    await writeFile(dev, Buffer.alloc(4096))
    await link(dev, join(directory, 'same.img'))
    const disks = ['disk', 'same'].map(name => ({ plugin: 'fileio', name, dev: join(directory, `${name}.img`) }))
    await using lunkitd = await startLunkitd(directory, saveConfig(disks))
    expect((await lunkitd.urls(1)).map(url => addressOf(url).lun)).toEqual([0])
    expect(messages(lunkitd, Level.error)).toEqual([
      `fileio/same is not served: cannot open ${join(directory, 'same.img')}: it is the file of fileio/disk, ` +
        'storage_objects[0] already (by a link); two disks on one file destroy each other',
    ])
  })

  it('is the second one where another lunkitd has its file', async () => {
    const file = { plugin: 'fileio', name: 'd', dev: join(directory, 'disk.img'), size: MIB }
    await using first = await startLunkitd(directory, saveConfig([file]))
    await first.urls(1)
    await using second = await startLunkitd(directory, saveConfig([file, rd]))
    expect((await second.urls(1)).map(url => addressOf(url).lun)).toEqual([1])
    expect(messages(second, Level.error)).toHaveLength(1)
  })
})

describe('a portal that cannot be opened', () => {
  it('is named with the cause, and tried again when lunkitd is told to, also where there is no other', async () => {
    const lunkitd = await withTakenPort(async port => {
      const portals = [{ ip_address: '127.0.0.1', port }]
      const waiting = await startLunkitd(directory, saveConfig([rd], { portals }))
      await waiting.logged(({ msg }) => msg === 'serving 0 of 1 LUNs at 0 of 1 portals')
      expect(messages(waiting, Level.error)).toEqual([
        `portal 127.0.0.1:${port} cannot be opened: another program, or the kernel target, listens there (EADDRINUSE)`,
      ])
      return waiting
    })
    lunkitd.kill('SIGHUP')
    await lunkitd.logged(({ msg }) => msg === 'serving 1 of 1 LUNs at 1 of 1 portals')
    lunkitd.kill('SIGTERM')
    expect(await lunkitd.ended()).toMatchObject({ code: 0, stdout: '' })
  })

  it('leaves the others alone', async () => {
    await withTakenPort(async port => {
      const portals = [port, 0].map(each => ({ ip_address: '127.0.0.1', port: each }))
      await using lunkitd = await startLunkitd(directory, saveConfig([rd], { portals }))
      const [url = ''] = await lunkitd.urls(1)
      expect(addressOf(url).port).not.toBe(port)
      expect(await withLun(url, unit => unit.read(0, 1))).toEqual(block(0))
      expect(messages(lunkitd, Level.error)).toEqual([expect.stringContaining(`127.0.0.1:${port}`)])
    })
  })

  it('ends the demo with 1', async () => {
    await withTakenPort(async port => {
      const lunkitd = new Lunkitd(['--demo', '--portal', `127.0.0.1:${port}`])
      expect(await lunkitd.ended()).toMatchObject({ code: 1, stdout: '' })
      expect(messages(lunkitd, Level.error)).toEqual([expect.stringContaining('EADDRINUSE')])
    })
  })
})

describe('a system that lets few files be open', () => {
  it('leaves the demo as many connections as there are files beside those of lunkitd and its disk', async () => {
    const limited = `process.execve('/bin/sh', ['sh', '-c', 'ulimit -n 100; exec "$@"', 'sh', process.execPath,
      ...process.argv.slice(1)], process.env)`
    await using lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'], {}, ['-e', limited, LAUNCHER])
    await lunkitd.urls(1)
    expect(messages(lunkitd, Level.warn)).toEqual([
      '100 files may be open, which leaves 34 connections of 4096; raise LimitNOFILE= or ulimit -n',
    ])
  })
})

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s drains with initiators logged in, and ends with 0', async signal => {
    const lunkitd = await startLunkitd(directory, saveConfig([rd]))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async (_unit, session) => {
      lunkitd.kill(signal)
      await session.closed
    })
    expect(await lunkitd.ended()).toMatchObject({ code: 0, signal: null })
    expect(lunkitd.log.at(-1)?.msg).toBe('drained')
  })

  it('that keeps coming ends lunkitd by SIGKILL while it still drains', async () => {
    const lunkitd = await startLunkitd(directory, saveConfig([rd]))
    const [url = ''] = await lunkitd.urls(1)
    const { target, ...address } = addressOf(url)
    // This initiator does not hear that it should log out, so that lunkitd waits for it.
    await using deaf = await RawConnection.open(tcp(address))
    await deaf.login({ SessionType: 'Normal', TargetName: target, InitiatorName: 'iqn.2026-11.com.example:deaf' })
    lunkitd.kill('SIGTERM')
    await lunkitd.logged(({ msg }) => msg === 'SIGTERM: draining')
    // What follows within half a second counts as the same request.
    const insisting = setInterval(() => lunkitd.kill('SIGTERM'), 50)
    expect(await lunkitd.ended()).toMatchObject({ code: null, signal: 'SIGKILL' })
    clearInterval(insisting)
  })
})

describe('a bug of lunkit', () => {
  it('that nobody catches is logged and ends the process at once', async () => {
    const planted = "data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('planted')})"
    const lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'], { NODE_OPTIONS: `--import="${planted}"` })
    await lunkitd.urls(1)
    lunkitd.kill('SIGUSR2')
    expect(await lunkitd.ended()).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(lunkitd.log.at(-1)).toMatchObject({ level: Level.fatal, err: { message: 'planted' } })
  })

  it('ends it also where only a promise tells of it, whatever Node is told to do then', async () => {
    const planted = "data:text/javascript,process.on('SIGUSR2',()=>{Promise.reject(new Error('planted'))})"
    const options = `--unhandled-rejections=none --import="${planted}"`
    const lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'], { NODE_OPTIONS: options })
    await lunkitd.urls(1)
    lunkitd.kill('SIGUSR2')
    expect(await lunkitd.ended()).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(lunkitd.log.at(-1)).toMatchObject({ level: Level.fatal, err: { message: 'planted' } })
  })
})

describe('the demo', () => {
  it('serves a sparse disk of 1 GiB in memory and tells how to connect', async () => {
    await using lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0'])
    const [url = ''] = await lunkitd.urls(1)
    expect(url).toMatch(/^iscsi:\/\/127\.0\.0\.1:\d+\/iqn\.2026-11\.io\.lunkit:demo\.[0-9a-f]{12}\/0$/)
    await withLun(url, async unit => {
      expect(await unit.readCapacity()).toMatchObject({ blocks: 2_097_152, blockSizeBytes: 512 })
      await unit.write(2_097_151, block(0x5a))
      expect(await unit.read(2_097_151, 1)).toEqual(block(0x5a))
    })
    lunkitd.kill('SIGTERM')
    const { code, stdout } = await lunkitd.ended()
    expect(code).toBe(0)
    expect(stdout).toContain('iscsiadm -m discovery')
  })
})
