import type { LoginStages, SecurityJudge } from './security-judge.ts'

/** The digests of a login and what the target takes, as the texts of both sides have it. */
export class LoginText {
  headerDigest = false
  dataDigest = false
  /** What the target has declared; RFC 7143 13.12's default before it does. */
  targetTakesBytes = 8192
  discovery = false
  readonly #judge: SecurityJudge
  #fromInitiator = ''
  #fromTarget = ''

  constructor(judge: SecurityJudge) {
    this.#judge = judge
  }

  initiatorSaid(data: Uint8Array, continues: boolean): void {
    this.#fromInitiator += Buffer.from(data).toString('latin1')
    if (continues) return
    const said = pairs(this.#fromInitiator)
    this.#judge.initiatorSaid(said)
    for (const [key, value] of said) {
      if (key === 'SessionType') this.discovery = value === 'Discovery'
      // One word is the answer to an offer, or an offer that its answer repeats.
      this.#digest(key, value)
    }
    this.#fromInitiator = ''
  }

  targetSaid(data: Uint8Array, stages: LoginStages): void {
    this.#fromTarget += Buffer.from(data).toString('latin1')
    if (stages.continues) return
    const said = pairs(this.#fromTarget)
    this.#judge.targetSaid(stages, said)
    for (const [key, value] of said) {
      this.#digest(key, value)
      if (key === 'MaxRecvDataSegmentLength') this.targetTakesBytes = Number(value)
    }
    this.#fromTarget = ''
  }

  #digest(key: string, value: string): void {
    if (value.includes(',')) return
    if (key === 'HeaderDigest') this.headerDigest = value === 'CRC32C'
    if (key === 'DataDigest') this.dataDigest = value === 'CRC32C'
  }
}

const pairs = (text: string): (readonly [string, string])[] =>
  text.split('\0').flatMap(entry => {
    const equals = entry.indexOf('=')
    return equals < 0 ? [] : [[entry.slice(0, equals), entry.slice(equals + 1)] as const]
  })
