import type { ValueMeanings } from '@lunkit/config'
import type { defaultPreferences } from './preferences.ts'

const SWITCH = 'true or false'
const COLOUR = 'the name of a colour, or none'
const onOff = (meaning: string) => ({ meaning, right: SWITCH })
const colour = (meaning: string) => ({ meaning, right: COLOUR })

/** What targetcli's preferences do here. */
export const preferenceMeanings: ValueMeanings & Readonly<Record<keyof typeof defaultPreferences, unknown>> = {
  auto_add_default_portal: onOff('a new TPG is reached at every address, port 3260'),
  auto_add_mapped_luns: onOff('a new ACL sees every LUN, and a new LUN is seen by every ACL'),
  auto_cd_after_create: onOff('what was made is entered'),
  auto_enable_tpgt: onOff('a new TPG is served at once'),
  auto_save_on_exit: onOff('what was changed is saved when the shell, or a script of targetcli, ends'),
  auto_use_daemon: onOff("kept for a distribution's targetcli, which asks its daemon then"),
  color_command: colour('kept; what is drawn has the colours of targetcli'),
  color_default: colour('kept; what is drawn has the colours of targetcli'),
  color_keyword: colour('kept; what is drawn has the colours of targetcli'),
  color_mode: onOff('the tree has colours on a terminal'),
  color_parameter: colour('kept; what is drawn has the colours of targetcli'),
  color_path: colour('kept; what is drawn has the colours of targetcli'),
  daemon_use_batch_mode: onOff("kept for a distribution's targetcli"),
  export_backstore_name_as_model: onOff('kept: a new storage object always tells initiators its name as its product'),
  logfile: { meaning: 'kept: lunkit writes no log, lunkitd does', right: 'a path' },
  loglevel_console: { meaning: 'kept: errors are always told', right: "one of targetcli's levels" },
  loglevel_file: { meaning: 'kept: lunkit writes no log', right: "one of targetcli's levels" },
  max_backup_files: { meaning: 'kept: lunkitd decides how many generations there are', right: 'a number' },
  prompt_length: { meaning: 'the longest path that a prompt has whole; 0: any', right: 'a number' },
  tree_max_depth: {
    meaning: 'levels of the tree that ls draws where a line says none; 0: all',
    right: 'a number',
  },
  tree_round_nodes: onOff('ls draws nodes of the tree as "o", else as "+"'),
  tree_show_root: onOff('ls draws a line for the node that it is about, else each node below it by itself'),
  tree_status_mode: onOff('lines of the tree have a summary'),
}
