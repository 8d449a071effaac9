import { checkOptions, required, text } from '@lunkit/wire'
import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Notes } from './kind.ts'

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where, as `lunkit.storage_objects[0].removable`. */
  readonly path: string
  /** What is wrong there: "is 70000". */
  readonly wrong: string
  /** What would be right: "a whole number from 0 to 65535". */
  readonly right: string
}

/** The problems found so far, in the order of finding. */
export class Problems implements Notes {
  readonly #found: Problem[] = []

  wrong(path: JsonPath, { wrong, right }: Parameters<Notes['wrong']>[1]): void {
    this.#found.push({ path: formatPath(path), wrong, right })
  }

  unknown(): void {
    // It is kept; what is planned without it is noted there.
  }

  get found(): readonly Problem[] {
    return this.#found
  }

  get any(): boolean {
    return this.#found.length > 0
  }
}

/** A configuration that nothing can be served of; `problems` holds all that was found, at least one. */
export class ConfigError extends RangeError {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]
  /** Whether its text is not even JSON: it was cut off, or something else stands in its place. */
  readonly damaged: boolean

  constructor(problems: readonly Problem[], damaged = false) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
    this.damaged = damaged
  }
}

const PROBLEM = { path: required(text()), wrong: required(text()), right: required(text()) }

/**
 * One line: `lunkit.poll_us: is 1.5; right is a whole number from 0 to 10000`.
 * @throws {TypeError} for what is no problem.
 */
export function formatProblem(problem: Problem): string {
  checkOptions('formatProblem: problem', problem, PROBLEM)
  const { path, wrong, right } = problem
  return `${path}: ${wrong}; right is ${right}`
}
