import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addressOf, withLun } from '../testing/client.ts'
import { Level, Lunkitd, startLunkitd } from '../testing/lunkitd.ts'
import { saveConfig } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const rd = { plugin: 'ramdisk', name: 'r', size: MIB }
const DEMO = ['--demo', '--portal', '127.0.0.1:0']

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('the log of a start', () => {
  it('has one line for the configuration, each disk, each portal, and what is served of it', async () => {
    const dev = join(directory, 'disk.img')
    const disk = { plugin: 'fileio', name: 'd', dev, size: MIB, write_back: true, attributes: { block_size: 4096 } }
    await using lunkitd = await startLunkitd(
      directory,
      saveConfig([disk, { ...disk, name: 'e', dev: '/nonexistent/e.img' }, rd]),
    )
    const [url = ''] = await lunkitd.urls(2)
    const { port } = addressOf(url)
    const said = lunkitd.log.map(({ level, msg }) => `${level} ${msg}`)
    const config = join(directory, 'saveconfig.json')
    expect(said[0]).toBe('30 lunkitd starts')
    expect(said[1]).toMatch(/^30 control socket /)
    expect(said[2]).toBe(`30 configuration ${config}`)
    expect(said).toContain(`30 fileio/d: ${dev}, 1.0MiB in 256 blocks of 4096 bytes, write-back`)
    expect(said).toContain('30 ramdisk/r: in memory, 1.0MiB in 2048 blocks of 512 bytes, write-through')
    expect(said).toContain(`30 portal 127.0.0.1:${port} listens`)
    expect(said.at(-1)).toBe('40 serving 2 of 3 LUNs at 1 of 1 portals')
    expect(lunkitd.log.at(-1)).toMatchObject({
      missing: [{ lun: 1, storage: 'fileio/e', why: expect.stringContaining('cannot open /nonexistent/e.img: ') }],
    })
    expect(lunkitd.log).toContainEqual(expect.objectContaining({ disk: 'fileio/d', file: dev, sizeBytes: MIB }))
  })

  it('names a LUN that is in the file and is not served, with its reason', async () => {
    const user = { plugin: 'user', name: 'u', config: 'x' }
    await using lunkitd = await startLunkitd(directory, saveConfig([user, rd]))
    await lunkitd.urls(1)
    const served = await lunkitd.logged(({ msg }) => msg === 'serving 1 of 2 LUNs at 1 of 1 portals')
    expect(served).toMatchObject({ level: Level.warn, missing: [{ lun: 0, why: expect.stringContaining('user') }] })
  })

  it('is as much of it as --log-level says, before what the environment says', async () => {
    const environment = { LUNKIT_LOG_LEVEL: 'debug' }
    await using lunkitd = new Lunkitd([...DEMO, '--log-level', 'warn'], environment)
    await lunkitd.urls(1)
    expect(lunkitd.log).toEqual([])
  })

  it('has times and levels as text where that is asked for', async () => {
    const lunkitd = new Lunkitd(DEMO, { LUNKIT_LOG_FORMAT: 'text' })
    await lunkitd.urls(1)
    lunkitd.kill('SIGTERM')
    const { code, stderr } = await lunkitd.ended()
    expect(code).toBe(0)
    expect(stderr).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z INFO {2}lunkitd starts version=/)
    expect(stderr).toMatch(/INFO {2}SIGTERM: draining signal=SIGTERM deadlineMs=10000\n/)
  })
})

