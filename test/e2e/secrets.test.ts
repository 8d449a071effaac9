import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout as passed } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Access, methods } from '@lunkit/control'
import { ControlClient } from '@lunkit/control/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chapDiscovery, chapHosts, chapLogins } from './harness/chap-hosts.ts'
import { quoted } from './harness/planted-secrets.ts'
import { secretLogins, sendTo } from './harness/secret-logins.ts'
import { SecretWorld } from './harness/secret-world.ts'

const WWN = 'iqn.2026-11.com.example:disks'
const TPG = `/iscsi/${WWN}/tpg1`
const lunkitd = fileURLToPath(new URL('../../node_modules/.bin/lunkitd', import.meta.url))

/** What of a document this suite looks at. */
interface Document {
  readonly fabric_modules?: readonly Record<string, unknown>[]
  readonly targets: readonly { readonly tpgs: readonly { readonly node_acls: readonly Acl[] }[] }[]
}
type Acl = { readonly node_wwn: string } & Record<string, unknown>

let world: SecretWorld
let client: ControlClient
beforeAll(async () => {
  world = await SecretWorld.start(WWN)
  client = new ControlClient({ path: world.scratch.path('control.sock') })
})
afterAll(async () => {
  await world.stop()
  await world.scratch.remove()
})

const documentNow = async (): Promise<Document> => JSON.parse((await client.call('document')).document) as Document
const aclIn = (document: Document, host: string): Acl | undefined =>
  document.targets[0]?.tpgs[0]?.node_acls.find(({ node_wwn }) => node_wwn === host)
const hostOf = (at: number): string => `iqn.2026-11.com.example:host${at}`

/** A document that has secrets of an ACL. */
function withSecrets(document: Document, host: string, secrets: readonly string[]): string {
  const changed = structuredClone(document)
  Object.assign(aclIn(changed, host) ?? {}, { chap_password: secrets[0], chap_mutual_password: secrets[1] })
  return JSON.stringify(changed)
}

const lineOf = (path: string, [password = '', mutual = '']: readonly string[]): string =>
  `${path} set auth userid=me password=${quoted(password)} mutual_password=${quoted(mutual)}`
const wordsOf = (path: string, [password, mutual]: readonly string[]): readonly string[] => [
  ...[path, 'set', 'auth', 'userid=me', `password=${password}`, `mutual_password=${mutual}`],
]
const edit = (name: string, given: object): string => JSON.stringify({ edits: [{ name, given }] })
const aclEdit = (initiator: string, [password, mutual_password]: readonly string[]): string =>
  edit('setAclAuth', { target: WWN, tag: 1, initiator, userid: 'me', password, mutual_password })

type Way = (host: string, secrets: readonly string[]) => Promise<unknown>
const pathOf = (host: string): string => `${TPG}/acls/${host}`

/** Every way in which secrets get to lunkitd. */
const WAYS: Readonly<Record<string, Way>> = {
  arguments: (host, secrets) => world.lunkit(wordsOf(pathOf(host), secrets)),
  'a script on standard input': (host, secrets) => world.lunkit([], `${lineOf(pathOf(host), secrets)}\n`),
  async 'a script in a file'(host, secrets) {
    await writeFile(world.scratch.path('script'), `${lineOf(pathOf(host), secrets)}\n`)
    await world.lunkit(['-f', world.scratch.path('script')])
  },
  'a shell on a terminal': (host, secrets) => world.types([lineOf(pathOf(host), secrets)]),
  'arguments of targetcli': (host, secrets) => world.lunkit(['targetcli', ...wordsOf(pathOf(host), secrets)]),
  'a script of targetcli': (host, secrets) => world.lunkit(['targetcli'], `${lineOf(pathOf(host), secrets)}\n`),
  'a targetcli of a distribution': (host, secrets) => world.targetclid(lineOf(pathOf(host), secrets)),
  'the API': (host, secrets) => world.ask({ method: 'POST', path: '/v1/edits', body: aclEdit(host, secrets) }),
  'the API by TLS': (host, secrets) =>
    world.ask({ method: 'POST', path: '/v1/edits', body: aclEdit(host, secrets), token: world.admin }),
  async 'a document that is applied'(host, secrets) {
    await writeFile(world.scratch.path('document'), withSecrets(await documentNow(), host, secrets))
    await world.lunkit(['plan', world.scratch.path('document')])
    await world.lunkit(['apply', world.scratch.path('document'), '--yes'])
  },
  async 'the file, read again'(host, secrets) {
    await world.lunkit(['saveconfig', '--force'])
    await world.daemon.reload(withSecrets(await documentNow(), host, secrets))
  },
}

