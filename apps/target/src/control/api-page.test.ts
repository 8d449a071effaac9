import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { curl, type Managed, startManaged } from '../testing/managed.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const PAGE = new URL('../../../../docs/api.md', import.meta.url)
const EXAMPLE = /```sh\n(?<command>[^]*?)\n```\n\n```json\n(?<answer>[^]*?)\n```/g
/** Of curl what the page uses. */
const COMMAND =
  /^curl --unix-socket \/run\/lunkit\/control\.sock (?:--request (?<verb>\w+) )?'?http:\/\/lunkit(?<path>[^' ]+)'?(?: --data '(?<body>[^']*)')?$/

const SERVED = JSON.stringify({
  storage_objects: [{ plugin: 'ramdisk', name: 'disk0', size: 1_048_576 }],
  targets: [
    {
      fabric: 'iscsi',
      wwn: 'iqn.2026-11.com.example:disks',
      tpgs: [
        {
          tag: 1,
          attributes: { authentication: 0, generate_node_acls: 1 },
          portals: [{ ip_address: '127.0.0.1', port: 0 }],
          luns: [{ index: 0, storage_object: '/backstores/ramdisk/disk0' }],
        },
      ],
    },
  ],
})

const examples = [...(await readFile(PAGE, 'utf8')).matchAll(EXAMPLE)].map(({ groups }) => ({
  command: groups?.['command'] ?? '',
  answer: groups?.['answer'] ?? '',
}))

describe('the page about the control API', () => {
  let directory = ''
  let managed: Managed
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-page-'))
    managed = await startManaged(directory, SERVED)
  })
  afterAll(async () => {
    await managed[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(10)
  })

  // They build on each other, as on the page.
  it.each(examples)('says what is answered to $command', async ({ command, answer }) => {
    const { verb, path = '', body } = COMMAND.exec(command)?.groups ?? {}
    const method = verb ?? (body === undefined ? 'GET' : 'POST')
    const said = await curl(managed.lunkitd.controlPath, method, path, body)
    expect(JSON.parse(said.body)).toMatchObject(JSON.parse(answer) as object)
  })
})
