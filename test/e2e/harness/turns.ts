/** Lets one turn of the event loop pass. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Waits, turn by turn, until something holds; the test's own time limit ends a wait that is in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}
