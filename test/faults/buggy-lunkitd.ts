import { ControlClient } from '@lunkit/control/client'
import { connect, type Session } from '@lunkit/initiator'
import { Daemon, type DaemonOptions } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { Bugs } from './bugs.ts'

/** A lunkitd with one disk, in memory, into which bugs can be planted. At the end it is killed, whatever has become of it. */
export class BuggyLunkitd implements AsyncDisposable {
  readonly scratch: Scratch
  readonly bugs: Bugs
  daemon: Daemon
  readonly #iqn: string
  readonly #options: DaemonOptions

  private constructor(scratch: Scratch, iqn: string, parts: { bugs: Bugs; daemon: Daemon; options: DaemonOptions }) {
    this.scratch = scratch
    this.bugs = parts.bugs
    this.daemon = parts.daemon
    this.#iqn = iqn
    this.#options = parts.options
  }

  /** Starts one; `more` is what its environment, its Node and itself are given beside the bugs, which is known by its directory. */
  static async start(name: string, more: (scratch: Scratch) => Promise<DaemonOptions>): Promise<BuggyLunkitd> {
    const scratch = await Scratch.create(name)
    const bugs = new Bugs(scratch)
    const { environment, nodeArguments = [], ...others } = await more(scratch)
    const options = {
      ...others,
      environment: { ...bugs.environment, ...environment },
      nodeArguments: [...bugs.nodeArguments, ...nodeArguments],
    }
    const iqn = `iqn.2026-11.io.lunkit.test:${name}`
    return new BuggyLunkitd(scratch, iqn, { bugs, options, daemon: await serve(iqn, scratch, options) })
  }

  /** Starts another one in its place, which has ended. */
  async startAgain(): Promise<void> {
    this.daemon = await serve(this.#iqn, this.scratch, this.#options)
  }

  /** Logs in at the disk. */
  login(): Promise<Session> {
    const { host, port } = this.daemon.address(0)
    return connect({ host, port, target: this.#iqn, keepAlive: false })
  }

  /** Who asks it. */
  client(): ControlClient {
    return new ControlClient({ path: this.scratch.path('control.sock') })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.bugs.letGo()
    this.daemon.signal('SIGKILL')
    await this.daemon.ended()
    await this.scratch.remove()
  }
}

const serve = (iqn: string, scratch: Scratch, options: DaemonOptions): Promise<Daemon> =>
  Daemon.start({ iqn, stores: [{ plugin: 'ramdisk', name: 'a', sizeBytes: 2 ** 20 }] }, scratch.directory, options)