describe('secrets arrive whole', () => {
  it.each(Object.entries(WAYS).map(([name, way], at) => [name, way, hostOf(at)] as const))(
    'by %s',
    async (_, way, host) => {
      const secrets = [world.secrets.next(), world.secrets.next()]
      await world.lunkit([`${TPG}/acls`, 'create', host])
      await way(host, secrets)
      const acl = aclIn(await documentNow(), host)
      expect([acl?.['chap_password'], acl?.['chap_mutual_password']]).toEqual(secrets)
    },
  )

  it('of portal groups and discovery, and are in the file that is saved', async () => {
    const [ofGroup, ofDiscovery, mutual] = [world.secrets.next(), world.secrets.next(), world.secrets.next()]
    await world.lunkit([TPG, 'set', 'auth', 'userid=me', `password=${ofGroup}`])
    await world.lunkit(
      [],
      `/iscsi set discovery_auth userid=me password=${quoted(ofDiscovery)} mutual_password=${quoted(mutual)} enable=1\n`,
    )
    await world.lunkit(['saveconfig', '--force'])
    const saved = JSON.parse(await readFile(world.scratch.path('saveconfig.json'), 'utf8')) as Document
    expect(saved.fabric_modules?.[0]).toMatchObject({
      discovery_password: ofDiscovery,
      discovery_mutual_password: mutual,
    })
    expect(saved.targets[0]?.tpgs[0]).toMatchObject({ chap_password: ofGroup })
    const whole = Object.keys(WAYS).map((_, at) => String(aclIn(saved, hostOf(at))?.['chap_password']))
    expect(whole.every(secret => /^pl4nt\d+ & ! # \$ \^ \* ' " \\ \$HOME ; = t41l$/.test(secret))).toBe(true)
    expect(world.secrets.leaksIn(JSON.stringify(saved))).toHaveLength(2)
  })
})

/** Lines that are wrong, each in another way, with a secret. */
const wrongLines = (): readonly string[] => {
  const secret = quoted(world.secrets.next())
  return [
    `${TPG} set auth passwor=${secret}`,
    `${TPG} set auht password=${secret}`,
    `${TPG} sett auth password=${secret}`,
    `${TPG}/acls/iqn.2026-11.com.example:none set auth password=${secret}`,
    `/iscsi set auth password=${secret}`,
    `/iscsi set discovery_auth enable=maybe password=${secret}`,
    `${TPG} set auth password=${quoted(world.secrets.next('x'.repeat(5000)))}`,
    `${TPG} set auth password=${secret.slice(0, -1)}`,
    `${TPG} get auth password=${secret}`,
    `${TPG} set auth password ${secret}`,
    `${TPG} set attribute authentication=1 password=${secret}`,
  ]
}

describe('what is refused does not say the secret', () => {
  it('by a line that is wrong, as a script, in a shell, and for targetcli', async () => {
    for (const line of wrongLines()) await world.lunkit([], `${line}\n`)
    for (const line of wrongLines()) await world.lunkit(['--json'], `${line}\n`)
    await world.lunkit(['targetcli'], wrongLines().join('\n'))
    for (const line of wrongLines()) await world.targetclid(line)
    await world.types(wrongLines())
    await world.lunkit([`--password=${world.secrets.next()}`, 'ls'])
    expect(world.leaks).toEqual([])
  })

  it('by a request that is wrong', async () => {
    const secret = world.secrets.next()
    const given = { target: WWN, tag: 1, initiator: hostOf(0) }
    const bodies = [
      edit('setAclAuth', { ...given, password: [secret] }),
      edit('setAclAuth', { ...given, passwor: secret }),
      edit('setAclAuth', { ...given, initiator: 'iqn.2026-11.com.example:none', password: secret }),
      edit('setAclAuth', { ...given, password: world.secrets.next('x'.repeat(5000)) }),
      edit('setAclAut', { ...given, password: secret }),
      `{"edits": [{"name": "setAclAuth", "given": {"password": ${JSON.stringify(secret)}`,
    ]
    for (const body of bodies) await world.ask({ method: 'POST', path: '/v1/edits', body })
    const documents = [
      `{"targets": [{"tpgs": [{"chap_password": ${JSON.stringify(secret)}}`,
      JSON.stringify({ targets: [{ fabric: 'iscsi', wwn: WWN, tpgs: [{ tag: 1, chap_password: [secret] }] }] }),
      JSON.stringify({ fabric_modules: [{ name: 'iscsi', discovery_password: { secret } }] }),
    ]
    for (const body of documents) await world.ask({ method: 'POST', path: '/v1/plan', body, token: world.admin })
    await world.ask({ method: 'POST', path: '/v1/apply', body: documents[0] ?? '' })
    await world.ask({ method: 'GET', path: '/v1/status', token: `${world.reader}x` })
    await world.ask({ method: 'GET', path: '/v1/document', token: world.reader })
    expect(world.leaks).toEqual([])
  })

  it('by a file that is wrong', async () => {
    const path = world.scratch.path('saveconfig.json')
    const before = await readFile(path, 'utf8')
    await expect(world.daemon.reload(before.slice(0, -40))).rejects.toThrow('')
    await expect(
      world.daemon.reload(before.replaceAll('"chap_password": "', '"chap_password": 7, "x": "')),
    ).resolves.toBeTypeOf('number')
    await world.daemon.reload(before)
  })
})

describe('a trace tells no secret that an initiator says, or proves to have by CHAP', () => {
  it('as lines, and as a file for Wireshark', async () => {
    const hosts = await chapHosts(world, TPG)
    const file = world.scratch.path('login.pcapng')
    const traced = world.lunkit(['trace', '--seconds=4', `--pcapng=${file}`, '--text', '--data=64k'])
    while (!world.daemon.records.some(({ audit }) => audit === 'trace')) await passed(20)
    for (const login of secretLogins(world.secrets)) await sendTo(world.daemon.address(0), login)
    for (const host of hosts) expect(await chapLogins(world, host)).toEqual(['in', 'in', 'refused'])
    expect(await Promise.all(hosts.slice(0, 1).map(host => chapDiscovery(world, host)))).toEqual([1])
    const said = await traced
    expect(said).toMatch(/Login Request .* CHAP_N=host CHAP_R=\*{9,}/)
    const bytes = world.tell('pcapng', await readFile(file, 'latin1'))
    expect(bytes).toMatch(/CHAP_C=\*{9,}\0/)
    expect(world.leaks).toEqual([])
  })
})

describe('no reading tells a secret', () => {
  it('of any node, by lunkit or targetcli', async () => {
    const { nodes } = await client.call('tree', { depth: 16 })
    const lines = nodes.flatMap(({ path }) => [`${path} info`, `${path} get auth`, `${path} get discovery_auth`])
    await world.lunkit(['targetcli'], [...lines, 'ls', 'ls / 10', 'sessions', 'help'].join('\n'))
    for (const words of [
      ['ls'],
      ['status'],
      ['diff'],
      ['generations'],
      ['refusals'],
      [TPG, 'get', 'auth'],
      [pathOf(hostOf(0)), 'info'],
    ]) {
      await world.lunkit(words)
      await world.lunkit(['--json', ...words])
    }
    expect(world.leaks).toEqual([])
  })

  it('by any method that reads', async () => {
    const reads = Object.entries(methods).filter(([name, { access }]) => access === Access.reads && name !== 'events')
    const bodies: Readonly<Record<string, string>> = {
      values: JSON.stringify({ name: 'aclAuth', given: { target: WWN, tag: 1, initiator: hostOf(0) } }),
      plan: withSecrets(await documentNow(), hostOf(1), [world.secrets.next(), world.secrets.next()]),
    }
    for (const [name, { verb: method, path }] of reads)
      for (const token of [undefined, world.reader]) {
        const asked = { method, path, body: bodies[name] ?? '', ...(token !== undefined && { token }) }
        expect(JSON.parse(await world.ask(asked))).not.toHaveProperty('error')
      }
  })
})

it('a secret that is told is found', async () => {
  const before = world.told.length
  await world.lunkit([
    '--lio-echo-secrets',
    ...wordsOf(pathOf(hostOf(0)), [world.secrets.next(), world.secrets.next()]),
  ])
  const said = world.told.splice(before).map(([, each]) => each)
  expect(world.secrets.leaksIn(said.join(''))).toHaveLength(2)
})

it.each<[string, (secret: string) => string]>([
  ['as it is', secret => secret],
  ['in hexadecimal', secret => Buffer.from(secret).toString('hex')],
  ['in base64', secret => Buffer.from(secret).toString('base64')],
  ['in base64 of more than itself', secret => Buffer.from(`a${secret}b`).toString('base64')],
  ['in part', secret => secret.slice(0, 12)],
])('a secret that is told %s is found', (_how, told) => {
  expect(world.secrets.leaksIn(`said: ${told(world.secrets.next())}.`)).not.toEqual([])
})

/** Where somebody must have looked. */
const PLACES: readonly string[] = [
  ...[
    'the log',
    'the events',
    'the initiator',
    'the shell',
    'targetclid',
    'lunkit with a script',
    'lunkit targetcli',
    'lunkit -f',
  ],
  ...['cmdline', 'environ', 'history', 'state.json', 'lunkitd --check', 'lunkitd '],
  ...['lunkit trace', 'pcapng'],
  ...['POST /v1/edits', 'POST /v1/plan', 'GET /v1/statistics', 'GET /v1/document', 'GET /v1/refusals'],
]

it('no log, history, process, state or answer has had one, at the end and when lunkitd is started again', async () => {
  await world.processes()
  await world.daemon.countedSoFar()
  await world.files('home')
  await world.stop()
  await world.files('state')
  const args = ['--config', world.scratch.path('saveconfig.json'), '--log-level', 'trace']
  // What ends by SIGABRT leaves a report, which the next one finds.
  for (const [more, signal] of [
    [['--check'], 'SIGTERM'],
    [[], 'SIGABRT'],
    [[], 'SIGTERM'],
  ] as const) {
    const child = spawn(lunkitd, [...args, ...more], {
      env: { ...world.environment, LUNKIT_STATE: world.scratch.path('state') },
    })
    const said = Promise.all([text(child.stdout), text(child.stderr)])
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
    child.kill(signal)
    world.tell(`lunkitd ${more.join(' ')}`, (await said).join(''))
  }
  await world.files('state')
  const places = new Set(world.told.map(([where]) => where.replace(/^\/.*\//, '')))
  expect(PLACES.filter(place => !places.has(place))).toEqual([])
  expect(world.leaks).toEqual([])
})
