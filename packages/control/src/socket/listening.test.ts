import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlBench } from '../testing/control-bench.ts'
import { ControlSocketError } from './control-socket-error.ts'

let bench: ControlBench
beforeEach(() => {
  bench = ControlBench.closed()
})
afterEach(() => bench.close())

const mode = (path: string): number => lstatSync(path).mode & 0o777
const warnings = (): string[] => bench.notices.flatMap(notice => (notice.kind === 'warning' ? [notice.text] : []))

/** A process that listens at the bench's socket and is killed. */
async function leftBehind(): Promise<void> {
  const program = `require('node:net').createServer().listen(${JSON.stringify(bench.path)}, () => console.log('listens'))`
  const child = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'close')
}

describe('the control socket', () => {
  it('is for its owner and the group', async () => {
    writeFileSync(bench.groupFile, 'root:x:0:\nlunkit:x:4711:\n')
    const server = await bench.serve()
    expect(mode(bench.path)).toBe(0o660)
    expect(lstatSync(bench.path).gid).toBe(4711)
    expect(server.ownerOnly).toBe(false)
    expect(warnings()).toEqual([])
  })

  it.each(['root:x:0:\nxlunkit:x:1:\n', 'lunkit:x::\n', ''])(
    'is for its owner alone, with a warning, where the groups are %j',
    async groups => {
      writeFileSync(bench.groupFile, groups)
      const server = await bench.serve()
      expect(mode(bench.path)).toBe(0o600)
      expect(server.ownerOnly).toBe(true)
      expect(warnings()).toEqual([`there is no group lunkit: only the owner of ${bench.path} may manage lunkitd`])
    },
  )

  it('is for its owner alone where there is no file of groups', async () => {
    rmSync(bench.groupFile)
    expect((await bench.serve()).ownerOnly).toBe(true)
  })

  it('is for its owner alone where it cannot be given to the group', async () => {
    writeFileSync(bench.groupFile, `lunkit:x:${2 ** 40}:\n`)
    expect((await bench.serve()).ownerOnly).toBe(true)
    expect(mode(bench.path)).toBe(0o600)
    expect(warnings()[0]).toContain(`${bench.path} cannot be given to its group, and only its owner may use it: `)
  })

  it('does not change what files of the process are made with', async () => {
    const umask = process.umask()
    await bench.serve()
    expect(process.umask()).toBe(umask)
  })

  it('replaces one that a killed process left', async () => {
    await leftBehind()
    expect(lstatSync(bench.path).isSocket()).toBe(true)
    await bench.serve()
    expect(await bench.client.call('clearFault', { storage_object: 'a' })).toEqual({ cleared: true })
  })

  it('leaves one alone at which somebody listens', async () => {
    await bench.serve()
    const other = { path: bench.path, service: bench.fake.service, version: '', tell: () => undefined }
    const { ControlServer } = await import('../server/control-server.ts')
    await expect(ControlServer.open(other)).rejects.toThrow(
      new ControlSocketError(bench.path, 'is the socket of another process, which is running', { inUse: true }),
    )
    expect(await bench.client.call('clearFault', { storage_object: 'a' })).toEqual({ cleared: true })
  })

  it('replaces no file', async () => {
    writeFileSync(bench.path, 'kept')
    await expect(bench.serve()).rejects.toThrow(`${bench.path} is there, and is no socket`)
    expect(existsSync(bench.path)).toBe(true)
  })

  it('cannot be made where there is no directory', async () => {
    await expect(bench.serve({ path: join(bench.directory, 'none', 's') })).rejects.toThrow(
      /none\/s cannot be made: .*EACCES|ENOENT/,
    )
  })

  it('cannot be made below a file', async () => {
    await expect(bench.serve({ path: join(bench.groupFile, 's') })).rejects.toThrow(ControlSocketError)
  })

  it('goes when the server closes', async () => {
    const server = await bench.serve()
    await server.close()
    expect(existsSync(bench.path)).toBe(false)
  })
})
