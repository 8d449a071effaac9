/** 0 is reserved (SPC-5, RELATIVE PORT IDENTIFIER field). */
const FIRST = 1

/** The lowest relative target port identifier that is not taken. */
export function freePortId(taken: ReadonlySet<number>): number {
  let free = FIRST
  while (taken.has(free)) free++
  return free
}
