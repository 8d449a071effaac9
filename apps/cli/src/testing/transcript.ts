import { readFileSync } from 'node:fs'

const TRANSCRIPT = new URL('../../../../test/fixtures/lio/transcript.txt', import.meta.url)
const PROMPT = '$ targetcli '

/** A command that a real targetcli was given, and what it printed. */
export interface Command {
  readonly text: string
  readonly lines: readonly string[]
}

/** Everything that it was given, in order. */
export const commands: readonly Command[] = readFileSync(TRANSCRIPT, 'utf8')
  .split(`\n${PROMPT}`)
  .map(part => {
    const [text = '', ...lines] = part.replace(PROMPT, '').split('\n')
    const end = lines.indexOf('')
    return { text, lines: end < 0 ? lines : lines.slice(0, end) }
  })
