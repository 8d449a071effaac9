import { keyOf, type UnitState } from './unit-state.ts'

/** Something that happened to a unit at one moment between its beginning and its end. */
export interface UnitEvent {
  readonly words: string
  /** What the unit may be like after it, if it was like this before it; nothing, if it could not happen as it was seen. */
  next(state: UnitState): readonly UnitState[]
  /** Whether it has to come before another event of the same burst. */
  precedes(other: UnitEvent): boolean
}

/** States without those that are alike. */
export const distinct = (states: readonly UnitState[]): UnitState[] => [
  ...new Map(states.map(state => [keyOf(state), state])).values(),
]

/**
 * What a unit may be like after events that were on their way together: every serial order that explains all that was
 * seen counts. Nothing comes back when there is none.
 */
export function linearize(states: readonly UnitState[], events: readonly UnitEvent[]): UnitState[] {
  const first = events.map(event =>
    events.reduce((mask, other, at) => (other !== event && other.precedes(event) ? mask | bit(at) : mask), 0),
  )
  const all = bit(events.length) - 1
  let reached = new Map<string, Place>(states.map(state => [`0 ${keyOf(state)}`, { done: 0, state }]))
  for (let step = 0; step < events.length; step++) {
    const next = new Map<string, Place>()
    for (const { done, state } of reached.values())
      events.forEach((event, at) => {
        const ready = ((first[at] ?? 0) & ~done) === 0
        if ((done & bit(at)) !== 0 || !ready) return
        for (const after of event.next(state)) {
          const place = { done: done | bit(at), state: after }
          next.set(`${place.done} ${keyOf(after)}`, place)
        }
      })
    reached = next
  }
  return distinct([...reached.values()].filter(({ done }) => done === all).map(({ state }) => state))
}

/** How far an order of events has come. */
interface Place {
  /** A bit for each event that has happened. */
  readonly done: number
  readonly state: UnitState
}

const bit = (at: number): number => 2 ** at
