import { type StepKnowledge, treeStep } from '../../../apps/target/src/serving/tree-steps.ts'
import {
  difference,
  emptyPlan,
  parseConfiguration,
  planServing,
  type ServingPlan,
} from '../../../packages/config/src/index.ts'
import {
  type ChapOptions,
  connect,
  DiskServer,
  discover,
  LoginError,
  type Session,
} from '../../../packages/lunkit/src/index.ts'
import { HOST, type Holder, identities } from './access-cases.ts'
import { type Attempt, type LoginOutcome, WHO } from './access-outcomes.ts'

const PORTAL = { host: '127.0.0.1', port: 0 }
/** Nobody waits for the answer to a wrong secret here. */
const AT_ONCE = { failedLoginDelayMs: 0 }
const KNOWLEDGE = {
  refused: new Map(),
  faults: { of: () => undefined },
  mounts: {},
  portIdOf: () => undefined,
  limitsOf: () => AT_ONCE,
} as unknown as StepKnowledge

/** What an initiator proves in an attempt: by its own credentials, or by those of another. */
export function authOf(attempt: Attempt, holder: Holder): ChapOptions | undefined {
  const { user, secret, mutual } = identities[attempt === 'others' ? 'others' : holder]
  if (attempt === 'nothing') return undefined
  return attempt === 'mutual' ? { user, secret, mutual } : { user, secret }
}

/** A server of the targets of cases, as lunkitd serves a file. */
export class ServedCases implements AsyncDisposable {
  readonly #server: DiskServer
  #plan: ServingPlan = emptyPlan
  #reason = ''
  #authMethod = ''

  constructor() {
    this.#server = new DiskServer({
      limits: AT_ONCE,
      listener: event => {
        if (event.kind === 'loginRefused') this.#reason = event.reason
        if (event.kind === 'sessionStarted') this.#authMethod = event.session.authMethod
      },
    })
  }

  /** Serves a file in place of the one before. */
  async serve(file: string): Promise<void> {
    const to = planServing(parseConfiguration(file))
    await this.#server.tree.apply(difference(this.#plan, to).map(step => treeStep(step, KNOWLEDGE)))
    this.#plan = to
  }

  get address(): { readonly host: string; readonly port: number } {
    return this.#server.addressOf(PORTAL) ?? PORTAL
  }

  /** Logs in, and out again when `use` is done. */
  async login<T>(target: string, use: (session: Session) => Promise<T>): Promise<T> {
    await using session = await connect({ ...this.address, target, initiatorName: HOST })
    return await use(session)
  }

  /** What comes of a login. */
  outcome(target: string, auth: ChapOptions | undefined): Promise<LoginOutcome> {
    return this.#outcome(async options => {
      await using _ = await connect({ ...this.address, target, initiatorName: HOST, ...options })
    }, auth)
  }

  /** What comes of a discovery session. */
  discoveryOutcome(auth: ChapOptions | undefined): Promise<LoginOutcome> {
    return this.#outcome(options => discover({ ...this.address, initiatorName: HOST, ...options }), auth)
  }

  /** The targets that SendTargets names. */
  async named(): Promise<readonly string[]> {
    return (await discover({ ...this.address, initiatorName: HOST })).map(({ name }) => name)
  }

  async #outcome(act: (options: Offered) => Promise<unknown>, auth: ChapOptions | undefined): Promise<LoginOutcome> {
    this.#authMethod = ''
    const offers = { AuthMethod: auth === undefined ? NONE : auth.mutual ? CHAP : BOTH }
    try {
      await act({ ...(auth && { auth }), offers })
      return { status: 0, why: '', proven: this.#authMethod === 'CHAP' }
    } catch (error) {
      if (!(error instanceof LoginError)) throw error
      return { status: error.status, why: this.#reason.replace(HOST, WHO), proven: false }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}

type Method = 'CHAP' | 'None'
interface Offered {
  readonly auth?: ChapOptions
  readonly offers: { readonly AuthMethod: readonly Method[] }
}
const NONE: readonly Method[] = ['None']
const CHAP: readonly Method[] = ['CHAP']
const BOTH: readonly Method[] = ['CHAP', 'None']
