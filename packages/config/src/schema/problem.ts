import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where, as `targets[0].tpgs[1].portals[0].port`. */
  readonly path: string
  /** What is wrong there: "is 70000". */
  readonly wrong: string
  /** What would be right: "a whole number from 0 to 65535". */
  readonly right: string
}

/** The problems found so far, in the order of finding. */
export class Problems {
  readonly #found: Problem[] = []

  /** Notes that what stands at `path` is `wrong` and what would be `right`. */
  add(path: JsonPath, wrong: string, right: string): void {
    this.#found.push({ path: formatPath(path), wrong, right })
  }

  get found(): readonly Problem[] {
    return this.#found
  }

  get any(): boolean {
    return this.#found.length > 0
  }
}

/** A configuration that does not parse or contradicts itself; `problems` holds all that was found, at least one. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** One line: `targets[0].tpgs[0].tag: is 70000; right is a whole number from 0 to 65535`. */
export function formatProblem({ path, wrong, right }: Problem): string {
  return `${path}: ${wrong}; right is ${right}`
}