describe('a configuration', () => {
  const acl = { node_wwn: 'iqn.1994-05.com.redhat:host1', chap_userid: 'u', chap_password: 'twelve-letters' }
  const secret = saveConfig([rd], { node_acls: [acl] })

  it.each([
    [secret, 0o644, '0644: others than its owner may read it, and it contains secrets; right is chmod 600'],
    [secret, 0o640, '0640: others than its owner may read it, and it contains secrets; right is chmod 600'],
    [saveConfig([rd]), 0o622, '0622: others than its owner may change it'],
  ])('whose mode lets others at it is named with its mode and what mends it (%#)', async (text, mode, said) => {
    await using lunkitd = await startLunkitd(directory, text, { mode })
    const warning = await lunkitd.logged(({ msg }) => msg.includes('saveconfig.json has mode'))
    expect(warning.level).toBe(Level.warn)
    expect(warning.msg).toContain(said)
    await lunkitd.urls(1)
    expect(JSON.stringify(lunkitd.log)).not.toContain('twelve-letters')
  })

  it.each([
    [secret, 0o600],
    [saveConfig([rd]), 0o644],
  ])('whose mode is right is not (%#)', async (text, mode) => {
    await using lunkitd = await startLunkitd(directory, text, { mode })
    await lunkitd.urls(1)
    expect(lunkitd.log.filter(({ msg }) => msg.includes('has mode'))).toEqual([])
  })
})

describe('a session', () => {
  it('is named at its start and its end', async () => {
    await using lunkitd = new Lunkitd(DEMO)
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async () => {}, { initiatorName: 'iqn.2026-11.com.example:who' })
    const who = /^iqn\.2026-11\.com\.example:who at 127\.0\.0\.1:\d+, iqn\.2026-11\.io\.lunkit:demo(\.[0-9a-f]+)?$/
    const { msg } = await lunkitd.logged(record => record.msg.startsWith('session ended (logout): '))
    expect(msg.slice('session ended (logout): '.length)).toMatch(who)
    expect(lunkitd.log.map(record => record.msg)).toContain(msg.replace('ended (logout)', 'started'))
  })
})

describe('a connection that does not log in', () => {
  it.each([
    ['', 'it sent nothing; the peer closed it'],
    ['GET / HTTP/1.0\r\n\r\n', 'it speaks HTTP, not iSCSI; '],
    ['\x16\x03\x01\x02\x00\x01', 'it begins with TLS, which iSCSI does not have here; the peer closed it'],
    ['C\x87', 'it sent no whole Login Request; the peer closed it'],
  ])('leaves a line with its address and why: %j', async (text, why) => {
    await using lunkitd = new Lunkitd(DEMO)
    const [url = ''] = await lunkitd.urls(1)
    const { host, port } = addressOf(url)
    const socket: Socket = connect({ host, port })
    await once(socket, 'connect')
    const local = socket.localPort
    socket.end(text, 'latin1')
    socket.resume()
    const remote = `127.0.0.1:${local}`
    const line = await lunkitd.logged(({ remote: from }) => from === remote)
    expect(line.msg).toContain(`connection from ${remote} ended before it had logged in: ${why}`)
    socket.destroy()
  })
})

describe('a reader who goes away', () => {
  it('of standard output ends nothing', async () => {
    const lunkitd = await startLunkitd(directory, saveConfig([rd]))
    lunkitd.closeOutput('stdout')
    await lunkitd.logged(({ msg }) => msg.startsWith('serving 1 of 1 LUNs'))
    const { portal } = await lunkitd.logged(({ msg }) => msg.endsWith('listens'))
    const url = `iscsi://${String(portal)}/iqn.2026-11.com.example:test/0`
    await withLun(url, async unit => expect((await unit.readCapacity()).blocks).toBe(2048))
    lunkitd.kill('SIGTERM')
    expect(await lunkitd.ended()).toMatchObject({ code: 0, signal: null })
  })

  it('of standard error, the log, ends nothing', async () => {
    const lunkitd = await startLunkitd(directory, saveConfig([rd]))
    const [url = ''] = await lunkitd.urls(1)
    lunkitd.closeOutput('stderr')
    await withLun(url, async unit => expect((await unit.readCapacity()).blocks).toBe(2048))
    lunkitd.kill('SIGTERM')
    expect(await lunkitd.ended()).toMatchObject({ code: 0, signal: null })
  })
})
