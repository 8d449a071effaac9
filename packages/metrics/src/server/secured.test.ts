import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeSource } from '../testing/fake-source.ts'
import { askByTls, fixture } from '../testing/tls-asking.ts'
import { WebConfigError } from '../web/web-config-error.ts'
import { MetricsServer } from './metrics-server.ts'

const HASH = '$2y$10$qRTBuFoULoYNA7AQ/F3ck.trZBPyjV64.oA4ZsSBCIWvXuvQlQTuu'
const TLS = 'cert_file: server.pem, key_file: server.key'
const CLIENT = { cert: fixture('client.pem'), key: fixture('client.key') }
const STRANGER = { cert: fixture('other.pem'), key: fixture('other.key') }

let directory: string
let server: MetricsServer | undefined
let source: FakeSource
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-secured-'))
  cpSync(new URL('../../../../test/fixtures/tls/', import.meta.url), directory, { recursive: true })
  source = new FakeSource()
})
afterEach(async () => {
  await server?.close()
  rmSync(directory, { recursive: true })
})

const write = (text: string): void => writeFileSync(join(directory, 'web.yml'), text)

/** Where a server is that is configured so. */
async function opened(text: string): Promise<string> {
  write(text)
  server = await MetricsServer.open({ host: '127.0.0.1', port: 0, source, webConfigFile: join(directory, 'web.yml') })
  return server.url
}

const basic = (credentials: string) => ({
  headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
})
const statusOf = (asking: Promise<{ readonly status: number }>): Promise<number | string> =>
  asking.then(
    ({ status }) => status,
    () => 'no handshake',
  )

describe('metrics by TLS', () => {
  it('are those of plain HTTP', async () => {
    const url = await opened(`tls_server_config: { ${TLS} }`)
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/metrics$/)
    expect((await askByTls(url)).body).toContain('\nlunkit_up 1\n')
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow('fetch failed')
  })

  it('are of the versions that are named', async () => {
    const url = await opened(`tls_server_config: { ${TLS}, min_version: TLS13 }`)
    expect(await statusOf(askByTls(url, { maxVersion: 'TLSv1.2' }))).toBe('no handshake')
    expect(await statusOf(askByTls(url))).toBe(200)
  })

  it('have the certificate that lies there when a client comes, and none that cannot be used', async () => {
    const url = await opened(`tls_server_config: { ${TLS} }`)
    expect(await statusOf(askByTls(url))).toBe(200)
    write('tls_server_config: { cert_file: other.pem, key_file: other.key }')
    await expect(askByTls(url)).rejects.toThrow("does not match certificate's altnames")
    write('tls_server_config: { cert_file: other.pem, key_file: server.key }')
    expect(await statusOf(askByTls(url))).toBe('no handshake')
    write('')
    expect(await statusOf(askByTls(url))).toBe('no handshake')
    write(`tls_server_config: { ${TLS} }`)
    expect(await statusOf(askByTls(url))).toBe(200)
  })

  it.each([
    ['NoClientCert', '', [200, 200, 200]],
    ['RequestClientCert', 'client_ca_file: client-ca.pem', [200, 200, 200]],
    ['RequireAnyClientCert', '', ['no handshake', 200, 200]],
    ['VerifyClientCertIfGiven', 'client_ca_file: client-ca.pem', [200, 'no handshake', 200]],
    ['RequireAndVerifyClientCert', 'client_ca_file: client-ca.pem', ['no handshake', 'no handshake', 200]],
    [
      'RequireAndVerifyClientCert',
      'client_ca_file: client-ca.pem, client_allowed_sans: [prometheus.example]',
      ['no handshake', 'no handshake', 200],
    ],
    [
      'RequireAnyClientCert',
      "client_allowed_sans: ['spiffe://example/prometheus']",
      ['no handshake', 'no handshake', 200],
    ],
    [
      'RequireAndVerifyClientCert',
      'client_ca_file: client-ca.pem, client_allowed_sans: [example]',
      ['no handshake', 'no handshake', 'no handshake'],
    ],
  ])('with %s (%s) are for who shows no certificate, a stranger, a client: %j', async (type, more, answers) => {
    const url = await opened(
      `tls_server_config: { ${[TLS, `client_auth_type: ${type}`, more].filter(Boolean).join(', ')} }`,
    )
    const asked = [{}, STRANGER, CLIENT].map(shown => statusOf(askByTls(url, shown)))
    expect(await Promise.all(asked)).toEqual(answers)
  })
})

describe('metrics for those who have a password', () => {
  it('are for nobody else, whichever page it is', async () => {
    const url = await opened(`tls_server_config: { ${TLS} }\nbasic_auth_users: { carol: ${HASH} }`)
    const { status, headers, body } = await askByTls(url)
    expect({ status, body }).toEqual({ status: 401, body: 'Unauthorized\n' })
    expect(headers['www-authenticate']).toBe('Basic')
    expect(await statusOf(askByTls(url, basic('carol:carol124')))).toBe(401)
    expect(await statusOf(askByTls(url.replace('/metrics', '/-/healthy')))).toBe(401)
    expect(await statusOf(askByTls(url.replace('/metrics', '/none')))).toBe(401)
    expect(source.asked).toBe(0)
    expect(await statusOf(askByTls(url, basic('carol:carol123')))).toBe(200)
  })

  it('need no TLS, and are for those whom the file names now', async () => {
    const url = await opened(`basic_auth_users: { carol: ${HASH} }`)
    const carol = basic('carol:carol123')
    expect((await fetch(url, carol)).status).toBe(200)
    write(`basic_auth_users: { dave: ${HASH} }`)
    expect((await fetch(url, carol)).status).toBe(401)
    write('basic_auth_user: {}')
    expect((await fetch(url, carol)).status).toBe(500)
    write('')
    expect((await fetch(url)).status).toBe(200)
  })
})

it('every answer has the headers that are configured', async () => {
  const url = await opened('http_server_config: { headers: { Strict-Transport-Security: max-age=1 } }')
  for (const page of ['/metrics', '/none'])
    expect((await fetch(url.replace('/metrics', page))).headers.get('strict-transport-security')).toBe('max-age=1')
})

it('more requests than the limit are turned away', async () => {
  const url = await opened('rate_limit: { interval: 1h, burst: 2 }')
  const statuses = [await fetch(url), await fetch(url), await fetch(url)].map(({ status }) => status)
  expect(statuses).toEqual([200, 200, 429])
})

it('a configuration that cannot be used keeps a server from being opened', async () => {
  await expect(opened('tls_server_config: { cert_file: server.pem }')).rejects.toThrow(WebConfigError)
})
