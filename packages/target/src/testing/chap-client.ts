import { type ChapAlgorithm, chapResponse, formatBinary, LoginResponse, LoginStage, parseChapBinary } from '@lunkit/pdu'
import { type TestClient, textOf } from './test-client.ts'
import { TARGET_NAME, type TestTarget } from './test-target.ts'

/** The names of every login of a test. */
export const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME, SessionType: 'Normal' }

type Keys = Readonly<Record<string, string>>

/** What a target has answered in the security stage. */
export interface SecurityAnswer {
  readonly status: number
  readonly transit: boolean
  readonly keys: ReadonlyMap<string, string>
}

/** An initiator in the security stage, which says what a test wants. */
export class ChapClient {
  readonly client: TestClient

  constructor(target: TestTarget) {
    this.client = target.connect()
  }

  /** One request of the security stage; `transit` asks for the operational one. */
  async say(keys: Keys, transit = false): Promise<SecurityAnswer> {
    const stages = { currentStage: LoginStage.securityNegotiation, nextStage: LoginStage.operationalNegotiation }
    this.client.requestLogin(keys, { ...stages, ...(transit ? {} : { nextStage: 0 }), transit })
    return this.heard()
  }

  /** The next answer. */
  async heard(): Promise<SecurityAnswer> {
    const response = await this.client.expect(LoginResponse)
    const { status, transit } = response.values
    return { status, transit, keys: textOf(response) }
  }

  /** Offers CHAP alone, and these algorithms; answers what it is asked. */
  async asked(algorithms: string): Promise<SecurityAnswer> {
    await this.say({ ...NAMES, AuthMethod: 'CHAP' })
    return this.say({ CHAP_A: algorithms })
  }

  /** The right answer, made of a name and a secret. */
  response({ keys }: SecurityAnswer, name: string, secret: string): { CHAP_N: string; CHAP_R: string } {
    const algorithm = Number(keys.get('CHAP_A')) as ChapAlgorithm
    const challenge = parseChapBinary(keys.get('CHAP_C') as string)
    const identifier = Number(keys.get('CHAP_I'))
    const response = chapResponse({ algorithm, identifier, secret: Buffer.from(secret), challenge })
    return { CHAP_N: name, CHAP_R: formatBinary(response) }
  }

  /** The operational stage, to its end; answers the status. */
  async conclude(): Promise<number> {
    this.client.requestLogin({})
    return (await this.heard()).status
  }
}
