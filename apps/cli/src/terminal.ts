/** What the program says, to whom, and who types. */
export interface Terminal {
  /** A line for whoever asked. */
  readonly out: (line: string) => void
  /** A line about what went wrong. */
  readonly err: (line: string) => void
  /** The same without a line feed, such as a prompt. */
  readonly write: (text: string) => void
  /** Columns that lines may have. */
  readonly columns: number
  /** Lines that it has; undefined: it is no terminal. */
  readonly rows: number | undefined
  /** Whether lines may have colours. */
  readonly colours: boolean
  /** Lines that are typed, or that a program sends. */
  readonly lines: () => AsyncIterable<string>
  /** Whether whoever types agrees; false where nobody does. */
  readonly confirm: (question: string) => Promise<boolean>
}

/** Columns that targetcli has without a terminal, and at most. */
export const MOST_COLUMNS = 132

/** Whether an answer agrees. */
export const isYes = (answer: string): boolean => /^y(?:es)?$/i.test(answer.trim())
