import { isComment } from '../line/command-line.ts'
import { wordsOf } from '../line/words.ts'
import { printable } from '../printable.ts'
import { asRefusal } from '../printing.ts'
import type { Shell } from '../shell/shell.ts'

/** What stands between the lines of one request. */
const BETWEEN_LINES = '%'

/**
 * Runs the lines of a request of targetcli, up to the first that is not done, and says what targetcli would print: what was done
 * and why something was not are told in one text.
 */
export async function answerOf(request: string, shell: Shell): Promise<string> {
  const said: string[] = []
  try {
    for (const line of request.split(BETWEEN_LINES))
      if (!isComment(line)) said.push(...(await shell.run(wordsOf(line))).lines)
  } catch (error) {
    said.push(...asRefusal(error).lines)
  }
  return said.map(line => `${printable(line)}\n`).join('')
}

/** The answer as it goes to targetcli: how many characters it has, as a 32-bit integer of the machine, then they. */
export function framed(answer: string): Buffer {
  const characters = [...answer].length
  return Buffer.concat([new Uint8Array(Int32Array.of(characters).buffer), Buffer.from(answer)])
}
