/** What a login depends on, by column: the values that a case may have. */
export type Choices = Readonly<Record<string, readonly string[]>>
/** One value of each column. */
export type Choice<C extends Choices> = { readonly [K in keyof C]: C[K][number] }
/** What a row of a table says of a column: a value, or that it makes no difference. */
type Cells<C extends Choices> = { readonly [K in keyof C]: C[K][number] | typeof ANY }

/** Whatever the column says, the outcome is the same. */
const ANY = '·'

/** Every choice there is. */
export function everyChoice<C extends Choices>(choices: C): readonly Choice<C>[] {
  let all: Readonly<Record<string, string>>[] = [{}]
  for (const [name, values] of Object.entries(choices))
    all = all.flatMap(before => values.map(value => ({ ...before, [name]: value })))
  return all as unknown as readonly Choice<C>[]
}

/** A case, and what comes of it. */
export interface Row<C extends Choices> {
  readonly cells: Cells<C>
  readonly outcome: readonly string[]
}

/** The same rows in fewer: what makes no difference in a row is not said there, and what others say already is left out. */
export function fewerRows<C extends Choices>(choices: C, rows: readonly Row<C>[]): readonly Row<C>[] {
  const names = Object.keys(choices).toReversed()
  const wide = rows.map(row => names.reduce((now, name) => widened(now, name, rows), row))
  const distinct = [...new Map(wide.map(row => [JSON.stringify(row), row])).values()]
  const needed = (left: readonly Row<C>[], row: Row<C>): boolean =>
    rows.some(each => holds(row, each) && !left.some(other => other !== row && holds(other, each)))
  return distinct.reduce((left, row) => (needed(left, row) ? left : left.filter(each => each !== row)), distinct)
}

/** Whether a row says something of a case. */
const holds = <C extends Choices>({ cells }: Row<C>, { cells: of }: Row<C>): boolean =>
  Object.entries(cells).every(([name, value]) => value === ANY || value === of[name])

/** A row without a column, where that is still true of all cases. */
function widened<C extends Choices>(row: Row<C>, name: string, all: readonly Row<C>[]): Row<C> {
  const wider = { ...row, cells: { ...row.cells, [name]: ANY } }
  const outcome = JSON.stringify(row.outcome)
  return all.every(each => !holds(wider, each) || JSON.stringify(each.outcome) === outcome) ? wider : row
}
