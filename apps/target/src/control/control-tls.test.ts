import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access, type MethodName, methods } from '@lunkit/control'
import { newToken, TokenRole } from '@lunkit/control/tls'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ExitCode } from '../exit-code.ts'
import { block, withLun } from '../testing/client.ts'
import { Level, type LogRecord, Lunkitd, startLunkitd } from '../testing/lunkitd.ts'
import { type Managed, managerOf, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { portOf, type Question, TlsFiles } from '../testing/tls-files.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const TEXT = saveConfig([{ plugin: 'ramdisk', name: 'a', size: 1024 * 1024 }], { chap_password: 'planted-secret' })

let directory = ''
let files: TlsFiles
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-tls-'))
  files = new TlsFiles(directory)
})
afterEach(() => rm(directory, { recursive: true }))

const start = (): Promise<Managed> => startManaged(directory, TEXT, { args: files.args() })
const statusOf = async ({ lunkitd }: Managed, question: Question): Promise<number> =>
  (await files.curl(lunkitd, question)).status

/** What would change, reveal or show something where it were done. */
const GIVEN = {
  edit: { edits: [{ name: 'createRamdisk', given: { name: 'b', size: 4096 } }] },
  apply: { storage_objects: [], targets: [] },
  document: {},
  trace: {},
  save: { force: true },
  restore: { generation: 'current' },
  reload: { discard: true },
  endSession: { id: '1' },
  drain: { target: 'iqn.2026-11.com.example:none' },
  undrain: { target: 'iqn.2026-11.com.example:none' },
  clearFault: { storage_object: '/backstores/ramdisk/a' },
  setPreferences: { preferences: { auto_save_on_exit: false } },
} as const satisfies Readonly<Partial<Record<MethodName, object>>>

const questionOf = (name: keyof typeof GIVEN, token: string): Question => {
  const { verb, path } = methods[name]
  return { verb, path, token, body: verb === 'GET' ? '' : JSON.stringify(GIVEN[name]) }
}

describe('a token for reading', () => {
  it('is refused every method that changes or reveals, and nothing has changed', async () => {
    const names = (Object.keys(methods) as MethodName[]).filter(name => methods[name].access !== Access.reads)
    expect(new Set(names)).toEqual(new Set(Object.keys(GIVEN)))
    await using managed = await start()
    const { client, lunkitd, urls } = managed
    await withLun(urls[0] ?? '', async unit => {
      const [{ document }, before] = [await client.call('document'), await client.call('generations')]
      const { sessions } = await client.call('sessions')
      expect(sessions).toMatchObject([{ id: '1', target: TARGET_NAME }])
      for (const name of Object.keys(GIVEN) as (keyof typeof GIVEN)[])
        expect(await files.curl(lunkitd, questionOf(name, files.reader.token))).toEqual({
          status: 403,
          body: expect.stringContaining('"right":"a token of the role admin"'),
        })
      expect(await client.call('document')).toEqual({ document })
      expect(await client.call('generations')).toEqual(before)
      expect(await client.call('preferences')).toEqual({ preferences: {} })
      expect(await client.call('sessions')).toEqual({ sessions })
      await unit.write(0, block(1))
    })
  })

  it('reads', async () => {
    await using managed = await start()
    const paths = ['/v1/status', '/v1/tree', '/v1/statistics', '/v1/preferences', '/v1/openapi.json']
    const statuses = paths.map(path => statusOf(managed, { path, token: files.reader.token }))
    expect(await Promise.all(statuses)).toEqual(paths.map(() => 200))
  })
})

it('a token for all changes what is served, and stands in the audit line by its name and where it came from', async () => {
  await using managed = await start()
  const { client, lunkitd } = managed
  expect(await statusOf(managed, questionOf('edit', files.admin.token))).toBe(200)
  expect(await statusOf(managed, questionOf('apply', files.admin.token))).toBe(200)
  expect((await client.call('status')).counts.luns).toBe(0)
  const { peer, msg } = await lunkitd.logged(({ audit }) => audit === 'apply')
  const remote = expect.stringMatching(/^127\.0\.0\.1:\d+$/)
  expect(peer).toEqual({ token: 'boss', role: 'admin', remote })
  expect(msg).toMatch(/^control: token boss \(127\.0\.0\.1:\d+\): apply done$/)
})

it('a token has no preferences of its own', async () => {
  await using managed = await start()
  expect(await statusOf(managed, questionOf('setPreferences', files.admin.token))).toBe(422)
})

