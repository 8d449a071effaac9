import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebConfigError } from './web-config-error.ts'
import { WebConfigFile } from './web-config-file.ts'

const HASH = '$2y$10$qRTBuFoULoYNA7AQ/F3ck.trZBPyjV64.oA4ZsSBCIWvXuvQlQTuu'
const FILES = '{ cert_file: server.pem, key_file: server.key }'

let directory: string
let path: string
let told: string[]
let file: WebConfigFile
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-web-'))
  cpSync(new URL('../../../../test/fixtures/tls/', import.meta.url), directory, { recursive: true })
  path = join(directory, 'web.yml')
  told = []
  file = new WebConfigFile(path, line => told.push(line))
})
afterEach(() => rmSync(directory, { recursive: true }))

const current = (text: string) => {
  writeFileSync(path, text)
  return file.current()
}

/** The sentence that a text is refused with. */
const refusal = async (text: string): Promise<string> => {
  const error = await current(text).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(WebConfigError)
  return (error as WebConfigError).message.replaceAll(directory, '')
}

describe('a web configuration', () => {
  it.each(['', '# nothing\n', '{}', 'tls_server_config:\n', 'basic_auth_users: {}', 'tls_server_config: {}\n'])(
    'of nothing has neither TLS nor passwords: %j',
    async text => {
      expect(await current(text)).toEqual({ tls: undefined, users: new Map(), headers: {}, rate: undefined })
    },
  )

  it("is what exporter-toolkit's documentation shows", async () => {
    const text = [
      'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key',
      `basic_auth_users:\n  alice: ${HASH}\n  bob: ${HASH}`,
      'rate_limit:\n  interval: "1s"\n  burst: 20',
      'http_server_config:\n  http2: false\n  headers:\n    X-Frame-Options: deny\n    X-XSS-Protection: ""',
    ]
    const config = await current(text.join('\n'))
    expect(config.users).toEqual(new Map([...['alice', 'bob'].map(name => [name, HASH] as const)]))
    expect(config).toMatchObject({ rate: { intervalMs: 1000, burst: 20 }, headers: { 'X-Frame-Options': 'deny' } })
    expect(config.headers).not.toHaveProperty('X-XSS-Protection')
    expect(config.tls?.options).toMatchObject({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', requestCert: false })
  })

  it('has names of Go for what OpenSSL has others for', async () => {
    const more =
      'min_version: TLS12, max_version: TLS12, curve_preferences: [CurveP384, X25519], cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]'
    const { tls } = await current(`tls_server_config: ${FILES.slice(0, -1)}, ${more} }`)
    expect(tls?.options).toMatchObject({ maxVersion: 'TLSv1.2', ecdhCurve: 'secp384r1:X25519' })
    expect(tls?.options.ciphers).toMatch(/ECDHE-ECDSA-AES256-GCM-SHA384$/)
  })

  it.each([
    ['1s', 1000],
    ['100ms', 100],
    ['1m30s', 90_000],
    ['0', undefined],
  ])('reads %s as a time', async (interval, intervalMs) => {
    expect((await current(`rate_limit: { interval: ${interval}, burst: 1 }`)).rate?.intervalMs).toBe(intervalMs)
  })
})

describe('what is wrong is named, with what is right', () => {
  it.each([
    ['tls_config: {}', 'there is no tls_config; right is tls_server_config'],
    ['tls_server_config: { cert_fil: a }', 'there is no tls_server_config.cert_fil; right is cert_file'],
    [
      '__proto__: {}',
      'there is no __proto__; right is tls_server_config, http_server_config, rate_limit, basic_auth_users',
    ],
    [
      'http_server_config: { headers: { X-Powered-By: a } }',
      'there is no http_server_config.headers.X-Powered-By; right is',
    ],
    [
      'http_server_config: { headers: { X-Frame-Options: all } }',
      'X-Frame-Options is "all"; right is deny or sameorigin',
    ],
    ['http_server_config: { headers: { X-XSS-Protection: "a\\r\\nb" } }', 'right is a text of one line'],
    ['http_server_config: []', 'http_server_config has no keys; right is http2, headers'],
    ['- a', 'the file has no keys'],
    ['tls_server_config: { min_version: TLS11 }', 'min_version is "TLS11"; right is one of TLS12, TLS13'],
    ['tls_server_config: { client_auth_type: Never }', 'client_auth_type is "Never"; right is one of NoClientCert,'],
    ['tls_server_config: { cert_file: 1 }', 'cert_file is 1; right is a text'],
    ['tls_server_config: { key_file: server.key }', 'has neither cert_file nor cert'],
    ['tls_server_config: { cert_file: server.pem }', 'has neither key_file nor key'],
    ['tls_server_config: { cert: a, cert_file: server.pem }', 'has both cert and cert_file'],
    [`tls_server_config: ${FILES.slice(0, -1)}, client_ca_file: ca.pem }`, 'client_ca_file is for a client_auth_type'],
    [
      `tls_server_config: ${FILES.slice(0, -1)}, client_allowed_sans: [a] }`,
      'client_allowed_sans is for a client_auth_type',
    ],
    [`tls_server_config: ${FILES.slice(0, -1)}, min_version: TLS13, max_version: TLS12 }`, 'min_version is above'],
    ['tls_server_config: { cert_file: server.pem, key_file: other.key }', 'tls_server_config cannot be used: '],
    ['tls_server_config: { cert_file: none.pem, key_file: other.key }', '/none.pem: it cannot be read: ENOENT'],
    ['rate_limit: { interval: soon }', 'rate_limit.interval is "soon"; right is a time, as 1s'],
    ['basic_auth_users: { alice: planted-secret }', 'basic_auth_users.alice is not right; right is a name'],
    [`basic_auth_users: { "a:b": ${HASH} }`, 'basic_auth_users.a:b is not right'],
    ['basic_auth_users: planted-secret', 'basic_auth_users is not right; right is names with hashes'],
    ['tls_server_config: { key: [planted-secret] }', 'tls_server_config.key is not right; right is a text'],
    ['a: [planted-secret', 'line 1, column'],
    [`basic_auth_users: { alice: ${HASH}, alice: ${HASH} }`, 'is no YAML (duplicate_key)'],
  ])('%s', async (text, sentence) => {
    const said = await refusal(text)
    expect(said).toContain(sentence)
    expect(said).not.toContain('planted-secret')
    expect(said).not.toContain(HASH)
  })

  it('a file that is not there, or is too long', async () => {
    await expect(file.current()).rejects.toThrow(`${path}: it cannot be read: ENOENT`)
    expect(await refusal(' '.repeat(1024 * 1024 + 1))).toBe('/web.yml: it is longer than 1048576 bytes')
  })
})

describe('a file that has changed', () => {
  it('is read again, and else it is not', async () => {
    const first = await current(`basic_auth_users: { alice: ${HASH} }`)
    expect(await file.current()).toBe(first)
    expect((await current(`basic_auth_users: { carol: ${HASH} }`)).users).toEqual(new Map([['carol', HASH]]))
    expect(told).toEqual([`the web configuration ${path} was read again`])
  })

  it('is one also where only a certificate has changed that it names', async () => {
    const { tls } = await current(`tls_server_config: ${FILES}`)
    for (const name of ['key', 'pem']) cpSync(join(directory, `other.${name}`), join(directory, `server.${name}`))
    expect((await file.current()).tls?.options.cert).not.toBe(tls?.options.cert)
  })

  it('lets nobody in while it is wrong, which is said once, and is used again when it is mended', async () => {
    await current('')
    await refusal('a: 1')
    await refusal('a: 1 ')
    await current('')
    expect(told).toEqual([
      `nobody is let in until this is mended: ${path}: there is no a; right is tls_server_config, http_server_config, rate_limit, basic_auth_users`,
      `the web configuration ${path} was read again`,
    ])
  })
})
