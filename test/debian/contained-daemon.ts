import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, copyFile, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setInterval } from 'node:timers/promises'
import { type Outcome, run } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'
import type { Recipe } from './recipe.ts'

const TIMEOUT_MS = 60_000
const LIBRARIES = 'usr/lib/x86_64-linux-gnu'
const LOADER = 'usr/lib64'

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
for part in ${LIBRARIES} ${LOADER}; do mount --bind "/$part" "$root/$part"; done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o uid="$user",gid="$user",mode=0700 tmpfs "$root/run/lunkit"
mount --bind "$volume" "$root/var/lib/lunkit"
mount -o remount,bind,ro "$root"
cd /
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all \\
  unshare --user --map-user="$user" --map-group="$user" --root="$root" "$@"`

/** lunkitd in a container: the Debian package's files above Debian's libraries, read-only, as a user without capabilities. */
export class ContainedDaemon {
  readonly #child: ChildProcess
  readonly #recipe: Recipe
  readonly #log: string[] = []
  #pid = 0

  private constructor(child: ChildProcess, recipe: Recipe) {
    this.#child = child
    this.#recipe = recipe
  }

  /**
   * Starts it as the recipe says, and waits until it serves.
   *
   * @param root a directory with the files of the package
   * @param volume a directory, for what is kept
   * @param environment in place of what the recipe says
   * @throws Error with its log when it does not serve
   */
  static async start(
    root: string,
    volume: string,
    recipe: Recipe,
    environment: Readonly<Record<string, string>>,
  ): Promise<ContainedDaemon> {
    await prepare(root, volume, recipe)
    const [user = ''] = recipe.user.split(':')
    const args = ['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', ENTER, 'sh', root, volume, user]
    const child = spawn(findTool('unshare'), [...args, recipe.program], {
      env: { ...recipe.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const daemon = new ContainedDaemon(child, recipe)
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
  run(program: string, ...args: string[]): Promise<Outcome> {
    const [user = '', group = ''] = this.#recipe.user.split(':')
    const enter = [
      '--target',
      String(this.#pid),
      '--user',
      '--mount',
      '--pid',
      '--root',
      '--wd',
      '--setuid',
      user,
      '--setgid',
      group,
    ]
    return run(findTool('nsenter'), [...enter, program, ...args], {
      timeoutMs: TIMEOUT_MS,
      env: this.#recipe.environment,
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

/** What the image takes of the package is below /usr; the rest is Debian's, or mounted. */
async function prepare(root: string, volume: string, recipe: Recipe): Promise<void> {
  for (const left of ['etc', 'lib']) await rm(join(root, left), { recursive: true })
  for (const place of [LIBRARIES, LOADER, 'dev', 'proc', 'bin', 'run/lunkit', 'var/lib/lunkit'])
    await mkdir(join(root, place), { recursive: true })
  for (const name of ['lib', 'lib64']) await symlink(`usr/${name}`, join(root, name))
  await copyFile('/bin/sh', join(root, 'bin/sh'))
  const [user = 0, group = 0] = recipe.user.split(':').map(Number)
  for (const path of [volume, ...(await readdir(volume)).map(name => join(volume, name))])
    await chown(path, user, group)
}

/** Of `unshare --fork`, the one that it waits for, and that is process 1 inside. */
async function childOf(pid: number): Promise<number> {
  for await (const _ of setInterval(20, undefined, { signal: AbortSignal.timeout(TIMEOUT_MS) })) {
    const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')
    if (child !== undefined && child !== '') return Number(child)
  }
  throw new Error(`${pid} has started nothing`)
}
