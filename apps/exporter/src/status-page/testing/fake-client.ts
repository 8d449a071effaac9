import type { Given, ResultOf } from '@lunkit/control/client'
import type { AskedMethod, ReadingClient } from '../reading.ts'
import { TOLD, type Told } from './told.ts'

/** A lunkitd that tells what it is set to tell, and notes what it was asked. */
export class FakeClient implements ReadingClient {
  told: Told = TOLD
  /** Why it does not answer; undefined: it does. */
  away: string | undefined
  readonly asked: AskedMethod[] = []
  /** What is waited for before each answer. */
  delay: () => Promise<void> = async () => {}

  async call<M extends AskedMethod>(name: M, ..._given: Given<M>): Promise<ResultOf<M>> {
    this.asked.push(name)
    if (this.away !== undefined) throw new Error(this.away)
    await this.delay()
    return this.told[name] as ResultOf<M>
  }

  /** How often it was read. */
  get readings(): number {
    return this.asked.filter(name => name === 'counters').length
  }
}
