import { symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Daemon } from '../harness/daemon.ts'
import { type Outcome, run } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

/** The loopback of a new network is down, and has 127.0.0.1 and ::1. */
const inNetwork = (addresses: readonly string[]): string =>
  ['ip link set lo up', ...addresses.map(each => `ip address add ${each} dev lo`), 'exec "$@"'].join(' && ')
const programs = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))
const programMs = 30_000

/** A machine as programs that call targetcli find it: lunkitd runs, and `targetcli` on the path is lunkit under that name. */
export class ManagedMachine {
  readonly scratch: Scratch
  readonly daemon: Daemon
  /** Where a distribution's own targetcli is answered. */
  readonly targetclid: string

  private constructor(scratch: Scratch, daemon: Daemon, targetclid: string) {
    this.scratch = scratch
    this.daemon = daemon
    this.targetclid = targetclid
  }

  /**
   * Starts lunkitd with one target, which no program asks about: it has to say where it serves something. In a network of its own
   * every port is free, and it has these addresses too.
   */
  static async start(
    name: string,
    {
      ownNetwork = false,
      addresses = [],
    }: { readonly ownNetwork?: boolean; readonly addresses?: readonly string[] } = {},
  ): Promise<ManagedMachine> {
    const scratch = await Scratch.create(name)
    await symlink(`${programs}/lunkit`, scratch.path('targetcli'))
    const store = { plugin: 'ramdisk', name: 'first', sizeBytes: 2 ** 20 } as const
    const served = { iqn: 'iqn.2026-11.io.lunkit.test:first', stores: [store] }
    const targetclid = scratch.path('targetclid.sock')
    const daemon = await Daemon.start(served, scratch.directory, {
      args: ['--targetclid-socket', targetclid],
      startedBy: ownNetwork
        ? [findTool('unshare'), '--net', 'sh', '-c', inNetwork(addresses), 'sh', process.execPath]
        : [],
    })
    return new ManagedMachine(scratch, daemon, targetclid)
  }

  /** What programs are started with. */
  get environment(): Readonly<Record<string, string>> {
    const path = `${this.scratch.directory}:${programs}:${process.env['PATH']}`
    return { PATH: path, LUNKIT_CONTROL: this.scratch.path('control.sock') }
  }

  /** Runs a program to its end, whatever comes of it. */
  run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return run(program, args, { timeoutMs: programMs, env: { ...this.environment, ...environment } })
  }

  /** Runs a line of a shell to its end, in the network of lunkitd. */
  async shell(line: string): Promise<Outcome> {
    return this.run(findTool('nsenter'), [`--net=/proc/${this.daemon.pid}/ns/net`, 'sh', '-c', line])
  }

  /** Runs `targetcli` with arguments. */
  targetcli(...args: readonly string[]): Promise<Outcome> {
    return this.run(this.scratch.path('targetcli'), args)
  }

  async stop(): Promise<void> {
    await this.daemon.stop()
    await this.scratch.remove()
  }
}
