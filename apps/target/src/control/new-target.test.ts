import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discover } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { portalOf } from '../testing/client.ts'
import { type Managed, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const NEW = 'iqn.2026-11.com.example:new'
const TPG = { target: NEW, tag: 1 }
const HOST = { initiatorName: 'iqn.2026-11.com.example:host' }

let directory: string
let managed: Managed
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-new-target-'))
  managed = await startManaged(directory, saveConfig([{ plugin: 'ramdisk', name: 'a', size: 2 ** 20 }]))
})
afterAll(async () => {
  await managed[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

async function told(initiator: { readonly initiatorName?: string } = {}): Promise<string[]> {
  const found = await discover({ ...portalOf(managed.urls[0] as string), ...initiator })
  return found.map(({ name }) => name).sort()
}

describe('discovery', () => {
  it('tells those alone of a target that was made who may log in; of one of a file, whom the file has it told', async () => {
    const { client } = managed
    await client.call('edit', {
      edits: [
        { name: 'createTarget', given: { wwn: NEW, auto_add_default_portal: false } },
        { name: 'createPortal', given: { ...TPG, ip_address: '127.0.0.1', ip_port: 0 } },
        { name: 'createAcl', given: { ...TPG, wwn: HOST.initiatorName } },
      ],
    })
    const { values } = await client.call('values', { name: 'tpgAttributes', given: TPG })
    expect(values).toMatchObject({ demo_mode_discovery: 0 })
    expect([await told(), await told(HOST)]).toEqual([[TARGET_NAME], [NEW, TARGET_NAME]])
    const given = { ...TPG, attributes: { demo_mode_discovery: 1 } }
    await client.call('edit', { edits: [{ name: 'setTpgAttributes', given }] })
    expect(await told()).toEqual([NEW, TARGET_NAME])
  })
})
