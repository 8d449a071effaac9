/** The states of a task in a task set (SAM-5 8), and of the record that holds it. */
export const ExecutionState = {
  /** No task; waits to be used again. */
  spare: 0,
  /** Accepted, waits for others. */
  dormant: 1,
  enabled: 2,
  /** The initiator was answered, or never will be; something of it may still run. */
  ended: 3,
} as const
export type ExecutionState = (typeof ExecutionState)[keyof typeof ExecutionState]

const { spare, dormant, enabled, ended } = ExecutionState

/** The legal moves, from each state in the order of their numbers. */
const MOVES: readonly (readonly ExecutionState[])[] = [[dormant], [enabled, ended], [ended], [spare]]

const legal = MOVES.map(to => to.reduce<number>((bits, state) => bits | (1 << state), 0))

const NAMES = Object.keys(ExecutionState)

/** @throws {Error} for a move that is not in the table: a bug of ours. */
export function moved(from: ExecutionState, to: ExecutionState): ExecutionState {
  if (((legal[from] as number) & (1 << to)) === 0)
    throw new Error(`a task cannot go from ${NAMES[from]} to ${NAMES[to]}`)
  return to
}

/** Every legal move by name, for tests and diagrams. */
export const executionMoves: readonly (readonly [from: string, to: string])[] = MOVES.flatMap((to, from) =>
  to.map(state => [NAMES[from] as string, NAMES[state] as string] as const),
)
