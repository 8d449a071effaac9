import type { LoginStage } from '@lunkit/pdu'

/** What is fuzzed. */
export const Area = {
  decoder: 'decoder',
  login: 'login',
  fullFeature: 'full-feature',
  cdb: 'cdb',
  security: 'security',
} as const
export type Area = (typeof Area)[keyof typeof Area]

/** How connections of a case reach the target. */
export const Door = { memory: 'memory', tcp: 'tcp' } as const
export type Door = (typeof Door)[keyof typeof Door]

/** Fields of a PDU that get their value when it is sent: the right one, plus this. */
interface Bound {
  readonly cmdSN?: number
  readonly expStatSN?: number
}

/** One PDU. Lengths are those of the segments, and digests right, unless it says otherwise. */
export interface PduStep {
  readonly do: 'pdu'
  readonly on: number
  /** The basic header, 48 bytes. */
  readonly header: string
  readonly ahs?: string
  readonly data?: string
  /** Data by length alone: bytes that tell where they belong. */
  readonly patternBytes?: number
  readonly bound?: Bound
  /** DataSegmentLength, where it is not that of the data. */
  readonly saysDataBytes?: number
  /** TotalAHSLength in words, where it is not that of the segments. */
  readonly saysAhsWords?: number
  readonly wrongDigest?: 'header' | 'data'
  /** It goes out with what follows it. */
  readonly gathers?: boolean
}

/** What is wrong with the answers to R2Ts. */
export interface Twist {
  readonly field:
    | 'targetTransferTag'
    | 'dataSN'
    | 'bufferOffset'
    | 'lun'
    | 'initiatorTaskTag'
    | 'final'
    | 'digest'
    | 'length'
    | 'order'
    | 'twice'
    | 'missing'
  readonly by: number
}

/** Answers the R2Ts that are open, in so many PDUs each: all of them, or no more than `most`, the oldest first. */
export interface AnswerStep {
  readonly do: 'answer'
  readonly on: number
  readonly parts: number
  readonly most?: number
  readonly twist?: Twist
}

/** One Login Request with a text whose words in braces get their value when it is sent: `cases/security.ts` says which there are. */
export interface SayStep {
  readonly do: 'say'
  readonly on: number
  readonly entries: readonly string[]
  readonly currentStage: LoginStage
  readonly nextStage: LoginStage
  readonly transit: boolean
  /** Whether the text goes on with the next one. */
  readonly continues?: boolean
}

/** What a case does next. Connections are numbered; one is made when it is first named. */
export type Step =
  | PduStep
  /** Bytes as they are. */
  | { readonly do: 'bytes'; readonly on: number; readonly bytes: string }
  /** Logs in by the rules, with these keys. */
  | {
      readonly do: 'login'
      readonly on: number
      readonly keys: Readonly<Record<string, string>>
      readonly isid: number
    }
  | AnswerStep
  | SayStep
  /** The peer reads nothing. */
  | { readonly do: 'block'; readonly on: number }
  | { readonly do: 'unblock'; readonly on: number }
  | { readonly do: 'hangUp'; readonly on: number }
  | { readonly do: 'settle' }
  | { readonly do: 'pass'; readonly ms: number }
  /** Operations of a disk fail from now on, so many of them. */
  | { readonly do: 'fail'; readonly disk: number; readonly operation: string; readonly times: number }
  /** Operations of a disk take so many turns; -1: they do not end before the case does. */
  | { readonly do: 'slow'; readonly disk: number; readonly turns: number }

/** One case against a live target. */
export interface LiveCase {
  readonly area: Exclude<Area, 'decoder'>
  readonly door: Door
  readonly steps: readonly Step[]
  /** Lengths of the pieces in which bytes are sent, over and over; empty: as they are. */
  readonly cuts: readonly number[]
}

/** One case for the decoder alone: bytes, and how they are cut. */
export interface DecoderCase {
  readonly area: 'decoder'
  readonly headerDigest: boolean
  readonly dataDigest: boolean
  readonly maxDataSegmentLength: number
  /** Whether data is put straight where the decoder says it belongs. */
  readonly places?: boolean
  readonly steps: readonly { readonly do: 'bytes'; readonly on: 0; readonly bytes: string }[]
  readonly cuts: readonly number[]
}

/** Anything that is tried. */
export type FuzzCase = LiveCase | DecoderCase

/** How big a case is: of two that show the same, the smaller one is kept. */
export const sizeOf = (fuzzCase: FuzzCase): number => JSON.stringify(fuzzCase).length
