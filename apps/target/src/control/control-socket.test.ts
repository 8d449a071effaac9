import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ControlClient } from '@lunkit/control/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ExitCode } from '../exit-code.ts'
import { Level, startLunkitd } from '../testing/lunkitd.ts'
import { curl, startManaged } from '../testing/managed.ts'
import { saveConfig } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const TEXT = saveConfig([{ plugin: 'ramdisk', name: 'a', size: 1024 * 1024 }])

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-socket-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** How a lunkitd ends that is told to be managed there. */
async function endWith(control: string) {
  await using lunkitd = await startLunkitd(directory, TEXT, { args: ['--control', control] })
  const { code, stdout } = await lunkitd.ended()
  return { code, stdout, fatal: lunkitd.log.filter(({ level }) => level === Level.fatal).map(({ msg }) => msg) }
}

describe('the control socket', () => {
  it('is for the user of lunkitd alone where there is no group lunkit, and gone when it has ended', async () => {
    const managed = await startManaged(directory, TEXT)
    const { lunkitd } = managed
    const { mode } = await stat(lunkitd.controlPath)
    const ownerOnly = !(await readFile('/etc/group', 'utf8')).includes('\nlunkit:')
    expect(mode & 0o777).toBe(ownerOnly ? 0o600 : 0o660)
    await managed[Symbol.asyncDispose]()
    await expect(stat(lunkitd.controlPath)).rejects.toThrow('ENOENT')
  })

  it('says who has asked: the process, its user and its group', async () => {
    await using managed = await startManaged(directory, TEXT)
    const { client, lunkitd } = managed
    await client.call('save')
    const { peer, asked, outcome, msg } = await lunkitd.logged(({ audit }) => audit === 'save')
    expect({ peer, asked, outcome }).toEqual({
      peer: { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() },
      asked: {},
      outcome: 'done',
    })
    expect(msg).toBe(`control: user ${process.getuid?.()} (process ${process.pid}): save done`)
  })

  it('speaks HTTP, and answers what it does not know with what it does', async () => {
    await using managed = await startManaged(directory, TEXT)
    const { lunkitd } = managed
    const asked = async (method: string, path: string, body?: string) => {
      const { status, body: said } = await curl(lunkitd.controlPath, method, path, body)
      return [status, JSON.parse(said) as unknown]
    }
    expect(await asked('GET', '/v1/unsaved')).toEqual([200, { paths: [], changedOutside: false }])
    expect(await asked('GET', '/v1/unsafed')).toMatchObject([404, { error: { nearest: '/v1/unsaved' } }])
    expect(await asked('POST', '/v1/edits', '{"edits": [{"name": "createRamdsk", "given": {}}]}')).toMatchObject([
      400,
      { error: { kind: 'usage', where: 'edits[0].name', nearest: 'createRamdisk' } },
    ])
    expect(await asked('GET', '/v1/openapi.json')).toMatchObject([200, { info: { title: 'lunkitd' } }])
  })

  it('that was left by kill -9 is replaced', async () => {
    const control = join(directory, 'control.sock')
    const killed = await startLunkitd(directory, TEXT, { args: ['--control', control] })
    await killed.urls(1)
    killed.kill('SIGKILL')
    await killed.ended()
    expect((await stat(control)).isSocket()).toBe(true)
    await using lunkitd = await startLunkitd(directory, TEXT, { args: ['--control', control] })
    await lunkitd.urls(1)
    expect((await new ControlClient({ path: control }).call('status')).pid).toBe(lunkitd.pid)
  })

  it('that was named and is that of a lunkitd that runs ends this one with 1, before anything is served', async () => {
    await using managed = await startManaged(directory, TEXT)
    const { client, lunkitd } = managed
    expect(await endWith(lunkitd.controlPath)).toEqual({
      code: ExitCode.failed,
      stdout: '',
      fatal: [`the control socket ${lunkitd.controlPath} is the socket of another process, which is running`],
    })
    expect((await client.call('status')).pid).toBe(lunkitd.pid)
  })

  it('that was named and cannot be made ends lunkitd with 78, before anything is served', async () => {
    const missing = join(directory, 'no', 'control.sock')
    const inTheWay = join(directory, 'file')
    await writeFile(inTheWay, 'kept')
    const ends = [await endWith(missing), await endWith(inTheWay), await endWith('/'.padEnd(200, 'x'))]
    expect(ends.map(({ code, stdout }) => [code, stdout])).toEqual(ends.map(() => [ExitCode.configuration, '']))
    expect(ends.map(({ fatal }) => fatal)).toEqual([
      [expect.stringContaining(`the control socket ${missing} cannot be made: `)],
      [`the control socket ${inTheWay} is there, and is no socket`],
      [expect.stringContaining('a path of at most 107 bytes')],
    ])
    expect(await readFile(inTheWay, 'utf8')).toBe('kept')
  })

  it('costs who does not use it neither fastify nor zod', async () => {
    await using managed = await startManaged(directory, TEXT)
    const { client, lunkitd } = managed
    const residentKib = async () =>
      Number(/^RssAnon:\s+(\d+)/m.exec(await readFile(`/proc/${lunkitd.pid}/status`, 'utf8'))?.[1])
    const before = await residentKib()
    await client.call('status')
    expect((await residentKib()) - before).toBeGreaterThan(4096)
  })
})

it('lunkitd that ends answers nobody any more, and ends in order with somebody connected who listens', async () => {
  await using managed = await startManaged(directory, TEXT)
  const { client, lunkitd } = managed
  const events = client.events()
  const first = events.next()
  await client.call('edit', { edits: [{ name: 'createRamdisk', given: { name: 'b', size: 512 } }] })
  await first
  lunkitd.kill('SIGTERM')
  expect(await events.next()).toMatchObject({ done: true })
  expect(await lunkitd.ended()).toMatchObject({ code: ExitCode.ok })
})
