import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ExitCode } from '../exit-code.ts'
import { block, withLun } from '../testing/client.ts'
import { Level, Lunkitd } from '../testing/lunkitd.ts'
import { startManaged } from '../testing/managed.ts'
import { saveConfig } from '../testing/save-config.ts'
import { TlsFiles } from '../testing/tls-files.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const TEXT = saveConfig([{ plugin: 'ramdisk', name: 'a', size: 1024 * 1024 }])

/** Of the password carol123. */
const HASH = '$2y$10$qRTBuFoULoYNA7AQ/F3ck.trZBPyjV64.oA4ZsSBCIWvXuvQlQTuu'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-metrics-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** Where a lunkitd serves its metrics. */
async function urlOf(lunkitd: Lunkitd): Promise<string> {
  const { metrics, level } = await lunkitd.logged(record => record['metrics'] !== undefined)
  expect(level).toBe(Level.info)
  return String(metrics)
}

const textOf = async (url: string): Promise<string> => (await fetch(url)).text()
const statusOf = async (url: string, page: string): Promise<number> =>
  (await fetch(url.replace('/metrics', page))).status

describe('lunkitd --metrics', () => {
  it('serves what is counted and what there is by itself, and its control socket is asked nothing', async () => {
    await using managed = await startManaged(directory, TEXT, { args: ['--metrics', '127.0.0.1:0'] })
    const url = await urlOf(managed.lunkitd)
    await withLun(managed.urls[0] ?? '', async lun => {
      await lun.write(0, block(1))
      const text = await textOf(url)
      expect(text).toContain('\nlunkit_up 1\n')
      expect(text).toContain('\nlunkit_lun_written_bytes_total{lun="ramdisk/a"} 512\n')
      expect(text).toMatch(/\nlunkit_session_info\{target="iqn[^}]*\} 1\n/)
      expect(text).toContain('\nlunkit_config_changes_total{method="edit",result="done"} 0\n')
    })
    expect([await statusOf(url, '/-/healthy'), await statusOf(url, '/-/ready')]).toEqual([200, 200])
    await managed.client.call('edit', { edits: [{ name: 'createRamdisk', given: { name: 'b', size: 4096 } }] })
    expect(await textOf(url)).toContain('\nlunkit_config_changes_total{method="edit",result="done"} 1\n')
  })

  it('serves them with the demo too, and ends with it', async () => {
    await using lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0', '--metrics', '[::1]:0'])
    await lunkitd.urls(1)
    const url = await urlOf(lunkitd)
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/metrics$/)
    expect(await textOf(url)).toMatch(/\nlunkit_lun_state\{lun="ramdisk\/\w+",state="ready"\} 1\n/)
    lunkitd.kill('SIGTERM')
    expect((await lunkitd.ended()).code).toBe(ExitCode.ok)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('serves them by TLS to who has a password, where a web configuration says so', async () => {
    const files = new TlsFiles(directory)
    const web = files.path('web.yml')
    await writeFile(
      web,
      `tls_server_config: { cert_file: server.pem, key_file: server.key }\nbasic_auth_users: { carol: ${HASH} }`,
    )
    const args = ['--metrics', '127.0.0.1:0', '--web.config.file', web]
    await using lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0', ...args])
    await lunkitd.urls(1)
    const url = await urlOf(lunkitd)
    const status = (auth?: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = get(url, { ca: files.ca, agent: false, ...(auth !== undefined && { auth }) }, answer => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        })
        sent.on('error', reject)
      })
    expect([await status(), await status('carol:wrong'), await status('carol:carol123')]).toEqual([401, 401, 200])
    await writeFile(web, 'tls_server_config: { cert_file: none.pem }')
    await expect(status('carol:carol123')).rejects.toThrow('socket')
    const { msg } = await lunkitd.logged(({ level }) => level === Level.warn)
    expect(msg).toBe(
      `metrics: nobody is let in until this is mended: ${web}: tls_server_config has neither key_file nor key`,
    )
  })

  it('says what of a web configuration cannot be used, and ends before anything is opened', async () => {
    const web = join(directory, 'web.yml')
    await writeFile(web, 'basic_auth: {}')
    const args = ['--metrics', '127.0.0.1:0', '--web.config.file', web]
    const lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0', ...args])
    expect(await lunkitd.ended()).toMatchObject({ code: ExitCode.configuration, stdout: '' })
    expect(lunkitd.log.at(-1)?.msg).toBe(
      `metrics cannot be served at 127.0.0.1:0: ${web}: there is no basic_auth; right is basic_auth_users`,
    )
  })

  it('says where it cannot listen, and ends before anything is opened', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { readonly port: number }
    const end = async (place: string) => {
      const lunkitd = new Lunkitd(['--demo', '--portal', '127.0.0.1:0', '--metrics', place])
      const { code, stdout } = await lunkitd.ended()
      return { code, stdout, said: lunkitd.log.at(-1)?.msg }
    }
    const said = (place: string): string => `metrics cannot be served at ${place}: `
    expect(await end(`127.0.0.1:${port}`)).toEqual({
      ...{ code: ExitCode.failed, stdout: '' },
      said: expect.stringContaining(`${said(`127.0.0.1:${port}`)}listen EADDRINUSE`),
    })
    expect(await end('192.0.2.1:9')).toEqual({
      ...{ code: ExitCode.configuration, stdout: '' },
      said: expect.stringContaining(`${said('192.0.2.1:9')}listen EADDRNOTAVAIL`),
    })
    taken.close()
  })
})
