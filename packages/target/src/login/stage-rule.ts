import { LoginStage, LoginStatus } from '@lunkit/pdu'
import { LoginRefusal } from './login-refusal.ts'

/** What a Login Request says of its stage. */
export interface StageFields {
  readonly transit: boolean
  readonly continues: boolean
  readonly currentStage: LoginStage
  readonly nextStage: LoginStage
}

/** RFC 7143 6.3: the stages that may follow each; undefined is the start. */
const following: Readonly<Record<LoginStage, readonly LoginStage[]>> = {
  [LoginStage.securityNegotiation]: [LoginStage.operationalNegotiation, LoginStage.fullFeaturePhase],
  [LoginStage.operationalNegotiation]: [LoginStage.fullFeaturePhase],
  [LoginStage.fullFeaturePhase]: [],
}

const NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(LoginStage).map(([name, value]) => [value, name]),
)

const nameOf = (stage: number): string => NAMES[stage] ?? `stage ${stage}`

/**
 * Checks the stage of a Login Request against that of the login; undefined before the first.
 * @throws {LoginRefusal} where RFC 7143 6.3 or 11.12 does not allow it.
 */
export function checkStage(fields: StageFields, stage: LoginStage | undefined): void {
  const { transit, continues, currentStage, nextStage } = fields
  const refuse = (reason: string): never => {
    throw new LoginRefusal(LoginStatus.initiatorError, reason)
  }
  const next = following[currentStage] as readonly LoginStage[] | undefined
  if (!next || next.length === 0) refuse(`a Login Request in ${nameOf(currentStage)}, which is no stage of the login`)
  if (stage !== undefined && currentStage !== stage)
    refuse(`a Login Request in ${nameOf(currentStage)} while the login is in ${nameOf(stage)}`)
  if (transit && continues) refuse('a Login Request with both T and C set')
  if (transit && !next?.includes(nextStage)) refuse(`a step from ${nameOf(currentStage)} to ${nameOf(nextStage)}`)
}
