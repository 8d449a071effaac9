import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setInterval } from 'node:timers/promises'
import { type Outcome, run } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'
import type { BuiltImage } from './built-image.ts'

const TIMEOUT_MS = 60_000

/**
 * As root in namespaces of its own: what a container's runtime does. Then as the ordinary user, in a user namespace, where the
 * root is changed and what may do so is lost by execve.
 */
const ENTER = `set -e
root=$1 volume=$2 user=$3
shift 3
mount --make-rprivate /
# Nobody but root may go through the directory of a test.
mount --bind "$root" /mnt
root=/mnt
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o uid="$user",gid="$user",mode=0700 tmpfs "$root/run/lunkit"
mount --bind "$volume" "$root/var/lib/lunkit"
mount -o remount,bind,ro "$root"
cd /
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all \\
  unshare --user --map-user="$user" --map-group="$user" --root="$root" "$@"`

/** lunkitd in a container: the files of the image, read-only, as a user without capabilities. */
export class ContainedDaemon {
  readonly #child: ChildProcess
  readonly #image: BuiltImage
  readonly #log: string[] = []
  #pid = 0

  private constructor(child: ChildProcess, image: BuiltImage) {
    this.#child = child
    this.#image = image
  }

  /**
   * Starts it as the image says, and waits until it serves.
   *
   * @param volume a directory, for what is kept
   * @param environment in place of what the image says
   * @throws Error with its log when it does not serve
   */
  static async start(
    image: BuiltImage,
    volume: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<ContainedDaemon> {
    const { root, user, entrypoint } = image
    await giveAway(volume, user)
    const args = [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '/bin/sh',
      '-c',
      ENTER,
      'sh',
      root,
      volume,
      String(user.uid),
    ]
    const child = spawn(findTool('unshare'), [...args, ...entrypoint], {
      env: { ...image.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const daemon = new ContainedDaemon(child, image)
    const serving = daemon.#serving()
    daemon.#pid = await childOf(child.pid ?? 0)
    await serving
    return daemon
  }

  /** What it has logged. */
  get log(): string {
    return this.#log.join('\n')
  }

  /** A field of what the kernel says of the process, `CapEff`. */
  async status(field: string): Promise<string> {
    const text = await readFile(`/proc/${this.#pid}/status`, 'utf8')
    return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? ''
  }

  /** Runs a program in the container, as `kubectl exec` would. */
  run(...command: string[]): Promise<Outcome> {
    const { uid, gid } = this.#image.user
    const enter = [
      '--target',
      String(this.#pid),
      '--user',
      '--mount',
      '--pid',
      '--root',
      '--wd',
      '--setuid',
      String(uid),
      '--setgid',
      String(gid),
    ]
    return run(findTool('nsenter'), [...enter, ...command], {
      timeoutMs: TIMEOUT_MS,
      env: this.#image.environment,
    })
  }

  /** Ends it by SIGTERM, and says its exit code. */
  async stop(): Promise<number | null> {
    const closed = once(this.#child, 'close')
    process.kill(this.#pid, 'SIGTERM')
    const deadline = setTimeout(() => process.kill(this.#pid, 'SIGKILL'), TIMEOUT_MS)
    const [code] = (await closed) as [number | null]
    clearTimeout(deadline)
    return code
  }

  /** Ends it by SIGKILL, where it has not ended. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    // Who becomes another user no longer dies with who started it.
    process.kill(this.#pid, 'SIGKILL')
    await closed
  }

  #serving(): Promise<void> {
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new Error('it was started without pipes')
    createInterface({ input: stderr }).on('line', line => this.#log.push(line))
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => process.kill(this.#pid, 'SIGKILL'), TIMEOUT_MS)
      this.#child.once('close', () => reject(new Error(`it does not serve\n${this.log}`)))
      createInterface({ input: stdout }).on('line', line => {
        if (!line.startsWith('iscsi://')) return
        clearTimeout(deadline)
        resolve()
      })
    })
  }
}

/** The runtime gives a volume to who runs in the container. */
async function giveAway(volume: string, { uid, gid }: BuiltImage['user']): Promise<void> {
  for (const path of [volume, ...(await readdir(volume)).map(name => join(volume, name))]) await chown(path, uid, gid)
}

/** Of `unshare --fork`, the one that it waits for, and that is process 1 inside. */
async function childOf(pid: number): Promise<number> {
  for await (const _ of setInterval(20, undefined, { signal: AbortSignal.timeout(TIMEOUT_MS) })) {
    const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')
    if (child !== undefined && child !== '') return Number(child)
  }
  throw new Error(`${pid} has started nothing`)
}
