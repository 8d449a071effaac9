import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'
import { pattern } from './harness/pattern.ts'
import { PlantedSecrets } from './harness/planted-secrets.ts'

const launcher = fileURLToPath(new URL('../../apps/cli/bin/lunkit.js', import.meta.url))
const MIB = 1024 * 1024
const WWN = 'iqn.2026-11.com.example:disks'
const TPG = `/iscsi/${WWN}/tpg1`
const HOST = 'iqn.2026-11.com.example:host'
const STRANGER = 'iqn.2026-11.com.example:stranger'

let scratch: Scratch
let daemon: Daemon
let port = 0
/** Planted, and to be found in nothing that lunkit says. */
const secrets = new PlantedSecrets()
const said: string[] = []
beforeAll(async () => {
  scratch = await Scratch.create('cli')
  port = await freePort()
  const stores = [{ plugin: 'ramdisk', name: 'first', sizeBytes: MIB }] as const
  const first = { iqn: 'iqn.2026-11.com.example:first', stores, credentials: secrets.credentials() }
  daemon = await Daemon.start(first, scratch.directory)
})
afterAll(async () => {
  await daemon.stop()
  await scratch.remove()
  secrets.checkUntold(said)
})

/** Runs lunkit as an administrator does: with arguments, or with lines on its stdin. */
async function lunkit(args: readonly string[], input = '') {
  const places = { LUNKIT_CONTROL: scratch.path('control.sock'), XDG_CACHE_HOME: scratch.path('cache') }
  const child = spawn(launcher, args, { env: { ...process.env, ...places } })
  child.stdin.end(input)
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await closed) as [number]
  said.push(out, err)
  return { out: out.split('\n').slice(0, -1), err: err.split('\n').slice(0, -1), code }
}

/** The lines of a command that must be done. */
async function says(line: string): Promise<readonly string[]> {
  const { out, err, code } = await lunkit(line.split(' '))
  expect({ line, err, code }).toEqual({ line, err: [], code: 0 })
  return out
}

const login = (initiatorName: string) =>
  connect({ host: '127.0.0.1', port, target: WWN, initiatorName, keepAlive: false })

