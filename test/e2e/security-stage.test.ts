import { type ChapOptions, connect, LoginError, RawConnection, type Session, tcp } from '@lunkit/initiator'
import {
  type ChapAlgorithm,
  chapResponse,
  encodeText,
  formatBinary,
  LoginRequest,
  LoginResponse,
  LoginStage,
  parseChapBinary,
} from '@lunkit/pdu'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import { Scratch } from '../harness/scratch.ts'

const TARGET = 'iqn.2026-11.com.example:guarded'
const NAMES = { InitiatorName: 'iqn.2026-11.com.example:host', TargetName: TARGET, SessionType: 'Normal' }
const SECRET = 'secretsecret12'
const MUTUAL = 'mutualsecret12'
const auth: ChapOptions = { user: 'alice', secret: SECRET, mutual: { user: 'tgt', secret: MUTUAL } }
const ISID = 0x8012_3456_0001
const { securityNegotiation, operationalNegotiation, fullFeaturePhase } = LoginStage
const toOperational = { transit: true, nextStage: operationalNegotiation }

let scratch: Scratch
let daemon: Daemon
let port = 0
/** Who has logged in as is right, and is to notice nothing. */
let beside: Session
beforeAll(async () => {
  scratch = await Scratch.create('security-stage')
  port = await freePort()
  daemon = await Daemon.start(configuration(), scratch.directory)
  beside = await connect({ host: '127.0.0.1', port, target: TARGET, auth })
  await beside.lun(0).ready()
})
afterAll(async () => {
  await beside[Symbol.asyncDispose]()
  // What commands need is loaded when the first comes, which takes its time where others use the machine too.
  await daemon.stop({ errors: [/stands still/] })
  await scratch.remove()
})

function configuration(): string {
  const tpg = {
    tag: 1,
    attributes: { authentication: 1, generate_node_acls: 1 },
    chap_userid: 'alice',
    chap_password: SECRET,
    chap_mutual_userid: 'tgt',
    chap_mutual_password: MUTUAL,
    luns: [{ index: 0, storage_object: '/backstores/ramdisk/rd' }],
    portals: [{ ip_address: '127.0.0.1', port }],
  }
  return JSON.stringify({
    storage_objects: [{ plugin: 'ramdisk', name: 'rd', size: 1024 * 1024 }],
    targets: [{ fabric: 'iscsi', wwn: TARGET, tpgs: [tpg] }],
    lunkit: { limits: { failed_login_delay_ms: 0 } },
  })
}

type Keys = Readonly<Record<string, string>>

/** An initiator in the security stage, that says what a row wants. */
class Login implements AsyncDisposable {
  readonly #raw: RawConnection
  readonly #isid: number
  asked = new Map<string, string>()

  private constructor(raw: RawConnection, isid: number) {
    this.#raw = raw
    this.#isid = isid
  }

  /** One that has been asked to prove who it is, unless it is to say all itself. */
  static async open({ isAsked = true, isid = ISID } = {}): Promise<Login> {
    const login = new Login(await RawConnection.open(tcp({ host: '127.0.0.1', port })), isid)
    if (!isAsked) return login
    await login.says({ ...NAMES, AuthMethod: 'CHAP' })
    await login.says({ CHAP_A: '7' })
    return login
  }

  send(data: Uint8Array, values: object = {}): void {
    const stages = { currentStage: securityNegotiation, nextStage: securityNegotiation, ...values }
    this.#raw.send(LoginRequest, { isid: this.#isid, initiatorTaskTag: 1, ...stages }, { data })
  }

  /** The status of the next answer, whose keys are kept. */
  async heard(): Promise<number> {
    const { values, data } = await this.#raw.expect(LoginResponse)
    this.asked = new Map('pairs' in data ? data.pairs : [])
    return values.status
  }

  says(keys: Keys, values: object = {}): Promise<number> {
    this.send(encodeText(Object.entries(keys)), values)
    return this.heard()
  }

  /** What proves who it is, by what it was asked, or by another question. */
  proof(asked: ReadonlyMap<string, string> = this.asked): Keys {
    const algorithm = Number(asked.get('CHAP_A')) as ChapAlgorithm
    const challenge = parseChapBinary(asked.get('CHAP_C') as string)
    const identifier = Number(asked.get('CHAP_I'))
    const response = chapResponse({ algorithm, identifier, secret: Buffer.from(SECRET), challenge })
    return { CHAP_N: 'alice', CHAP_R: formatBinary(response) }
  }