describe('without a token', () => {
  it('nothing is answered, which is logged and counted, the token that was shown nowhere', async () => {
    await using managed = await start()
    const { client, lunkitd } = managed
    const strange = newToken('x', TokenRole.admin).token
    expect(await statusOf(managed, { path: '/v1/status', token: strange })).toBe(401)
    const { level, msg } = await lunkitd.logged(({ stranger }) => stranger === 'noToken')
    expect(level).toBe(Level.warn)
    expect(msg).toMatch(/^control: 127\.0\.0\.1:\d+ was refused: its token is not known$/)
    const { blocks } = await client.call('statistics', { blocks: ['controlStrangers'] })
    expect(blocks).toMatchObject([{ rows: [{ values: { noToken: 1, noHandshake: 0 } }] }])
    expect(JSON.stringify(lunkitd.log)).not.toContain(strange)
  })

  it('nothing is loaded that answers, and disks are served, whatever strangers send', async () => {
    await using managed = await start()
    const { lunkitd, urls } = managed
    const port = await portOf(lunkitd)
    const sent = ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x00\xc8\x01\x00', '', 'x'.repeat(100_000)]
    const strangers = Array.from({ length: 200 }, (_, at) => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      socket.resume().write(sent[at % sent.length] ?? '')
      return socket
    })
    await withLun(urls[0] ?? '', async unit => {
      await unit.write(0, block(7))
      expect(await unit.read(0, 1)).toEqual(block(7))
    })
    await Promise.all(Array.from({ length: 3 }, () => statusOf(managed, { path: '/' }).catch(() => 401)))
    for (const socket of strangers) socket.destroy()
    // Refused before they were looked at; the log has no more than its budget of them.
    expect(lunkitd.log.filter(({ stranger }) => stranger === 'turnedAway').length).toBeLessThanOrEqual(50)
  })
})

/** What a lunkitd says of files that it reads again. */
async function reread({ lunkitd }: Managed): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const state = join(directory, 'state')
  await using asking = new Lunkitd(['--reload', String(lunkitd.pid)], { LUNKIT_STATE: state })
  const { code, stderr } = await asking.ended()
  return { code, stderr }
}

/** The same by the control API. */
const rereadByCall = async ({ client }: Managed): Promise<string> =>
  JSON.stringify((await client.call('reload', { discard: false })).notices)

describe('lunkitd that is to read its configuration again', () => {
  it('reads certificate and tokens too', async () => {
    await using managed = await start()
    const added = newToken('added', TokenRole.readOnly)
    files.tokens(added.line)
    expect((await reread(managed)).code).toBe(ExitCode.ok)
    const tokens = [added.token, files.admin.token]
    const statuses = tokens.map(token => statusOf(managed, { path: '/v1/status', token }))
    expect(await Promise.all(statuses)).toEqual([200, 401])
  })

  it('reads them too where the control API asks for it, and answers what is wrong with them', async () => {
    await using managed = await start()
    const added = newToken('added', TokenRole.readOnly)
    files.tokens(added.line, 'nonsense')
    expect(await rereadByCall(managed)).toContain(
      `keeps its certificate and its tokens: ${files.path('tokens')} line 2`,
    )
    files.tokens(added.line)
    expect(await rereadByCall(managed)).not.toContain('keeps its certificate')
    expect(await statusOf(managed, { path: '/v1/status', token: added.token })).toBe(200)
  })

  it('keeps them where one is wrong, and says so, until it is right again', async () => {
    await using managed = await start()
    files.tokens(files.admin.line, 'nonsense')
    const { code, stderr } = await reread(managed)
    expect(code).toBe(ExitCode.configuration)
    expect(stderr).toContain(`keeps its certificate and its tokens: ${files.path('tokens')} line 2 has no role`)
    expect(await statusOf(managed, { path: '/v1/status', token: files.admin.token })).toBe(200)
    const troubles = async () => JSON.stringify((await managed.client.call('status')).troubles)
    expect(await troubles()).toContain('keeps its former certificate and tokens')
    files.tokens(files.admin.line)
    expect((await reread(managed)).code).toBe(ExitCode.ok)
    expect(await troubles()).not.toContain('keeps its former certificate and tokens')
  })
})

describe('lunkitd ends before anything is served', () => {
  /** How it ends. */
  async function ends(args = files.args()) {
    await using lunkitd = await startLunkitd(directory, TEXT, { args })
    const { code, stdout } = await lunkitd.ended()
    const fatal = lunkitd.log.filter(({ level }: LogRecord) => level === Level.fatal).map(({ msg }) => msg)
    return { code, stdout, fatal }
  }

  it.each([
    ['there is no key', () => rmSync(files.path('server.key')), 'server.key cannot be read: ENOENT'],
    [
      'the key is that of another certificate',
      () => files.put('other.key', 'server.key'),
      'server.key is not the key of',
    ],
    ['there is no token', () => files.tokens('# nobody'), 'tokens has no token'],
    ['a line of the tokens is wrong', () => files.tokens('', 'a b'), 'tokens line 2 has no role after the name'],
  ])('with 78 where %s', async (_, spoil, why) => {
    spoil()
    expect(await ends()).toEqual({
      code: ExitCode.configuration,
      stdout: '',
      fatal: [expect.stringContaining(`the control API by TLS: ${directory}/${why}`)],
    })
  })

  it('with 1 where another process listens there', async () => {
    await using managed = await start()
    const address = `127.0.0.1:${await portOf(managed.lunkitd)}`
    expect(await ends(files.args(address))).toEqual({
      code: ExitCode.failed,
      stdout: '',
      fatal: [`the control API by TLS: ${address} is where another process listens`],
    })
    expect((await managerOf(managed.lunkitd).call('status')).pid).toBe(managed.lunkitd.pid)
  })
})
