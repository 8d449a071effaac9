import { LoginStage } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { LoginRefusal } from './login-refusal.ts'
import { checkStage, type StageFields } from './stage-rule.ts'

const SECURITY = LoginStage.securityNegotiation
const OPERATIONAL = LoginStage.operationalNegotiation
const FULL_FEATURE = LoginStage.fullFeaturePhase

const check = (fields: Partial<StageFields>, stage?: LoginStage): void =>
  checkStage({ transit: false, continues: false, currentStage: OPERATIONAL, nextStage: SECURITY, ...fields }, stage)

describe('the stages of a login, RFC 7143 6.3', () => {
  it('may begin with either negotiation', () => {
    expect(() => check({ currentStage: SECURITY })).not.toThrow()
    expect(() => check({ currentStage: OPERATIONAL })).not.toThrow()
  })

  it.each([
    [SECURITY, OPERATIONAL, true],
    [SECURITY, FULL_FEATURE, true],
    [OPERATIONAL, FULL_FEATURE, true],
    [SECURITY, SECURITY, false],
    [OPERATIONAL, SECURITY, false],
    [OPERATIONAL, OPERATIONAL, false],
  ])('go from %i to %i: %s', (currentStage, nextStage, allowed) => {
    const attempt = (): void => check({ transit: true, currentStage, nextStage }, currentStage)
    const refused = (): boolean => {
      try {
        attempt()
        return false
      } catch (error) {
        return error instanceof LoginRefusal
      }
    }
    expect(refused()).toBe(!allowed)
  })

  it('do not include the full feature phase, nor the reserved value 2', () => {
    expect(() => check({ currentStage: FULL_FEATURE })).toThrow('fullFeaturePhase, which is no stage of the login')
    expect(() => check({ currentStage: 2 as LoginStage })).toThrow('stage 2')
  })

  it('cannot be left by the initiator alone', () => {
    expect(() => check({ currentStage: OPERATIONAL }, SECURITY)).toThrow(
      'a Login Request in operationalNegotiation while the login is in securityNegotiation',
    )
  })

  it('cannot be left in the middle of a text', () => {
    expect(() => check({ transit: true, continues: true, nextStage: FULL_FEATURE })).toThrow('both T and C')
  })

  it('ignore the next stage where no step is asked for', () => {
    expect(() => check({ transit: false, nextStage: 2 as LoginStage })).not.toThrow()
  })
})
