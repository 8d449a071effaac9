import { readFileSync } from 'node:fs'

const LIST = new URL('../../../../test/fixtures/lio/differences.json', import.meta.url)

/** What lunkit prints otherwise than LIO's targetcli did in the transcript, and why. */
interface Difference {
  readonly command: string
  /** Lines that LIO's has and lunkit's has not. */
  readonly lio: readonly string[]
  /** Lines that lunkit's has and LIO's has not. */
  readonly lunkit: readonly string[]
  readonly reason: string
}

interface Differences {
  readonly differences: readonly Difference[]
  /** Commands whose lines are the same in another order. */
  readonly reordered: readonly { readonly command: string; readonly reason: string }[]
  /** Commands that are refused, in the order of the transcript. */
  readonly refused: readonly string[]
}

/** Every difference, in the order of the transcript. */
export const { differences, refused, reordered } = JSON.parse(readFileSync(LIST, 'utf8')) as Differences
