import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'lunkit'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { addressOf, withLun } from '../testing/client.ts'
import { faultOf, type Managed, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const WWN = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const MIB = 1024 * 1024
let directory = ''
let managed: Managed
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-inventory-'))
  const disks = [
    { plugin: 'fileio', name: 'd', dev: join(directory, 'd.img'), size: MIB, wwn: WWN },
    { plugin: 'fileio', name: 'gone', dev: join(directory, 'no', 'such', 'file'), size: MIB },
  ]
  managed = await startManaged(directory, saveConfig(disks), { luns: 1 })
})
afterAll(async () => {
  await managed[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

it('tells of each LUN what it is, how it is, and by which number it is reached', async () => {
  const { luns, mappings } = await managed.client.call('inventory')
  const serial = WWN
  const naa = '6001405245a36c0d927482fa8a8d76bb'
  const { blocks } = await stat(join(directory, 'd.img'))
  expect(luns).toEqual([
    {
      ...{ lun: 'fileio/d', state: 'ready', size: MIB, allocated: blocks * 512 },
      ...{ serial, product: 'FILEIO', naa, blockSize: 512, thin: false },
    },
    expect.objectContaining({ lun: 'fileio/gone', state: 'deactivated', size: 0 }),
  ])
  expect(mappings).toEqual([
    { target: TARGET_NAME, tpg: 1, number: 0, lun: 'fileio/d' },
    { target: TARGET_NAME, tpg: 1, number: 1, lun: 'fileio/gone' },
  ])
})

it('tells the portal groups, and whom they let in', async () => {
  const { groups } = await managed.client.call('inventory')
  expect(groups).toEqual([{ target: TARGET_NAME, tpg: 1, portals: ['127.0.0.1:0'], initiators: 0, isOpen: true }])
})

it('tells who is logged in, and from where', async () => {
  await using session = await connect({
    ...addressOf(managed.urls[0] ?? ''),
    initiatorName: 'iqn.2026-11.com.example:a',
  })
  expect(session.tsih).toBeGreaterThan(0)
  const { sessions, sessionsLeftOut } = await managed.client.call('inventory')
  expect(sessions).toEqual([
    {
      target: TARGET_NAME,
      initiator: 'iqn.2026-11.com.example:a',
      tsih: session.tsih,
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      alias: expect.any(String),
      auth: 'none',
      digest: 'none',
      tls: false,
    },
  ])
  expect(sessionsLeftOut).toBe(0)
})

it('tells of the configuration whether it is saved, and how often what changes something was called, and how that came out', async () => {
  const { client } = managed
  await faultOf(client.call('endSession', { id: 'none' }))
  await client.call('edit', { edits: [{ name: 'createTarget', given: { wwn: 'iqn.2026-11.com.example:more' } }] })
  const before = await client.call('inventory')
  expect(before.configuration).toEqual({ saved: expect.any(Number), unsaved: true, fallbacks: 0 })
  await client.call('save')
  const { configuration, calls } = await client.call('inventory')
  expect(configuration.unsaved).toBe(false)
  expect(configuration.saved).toBeGreaterThanOrEqual(before.configuration.saved ?? 0)
  expect(calls.filter(({ calls: times }) => times > 0)).toEqual([
    { method: 'edit', result: 'done', calls: 1 },
    { method: 'save', result: 'done', calls: 1 },
    { method: 'endSession', result: 'notFound', calls: 1 },
  ])
  expect(calls).toContainEqual({ method: 'reload', result: 'refused', calls: 0 })
})

it('tells what was counted as it was counted, also after the first time', async () => {
  const { client, urls } = managed
  const reads = async (): Promise<number | undefined> => {
    const { blocks } = await client.call('counters')
    const unit = blocks.find(({ name }) => name === 'unit')
    const cell = unit?.cells.findIndex(({ metric, of }) => metric === 'bytes' && of === 'read')
    const values = unit?.rows.find(({ labels }) => labels[0] === 'fileio/d')?.values ?? []
    return values.find((_, at) => at % 2 === 1 && values[at - 1] === cell)
  }
  const before = (await reads()) ?? 0
  await withLun(urls[0] ?? '', async lun => void (await lun.read(0, 3)))
  expect(await reads()).toBe(before + 3 * 512)
})
