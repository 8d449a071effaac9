import { Daemon } from '../harness/daemon.ts'

/**
 * A lunkitd that has as much memory as one that is installed: it is the second. The first leaves what Node has compiled: what reads TypeScript,
 * which nobody has who has installed lunkitd, takes 45 MB.
 */
export async function startCompiled(...how: Parameters<typeof Daemon.start>): Promise<Daemon> {
  await (await Daemon.start(...how)).stop()
  return Daemon.start(...how)
}
