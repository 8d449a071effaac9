import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { run, succeed } from './outcome.ts'
import type { TargetAddress } from './target-address.ts'
import { findTool } from './tool.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:tgt'
/** tgtd's LUN 0 is its storage array controller. */
const lun = 1
const startTimeoutMs = 10_000

/** How tgtd serves its file. */
export type TgtdOptions = {
  /** Target parameters in tgtadm's words, such as `HeaderDigest`, over tgt's defaults. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Each write is on the disk before it is acknowledged (O_SYNC). */
  readonly synchronous?: boolean
  /** How it does its I/O: `rdwr` unless given, through the page cache; `aio` goes past it, by libaio. */
  readonly backing?: 'rdwr' | 'aio'
  /** Whoever logs in must show by CHAP that it has these. */
  readonly account?: { readonly user: string; readonly password: string }
}

/** How many there were of this process: each has a control port of its own. */
let started = 0

/** Debian's tgtd, to compare with; an instance of its own, by its own control port. */
export class Tgtd {
  /** Where it serves the file that it was started with. */
  readonly address: TargetAddress
  readonly #child: ChildProcess
  readonly #control: string

  private constructor(child: ChildProcess, control: string, address: TargetAddress) {
    this.#child = child
    this.#control = control
    this.address = address
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Serves an existing file as LUN 1 of a target that any initiator may use. */
  static async start(path: string, options: TgtdOptions = {}): Promise<Tgtd> {
    return Tgtd.#started(control => configure(control, path, options))
  }

  /** Serves what a targets.conf says, by tgt-admin. */
  static async configured(path: string): Promise<Tgtd> {
    return Tgtd.#started(async control => {
      await controlAnswers(control)
      await succeed(findTool('tgt-admin'), ['-C', control, '-c', path, '--execute'], { timeoutMs: startTimeoutMs })
    })
  }

  /** Emulates a tape drive with a tape in it, LUN 1, and a changer with another one, LUN 2; their files are made in a directory. */
  static async tapeLibrary(directory: string): Promise<Tgtd> {
    return Tgtd.#started(control => tapeLibrary(control, directory))
  }

  static async #started(served: (control: string) => Promise<void>): Promise<Tgtd> {
    const port = await freePort()
    // The control port only names a socket file; the process id keeps two suites apart.
    const control = String((process.pid + started++) % 32_768)
    const child = spawn(findTool('tgtd'), ['-f', '-C', control, '--iscsi', `portal=127.0.0.1:${port}`], {
      stdio: 'ignore',
    })
    const target = new Tgtd(child, control, { host: '127.0.0.1', port, iqn, lun })
    try {
      await served(control)
    } catch (error) {
      await target.stop()
      throw error
    }
    return target
  }

  /** What it serves, in the words of a targets.conf. */
  async dump(): Promise<string> {
    const args = ['-C', this.#control, '--dump']
    return (await succeed(findTool('tgt-admin'), args, { timeoutMs: startTimeoutMs })).stdout
  }

  /** Ends this tgtd; it has no clean way to end while an initiator is known to it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
  }
}

/** Element addresses of the changer: its arm, its slots. */
const [armAt, slotsAt] = [16, 32]

async function tapeLibrary(control: string, directory: string): Promise<void> {
  const tgtadm = (...args: string[]) =>
    succeed(findTool('tgtadm'), ['-C', control, '--lld', 'iscsi', '--tid', '1', ...args], { timeoutMs: startTimeoutMs })
  const unit = (op: string, lun: string, ...args: string[]) =>
    tgtadm('--mode', 'logicalunit', '--op', op, '--lun', lun, ...args)
  const elements = (params: string) => unit('update', '2', '--params', params)
  for (const barcode of ['A0000001', 'A0000002']) {
    const medium = ['--barcode', barcode, '--size', '64', '--type', 'data', '--file', `${directory}/${barcode}`]
    const args = ['--op', 'new', '--device-type', 'tape', ...medium, '--thin-provisioning']
    await succeed(findTool('tgtimg'), args, { timeoutMs: startTimeoutMs })
  }
  await writeFile(`${directory}/changer`, Buffer.alloc(1024))
  await controlAnswers(control)
  await tgtadm('--op', 'new', '--mode', 'target', '-T', iqn)
  await unit('new', '1', '-b', `${directory}/A0000001`, '--device-type=tape')
  await unit('new', '2', '-b', `${directory}/changer`, '--device-type=changer')
  await elements(`media_home=${directory}`)
  await elements('element_type=4,start_address=1,quantity=1')
  await elements('element_type=4,address=1,tid=1,lun=1')
  await elements(`element_type=1,start_address=${armAt},quantity=1`)
  await elements(`element_type=2,start_address=${slotsAt},quantity=2`)
  await elements(`element_type=2,address=${slotsAt},barcode=A0000002,sides=1`)
  await tgtadm('--op', 'bind', '--mode', 'target', '-I', 'ALL')
}

async function configure(control: string, path: string, options: TgtdOptions): Promise<void> {
  const tgtadm = (...args: string[]) =>
    succeed(findTool('tgtadm'), ['-C', control, '--lld', 'iscsi', ...args], { timeoutMs: startTimeoutMs })
  await controlAnswers(control)
  await tgtadm('--op', 'new', '--mode', 'target', '--tid', '1', '-T', iqn)
  for (const [name, value] of Object.entries(options.parameters ?? {})) {
    await tgtadm('--op', 'update', '--mode', 'target', '--tid', '1', '--name', name, '--value', value)
  }
  const { backing = 'rdwr' } = options
  const flags = ['--bstype', backing, ...(options.synchronous ? ['--bsoflags', 'sync'] : [])]
  await tgtadm('--op', 'new', '--mode', 'logicalunit', '--tid', '1', '--lun', String(lun), '-b', path, ...flags)
  await tgtadm('--op', 'bind', '--mode', 'target', '--tid', '1', '-I', 'ALL')
  if (!options.account) return
  const { user, password } = options.account
  await tgtadm('--op', 'new', '--mode', 'account', '--user', user, '--password', password)
  await tgtadm('--op', 'bind', '--mode', 'account', '--tid', '1', '--user', user)
}

async function controlAnswers(control: string): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs
  const args = ['-C', control, '--lld', 'iscsi', '--op', 'show', '--mode', 'sys']
  for (;;) {
    const outcome = await run(findTool('tgtadm'), args, { timeoutMs: startTimeoutMs })
    if (outcome.code === 0) return
    if (performance.now() > deadlineMs) throw new Error(`tgtd does not answer: ${outcome.stdout}${outcome.stderr}`)
    await delay(50)
  }
}
