import type { Command } from '../../apps/cli/src/commands/command.ts'
import { commandPlaces } from '../../apps/cli/src/commands/commands.ts'
import type { Parameter } from '../../apps/cli/src/commands/parameter.ts'
import { syntaxOf } from '../../apps/cli/src/commands/parameter.ts'
import { defaultPreferences } from '../../apps/cli/src/commands/preferences.ts'
import { programOptions } from '../../apps/cli/src/options.ts'
import { ExitCode } from '../../apps/cli/src/refusal.ts'
import { exitMeanings, syntaxOfOption } from '../../apps/cli/src/usage.ts'
import { lunkitVersion } from '../../apps/cli/src/version.ts'
import { Roff } from './roff.ts'

function parameterText({ isRequired, default: without, meaning }: Parameter): string {
  const left = isRequired === true ? 'required' : without === undefined ? 'may be left out' : `else ${without}`
  return meaning === undefined ? left : `${meaning}; ${left}`
}

function addCommand(page: Roff, { name, takes, meaning }: Command): void {
  page.term(`${name} ${syntaxOf(takes)}`.trim(), meaning)
  if (takes.length === 0) return
  page.below(below => {
    for (const parameter of takes) below.term(`${parameter.name}=${parameter.kind.syntax}`, parameterText(parameter))
  })
}

function addHead(page: Roff): void {
  page
    .section('NAME')
    .text('lunkit - the command line of lunkitd, in the words of targetcli')
    .section('SYNOPSIS')
    .lines([
      'lunkit [OPTION ...] [PATH] [COMMAND] [VALUE ...] [NAME=VALUE ...]',
      'lunkit [OPTION ...] < SCRIPT',
      'lunkit [OPTION ...] targetcli ...',
    ])
    .section('DESCRIPTION')
    .text(
      'lunkit manages a lunkitd that runs: it talks to the socket of its control API. What it changes is served when it answers, and there after a restart when saveconfig has saved it. Without a line, and with a terminal, it is a shell, which Tab completes; without a terminal it runs the lines of standard input.',
    )
    .text(
      'PATH is a node of the tree that ls shows; left out, the one where the shell is, / at first. Parameters are given by their place or their name. A value with blanks stands in quotes.',
    )
}

function addEnd(page: Roff): void {
  page
    .section('PREFERENCES')
    .text('What "set global NAME=VALUE" sets for the user who asks, and what holds where nobody has:')
  for (const [name, value] of Object.entries(defaultPreferences)) page.term(`${name}=${value}`, typeof value)
  page.section('EXIT STATUS')
  for (const [name, code] of Object.entries(ExitCode))
    page.term(String(code), exitMeanings[name as keyof typeof ExitCode])
  page
    .section('ENVIRONMENT')
    .term('LUNKIT_CONTROL', 'the socket of lunkitd, where --control does not name one')
    .term('XDG_STATE_HOME', 'what is typed and bookmarks are kept below it, in lunkit/; else below ~/.local/state')
    .term('NO_COLOR', 'set to anything: no colours')
    .section('SEE ALSO')
    .text('lunkitd(8), saveconfig(5), targetcli(8)')
}

/** lunkit(1), from the tables of options, commands and preferences. */
export function lunkitPage(): string {
  const page = new Roff({ name: 'LUNKIT', section: '1', source: `lunkit ${lunkitVersion()}`, book: 'lunkit' })
  addHead(page)
  page.section('OPTIONS')
  for (const option of programOptions) page.term(syntaxOfOption(option), option.meaning)
  page.section('COMMANDS')
  for (const { place, commands } of commandPlaces) {
    page.part(place)
    for (const each of commands) addCommand(page, each)
  }
  addEnd(page)
  return page.toString()
}
