import type { ControlClient } from '@lunkit/control/client'
import { defaultPreferences, preferencesOrDefaults } from '../commands/preferences.ts'

const DOTS = '...'

/** The longest path that a prompt has whole, as whoever types prefers it; that of targetcli where the daemon does not say. */
export async function promptLengthOf(client: ControlClient): Promise<number> {
  const preferences = await preferencesOrDefaults(client).catch(() => defaultPreferences)
  return Number(preferences['prompt_length'])
}

/** The prompt of a shell at a path: of one that is longer than `length` its start and its end, as in targetcli; 0: of none. */
export function promptOf(path: string, length: number): string {
  const half = Math.max(0, Math.floor((length - DOTS.length) / 2))
  const isWhole = length === 0 || path.length <= length
  return `${isWhole ? path : `${path.slice(0, half)}${DOTS}${path.slice(path.length - half)}`}> `
}
