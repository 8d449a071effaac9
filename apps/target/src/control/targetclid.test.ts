import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ExitCode } from '../exit-code.ts'
import { Level, type LogRecord, type Lunkitd, startLunkitd } from '../testing/lunkitd.ts'
import { saveConfig } from '../testing/save-config.ts'
import { Targetclid } from './targetclid.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const TEXT = saveConfig([{ plugin: 'ramdisk', name: 'a', size: 1024 * 1024 }])

let directory = ''
let path = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-targetclid-'))
  path = join(directory, 'targetclid.sock')
})
afterEach(() => rm(directory, { recursive: true }))

const start = (): Promise<Lunkitd> => startLunkitd(directory, TEXT, { args: ['--targetclid-socket', path] })
const isAnswering = ({ targetclid, msg }: LogRecord): boolean => targetclid === path && msg.includes('answered')
const answering = (lunkitd: Lunkitd) => lunkitd.logged(isAnswering)

/** Kills the one process that lunkitd has started, and waits until its socket is free. */
async function killAnswering({ pid }: Lunkitd): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  process.kill(Number(children), 'SIGKILL')
  await rm(path)
}

/** What targetcli would print for a line. */
async function targetcli(line: string): Promise<string> {
  const client = connect(path)
  client.write(`cd /%${line}`)
  const [data] = (await once(client, 'data')) as [Buffer]
  client.end('-END@OF@DATA-')
  return data.subarray(4).toString()
}

describe('the socket of targetclid', () => {
  it('answers targetcli with what is served, and goes with lunkitd', async () => {
    await using lunkitd = await start()
    await answering(lunkitd)
    await lunkitd.urls(1)
    expect(await targetcli('/backstores/ramdisk create b 1M')).toBe('Created ramdisk b with size 1M.\n')
    expect(await targetcli('/backstores/ramdisk status')).toBe('Status for /backstores/ramdisk: Storage Objects: 2\n')
    lunkitd.kill('SIGTERM')
    expect((await lunkitd.ended()).code).toBe(ExitCode.ok)
    expect(existsSync(path)).toBe(false)
  })

  it('goes when lunkitd is killed, and is there again with the next', async () => {
    const killed = await start()
    await answering(killed)
    killed.kill('SIGKILL')
    await killed.ended()
    await using lunkitd = await start()
    await answering(lunkitd)
    expect(await targetcli('/iscsi status')).toMatch(/^Status for \/iscsi: Targets: 1\n/)
  })

  it('is there again when what answers is killed, also where another program had it meanwhile', async () => {
    await using lunkitd = await start()
    await answering(lunkitd)
    await killAnswering(lunkitd)
    const other = createServer().listen(path)
    await lunkitd.logged(({ msg }) => msg.includes('another program does'))
    other.close()
    await vi.waitUntil(() => lunkitd.log.filter(isAnswering).length === 2, 30_000)
    expect(await targetcli('/iscsi status')).toMatch(/^Status for \/iscsi: Targets: 1\n/)
  })

  it('is an error where there is no control socket, which no later start would help', async () => {
    const log = {} as Parameters<typeof Targetclid.startIfAsked>[2]
    expect(await Targetclid.startIfAsked(undefined, undefined, log)).toBeUndefined()
    await expect(Targetclid.startIfAsked(path, undefined, log)).rejects.toMatchObject({
      name: 'ControlUnusable',
      inUse: false,
      message: 'targetcli is not answered: it would go through the control socket, and there is none',
    })
  })

  it('is an error where another program has it, before anything is served', async () => {
    const other = createServer().listen(path)
    await once(other, 'listening')
    await using lunkitd = await start()
    const { code, stdout } = await lunkitd.ended()
    other.close()
    const fatal = lunkitd.log.filter(({ level }) => level === Level.fatal).map(({ msg }) => msg)
    expect([code, stdout]).toEqual([ExitCode.configuration, ''])
    expect(fatal[0]).toContain(
      `targetcli is not answered: Cannot listen at ${path}: another program does, or it is no socket`,
    )
  })

  it('is an error where a file stands in its place, which is left alone', async () => {
    await writeFile(path, 'mine')
    await using lunkitd = await start()
    expect((await lunkitd.ended()).code).toBe(ExitCode.configuration)
    expect(existsSync(path)).toBe(true)
  })
})
