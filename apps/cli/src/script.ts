import { readFile } from 'node:fs/promises'
import { ControlFault, FaultKind } from '@lunkit/control/client'
import { saveConfiguration } from './commands/document-commands.ts'
import { preferencesOrDefaults } from './commands/preferences.ts'
import { isComment } from './line/command-line.ts'
import { wordsOf } from './line/words.ts'
import type { Invocation } from './options.ts'
import type { Printing } from './printing.ts'
import { asRefusal, printRefusal, printReply } from './printing.ts'
import { ExitCode, Refusal } from './refusal.ts'
import type { Shell } from './shell/shell.ts'
import type { Terminal } from './terminal.ts'
import { TARGETCLI_VERSION } from './version.ts'

async function* linesOf(path: string): AsyncGenerator<string, void> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Refusal(`Cannot read ${path}`, { code: ExitCode.usage, explanation: (error as Error).message })
  }
  yield* text.replace(/\n$/, '').split('\n')
}

/** The lines of a script, up to the first that fails. */
async function runStrictly(shell: Shell, invocation: Invocation, printing: Printing): Promise<ExitCode> {
  const { file } = invocation
  let number = 0
  try {
    for await (const line of file === undefined ? printing.terminal.lines() : linesOf(file)) {
      number++
      if (isComment(line)) continue
      const reply = await shell.run(wordsOf(line))
      printReply(reply, printing)
      if (reply.code !== undefined) return reply.code
      if (reply.ends === true) break
    }
    return ExitCode.done
  } catch (error) {
    const refusal = asRefusal(error)
    printRefusal(refusal, printing, number === 0 ? undefined : `line ${number} of ${file ?? 'the script'}`)
    return refusal.code
  }
}

const BANNER: readonly string[] = [
  `targetcli shell version ${TARGETCLI_VERSION}`,
  'Copyright 2011-2013 by Datera, Inc and others.',
  "For help on commands, type 'help'.",
  '',
]

/** Runs a line; what goes wrong is said, and the next may come. @returns whether it was the last. */
async function runKindly(shell: Shell, line: string, printing: Printing): Promise<boolean> {
  try {
    const reply = isComment(line) ? { lines: [] } : await shell.run(wordsOf(line))
    if (reply.lines.length > 0 || printing.json) printReply(reply, printing)
    return reply.ends === true
  } catch (error) {
    printRefusal(asRefusal(error), printing)
    return false
  }
}

/** Saves at the end, where whoever ends has it so. */
export async function saveAtEnd(shell: Shell, printing: Printing): Promise<void> {
  const { client } = shell
  try {
    if ((await preferencesOrDefaults(client)).auto_save_on_exit !== true) return
    printing.terminal.out('Global pref auto_save_on_exit=true')
    printReply(await saveConfiguration({ client }, {}), printing)
  } catch (error) {
    // Who may only read has changed nothing.
    if (error instanceof ControlFault && error.kind === FaultKind.unauthorised) return
    printRefusal(asRefusal(error), printing)
  }
}

/** The lines of a script as targetcli runs them: with prompts, to the end, whatever fails, and saved then. */
async function runAsTargetcli(shell: Shell, printing: Printing): Promise<ExitCode> {
  const { terminal } = printing
  // Where no daemon is, targetcli would not have started.
  await preferencesOrDefaults(shell.client)
  for (const line of BANNER) terminal.out(line)
  terminal.write(await shell.prompt())
  let isEnded = false
  for await (const line of terminal.lines()) {
    isEnded = await runKindly(shell, line, printing)
    if (isEnded) break
    terminal.write(await shell.prompt())
  }
  if (!isEnded) terminal.out('exit')
  await saveAtEnd(shell, printing)
  return ExitCode.done
}

/** Runs the lines of a file, or of whoever sends them. */
export async function runScript(shell: Shell, invocation: Invocation, terminal: Terminal): Promise<ExitCode> {
  const printing = { terminal, json: invocation.json }
  if (!invocation.isTargetcli || invocation.file !== undefined) return runStrictly(shell, invocation, printing)
  try {
    return await runAsTargetcli(shell, printing)
  } catch (error) {
    printRefusal(asRefusal(error), printing)
    return ExitCode.refused
  }
}
