import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { curl, type Managed, type RawAnswer, startManaged } from '../testing/managed.ts'
import { TlsFiles } from '../testing/tls-files.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const PAGE = new URL('../../../../docs/api.md', import.meta.url)
const EXAMPLE = /```sh\n(?<command>[^]*?)\n```\n\n```json\n(?<answer>[^]*?)\n```/g
/** Of curl what the page uses. */
const COMMAND =
  /^curl --unix-socket \/run\/lunkit\/control\.sock (?:--request (?<verb>\w+) )?'?http:\/\/lunkit(?<path>[^' ]+)'?(?: --data '(?<body>[^']*)')?$/

/** The same by TLS. */
const BY_TLS = /^curl --cacert \S+ (?<header>--header @\S+ )?https:\/\/store1\.example\.com:9443(?<path>\/[^' ]+)$/

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
  let files: TlsFiles
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lunkitd-page-'))
    files = new TlsFiles(directory)
    managed = await startManaged(directory, SERVED, { args: files.args() })
  })
  afterAll(async () => {
    await managed[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  const bySocket = (command: string): Promise<RawAnswer> => {
    const { verb, path = '', body } = COMMAND.exec(command)?.groups ?? {}
    const method = verb ?? (body === undefined ? 'GET' : 'POST')
    return curl(managed.lunkitd.controlPath, method, path, body)
  }
  const byTls = (command: string): Promise<RawAnswer> => {
    const { header, path = '' } = BY_TLS.exec(command)?.groups ?? {}
    const token = header === undefined ? {} : { token: files.admin.token }
    return files.curl(managed.lunkitd, { path, ...token })
  }

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(10)
  })

  // They build on each other, as on the page.
  it.each(examples)('says what is answered to $command', async ({ command, answer }) => {
    const said = await (command.includes('https:') ? byTls(command) : bySocket(command))
    expect(JSON.parse(said.body)).toMatchObject(JSON.parse(answer) as object)
  })
})
