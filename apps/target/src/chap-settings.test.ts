import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EditCall } from '@lunkit/config'
import { type ChapOptions, discover } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { run } from './run.ts'
import { portalOf, withLun } from './testing/client.ts'
import { type Managed, startManaged } from './testing/managed.ts'
import { saveConfig, TARGET_NAME } from './testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const HOST = 'iqn.2026-11.com.example:host'
const rd = { plugin: 'ramdisk', name: 'rd0', size: 1024 * 1024 }
const TPG = { target: TARGET_NAME, tag: 1 }
const ACL = { ...TPG, initiator: HOST }
/** Nobody waits for the answer to a wrong secret here. */
const limits = { failed_login_delay_ms: 0 }
const userids = { chap_userid: 'alice', chap_mutual_userid: 'tgt' }
const passwords = { chap_password: 'secretsecret12', chap_mutual_password: 'mutualsecret12' }
const node_acls = [{ node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 0 }], ...userids, ...passwords }]
const DEMANDED = { authentication: 1, generate_node_acls: 1 }

const ALICES = 'secretsecret12'
const alice: ChapOptions = { user: 'alice', secret: ALICES }
const mutual: ChapOptions = { ...alice, mutual: { user: 'tgt', secret: 'mutualsecret12' } }

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-chap-'))
})
afterEach(() => rm(directory, { recursive: true }))

const at = (name: string): string => join(directory, name)
async function secretFile(name: string, secret: string, mode = 0o600): Promise<{ readonly file: string }> {
  await writeFile(at(name), `${secret}\n`)
  await chmod(at(name), mode)
  return { file: at(name) }
}

const start = (tpg: object, lunkit: object = {}, rest: object = {}, environment = {}): Promise<Managed> =>
  startManaged(
    directory,
    saveConfig([rd], { attributes: DEMANDED, ...tpg }, { lunkit: { limits, ...lunkit }, ...rest }),
    {
      environment: { LUNKIT_STATE: at('state'), ...environment },
    },
  )

/** How a login with the LUN of a URL ends. */
async function login([url = '']: readonly string[], auth?: ChapOptions, initiatorName = HOST): Promise<string> {
  try {
    return await withLun(url, async () => 'in', { initiatorName, auth })
  } catch (error) {
    return /authenticationFailure/.exec((error as Error).message)?.[0] ?? (error as Error).message
  }
}
const edit = ({ client }: Managed, ...edits: readonly EditCall[]): Promise<unknown> =>
  client.call('edit', { edits: [...edits] })

describe('chap_algorithms', () => {
  it('forbid what they do not name, from one login to the next, and an ACL’s own hold for it', async () => {
    await using managed = await start({ node_acls, ...userids, ...passwords })
    const { urls } = managed
    const by = (algorithm: 'MD5' | 'SHA1' | 'SHA256', initiator = HOST) =>
      login(urls, { ...alice, algorithms: [algorithm] }, initiator)
    expect(await by('MD5')).toBe('in')
    await edit(managed, { name: 'setTpgSettings', given: { ...TPG, settings: { chap_algorithms: 'SHA256,SHA1' } } })
    expect([await by('MD5'), await by('SHA1'), await by('MD5', `${HOST}2`)]).toEqual([
      'authenticationFailure',
      'in',
      'authenticationFailure',
    ])
    await edit(managed, { name: 'setAclSettings', given: { ...ACL, settings: { chap_algorithms: 'SHA256' } } })
    expect([await by('SHA1'), await by('SHA1', `${HOST}2`), await by('SHA256')]).toEqual([
      'authenticationFailure',
      'in',
      'in',
    ])
  })

  it('are of discovery too', async () => {
    const fabric_modules = [{ name: 'iscsi', discovery_userid: 'd', discovery_password: 'discsecret1234' }]
    await using managed = await start({}, { discovery: { chap_algorithms: 'SHA3-256' } }, { fabric_modules })
    const auth = { user: 'd', secret: 'discsecret1234' }
    const portal = portalOf((await managed.lunkitd.urls(1))[0] ?? '')
    await expect(discover({ ...portal, auth: { ...auth, algorithms: ['MD5'] } })).rejects.toThrow(
      'authenticationFailure',
    )
    expect(await discover({ ...portal, auth })).toHaveLength(1)
  })
})

describe('require_mutual_chap', () => {
  it('refuses who does not ask the target to prove itself, of an ACL or of all', async () => {
    const require_mutual_chap = true
    await using managed = await start(
      { node_acls, ...userids, ...passwords },
      { authentication: [{ ...ACL, require_mutual_chap }] },
    )
    const { urls } = managed
    expect([await login(urls, alice), await login(urls, mutual), await login(urls, alice, `${HOST}2`)]).toEqual([
      'authenticationFailure',
      'in',
      'in',
    ])
    await edit(managed, { name: 'setTpgSettings', given: { ...TPG, settings: { require_mutual_chap: 'yes' } } })
    expect([await login(urls, alice, `${HOST}2`), await login(urls, mutual, `${HOST}2`)]).toEqual([
      'authenticationFailure',
      'in',
    ])
  })

  it('refuses all where the target has nothing to prove itself by, and says so', async () => {
    await using managed = await start(
      { chap_userid: 'alice', chap_password: 'secretsecret12' },
      { authentication: [{ ...TPG, require_mutual_chap: true }] },
    )
    expect([await login(managed.urls, alice), await login(managed.urls, mutual)]).toEqual([
      'authenticationFailure',
      'authenticationFailure',
    ])
    expect(JSON.stringify(managed.lunkitd.log)).toContain('the target has no mutual user ID with a password')
  })
})

