/** What came of a check: as it should be, worth knowing, or not as it should be. */
type Verdict = 'ok' | 'note' | 'wrong'

/** A check that was made. */
export interface Check {
  readonly verdict: Verdict
  /** What was looked at and what was found. */
  readonly text: string
  /** What it means and what to do, where it is not as it should be. */
  readonly right?: string | undefined
}

/** The checks of a self-test, in the order in which they were made. */
export class Report {
  readonly checks: Check[] = []

  /** It is as it should be. */
  ok(text: string): void {
    this.checks.push({ verdict: 'ok', text })
  }

  /** It is worth knowing. */
  note(text: string, right?: string): void {
    this.checks.push({ verdict: 'note', text, right })
  }

  /** It is not as it should be. */
  wrong(text: string, right?: string): void {
    this.checks.push({ verdict: 'wrong', text, right })
  }

  /** How many checks are wrong. */
  get wrongs(): number {
    return this.checks.filter(({ verdict }) => verdict === 'wrong').length
  }

  /** All of it, a line a check, and what to do below. */
  get lines(): readonly string[] {
    const each = this.checks.flatMap(({ verdict, text, right }) => [
      `${verdict.padEnd(5)}  ${text}`,
      ...(right === undefined ? [] : [`       ${right}`]),
    ])
    const { wrongs, checks } = this
    return [
      ...each,
      wrongs === 0 ? `${checks.length} checks: all is well.` : `${wrongs} of ${checks.length} checks are wrong.`,
    ]
  }
}
