import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Guest } from '../guest.ts'

const scriptMs = 240_000
/** targetcli asks the system's bus for programs that serve disks; the guest has none. */
const TARGETCLI = `dbus-run-session -- sh -c 'DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec targetcli "$@"' sh`

/** What LIO makes of a configuration. */
export interface LioState {
  /** What `targetctl restore` did not restore, or targetcli refused, line by line. */
  readonly errors: readonly string[]
  /** What the kernel logged of it, without the time. */
  readonly log: readonly string[]
  /** What `targetcli ls` printed. */
  readonly tree: readonly string[]
  /** What `targetctl save` saved. */
  readonly saved: string
}

/** LIO in the kernel of a guest, managed by Debian's own targetcli and targetctl. */
export class KernelLio {
  readonly #guest: Guest
  readonly #share: string

  private constructor(guest: Guest, share: string) {
    this.#guest = guest
    this.#share = share
  }

  /**
   * Loads LIO, with its ramdisks, files and fabrics.
   *
   * @param share the host's path of the directory that both see
   * @param directory that of backing files, whose path is the guest's too
   * @param addresses what the guest has beside its own
   */
  static async load(
    guest: Guest,
    { share, directory, addresses }: { readonly share: string; directory: string; addresses: readonly string[] },
  ): Promise<KernelLio> {
    const added = addresses.map(each => `ip address add ${each} dev lo`)
    await guest.succeed(
      `modprobe -a configfs target_core_mod target_core_file iscsi_target_mod tcm_loop loop
      mount -t configfs configfs /sys/kernel/config
      mkdir -p ${directory} /etc/rtslib-fb-target/pr /etc/rtslib-fb-target/alua
      ${added.join('\n')}
      # It tells once that it has no preferences yet.
      ${TARGETCLI} /iscsi status`,
      scriptMs,
    )
    return new KernelLio(guest, share)
  }

  /** Restores a saved configuration in the place of all there was. */
  restored(text: string): Promise<LioState> {
    return this.#after('targetctl restore /share/restored.json', { 'restored.json': text })
  }

  /** Does lines of targetcli in the place of all there was; `before` is a script that makes what they need. */
  made(lines: readonly string[], before: string): Promise<LioState> {
    return this.#after(`{ ${before}; } > /dev/null\n${TARGETCLI} < /share/lines > /dev/null`, {
      lines: [...lines, 'exit', ''].join('\n'),
    })
  }

  async #after(script: string, files: Readonly<Record<string, string>>): Promise<LioState> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.#share, name), text)
    await this.#guest.succeed(
      `targetctl clear
      dmesg --clear
      { ${script}
      } 2> /share/errors
      dmesg --notime > /share/log
      ${TARGETCLI} ls > /share/tree
      targetctl save /share/saved.json`,
      scriptMs,
    )
    const [errors, log, tree] = await Promise.all(['errors', 'log', 'tree'].map(name => this.#lines(name)))
    return { errors: errors ?? [], log: log ?? [], tree: tree ?? [], saved: await this.#text('saved.json') }
  }

  #text(name: string): Promise<string> {
    return readFile(join(this.#share, name), 'utf8')
  }

  async #lines(name: string): Promise<readonly string[]> {
    return (await this.#text(name)).split('\n').filter(line => line !== '')
  }
}