describe('passwords that stand elsewhere', () => {
  const withReferences = async () => ({
    authentication: [
      {
        ...ACL,
        password: await secretFile('one', 'secretsecret12'),
        mutual_password: await secretFile('two', 'mutualsecret12'),
      },
      { ...TPG, password: { credential: 'all' } },
    ],
  })
  const tpg = {
    node_acls: [{ ...node_acls[0], chap_password: undefined, chap_mutual_password: undefined }],
    chap_userid: 'all',
  }
  const OTHERS = 'othersecret12'
  const all = { user: 'all', secret: OTHERS }

  it('let in who knows them, by a file and by a credential of systemd, one-way and mutual, and are saved nowhere', async () => {
    await secretFile('all', OTHERS)
    const fabric_modules = [{ name: 'iscsi', discovery_userid: 'all', discovery_enable_auth: true }]
    const lunkit = { ...(await withReferences()), discovery: { password: { credential: 'all' } } }
    await using managed = await start(tpg, lunkit, { fabric_modules }, { CREDENTIALS_DIRECTORY: directory })
    const { urls, client } = managed
    expect([await login(urls, mutual), await login(urls, all, `${HOST}2`)]).toEqual(['in', 'in'])
    expect([await login(urls, all), await login(urls, { ...alice, secret: at('one') })]).toEqual([
      'authenticationFailure',
      'authenticationFailure',
    ])
    const portal = portalOf(urls[0] ?? '')
    await expect(discover({ ...portal, auth: alice })).rejects.toThrow('authenticationFailure')
    expect(await discover({ ...portal, auth: all })).toHaveLength(1)
    await client.call('save', { force: true })
    const saved = await readFile(at('saveconfig.json'), 'utf8')
    expect(saved).toContain(JSON.stringify(at('one')))
    expect(saved + JSON.stringify(managed.lunkitd.log)).not.toMatch(/secretsecret12|mutualsecret12|othersecret12/)
  })

  it('are read again when the configuration is, and at no other time', async () => {
    await using managed = await start(tpg, await withReferences())
    const { urls, client } = managed
    await secretFile('one', 'newsecretnew12')
    await edit(managed, { name: 'setTpgSettings', given: { ...TPG, settings: { chap_algorithms: 'SHA256' } } })
    expect(await login(urls, alice)).toBe('in')
    await client.call('reload', { discard: true })
    expect([await login(urls, alice), await login(urls, { ...alice, secret: 'newsecretnew12' })]).toEqual([
      'authenticationFailure',
      'in',
    ])
    await secretFile('one', 'thirdsecret123')
    managed.lunkitd.kill('SIGHUP')
    await managed.lunkitd.logged(({ event }) => event === 'reloaded')
    expect(await login(urls, { ...alice, secret: 'thirdsecret123' })).toBe('in')
  })

  it('are set while it is served, in the place of one that stood in the file', async () => {
    await using managed = await start({ node_acls })
    const { file } = await secretFile('one', 'newsecretnew12')
    await edit(managed, { name: 'setAclSettings', given: { ...ACL, settings: { password_file: file } } })
    expect([
      await login(managed.urls, alice),
      await login(managed.urls, { ...alice, secret: 'newsecretnew12' }),
    ]).toEqual(['authenticationFailure', 'in'])
    await edit(managed, { name: 'setAclAuth', given: { ...ACL, password: 'secretsecret12' } })
    expect(await login(managed.urls, alice)).toBe('in')
  })

  it('that cannot be had refuse whom they are of and nobody else, with a notice of where and why', async () => {
    const lunkit = {
      authentication: [
        { ...ACL, password: { file: at('none') } },
        { ...TPG, password: await secretFile('all', OTHERS, 0o644) },
      ],
    }
    await using managed = await start(tpg, lunkit)
    const { urls, lunkitd } = managed
    expect([await login(urls, alice), await login(urls, all, `${HOST}2`)]).toEqual(['authenticationFailure', 'in'])
    const said = lunkitd.log.map(({ msg }) => msg)
    expect(said).toContain(
      `a secret cannot be had of the file ${at('none')}: there is no such file; it counts as no password`,
    )
    expect(said).toContain(`the file ${at('all')} has mode 0644: others than its owner may read it; right is chmod 600`)
    await secretFile('none', ALICES)
    lunkitd.kill('SIGHUP')
    await lunkitd.logged(({ event }) => event === 'reloaded')
    expect(await login(urls, alice)).toBe('in')
  })

  it('are looked at by --check, which says whether they can be read', async () => {
    const lunkit = {
      authentication: [{ ...ACL, password: await secretFile('one', ALICES), mutual_password: { credential: 'two' } }],
    }
    await writeFile(at('saveconfig.json'), saveConfig([rd], { ...tpg, attributes: DEMANDED }, { lunkit }))
    const out: string[] = []
    const terminal = { out: (line: string) => out.push(line), err: () => {}, serving: () => {} }
    await run(['--config', at('saveconfig.json'), '--check'], {}, terminal)
    const said = out.join('\n')
    expect(said).toContain(
      `Secrets that stand elsewhere:\n  the file ${at('one')} can be read\n  the credential two cannot be had: there is no $`,
    )
    expect(said).not.toContain(ALICES)
  })
})
