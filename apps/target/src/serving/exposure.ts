import { readFile, stat } from 'node:fs/promises'
import type { Logger } from '../log/logger.ts'

const READABLE_BY_OTHERS = 0o044
const WRITABLE_BY_OTHERS = 0o022
/** A CHAP password that is set, wherever it stands: what is not looked at otherwise is a secret all the same. */
const SECRET = /"[a-z_]*(?:password|secret)[a-z_]*"\s*:\s*"[^"]/i

/** Warns of a configuration with secrets that others may read, and of what others may change. */
export async function warnOfExposure(
  log: Pick<Logger, 'warn'>,
  { config, stateDirectory }: { readonly config: string; readonly stateDirectory: string },
): Promise<void> {
  const mode = await modeOf(config)
  if (mode & READABLE_BY_OTHERS && SECRET.test(await readFile(config, 'utf8').catch(() => '')))
    warn(log, config, { mode, what: 'others than its owner may read it, and it contains secrets', right: '600' })
  else if (mode & WRITABLE_BY_OTHERS)
    warn(log, config, {
      mode,
      what: 'others than its owner may change it, and with it what is served to whom',
      right: '600',
    })
  const stateMode = await modeOf(stateDirectory)
  if (stateMode & WRITABLE_BY_OTHERS)
    warn(log, stateDirectory, {
      mode: stateMode,
      what: 'others than its owner may change what lunkitd keeps',
      right: '700',
    })
}

/** The permissions of a file; 0 where it cannot be told, which is told elsewhere. */
async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o7777
  } catch {
    return 0
  }
}

function warn(
  log: Pick<Logger, 'warn'>,
  path: string,
  { mode, what, right }: { readonly mode: number; readonly what: string; readonly right: string },
): void {
  const octal = mode.toString(8).padStart(4, '0')
  log.warn(
    { event: 'fileExposed', path, mode: octal },
    `${path} has mode ${octal}: ${what}; right is chmod ${right} ${path}`,
  )
}
