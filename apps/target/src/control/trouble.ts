import type { AnswerOf } from '@lunkit/control'

/** What is wrong, and what to do. */
type ToldTrouble = AnswerOf<'status'>['troubles'][number]

/** Something that is wrong, and whether it keeps anything from being served as it should be. */
export interface Trouble extends ToldTrouble {
  readonly harms: boolean
}
