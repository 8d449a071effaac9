import { join } from 'node:path'

/** A file of what lunkit keeps for a user, by the XDG base directories; undefined: nowhere. */
export function stateFile({ HOME, XDG_STATE_HOME }: NodeJS.ProcessEnv, name: string): string | undefined {
  const home = XDG_STATE_HOME || (HOME ? join(HOME, '.local', 'state') : undefined)
  return home === undefined ? undefined : join(home, 'lunkit', name)
}