  /** Its own question is the one that it was asked. */
  reflected(): Keys {
    const [CHAP_I, CHAP_C] = ['CHAP_I', 'CHAP_C'].map(name => this.asked.get(name) as string)
    return { ...this.proof(), CHAP_I, CHAP_C } as Keys
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#raw[Symbol.asyncDispose]()
  }
}

/** What a peer says that has been asked, and with what its login ends. */
type Violation = readonly [what: string, says: (login: Login) => Promise<number>, status: number, reason: string]

const VIOLATIONS: readonly Violation[] = [
  [
    'a step over the operational stage without a proof',
    login => login.says({}, { transit: true, nextStage: fullFeaturePhase }),
    0,
    '',
  ],
  [
    'the operational stage',
    login => login.says({}, { currentStage: operationalNegotiation }),
    0x0200,
    'while the login',
  ],
  ['a stage that is none', login => login.says({}, { currentStage: 2 }), 0x0200, 'which is no stage'],
  [
    'a proof before the question',
    login => login.says({ CHAP_N: 'alice', CHAP_R: '0x01', CHAP_A: '7' }),
    0x0201,
    'CHAP_',
  ],
  ['CHAP_N without CHAP_R', login => login.says({ CHAP_N: 'alice' }), 0x0201, 'CHAP_R is missing'],
  ['a second CHAP_A', login => login.says({ CHAP_A: '5' }), 0x0201, 'CHAP_A has no place'],
  ['two CHAP_A in one text', login => twoAlgorithms(login), 0x0200, 'CHAP_A=5 came after CHAP_A=7'],
  ['garbage in base64', login => login.says({ CHAP_N: 'alice', CHAP_R: '0bAAAA*AAA' }), 0x0201, 'CHAP_R is no binary'],
  ['a megabyte of CHAP_C', login => megabyte(login), 0x0200, 'text of more than'],
  ["a response to yesterday's question", login => yesterdays(login), 0x0201, 'not made of the secret'],
  ['the question of the target', login => login.says(login.reflected()), 0x0201, 'the challenge of the target itself'],
  ['another secret', login => login.says({ ...login.proof(), CHAP_R: `0x${'5e'.repeat(32)}` }), 0x0201, 'not made of'],
]

function twoAlgorithms(login: Login): Promise<number> {
  login.send(Buffer.from('CHAP_A=7\0CHAP_A=5\0'))
  return login.heard()
}

/** As many requests as that takes; who has said too much is answered before the last. */
async function megabyte(login: Login): Promise<number> {
  const piece = Buffer.alloc(8192, '0')
  let status = await login.says({ ...login.proof(), CHAP_I: '1', CHAP_C: '0x' }, { continues: true })
  for (let sent = 0; status === 0 && sent < 1024 * 1024; sent += piece.length) {
    login.send(piece, { continues: true })
    status = await login.heard()
  }
  return status
}

async function yesterdays(login: Login): Promise<number> {
  await using other = await Login.open({ isid: ISID + 1 })
  return login.says(login.proof(other.asked), toOperational)
}

describe('who has been asked to prove who it is, and says', () => {
  it.each(VIOLATIONS)('%s: is answered, and nobody else notices', async (_what, says, status, reason) => {
    await using login = await Login.open()
    expect(await says(login)).toBe(status)
    const said = await lunkit(scratch.directory, 'refusals')
    expect(said).toContain(reason)
    expect(said).not.toMatch(new RegExp(`${SECRET}|${MUTUAL}`))
    expect((await beside.lun(0).read(0, 1)).every(byte => byte === 0)).toBe(true)
  })

  it('nothing yet, while a second connection of its session comes: that is another login, by a question of its own', async () => {
    await using first = await Login.open()
    await using second = await Login.open()
    expect(second.asked.get('CHAP_C')).not.toBe(first.asked.get('CHAP_C'))
    expect(await second.says(first.proof(), toOperational)).toBe(0x0201)
    expect(await first.says(first.proof(), toOperational)).toBe(0)
  })

  it('what is right, is let in', async () => {
    await using session = await connect({ host: '127.0.0.1', port, target: TARGET, auth })
    await session.lun(0).ready()
    const wrong = connect({ host: '127.0.0.1', port, target: TARGET, auth: { user: 'alice', secret: 'wrongwrong12' } })
    await expect(wrong).rejects.toBeInstanceOf(LoginError)
    expect((await lunkit(scratch.directory, 'sessions')).match(/guarded\/tpg1/g)).toHaveLength(2)
  })
})
