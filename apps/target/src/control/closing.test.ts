import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RawConnection, tcp } from '@lunkit/initiator'
import { connect, LoginError } from 'lunkit'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { addressOf } from '../testing/client.ts'
import { faultOf, type Managed, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const HOST = 'iqn.2026-11.com.example:host'
const TPG = `/iscsi/${TARGET_NAME}/tpg1`
const configuration = saveConfig([{ plugin: 'ramdisk', name: 'a', size: 1024 * 1024 }], {
  node_acls: [{ node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 0 }] }],
})

let directory = ''
let managed: Managed
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-closing-'))
  managed = await startManaged(directory, configuration)
})
afterAll(async () => {
  await managed[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** What a login ends with: `in`, or class and detail, or where it is sent. */
async function loggedIn(): Promise<string> {
  const { host, port, target } = addressOf(managed.urls[0] ?? '')
  const raw = await RawConnection.open(tcp({ host, port }))
  try {
    await raw.login({ SessionType: 'Normal', InitiatorName: HOST, TargetName: target })
    return 'in'
  } catch (error) {
    return error instanceof LoginError ? error.status.toString(16).padStart(4, '0') : (error as Error).message
  } finally {
    raw.destroy()
  }
}

it('a drained target keeps out who comes, says so wherever somebody looks, and lets them in when it is opened', async () => {
  const { client } = managed
  const session = await connect({ ...addressOf(managed.urls[0] ?? ''), initiatorName: HOST })
  const place = { target: TARGET_NAME, tag: 1 }
  const asked = { ...place, seconds: 5, keep_out: true, reason: 'new cables' }
  expect(await client.call('drain', asked)).toEqual({ sessions: 1, ended: 0, kept_out: true })
  await session.closed
  expect(await loggedIn()).toBe('0301')
  const { refusals, counts } = await client.call('refusals')
  expect(refusals[0]).toMatchObject({
    ...{ status: '0301', cause: 'drained', initiator: HOST, target: TARGET_NAME, tag: 1 },
    ...{ reason: expect.stringContaining('new cables'), remedy: expect.stringContaining('lunkit undrain') },
  })
  expect(counts).toContainEqual({ cause: 'drained', times: 1 })
  expect((await client.call('status')).troubles).toContainEqual({
    path: TPG,
    wrong: expect.stringMatching(/^since .* it is drained, and kept closed: new cables$/),
    remedy: `when it is to be served again: lunkit undrain ${TARGET_NAME}/tpg1`,
  })
  const [node] = (await client.call('tree', { path: TPG, depth: 0 })).nodes
  expect(node).toMatchObject({
    summary: expect.stringMatching(/^drained, /),
    info: { drain: 'is drained, and kept closed: new cables' },
  })
  expect(await client.call('undrain', place)).toEqual({ opened: 1 })
  expect(await loggedIn()).toBe('in')
  expect(await faultOf(client.call('undrain', place))).toMatchObject({ kind: 'notFound', where: TPG })
})

it('a drained portal sends who comes to it to another one meanwhile', async () => {
  const { host, port } = addressOf(managed.urls[0] ?? '')
  const portal = `${host}:${port}`
  await managed.client.call('drain', { portal, redirect_to: '192.0.2.7' })
  expect(await loggedIn()).toBe('the login was redirected to 192.0.2.7:3260')
  expect((await managed.client.call('status')).troubles.map(({ path }) => path)).toContain(portal)
  await managed.client.call('undrain', {})
  expect(await loggedIn()).toBe('in')
})

it('a time after which who is drained may come back is told them, and the door opens by itself', async () => {
  await managed.client.call('drain', { target: TARGET_NAME, keep_out_seconds: 1 })
  expect(await loggedIn()).toBe('0301')
  await vi.waitFor(async () => expect(await loggedIn()).toBe('in'), { timeout: 20_000, interval: 200 })
})

it.each([
  [{ target: TARGET_NAME, redirect_to: 'a b' }, 'is no place to be sent to'],
  [{ id: 'x', keep_out: true }, 'is a session, which cannot be kept out'],
])('nobody is kept out by %j', async (asked, what) => {
  expect(await faultOf(managed.client.call('drain', asked))).toMatchObject({ kind: 'refused', what })
})

it('a lunkitd that is started again lets everybody in: only what is configured lasts', async () => {
  await managed.client.call('drain', { target: TARGET_NAME, keep_out: true })
  expect(await loggedIn()).toBe('0301')
  await managed[Symbol.asyncDispose]()
  managed = await startManaged(directory, configuration)
  expect(await loggedIn()).toBe('in')
})

it('where logins are sent by configuration stands in the tree', async () => {
  const { client } = managed
  const to = { target: TARGET_NAME, tag: 1, address: '192.0.2.7', permanent: true }
  await client.call('edit', { edits: [{ name: 'setRedirection', given: { ...to } }] })
  expect(await loggedIn()).toBe('the login was redirected to 192.0.2.7:3260')
  const read = async (path: string) => (await client.call('tree', { path, depth: 0 })).nodes[0]
  expect(await read(TPG)).toMatchObject({
    summary: expect.stringMatching(/^redirected for good to 192\.0\.2\.7:3260, /),
    info: { redirection: 'redirected for good to 192.0.2.7:3260' },
  })
  const own = { ...to, initiator: HOST, address: 'other.example.org:3261', permanent: false }
  await client.call('edit', { edits: [{ name: 'setRedirection', given: own }] })
  expect(await read(`${TPG}/acls/${HOST}`)).toMatchObject({
    info: { redirection: 'redirected to other.example.org:3261' },
  })
  expect((await read(TPG))?.info).toMatchObject({ [`redirection of ${HOST}`]: 'redirected to other.example.org:3261' })
})
