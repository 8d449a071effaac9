import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RawConnection, tcp } from '@lunkit/initiator'
import { connect, createTarget, LoginError, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { FAULTS } from '../state/flush-faults.ts'
import { addressOf, block, withLun } from '../testing/client.ts'
import { faultOf, type Managed, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

interface Histogram {
  readonly count: number
  readonly p99: number
  readonly buckets: readonly { readonly le: number; readonly count: number }[]
}

const WWN = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const AT = '2026-11-28T12:00:00.000Z'
const HOST = 'iqn.2026-11.com.example:host'
const MIB = 1024 * 1024
const SECRET = 'pl4nted-s3cret'

let directory = ''
let managed: Managed
const url = () => managed.urls[0] ?? ''
const stateFile = () => join(directory, 'state', 'state.json')

/** Serves a ramdisk, a file of which the state says that a flush failed, and an ACL with a secret. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-running-'))
  const faults = {
    version: FAULTS.version,
    entries: [
      { serial: WWN.toUpperCase(), at: AT, fault: 'flushFailed', cause: { code: 'EIO', errno: 5, call: 'fdatasync' } },
    ],
  }
  await mkdir(join(directory, 'state'))
  await writeFile(
    stateFile(),
    JSON.stringify({ format: 'lunkit-state', version: 2, sections: { faults }, configurations: {} }),
  )
  const disks = [
    { plugin: 'ramdisk', name: 'a', size: MIB },
    { plugin: 'fileio', name: 'd', dev: join(directory, 'd.img'), size: MIB, wwn: WWN },
  ]
  const acl = { node_wwn: HOST, mapped_luns: [{ index: 3, tpg_lun: 1, write_protect: true }] }
  const secret = { node_wwn: `${HOST}2`, chap_userid: 'u', chap_password: SECRET }
  managed = await startManaged(directory, saveConfig(disks, { node_acls: [acl, secret] }), { luns: 2 })
})
afterAll(async () => {
  await managed[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** A session whose initiator does not do what it is asked to. */
async function deaf(): Promise<RawConnection> {
  const { host, port, target } = addressOf(url())
  const raw = await RawConnection.open(tcp({ host, port }))
  await raw.login({ SessionType: 'Normal', InitiatorName: `${HOST}.deaf`, TargetName: target })
  return raw
}

describe('sessions', () => {
  it('are told with who has them, from where, and what they see, also those without an ACL', async () => {
    const { client } = managed
    await withLun(
      url(),
      async () => {
        const { sessions } = await client.call('sessions')
        expect(sessions).toHaveLength(1)
        expect(sessions[0]).toMatchObject({
          initiator: 'iqn.2026-11.com.example:stranger',
          target: TARGET_NAME,
          tag: 1,
          isid: expect.stringMatching(/^[0-9a-f]{12}$/),
          tsih: expect.any(Number),
          remote: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
          local: url().split('/')[2],
          discovery: false,
          dynamic: true,
          luns: [
            { lun: 0, storage_object: '/backstores/ramdisk/a', write_protect: false },
            { lun: 1, storage_object: '/backstores/fileio/d', write_protect: false },
          ],
          load: { commandsInProgress: 0 },
        })
        expect(Math.abs(Date.now() - Date.parse(sessions[0]?.since ?? ''))).toBeLessThan(30_000)
        expect((await client.call('status')).counts).toEqual({
          storageObjects: 2,
          targets: 1,
          portals: 1,
          luns: 2,
          sessions: 1,
        })
      },
      { initiatorName: 'iqn.2026-11.com.example:stranger' },
    )
  })

  it('of an initiator with an ACL are no dynamic ones, and are found by its name', async () => {
    const { client } = managed
    await using session = await connect({ ...addressOf(url()), initiatorName: HOST })
    await session.lun(3).ready()
    const found = await client.call('sessions', { initiator: HOST.toUpperCase(), target: TARGET_NAME })
    expect(found.sessions).toMatchObject([
      { dynamic: false, luns: [{ lun: 3, storage_object: '/backstores/fileio/d', write_protect: true }] },
    ])
    expect(await client.call('sessions', { initiator: 'iqn.2026-11.com.example:nobody' })).toEqual({ sessions: [] })
    const { nodes } = await client.call('tree', { path: `/iscsi/${TARGET_NAME}/tpg1/acls/${HOST}`, depth: 0 })
    expect(nodes).toMatchObject([{ sessions: 1, served: true }])
  })

  it('log out when that is asked for, or are ended, with a reason', async () => {
    const { client } = managed
    const [obedient, raw] = [await connect({ ...addressOf(url()), initiatorName: HOST }), await deaf()]
    const events = client.events({ kinds: ['warning'] })
    const next = events.next()
    const asked = { target: TARGET_NAME, tag: 1, portal: url().split('/')[2] ?? '', seconds: 1, reason: 'maintenance' }
    expect(await client.call('drain', { ...asked, come_back_after: 9 })).toEqual({
      sessions: 2,
      ended: 1,
      kept_out: false,
    })
    expect((await obedient.closed).message).toBe('the session was closed by logout')
    expect(await next).toMatchObject({
      value: { path: `/iscsi/${TARGET_NAME}`, text: expect.stringContaining('is to log out: maintenance') as string },
    })
    await events.return()
    // RFC 7143 11.9.1: asked for the logout, and then told when to come back.
    const told = [await raw.receive(), await raw.receive()].map(({ values }) => values)
    expect(told).toMatchObject([
      { event: 1, parameter3: 1 },
      { event: 2, parameter2: 9 },
    ])
    expect(await client.call('drain', asked)).toEqual({ sessions: 0, ended: 0, kept_out: false })
  })

  it.each([
    [{}, 'refused', 'says of nobody that they are to log out'],
    [{ tag: 1 }, 'refused', 'is the tag of no target'],
    [{ portal: 'here' }, 'refused', 'is no portal'],
    [{ target: `${TARGET_NAME}.none` }, 'notFound', 'is no target'],
    [{ id: 'none' }, 'notFound', 'is no session'],
  ])('are not asked to log out by %j', async (asked, kind, what) => {
    expect(await faultOf(managed.client.call('drain', asked))).toMatchObject({ kind, what })
  })

  it('end when that is asked for, and that is told', async () => {
    const { client } = managed
    const events = client.events({ kinds: ['logout'] })
    const next = events.next()
    const session = await connect({ ...addressOf(url()), initiatorName: HOST })
    const [told] = (await client.call('sessions')).sessions
    expect(await client.call('endSession', { id: told?.id ?? '', reason: 'no more' })).toEqual({ ended: 1 })
    expect(await next).toMatchObject({
      value: { kind: 'logout', path: `/iscsi/${TARGET_NAME}`, details: { initiator: HOST, why: 'ended' } },
    })
    await events.return()
    await session.close().catch(() => undefined)
    await vi.waitFor(async () =>
      expect((await client.call('sessions')).sessions.map(({ id }) => id)).not.toContain(told?.id),
    )
    expect(await faultOf(client.call('endSession', { id: told?.id ?? '' }))).toMatchObject({ kind: 'notFound' })
  })
})

it('who was turned away is told, from where and why, once for many times', async () => {
  const { client } = managed
  const events = client.events({ kinds: ['refusal'] })
  const next = events.next()
  const target = `${TARGET_NAME}.none`
  const login = () => connect({ ...addressOf(url()), target, initiatorName: HOST })
  await client.call('status')
  await expect(login()).rejects.toThrow(LoginError)
  await expect(login()).rejects.toThrow(LoginError)
  const { refusals } = await client.call('refusals')
  expect(refusals).toMatchObject([{ initiator: HOST, target, times: 2, reason: expect.any(String) }])
  expect(await next).toMatchObject({ value: { kind: 'refusal', details: { initiator: HOST, target } } })
  await events.return()
})

it('what happens is told to who listens, of the kinds that he wants', async () => {
  const { client } = managed
  const kinds = ['changed', 'saved', 'login'] as const
  const events = client.events({ kinds: [...kinds] })
  const told: unknown[] = []
  const listening = (async () => {
    for await (const { kind, path, text } of events) if (told.push([kind, path, text]) === kinds.length) break
  })()
  await client.call('status')
  await client.call('edit', { edits: [{ name: 'createRamdisk', given: { name: 'z', size: MIB } }] })
  await client.call('save')
  await withLun(url(), async () => {}, { initiatorName: 'iqn.2026-11.com.example:who' })
  await listening
  expect(told).toEqual([
    ['changed', '/backstores/ramdisk/z', '/backstores/ramdisk/z is new'],
    ['saved', '', `the configuration is saved in ${join(directory, 'saveconfig.json')}`],
    ['login', `/iscsi/${TARGET_NAME}`, 'iqn.2026-11.com.example:who has logged in'],
  ])
})

it('the fault of a disk is told until it is cleared, and is then gone for good', async () => {
  const { client } = managed
  const path = '/backstores/fileio/d'
  const troubles = async () => (await client.call('status')).troubles.filter(each => each.path === path)
  const write = () => withLun(managed.urls[1] ?? '', unit => unit.write(0, block(1)))
  expect(await troubles()).toMatchObject([{ wrong: expect.stringContaining('a flush failed (fdatasync: EIO)') }])
  expect((await client.call('status')).health).toBe('degraded')
  await expect(write()).rejects.toMatchObject({ senseName: 'writeError' })
  expect(await client.call('clearFault', { storage_object: path })).toEqual({ cleared: true })
  expect(JSON.parse(await readFile(stateFile(), 'utf8'))).not.toMatchObject({ sections: { faults: expect.anything() } })
  await write()
  expect(await troubles()).toEqual([])
  expect(await client.call('clearFault', { storage_object: 'fileio/d' })).toEqual({ cleared: false })
  expect(await faultOf(client.call('clearFault', { storage_object: 'fileio/dd' }))).toMatchObject({
    kind: 'notFound',
    where: '/backstores/fileio/dd',
    nearest: 'fileio/d',
  })
})

it('the tree is told in the words of targetcli, with what lunkitd knows of it', async () => {
  const { client } = managed
  const TPG = `/iscsi/${TARGET_NAME}/tpg1`
  const { nodes } = await client.call('tree', { path: TPG, depth: 2 })
  const lines = nodes.map(({ depth, name, summary, served }) => [depth, name, summary, served])
  expect(lines).toEqual([
    [0, 'tpg1', 'gen-acls, no-auth', true],
    [1, 'acls', 'ACLs: 2', true],
    [2, HOST, 'Mapped LUNs: 1', true],
    [2, `${HOST}2`, 'Mapped LUNs: 0', true],
    [1, 'luns', 'LUNs: 2', true],
    [2, 'lun0', 'ramdisk/a (default_tg_pt_gp)', true],
    [2, 'lun1', `fileio/d (${join(directory, 'd.img')}) (default_tg_pt_gp)`, true],
    [1, 'portals', 'Portals: 1', true],
    [2, '127.0.0.1:0', '', true],
  ])
  const [disk] = (await client.call('tree', { path: '/backstores/fileio/d', depth: 0 })).nodes
  expect(disk).toMatchObject({ info: { dev: join(directory, 'd.img'), plugin: 'fileio', wwn: WWN }, served: true })
  expect(await faultOf(client.call('tree', { path: `${TPG}/lunz` }))).toMatchObject({
    kind: 'notFound',
    where: `${TPG}/lunz`,
    nearest: `${TPG}/luns`,
  })
})

it('values in force are told, of secrets that there is one', async () => {
  const { client } = managed
  const at = { target: TARGET_NAME, tag: 1 }
  expect((await client.call('values', { name: 'tpgAttributes', given: at })).values).toMatchObject({
    authentication: 0,
    default_cmdsn_depth: 64,
  })
  expect((await client.call('values', { name: 'aclAuth', given: { ...at, initiator: `${HOST}2` } })).values).toEqual({
    userid: 'u',
    password: 'set',
    mutual_userid: '',
    mutual_password: 'unset',
  })
})

it('what is counted is told by block and label', async () => {
  const { client } = managed
  await withLun(url(), unit => unit.read(0, 1))
  const { blocks } = await client.call('statistics', { blocks: ['unit'], labels: ['unit=ramdisk/a'] })
  expect(blocks).toMatchObject([
    {
      name: 'unit',
      labels: ['unit'],
      rows: [{ labels: { unit: 'ramdisk/a' }, values: { duration: { read: { count: expect.any(Number) } } } }],
    },
  ])
  expect((await client.call('statistics')).blocks.map(({ name }) => name)).toContain('thread')
})

it('a histogram is told in the buckets that it is counted in, where that is asked for', async () => {
  const { client } = managed
  await withLun(url(), async lun => void (await lun.read(0, 1)))
  const { blocks } = await client.call('statistics', { blocks: ['unit'], labels: ['unit=ramdisk/a'], fine: true })
  const [row] = blocks.flatMap(({ rows }) => rows)
  const durations = (row?.values['duration'] ?? {}) as Record<string, Histogram>
  const { count, buckets, p99 } = durations['read'] as Histogram
  expect(buckets.at(-1)?.count).toBe(count)
  expect(buckets.every(({ count: each }, at) => each > (buckets[at - 1]?.count ?? 0))).toBe(true)
  expect(buckets.some(({ le }) => le > p99 && le < p99 * 1.07)).toBe(true)
})

it('preferences are those of the user who asks, and are kept', async () => {
  const { client } = managed
  expect(await client.call('preferences')).toEqual({ preferences: {} })
  await client.call('setPreferences', { preferences: { auto_add_mapped_luns: false, color_path: 'magenta' } })
  const all = { auto_add_mapped_luns: true, color_path: 'magenta' }
  expect(await client.call('setPreferences', { preferences: { auto_add_mapped_luns: true } })).toEqual({
    preferences: all,
  })
  expect(JSON.parse(await readFile(stateFile(), 'utf8'))).toMatchObject({
    sections: { preferences: { entries: [{ uid: process.getuid?.(), preferences: all }] } },
  })
  expect(await faultOf(client.call('setPreferences', { preferences: { 'no name': 1 } }))).toMatchObject({
    where: 'no name',
  })
  expect(await client.call('preferences')).toEqual({ preferences: all })
})

it('no secret comes out of it, but for the document', async () => {
  const { client, lunkitd } = managed
  const at = { target: TARGET_NAME, tag: 1, initiator: `${HOST}2` }
  const given = { ...at, userid: 'u2', password: `${SECRET}2` }
  const edit = (initiator: string) => ({ edits: [{ name: 'setAclAuth' as const, given: { ...given, initiator } }] })
  const told = [
    await client.call('edit', edit(at.initiator)),
    await client.call('tree', { depth: 16 }),
    await client.call('tree', { path: `/iscsi/${TARGET_NAME}/tpg1/acls/${at.initiator}`, depth: 0 }),
    await client.call('values', { name: 'aclAuth', given: at }),
    await client.call('unsaved'),
    await faultOf(client.call('edit', edit(`${HOST}3`))),
    await faultOf(
      client.call('apply', {
        document: JSON.stringify({ targets: 1, fabric_modules: [{ name: 'iscsi', discovery_password: SECRET }] }),
      }),
    ),
    await client.call('status'),
  ]
  expect(JSON.stringify(told)).toContain('set')
  await lunkitd.logged(({ audit, outcome }) => audit === 'apply' && outcome === 'refused')
  expect(JSON.stringify(lunkitd.log)).not.toContain(SECRET)
  expect(JSON.stringify(told)).not.toContain(SECRET)
  expect((await client.call('document')).document).toContain(`${SECRET}2`)
})

it('logins are sent elsewhere from one moment to the next, and are let in again', async () => {
  const { client } = managed
  await using elsewhere = await createTarget({ name: TARGET_NAME, luns: [ramdisk({ sizeBytes: MIB })] })
  const { host, port } = elsewhere.address
  const place = { target: TARGET_NAME, tag: 1 }
  const stays = await connect({ ...addressOf(url()), initiatorName: HOST })
  const to = { ...place, address: `${host}:${port}` }
  await client.call('edit', { edits: [{ name: 'setRedirection', given: { ...to, permanent: true } }] })
  const sent: unknown[] = []
  const listener = { redirected: (notice: object) => sent.push(notice) }
  await using session = await connect({ ...addressOf(url()), initiatorName: `${HOST}.sent`, listener })
  expect([session.portal, sent]).toMatchObject([{ host, port }, [{ permanent: true }]])
  await stays.lun(3).ready()
  await stays.close()
  await client.call('edit', { edits: [{ name: 'setRedirection', given: { ...place, address: '' } }] })
  await using again = await connect({ ...addressOf(url()), initiatorName: HOST, listener })
  expect([again.portal.port === port, sent.length]).toEqual([false, 1])
})
