import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Daemon } from '../harness/daemon.ts'
import { type ManyLuns, targetName } from './many-luns.ts'

/** lunkit, as npm has linked it. */
export const lunkit = fileURLToPath(new URL('../../node_modules/.bin/lunkit', import.meta.url))

/** So many LUNs are taken together. */
const STRETCH = 100

/** A stretch of LUNs that were made one after another. */
export type Stretch = {
  /** How long it took, in seconds. */
  readonly tookS: number
  /** The CPU time that lunkitd used for it, in seconds. */
  readonly cpuS: number
}

/** What an administrator's script says to make LUNs one by one: of each a storage object, of ten a target with one portal. */
function linesFor({ luns, targets, directory, port }: ManyLuns & { readonly port: number }): readonly string[] {
  const lunsOfTarget = luns / targets
  const made = Array.from({ length: luns }, (_, number) => {
    const tpg = `/iscsi/${targetName(Math.floor(number / lunsOfTarget))}/tpg1`
    const target = [
      `/iscsi create ${targetName(number / lunsOfTarget)}`,
      `${tpg}/portals create 127.0.0.1 ${port}`,
      `${tpg} set attribute generate_node_acls=1`,
    ]
    const lun = [
      `/backstores/fileio create disk${number} ${directory}/disk${number}.img`,
      `${tpg}/luns create /backstores/fileio/disk${number}`,
    ]
    return number % lunsOfTarget === 0 ? [...target, ...lun] : lun
  })
  return ['set global auto_add_default_portal=false', ...made.flat(), 'saveconfig']
}

/**
 * Has one lunkit make LUNs one by one from a script on its standard input, and save them.
 *
 * @throws Error when a line was not done
 */
export async function makeLuns(
  many: ManyLuns & { readonly port: number },
  daemon: Daemon,
): Promise<readonly Stretch[]> {
  const child = spawn(lunkit, ['--control', `${many.directory}/control.sock`], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  child.stdin.end(`${linesFor(many).join('\n')}\n`)
  const stretches: Stretch[] = []
  let luns = 0
  let [sinceMs, cpuS] = [performance.now(), await daemon.cpuSeconds()]
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('Created LUN ') || ++luns % STRETCH !== 0) continue
    const [nowMs, nowCpuS] = [performance.now(), await daemon.cpuSeconds()]
    stretches.push({ tookS: (nowMs - sinceMs) / 1000, cpuS: nowCpuS - cpuS })
    ;[sinceMs, cpuS] = [nowMs, nowCpuS]
  }
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`lunkit ended with ${code} after ${luns} LUNs`)
  return stretches
}
