import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { isComment } from './line/command-line.ts'
import { wordsOf } from './line/words.ts'
import type { Printing } from './printing.ts'
import { asRefusal, printRefusal, printReply } from './printing.ts'
import { ExitCode, Refusal } from './refusal.ts'
import { saveAtEnd } from './script.ts'
import { completionOf } from './shell/completion.ts'
import type { Shell } from './shell/shell.ts'
import { isYes } from './terminal.ts'
import type { TypedHistory } from './typed-history.ts'

/** Where somebody types. */
export interface Keyboard {
  readonly input: Readable
  readonly output: Writable
  readonly history: TypedHistory
}

/** A line that is being done; what interrupts it. */
class UnderWay {
  #controller: AbortController | undefined

  begin(): AbortSignal {
    this.#controller = new AbortController()
    return this.#controller.signal
  }

  end(): void {
    this.#controller = undefined
  }

  /** @returns whether there was one. */
  interrupt(): boolean {
    this.#controller?.abort()
    return this.#controller !== undefined
  }
}

/** Asks for lines, one after another, until it is told to exit or nobody types any more. @returns whether it was told. */
async function typed(reading: Interface, shell: Shell, printing: Printing): Promise<boolean> {
  const underWay = new UnderWay()
  reading.on('SIGINT', () => {
    if (underWay.interrupt()) return
    // The line is given up, as in any shell.
    reading.write(null, { ctrl: true, name: 'u' })
    printing.terminal.write('\n')
    reading.prompt()
  })
  let isClosed = false
  reading.on('close', () => {
    isClosed = true
  })
  const ask = async (): Promise<void> => {
    const prompt = await shell.prompt()
    // Ctrl-D may come before what was typed before it is done.
    if (isClosed) return
    reading.setPrompt(prompt)
    reading.prompt()
  }
  // From now on no line is lost, also one that is typed before there is a prompt.
  const lines = reading[Symbol.asyncIterator]()
  await ask()
  for await (const line of lines) {
    if (await isLast(shell, line, { printing, signal: underWay.begin() })) return true
    underWay.end()
    await ask()
  }
  return false
}

/** Does a line, and says what comes of it. */
async function isLast(
  shell: Shell,
  line: string,
  { printing, signal }: { readonly printing: Printing; readonly signal: AbortSignal },
): Promise<boolean> {
  if (isComment(line)) return false
  try {
    const reply = await shell.run(wordsOf(line), signal)
    if (reply.lines.length > 0) printReply(reply, printing)
    return reply.ends === true
  } catch (error) {
    // Whoever has interrupted it hears how far it came, and nothing else.
    if (!signal.aborted || error instanceof Refusal) printRefusal(asRefusal(error), printing)
    return false
  }
}

/** The shell for somebody who types: completion by Tab, a history without secrets, Ctrl-C gives up, Ctrl-D ends. */
export async function runInteractively(shell: Shell, printing: Printing, keyboard: Keyboard): Promise<ExitCode> {
  const { input, output, history } = keyboard
  const reading = createInterface({
    input,
    output,
    terminal: true,
    history: [...(await history.lines())],
    historySize: history.most,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: Error | null, found: [string[], string]) => void) => {
      void completionOf(shell, line).then(({ candidates, typed: word }) => done(null, [[...candidates], word]))
    },
  })
  shell.confirmBy(async question => {
    const answer = await new Promise<string>(resolve => reading.question(`${question} [y/N] `, resolve))
    return isYes(answer)
  })
  reading.on('history', (lines: string[]) => history.forget(lines))
  reading.on('line', line => history.add(line))
  const isToldTo = await typed(reading, shell, printing)
  if (!isToldTo) printing.terminal.out('exit')
  reading.close()
  await saveAtEnd(shell, printing)
  await history.kept()
  return ExitCode.done
}
