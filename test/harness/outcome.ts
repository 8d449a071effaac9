import { spawn } from 'node:child_process'

/** How a program ended and what it printed. */
export type Outcome = {
  readonly command: string
  /** The exit code, or undefined when a signal ended the program. */
  readonly code: number | undefined
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
}

/** How to run a program. */
export type RunOptions = {
  /** The program is killed after this time. */
  readonly timeoutMs: number
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program to its end, or until its time is over; never rejects for what the program did. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let timedOut = false
    const deadline = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, options.timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', error => {
      clearTimeout(deadline)
      reject(error)
    })
    child.on('close', code => {
      clearTimeout(deadline)
      resolve({
        command: [program, ...args].join(' '),
        code: code ?? undefined,
        timedOut,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        elapsedMs: performance.now() - startedMs,
      })
    })
  })
}

/**
 * Runs a program that must end with exit code 0.
 *
 * @throws Error with the command, how it ended and all that it printed.
 */
export async function succeed(program: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const outcome = await run(program, args, options)
  if (outcome.code !== 0) throw new Error(describeOutcome(outcome))
  return outcome
}

/** What a failed program's author needs to see. */
export function describeOutcome(outcome: Outcome): string {
  const end = outcome.timedOut
    ? `did not end within ${Math.round(outcome.elapsedMs)} ms`
    : `ended with ${outcome.code === undefined ? 'a signal' : `exit code ${outcome.code}`}`
  return `${outcome.command}: ${end}\n${outcome.stdout}${outcome.stderr}`
}
