/** One step of a CI run, as `.ci/run` notes it: a line of `name`, exit code and report files, with tabs between. */
export interface Step {
  readonly name: string
  readonly exitCode: number
  /** Paths of the vitest reports that the step should have written; none for a step that installs or builds. */
  readonly reports: readonly string[]
}

/** The exit codes by which timeout(1) says that it ended a program: by SIGTERM, or by SIGKILL after that. */
const TIMED_OUT = [124, 137]

/**
 * Reads the lines that `.ci/run` noted.
 *
 * @throws Error that names the line which is not a step
 */
export function parseSteps(text: string): Step[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map((line, index) => {
      const [name = '', code = '', ...reports] = line.split('\t')
      if (!/^\d+$/.test(code)) {
        throw new Error(`line ${index + 1} of the steps is ${JSON.stringify(line)}: expected name, exit code, reports`)
      }
      return { name, exitCode: Number(code), reports }
    })
}

/** What ended a step that failed, in words. */
export function failureOf({ exitCode }: Step): string {
  return TIMED_OUT.includes(exitCode) ? 'overran its time budget' : `ended with exit code ${exitCode}`
}
