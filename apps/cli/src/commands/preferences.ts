import { type ControlClient, ControlFault, FaultKind } from '@lunkit/control/client'
import { misused } from '../refusal.ts'
import { kinds } from './parameter.ts'

/** A value of a preference. */
export type Preference = string | number | boolean

/** targetcli's preferences, and what they are where nobody has set them. */
export const defaultPreferences: Readonly<Record<string, Preference>> = {
  auto_add_default_portal: true,
  auto_add_mapped_luns: true,
  auto_cd_after_create: false,
  auto_enable_tpgt: true,
  auto_save_on_exit: true,
  auto_use_daemon: false,
  color_command: 'cyan',
  color_default: 'none',
  color_keyword: 'cyan',
  color_mode: true,
  color_parameter: 'magenta',
  color_path: 'magenta',
  daemon_use_batch_mode: false,
  export_backstore_name_as_model: true,
  logfile: '',
  loglevel_console: 'info',
  loglevel_file: 'debug9',
  max_backup_files: '10',
  prompt_length: 30,
  tree_max_depth: 0,
  tree_round_nodes: true,
  tree_show_root: true,
  tree_status_mode: true,
}

const WORDS: Readonly<Record<string, (value: string) => Preference>> = {
  boolean(value) {
    return kinds.flag.read(value, '')
  },
  number(value) {
    if (/^[0-9]{1,9}$/.test(value)) return Number(value)
    throw misused(`Syntax error, '${value}' is not a NUMBER.`, 'Right is a whole number.')
  },
  string: value => value,
}

/** A preference as it was typed. @throws {Refusal} for what it cannot be. */
export function readPreference(name: string, value: string): Preference {
  return (WORDS[typeof defaultPreferences[name]] as (value: string) => Preference)(value)
}

/** Every preference of whoever asks. */
export async function preferencesOf(client: ControlClient): Promise<Readonly<Record<string, Preference>>> {
  const { preferences } = await client.call('preferences')
  const known = Object.entries(preferences).filter(([name]) => Object.hasOwn(defaultPreferences, name))
  return { ...defaultPreferences, ...Object.fromEntries(known) }
}

/** The same, and where the daemon cannot tell who asks, those that nobody has set: a command is not refused for that. */
export async function preferencesOrDefaults(client: ControlClient): Promise<Readonly<Record<string, Preference>>> {
  try {
    return await preferencesOf(client)
  } catch (error) {
    if (error instanceof ControlFault && error.kind === FaultKind.unauthorised) return defaultPreferences
    throw error
  }
}
