import type { LogOutput } from '../log/log-output.ts'

const MOST_LINES = 200
const MOST_CHARACTERS = 2000

/** The last lines of the log, for who wants to know what was before an end. */
export class LogTail {
  readonly #lines: string[] = []
  /** How many lines there were so far. */
  count = 0

  /** The same output, whose lines are kept here too. */
  of(output: Pick<LogOutput, 'write' | 'takeLost'>): Pick<LogOutput, 'write' | 'takeLost'> {
    return {
      write: line => {
        this.add(line)
        return output.write(line)
      },
      takeLost: () => output.takeLost(),
    }
  }

  add(line: string): void {
    this.count++
    this.#lines.push(line.trimEnd().slice(0, MOST_CHARACTERS))
    if (this.#lines.length > MOST_LINES) this.#lines.shift()
  }

  /** The oldest first. */
  get lines(): readonly string[] {
    return [...this.#lines]
  }
}
