import { execFile } from 'node:child_process'
import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlBench } from '../testing/control-bench.ts'

/** A group that nobody has, but for who is given it here. */
const GROUP = 54_321
const NOBODY = 65_534

let bench: ControlBench
beforeEach(async () => {
  bench = ControlBench.closed()
  writeFileSync(bench.groupFile, `root:x:0:\nlunkit:x:${GROUP}:\n`)
  // Else the directory would keep them out.
  chmodSync(bench.directory, 0o755)
  await bench.serve()
})
afterEach(() => bench.close())

/** What becomes of a process of this user and group that asks for something to be saved. */
async function asked({ uid, gid }: { readonly uid: number; readonly gid: number }): Promise<string> {
  const program = `
    process.setgroups([])
    process.setgid(${gid})
    process.setuid(${uid})
    const socketPath = ${JSON.stringify(bench.path)}
    const sent = require('node:http').request({ socketPath, method: 'POST', path: '/v1/save' })
    sent.on('response', answer => console.log(answer.resume().statusCode)).on('error', ({ code }) => console.log(code))
    sent.end()`
  const args = ['--input-type=commonjs', '--eval', program]
  return (await promisify(execFile)(process.execPath, args, { timeout: 30_000 })).stdout.trim()
}

describe('a socket that belongs to a group', () => {
  it('is for its members, whoever they are', async () => {
    const { gid, mode } = statSync(bench.path)
    expect([gid, mode & 0o777]).toEqual([GROUP, 0o660])
    expect(await asked({ uid: NOBODY, gid: GROUP })).toBe('200')
  })

  it('is for nobody else: nothing is asked of the service', async () => {
    expect(await asked({ uid: NOBODY, gid: NOBODY })).toBe('EACCES')
    expect(bench.fake.asked).toEqual([])
    expect(bench.audit).toEqual([])
  })
})
