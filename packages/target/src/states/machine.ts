import { checkArgument, object } from '@lunkit/wire'

/** One legal move of a state machine. */
export interface Transition<S extends string, E extends string> {
  readonly on: E
  readonly to: S
  /** The standard's number of the transition. */
  readonly rule: string
}

/** One state: what it means, and every way out of it. */
export interface StateRow<S extends string, E extends string> {
  readonly means: string
  readonly transitions: readonly Transition<S, E>[]
}

/** A state machine as a table that is run, tested and drawn. */
export type Machine<S extends string, E extends string> = { readonly [K in S]: StateRow<S, E> }

/** A move that the table does not know: a bug of the target, never a peer's mistake. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition'
}

/**
 * The state after an event.
 * @throws {IllegalTransition} where the table has no such move.
 */
export function moved<S extends string, E extends string>(machine: Machine<S, E>, from: S, event: E): S {
  for (const transition of machine[from].transitions) if (transition.on === event) return transition.to
  const known = machine[from].transitions.map(transition => transition.on).join(', ')
  throw new IllegalTransition(`${event} in state ${from}, which knows ${known || 'no event'}`)
}

const MACHINE = object('a machine: rows of { means, transitions } by state', machine =>
  Object.values(machine).every(row => Array.isArray((row as StateRow<string, string> | null)?.transitions)),
)

/**
 * The machine as a Mermaid state diagram, for the documentation.
 * @throws {TypeError} for what is no machine.
 */
export function stateDiagram<S extends string, E extends string>(machine: Machine<S, E>): string {
  checkArgument('stateDiagram: machine', machine, MACHINE)
  const lines = ['stateDiagram-v2']
  for (const [from, { means, transitions }] of Object.entries<StateRow<S, E>>(machine)) {
    lines.push(`  ${from}: ${from}<br>${means}`)
    for (const { on, to, rule } of transitions) lines.push(`  ${from} --> ${to}: ${rule} ${on}`)
  }
  return lines.join('\n')
}
