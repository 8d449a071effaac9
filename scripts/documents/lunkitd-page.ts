import { ExitCode, exitMeanings } from '../../apps/target/src/exit-code.ts'
import { supervisorVariables } from '../../apps/target/src/life/supervisor.ts'
import { optionWords } from '../../apps/target/src/option-words.ts'
import { actionMeanings, SIGNALS } from '../../apps/target/src/signals/signal-table.ts'
import { stateFiles } from '../../apps/target/src/state/state-file-words.ts'
import { readVersion } from '../../apps/target/src/version.ts'
import { Roff } from './roff.ts'

/** lunkitd(8), from the tables of options, signals and exit codes. */
export function lunkitdPage(): string {
  const page = new Roff({ name: 'LUNKITD', section: '8', source: `lunkitd ${readVersion()}`, book: 'lunkit' })
    .section('NAME')
    .text('lunkitd - serves the disks of a LIO saveconfig.json over iSCSI')
    .section('SYNOPSIS')
    .lines([
      'lunkitd [--config FILE]',
      'lunkitd [--config FILE] --check [--strict]',
      'lunkitd --reload PID',
      'lunkitd --demo [--portal ADDR]',
    ])
    .section('DESCRIPTION')
    .text(
      'lunkitd serves what its configuration describes, until a signal ends it; lunkit(1) changes what it serves meanwhile. Standard output gets one iscsi:// URL for each portal and LUN once all are served; the log goes to standard error. A configuration that is not there is an empty one.',
    )
    .section('OPTIONS')
  for (const { syntax, text } of optionWords()) page.term(syntax, text)
  page.section('SIGNALS')
  for (const [signal, action] of Object.entries(SIGNALS)) page.term(signal, actionMeanings[action])
  page.section('EXIT STATUS')
  for (const [name, code] of Object.entries(ExitCode))
    page.term(String(code), exitMeanings[name as keyof typeof ExitCode])
  page.section('ENVIRONMENT')
  for (const [name, meaning] of Object.entries(supervisorVariables)) page.term(name, meaning)
  page.section('FILES')
  for (const [path, meaning] of Object.entries(stateFiles)) page.term(path, meaning)
  return page
    .section('SEE ALSO')
    .text('lunkit(1), lunkit-exporter(1), saveconfig(5), systemd.service(5), sd_notify(3)')
    .toString()
}
