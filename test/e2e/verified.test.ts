import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect, type LogicalUnit, type ScsiError } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { pattern } from './harness/pattern.ts'

const launcher = fileURLToPath(new URL('../../apps/cli/bin/lunkit.js', import.meta.url))
const MIB = 1024 * 1024
const BLOCK = 512
const IQN = 'iqn.2026-11.com.example:verified'

const held = new AsyncDisposableStack()
let scratch: Scratch
let unit: LogicalUnit
beforeAll(async () => {
  scratch = held.adopt(await Scratch.create('verified'), each => each.remove())
  const stores = [
    { plugin: 'fileio', name: 'disk0', path: scratch.path('disk0.img'), sizeBytes: MIB, writeBack: true },
    { plugin: 'ramdisk', name: 'r', sizeBytes: MIB },
  ] as const
  const daemon = held.adopt(await Daemon.start({ iqn: IQN, stores }, scratch.directory), each =>
    each.stop({ errors: [/read failed/] }),
  )
  const { host, port } = daemon.address(0)
  const session = await connect({ host, port, target: IQN, keepAlive: false })
  unit = held.use(session).lun(0)
  await unit.ready()
})
afterAll(() => held.disposeAsync())

/** Sets it as an administrator does; what is said where it is refused. */
const set = (object: string, setting: string): Promise<string> =>
  promisify(execFile)(launcher, [`/backstores/${object}`, 'set', 'setting', setting], {
    env: { ...process.env, LUNKIT_CONTROL: scratch.path('control.sock') },
  }).then(
    () => 'set',
    ({ stderr }: { stderr: string }) => stderr,
  )

async function spoil(block: number): Promise<void> {
  const file = await open(scratch.path('disk0.img'), 'r+')
  await file.write(Buffer.alloc(BLOCK, 0xee), 0, BLOCK, block * BLOCK)
  await file.close()
}

/** What a read says: which block is wrong, if any. */
const reading = (lba: number, blocks: number): Promise<unknown> =>
  unit.read(lba, blocks).then(
    () => 'read',
    (error: ScsiError) => [error.senseName, error.sense?.information],
  )

describe('a disk that is verified', () => {
  it('says of a block that has something else which it is, and goes on with all others', async () => {
    await unit.write(0, pattern(64 * BLOCK, { seed: 1 }))
    expect(await set('fileio/disk0', 'verify=true')).toBe('set')
    await spoil(5)
    expect(await reading(0, 64)).toBe('read')
    await unit.write(0, pattern(64 * BLOCK, { seed: 2 }))
    await spoil(40)
    expect([await reading(0, 64), await reading(0, 40), await reading(41, 23)]).toEqual([
      ['unrecoveredReadError', 40],
      'read',
      'read',
    ])
    await unit.write(40, pattern(BLOCK, { seed: 3 }))
    expect(await reading(0, 64)).toBe('read')
    await spoil(41)
    expect(existsSync(scratch.path('disk0.img.verify'))).toBe(true)
    expect(await set('fileio/disk0', 'verify=false')).toBe('set')
    expect(await reading(0, 64)).toBe('read')
  })

  it('cannot be one in memory', async () => {
    expect(await set('ramdisk/r', 'verify=true')).toContain('there is nothing that verify could compare it with')
  })
})
