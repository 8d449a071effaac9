import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, discover, LoginError, type Session } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Lunkitd, startLunkitd } from './testing/lunkitd.ts'
import { saveConfig, TARGET_NAME } from './testing/save-config.ts'

// lunkitd is a process, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const HOST = 'iqn.1991-05.com.microsoft:host'
const NODE = 'iqn.2026-11.com.example:node'
const OTHER = 'iqn.2026-11.com.example:other'
const at = { target: TARGET_NAME, tag: 1 }
const rd = { plugin: 'ramdisk', name: 'rd0', size: 1024 * 1024 }
const mapped = (index: number, write_protect = false) => [{ index, tpg_lun: 0, write_protect }]
const tag = { ...at, initiators: 'tag:cluster', mapped_luns: mapped(1) }
const windows = { ...at, initiators: 'iqn.1991-05.com.microsoft:*', mapped_luns: mapped(2, true) }
const ipv4 = { ...at, initiators: '127.0.0.0/8', mapped_luns: mapped(3) }
const ipv6 = { ...at, initiators: '::1', chap_userid: 'u', chap_password: 'secretsecret1', authentication: 1 }

/** A file in which the LUN's number says what has let somebody in. */
function file(access_rules: readonly object[], tpg: object = {}): string {
  const portals = ['127.0.0.1', '127.0.0.2', '[::1]'].map(ip_address => ({ ip_address, port: 0 }))
  const node_acls = [
    { node_wwn: `${NODE}s`, tag: 'cluster' },
    { node_wwn: NODE, tag: 'cluster', mapped_luns: mapped(5) },
  ]
  const attributes = { authentication: 0, generate_node_acls: 0 }
  const discovery_portals = [{ ...at, ip_address: '127.0.0.2', port: 0 }]
  return saveConfig([rd], { portals, node_acls, attributes, ...tpg }, { lunkit: { access_rules, discovery_portals } })
}

const served = { lunkitd: undefined as unknown as Lunkitd, directory: '', portals: new Map<string, number>() }

beforeAll(async () => {
  served.directory = await mkdtemp(join(tmpdir(), 'lunkitd-rules-'))
  const environment = { LUNKIT_STATE: join(served.directory, 'state') }
  served.lunkitd = await startLunkitd(served.directory, file([tag, windows, ipv4, ipv6]), { environment })
  for (const host of ['127.0.0.1', '127.0.0.2', '[::1]']) {
    const { msg } = await served.lunkitd.logged(({ msg }) => msg.includes(`${host}:`))
    served.portals.set(host, Number(/:(\d+) listens/.exec(msg)?.[1]))
  }
})
afterAll(async () => {
  await served.lunkitd[Symbol.asyncDispose]()
  await rm(served.directory, { recursive: true })
})

const place = (host: string) => ({ host: host.replace(/[[\]]/g, ''), port: served.portals.get(host) ?? 0 })
const login = (initiatorName: string, host = '127.0.0.1', more: object = {}): Promise<Session> =>
  connect({ ...place(host), target: TARGET_NAME, initiatorName, ...more })

/** The LUNs that somebody sees, or why it sees none. */
async function seen(...args: Parameters<typeof login>): Promise<readonly number[] | string> {
  try {
    await using session = await login(...args)
    return await session.lun(0).reportLuns()
  } catch (error) {
    if (error instanceof LoginError) return error.statusName
    throw error
  }
}

const isWritten = (session: Session, lun: number): Promise<boolean> =>
  session
    .lun(lun)
    .ready()
    .then(() => session.lun(lun).write(0, Buffer.alloc(512)))
    .then(
      () => true,
      () => false,
    )

let applied = 0
/** Has lunkitd serve another file. */
async function serve(text: string): Promise<void> {
  applied++
  await writeFile(join(served.directory, 'saveconfig.json'), text)
  served.lunkitd.kill('SIGHUP')
  const isApplied = ({ msg }: { readonly msg: string }) => msg.startsWith('the configuration was applied')
  await served.lunkitd.logged(() => served.lunkitd.log.filter(isApplied).length >= applied)
}