describe('lunkit and a lunkitd that runs', () => {
  it('make a target that an initiator reads and writes at once', async () => {
    await says('set global auto_add_default_portal=false')
    expect(await says('/backstores/ramdisk create rd0 8M')).toEqual(['Created ramdisk rd0 with size 8M.'])
    const file = scratch.path('disk0.img')
    expect(await says(`/backstores/fileio create disk0 ${file} 8M`)).toEqual([
      `Created fileio disk0 with size ${8 * MIB}`,
    ])
    expect(await says(`/iscsi create ${WWN}`)).toEqual([`Created target ${WWN}.`, 'Created TPG 1.'])
    expect(await says(`${TPG}/portals create 127.0.0.1 ${port}`)).toEqual([`Created network portal 127.0.0.1:${port}.`])
    expect(await says(`${TPG}/luns create /backstores/ramdisk/rd0`)).toEqual(['Created LUN 0.'])
    expect(await says(`${TPG}/luns create /backstores/fileio/disk0`)).toEqual(['Created LUN 1.'])
    expect(await says(`${TPG}/acls create ${HOST}`)).toEqual([
      `Created Node ACL for ${HOST}`,
      'Created mapped LUN 0.',
      'Created mapped LUN 1.',
    ])
    await using session = await login(HOST)
    const bytes = pattern(4096, { seed: 7 })
    await session.lun(1).write(8, bytes)
    expect(Buffer.from(await session.lun(1).read(8, 8)).equals(bytes)).toBe(true)
    await session.lun(1).synchronizeCache()
    expect((await readFile(file)).subarray(4096, 8192).equals(bytes)).toBe(true)
  })

  it('say what an initiator does at a unit, and how many of its commands are under way', async () => {
    await using session = await login(HOST)
    const unit = session.lun(0)
    const told = lunkit(['--json', 'top', 'interval=0.5'])
    const isTold = told.then(() => true)
    let read = 0
    while (!((await Promise.race([isTold, unit.read(0, 8)])) === true)) read++
    const { out, err } = await told
    expect(err).toEqual([])
    const { nexuses, all } = JSON.parse(out[0] ?? '') as { nexuses: Record<string, number | string>[]; all: object }
    const [busy] = nexuses
    expect(busy).toMatchObject({ target: WWN, tpg: '1', initiator: HOST, unit: 'ramdisk/rd0' })
    expect(Number(busy?.['commands'])).toBeGreaterThan(1)
    // 4 KiB each, but one that asks how large the disk is.
    expect(Number(busy?.['readBytes']) / 4096 / Number(busy?.['commands'])).toBeCloseTo(1, 1)
    expect(Number(busy?.['p99Seconds'])).toBeGreaterThan(0)
    expect(all).toMatchObject({ commands: busy?.['commands'] })
    expect(read).toBeGreaterThan(1)
  })

  it('tell who is logged in, and who was turned away; a session ends when it is told to', async () => {
    await using session = await login(HOST)
    await expect(login(STRANGER)).rejects.toThrow(/./)
    const refused = await says('refusals')
    expect(refused.some(line => line.includes(STRANGER) && line.includes(WWN))).toBe(true)
    const [, line = ''] = (await says('sessions')).filter((each, at) => at === 0 || each.includes(HOST))
    expect(line).toContain(`${WWN}/tpg1`)
    const [id = ''] = line.split(' ')
    expect(await says(`sessions kick ${id}`)).toEqual(['Ended 1 session.'])
    await expect(session.lun(0).ready()).rejects.toThrow(/./)
    expect(await says('targetcli sessions')).toEqual(['(no open sessions)'])
  })

  it('give a disk another size while an initiator uses it', async () => {
    await using session = await login(HOST)
    await session.lun(0).ready()
    await says('/backstores/ramdisk/rd0 resize 16M')
    await expect(session.lun(0).readCapacity()).rejects.toThrow('capacityDataHasChanged')
    expect(await session.lun(0).readCapacity()).toMatchObject({ blocks: (16 * MIB) / 512 })
  })

  it('refuse what contradicts what is there, and change nothing', async () => {
    const before = await says('ls')
    const refusals = [
      [`/iscsi create ${WWN}`, 'This Target already exists in configFS'],
      [`${TPG}/luns create /backstores/ramdisk/rd0`, 'lun for storage object ramdisk/rd0 already exists'],
      [`${TPG}/luns create /backstores/ramdisk/rd9`, 'storage object or path not valid'],
      ['/backstores/ramdisk create rd0 1M', 'Storage object ramdisk/rd0 exists'],
      [`${TPG} set attribute login_timeout=99`, 'Cannot set attribute login_timeout: [Errno 22] Invalid argument'],
      [`${TPG}/nosuch ls`, `No such path ${TPG}/nosuch`],
    ] as const
    for (const [line, message] of refusals) {
      const { code, err } = await lunkit(line.split(' '))
      expect({ line, code, first: err[0] }).toEqual({ line, code: 1, first: message })
    }
    expect(await says('ls')).toEqual(before)
  })

  it('go back to what was saved, and save at the end of a script for targetcli', async () => {
    await says('/backstores/ramdisk create lost 1M')
    await says('reload --discard')
    await says('/backstores/ramdisk create kept 1M')
    const script = 'cd /iscsi\ncreate iqn.2026-11.com.example:csi\ncreate iqn.2026-11.com.example:csi\n'
    const { out, code } = await lunkit(['targetcli'], script)
    expect(code).toBe(0)
    expect(out.at(-1)).toBe(`Configuration saved to ${scratch.path('saveconfig.json')}`)
    const saved = await readFile(scratch.path('saveconfig.json'), 'utf8')
    expect(saved).toContain('"kept"')
    expect(saved).not.toContain('"lost"')
    expect(saved).toContain('iqn.2026-11.com.example:csi')
    expect(await says('diff')).toEqual(['Everything is saved.'])
  })

  it('do not save over what somebody else has written, unless they are told to', async () => {
    const path = scratch.path('saveconfig.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"kept"', '"other"'))
    await says('/backstores/ramdisk create late 1M')
    expect((await lunkit(['saveconfig'])).code).toBe(1)
    await says('saveconfig --force')
    expect(await readFile(path, 'utf8')).toContain('"late"')
  })

  it('are a shell on a terminal, which completes what is typed', async () => {
    const places = {
      LUNKIT_CONTROL: scratch.path('control.sock'),
      XDG_STATE_HOME: scratch.path('state'),
      XDG_CACHE_HOME: scratch.path('cache'),
    }
    const args = ['--quiet', '--return', '--command', `${process.execPath} ${launcher}`, '/dev/null']
    const child = spawn(findTool('script'), args, { env: { ...process.env, ...places, TERM: 'xterm' } })
    const closed = once(child, 'close')
    let screen = ''
    const written = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string, undefined>
    const shows = async (wanted: string) => {
      while (!screen.includes(wanted)) {
        const { value, done } = await written.next()
        if (done === true) throw new Error(`the shell has ended before it showed ${wanted}: ${screen}`)
        screen += value
      }
      screen = screen.slice(screen.indexOf(wanted) + wanted.length)
    }
    await shows('/> ')
    child.stdin.write('/isc\t')
    await shows('si/')
    child.stdin.write(' status\r')
    await shows('Status for /iscsi: Targets: ')
    await shows('/> ')
    child.stdin.write('exit\r')
    await shows('Configuration saved to')
    expect((await closed)[0]).toBe(0)
  })
})
