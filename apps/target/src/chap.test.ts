import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChapOptions, connect, discover } from 'lunkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { portalOf, withLun } from './testing/client.ts'
import { type Lunkitd, startLunkitd } from './testing/lunkitd.ts'
import { saveConfig } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const LIO_FILE = new URL('../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const HOST = 'iqn.2026-11.com.example:host'
const OTHER = 'iqn.2026-11.com.example:other'
const BARE = 'iqn.2026-11.com.example:bare'
const FREE = 'iqn.2026-11.com.example:free'
const rd = { plugin: 'ramdisk', name: 'rd0', size: 1024 * 1024 }
const mapped_luns = [{ index: 0, tpg_lun: 0 }]
const OWN = { chap_userid: 'alice', chap_password: 'secretsecret12' }
const MUTUAL = { chap_mutual_userid: 'tgt', chap_mutual_password: 'mutualsecret12' }
const DEMANDED = { authentication: 1, generate_node_acls: 1 }
/** Nobody waits for the answer to a wrong secret here. */
const AT_ONCE = { lunkit: { limits: { failed_login_delay_ms: 0 } } }

const alice: ChapOptions = { user: 'alice', secret: 'secretsecret12' }
const mutual: ChapOptions = { ...alice, mutual: { user: 'tgt', secret: 'mutualsecret12' } }

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-chap-'))
})
afterEach(() => rm(directory, { recursive: true }))

const start = (text: string, at = directory): Promise<Lunkitd> =>
  startLunkitd(at, text, { environment: { LUNKIT_STATE: join(at, 'state') } })

/** How a login with the LUN of a URL ends. */
async function login(url: string, auth?: ChapOptions, initiatorName = HOST): Promise<string> {
  try {
    return await withLun(url, async () => 'in', { initiatorName, auth })
  } catch (error) {
    return (error as Error).message
  }
}

describe('lunkitd asks for CHAP where a TPG demands it:', () => {
  const acls = [
    { node_wwn: HOST, mapped_luns, ...OWN, ...MUTUAL },
    { node_wwn: BARE, mapped_luns },
    { node_wwn: FREE, mapped_luns, attributes: { authentication: 0 } },
  ]
  const all = { user: 'all', secret: 'othersecret12' }
  const ofTpg = { chap_userid: 'all', chap_password: all.secret }
  const served = { lunkitd: undefined as unknown as Lunkitd, url: '', directory: '' }

  beforeAll(async () => {
    served.directory = await mkdtemp(join(tmpdir(), 'lunkitd-chap-'))
    served.lunkitd = await start(
      saveConfig([rd], { attributes: DEMANDED, node_acls: acls, ...ofTpg }, AT_ONCE),
      served.directory,
    )
    served.url = (await served.lunkitd.urls(1))[0] ?? ''
  })
  afterAll(async () => {
    await served.lunkitd[Symbol.asyncDispose]()
    await rm(served.directory, { recursive: true })
  })

  it.each(['MD5', 'SHA1', 'SHA256', 'SHA3-256'] as const)('with %s, both ways', async algorithm => {
    expect(await login(served.url, { ...mutual, algorithms: [algorithm] })).toBe('in')
  })

  it('of an ACL by its own credentials, one-way too, and of who has none by those of the TPG', async () => {
    expect([await login(served.url, alice), await login(served.url, all, OTHER)]).toEqual(['in', 'in'])
  })

  it.each<[string, ChapOptions | undefined, string]>([
    ['nothing', undefined, HOST],
    ['the credentials of the TPG for those of the ACL', all, HOST],
    ['the credentials of an ACL for those of the TPG', alice, OTHER],
    ['another secret', { ...alice, secret: 'wrongwrongwrong' }, HOST],
    ['anything where an ACL has no credentials', alice, BARE],
  ])('who proves %s is refused', async (_what, auth, initiator) => {
    expect(await login(served.url, auth, initiator)).toContain('authenticationFailure')
  })

  it('but not where the ACL does without', async () => {
    expect(await login(served.url, undefined, FREE)).toBe('in')
  })

  it('and its log says who was wrong in what, and never a secret', () => {
    const told = JSON.stringify(served.lunkitd.log)
    expect(told).toContain('CHAP_N is not the name that is expected')
    expect(told).toContain('no user ID with a password is set (authentication=1)')
    expect(told).not.toMatch(/secretsecret12|mutualsecret12|othersecret12|wrongwrongwrong/)
  })
})

describe('other credentials', () => {
  it('are for logins to come: sessions that there are go on', async () => {
    const config = (chap_password: string, authentication = 1): string =>
      saveConfig([rd], { attributes: { ...DEMANDED, authentication }, chap_userid: 'alice', chap_password }, AT_ONCE)
    await using lunkitd = await start(config('secretsecret12', 0))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      await writeFile(join(directory, 'saveconfig.json'), config('newsecretnew12'))
      lunkitd.kill('SIGHUP')
      await lunkitd.logged(({ msg }) => msg.startsWith('the configuration was applied'))
      expect(await login(url, alice)).toContain('authenticationFailure')
      expect(await login(url, { ...alice, secret: 'newsecretnew12' })).toBe('in')
      expect((await unit.read(0, 1)).length).toBe(512)
    })
    expect(JSON.stringify(lunkitd.log)).not.toMatch(/secretsecret12|newsecretnew12/)
  })
})

describe('discovery', () => {
  const fabric = { name: 'iscsi', discovery_userid: 'disc', discovery_password: 'discsecret1234' }

  it.each([
    ['asks for its own credentials', { ...fabric, discovery_enable_auth: true }, false],
    [
      'asks for them as the manual page spells them',
      { name: 'iscsi', userid: 'disc', password: 'discsecret1234' },
      false,
    ],
    ['takes them where they are turned off, and does without', { ...fabric, discovery_enable_auth: false }, true],
  ])('%s', async (_what, fabricModule, open) => {
    const attributes = { authentication: 0, generate_node_acls: 1 }
    await using lunkitd = await start(saveConfig([rd], { attributes }, { ...AT_ONCE, fabric_modules: [fabricModule] }))
    const [url = ''] = await lunkitd.urls(1)
    const auth = { user: 'disc', secret: 'discsecret1234' }
    expect(await discover({ ...portalOf(url), auth })).toHaveLength(1)
    const without = await discover(portalOf(url)).catch(error => (error as Error).message)
    expect(without.length === 1).toBe(open)
  })
})

describe('the file of a real LIO', () => {
  it('lets the initiator in that has credentials there, by them alone', async () => {
    const text = (await readFile(LIO_FILE, 'utf8')).replaceAll(/"port": 326\d/g, '"port": 0')
    const here = text
      .replaceAll('/disk.img', join(directory, 'disk.img'))
      .replaceAll('/dev/loop0', join(directory, 'loop0'))
    await using lunkitd = await start(here)
    const listens = await lunkitd.logged(({ msg }) => /127\.0\.0\.1:\d+/.test(msg))
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(listens.msg)?.[1])
    const address = { host: '127.0.0.1', port, target: 'iqn.2022-08.com.test:second' }
    const host1 = { ...address, initiatorName: 'iqn.1994-05.com.redhat:host1' }
    const served = connect({ ...host1, auth: mutual }).then(session => session[Symbol.asyncDispose]())
    await expect(served).resolves.toBeUndefined()
    await expect(connect(host1)).rejects.toThrow('authenticationFailure')
  })
})
