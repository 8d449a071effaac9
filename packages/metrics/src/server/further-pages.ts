import type { Answer, Asked } from './answer.ts'

/** Pages that a server of metrics serves beside them, behind whatever protects them. */
export interface FurtherPages {
  /** What a request is answered with; undefined: it is for none of these pages. */
  answer(request: Asked): Promise<Answer> | undefined
}
