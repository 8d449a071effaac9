import { readFile, symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ControlClient } from '@lunkit/control/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../harness/compiler.ts'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import type { ServedConfig, StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { wrongLogins } from '../soak/expected-login.ts'
import { growsBy } from './allocated-bytes.ts'
import { INITIATORS } from './cli/access-lines.ts'
import { ChangingCli, differences } from './cli/changing-cli.ts'
import { type CliState, stateOf } from './cli/cli-state.ts'
import { TARGETS } from './cli/target-lines.ts'
import { Guest } from './guest.ts'
import { complaintsIn } from './kernel-log.ts'
import {
  awaitDisk,
  discover,
  diskPath,
  login,
  lunSizes,
  plainSession,
  rescan,
  sizesIn,
  startInitiator,
  targetsIn,
} from './open-iscsi.ts'
import { loadUntil } from './paired-loads.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:guest-cli'
const loadedIqn = 'iqn.2026-11.io.lunkit.test:host-cli'
const mib = 2 ** 20
const diskBytes = 256 * mib
const loadedBytes = 16 * mib
const minuteMs = 60_000
const mostPauseMs = 1000
/** Written to the backing file, it tells that the guest's writes go through. */
const tokenBytes = 2 * mib
const lines = Number(process.env['LUNKIT_GUEST_CHANGES'] ?? 50)
const seed = Number(process.env['LUNKIT_GUEST_SEED'] ?? 1)
const programs = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))

describe('a tree that lunkit changes under a Debian kernel', () => {
  let scratch: Scratch
  let daemon: Daemon
  let guest: Guest
  let target: TargetAddress
  let loadProgram: string

  beforeAll(async () => {
    scratch = await Scratch.create('guest-cli')
    loadProgram = scratch.path('longest-load')
    await compile(fileURLToPath(new URL('../load/longest-load.c', import.meta.url)), loadProgram)
    await symlink(`${programs}/lunkit`, scratch.path('lunkit'))
    await symlink(`${programs}/lunkit`, scratch.path('targetcli'))
    const port = await freePort()
    const loaded = { iqn: loadedIqn, port, stores: [file('loaded', loadedBytes)] }
    // Something to change is there from the start.
    const memory = { name: 'r0', plugin: 'ramdisk', sizeBytes: mib } as const
    const changed = { iqn: TARGETS[0] ?? '', port, stores: [memory, file('f0', mib)], initiators: INITIATORS }
    const served: ServedConfig = { iqn, port, stores: [file('disk0', diskBytes)], others: [loaded, changed] }
    daemon = await Daemon.start(served, scratch.directory)
    target = { host: '127.0.0.1', port, iqn, lun: 0 }
    guest = await Guest.boot(scratch.directory)
    await guest.succeed(startInitiator(target), minuteMs)
    await guest.succeed(`${discover(target)}\n${login(target, plainSession)}`, minuteMs)
  }, 15 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await daemon?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it(
    `goes on under two loads without an error or a pause of a second while lunkit is given ${lines} lines, of which some are wrong`,
    async () => {
      const sessions = await guest.succeed('iscsiadm -m session', minuteMs)
      const changing = await ChangingCli.of({
        directory: scratch.directory,
        programs: scratch.directory,
        random: new SeededRandom(seed),
        port: target.port,
        used: { stores: ['fileio/disk0', 'fileio/loaded'], targets: [iqn, loadedIqn], fixedLuns: [loadedIqn] },
      })
      const given = growsBy(scratch.path('disk0.img'), tokenBytes, minuteMs).then(() => changing.changeOften(lines))
      const loaded = { ...target, iqn: loadedIqn }
      const loads = { guest, disk: diskPath(target), program: loadProgram, loaded, loadedBytes }
      const longestMs = await loadUntil(given, loads)
      const { done, refused, longestCallMs } = await given
      console.log(
        `seed ${seed}: ${done} lines done, ${refused} refused, the longest call of lunkit ${Math.round(longestCallMs)} ms; the longest operations of each load: ${longestMs.map(Math.round).join(', ')} ms`,
      )
      expect(Math.max(...longestMs)).toBeLessThan(mostPauseMs)
      expect(Math.min(done, refused)).toBeGreaterThan(lines / 6)
      expect(await complaints()).toEqual([])
      expect(await guest.succeed('iscsiadm -m session', minuteMs)).toBe(sessions)
      expect(targetsIn(await guest.succeed(discover(target), minuteMs))).toEqual(changing.discovered)
      const luns = changing.sizesOf(iqn)
      const found = Object.keys(luns ?? {}).map(lun => awaitDisk({ ...target, lun: Number(lun) }))
      const sizes = await guest.succeed([rescan, ...found, lunSizes(target)].join('\n'), minuteMs)
      expect(sizesIn(sizes)).toEqual(luns)
      expect(await wrongLogins(changing.logins())).toEqual([])
      // A LUN that is found now tells of what has changed of it since the session began.
      expect((await complaints()).filter(line => !line.includes('Unit Attention'))).toEqual([])
      expect(differences(await saved(), changing.state)).toEqual([])
    },
    5 * minuteMs + lines * 3000,
  )

  /** What lunkitd writes of it. */
  async function saved(): Promise<CliState> {
    await new ControlClient({ path: scratch.path('control.sock') }).call('save', {})
    return stateOf(await readFile(scratch.path('saveconfig.json'), 'utf8'))
  }

  /** What the kernel complained of since it was asked last. */
  async function complaints(): Promise<string[]> {
    return complaintsIn(await guest.succeed('dmesg --decode --read-clear', minuteMs))
  }

  function file(name: string, sizeBytes: number): StorageObject {
    return { name, plugin: 'fileio', path: scratch.path(`${name}.img`), writeBack: true, sizeBytes }
  }
})