describe('an initiator is let in by what is most specific:', () => {
  it.each<[string, string, string, readonly number[] | string]>([
    ['its ACL', NODE, '127.0.0.1', [5]],
    ['the beginning of its name', HOST, '127.0.0.1', [2]],
    ['where it comes from', OTHER, '127.0.0.1', [3]],
    ['nothing, as it cannot prove what the rule of its network asks', OTHER, '[::1]', 'authenticationFailure'],
  ])('%s', async (_what, name, host, luns) => {
    expect(await seen(name, host)).toEqual(luns)
  })

  it('its tag, where another TPG has its ACL', async () => {
    const node_acls = [{ node_wwn: HOST, tag: 'cluster' }]
    const other = { fabric: 'iscsi', wwn: `${TARGET_NAME}2`, tpgs: [{ node_acls }] }
    const text = JSON.parse(file([tag, windows])) as { targets: object[] }
    await serve(JSON.stringify({ ...text, targets: [...text.targets, other] }))
    expect([await seen(HOST), await seen(`${HOST}2`)]).toEqual([[1], [2]])
    await serve(file([tag, windows, ipv4, ipv6]))
  })

  it('with what the rule asks for, and the LUNs of the TPG where it maps none', async () => {
    const auth = { user: 'u', secret: 'secretsecret1' }
    expect(await seen(OTHER, '[::1]', { auth })).toEqual([0])
  })

  it('by a password that stands in a file of its own, as it is at each reload', async () => {
    const path = join(served.directory, 'rule.secret')
    const rule = { ...ipv4, authentication: 1, chap_userid: 'u', password: { file: path } }
    const by = (secret: string) => seen(OTHER, '127.0.0.1', { auth: { user: 'u', secret } })
    await writeFile(path, 'secretoffile1', { mode: 0o600 })
    await serve(file([rule]))
    expect([await by('secretoffile1'), await by('secretsecret1')]).toEqual([[3], 'authenticationFailure'])
    await writeFile(path, 'othersecret12', { mode: 0o600 })
    await serve(file([rule, windows]))
    expect([await by('othersecret12'), await by('secretoffile1')]).toEqual([[3], 'authenticationFailure'])
    await serve(file([tag, windows, ipv4, ipv6]))
  })

  it('and may write where the rule lets it', async () => {
    await using reader = await login(HOST)
    await using writer = await login(OTHER)
    expect([await isWritten(reader, 2), await isWritten(writer, 3)]).toEqual([false, true])
  })
})

describe('a rule that changes', () => {
  it('ends the sessions that it does not let in any more, and no others; other LUNs are seen at once', async () => {
    const left = await login(HOST)
    await using stays = await login(OTHER)
    await serve(file([{ ...ipv4, mapped_luns: [...mapped(3), ...mapped(4)] }]))
    await left.closed
    expect(await stays.lun(3).reportLuns()).toEqual([3, 4])
    expect(await seen(HOST)).toEqual([3, 4])
    await serve(file([]))
    await stays.closed
    expect(await seen(OTHER)).toBe('authorizationFailure')
    await serve(file([tag, windows, ipv4, ipv6]))
  })
})

describe('a portal for discovery only', () => {
  it('tells of the others, and refuses logins', async () => {
    const [found] = await discover({ ...place('127.0.0.2'), initiatorName: OTHER })
    expect(found?.portals.map(({ host }) => host)).toEqual(['127.0.0.1', '::1'])
    expect(await seen(OTHER, '127.0.0.2')).toBe('sessionTypeNotSupported')
    const { msg } = await served.lunkitd.logged(record => record.msg.includes('for discovery only'))
    expect(msg).toMatch(/portal 127\.0\.0\.2:\d+ of \S+ is for discovery only/)
  })
})
