import { type ConnectOptions, connect, type Session } from '@lunkit/initiator'
import type { TargetEvent } from '@lunkit/target'
import {
  DEFAULT_LOGIN_PARAMETERS,
  type Disk,
  DiskServer,
  type DiskServerOptions,
  type LoginParameters,
  openAccess,
  type PortalGroupOptions,
  type Storage,
} from 'lunkit'
import { openSockets } from './open-handles.ts'
import { RawSession, type RawSessionOptions } from './raw-session.ts'
import { turn, until } from './turns.ts'

/** What one test serves. */
export interface TestServerOptions extends Omit<DiskServerOptions, 'poison' | 'onBug' | 'listener'> {
  readonly luns: readonly Storage[]
  readonly parameters?: LoginParameters
  readonly access?: PortalGroupOptions['access']
  readonly targetName?: string
}

/** The target of a test that does not name one. */
export const TARGET_NAME = 'iqn.2026-11.io.lunkit:e2e'
const PORTAL = { host: '127.0.0.1', port: 0 }

/** A target for one test, with every check switched on; at its end nothing may be left of what the test did. */
export class TestServer implements AsyncDisposable {
  readonly server: DiskServer
  readonly disks: Disk[] = []
  /** What the target told its listener. */
  readonly events: TargetEvent[] = []
  readonly bugs: unknown[] = []
  readonly targetName: string
  readonly #clients: { destroy(): void }[] = []

  private constructor({ luns: _luns, access: _access, parameters: _parameters, ...options }: TestServerOptions) {
    this.targetName = options.targetName ?? TARGET_NAME
    this.server = new DiskServer({
      ...options,
      poison: true,
      listener: event => this.events.push(event),
      onBug: error => this.bugs.push(error),
    })
  }

  /** Opens disks and serves them as LUN 0, 1, ... to whoever `access` lets in: everybody, if it is left out. */
  static async serve(options: TestServerOptions): Promise<TestServer> {
    const test = new TestServer(options)
    for (const [lun, storage] of options.luns.entries()) test.disks.push(await test.server.open(storage, `disk${lun}`))
    const { access = openAccess, parameters } = options
    const luns = test.disks.map((disk, lun) => ({ lun, disk }))
    await test.serveGroup({ access, luns, ...(parameters && { parameters }) })
    return test
  }

  /** Serves disks as this group says, under the test's own target name or another one. */
  async serveGroup(group: Omit<PortalGroupOptions, 'tag' | 'portals'>, name = this.targetName): Promise<void> {
    const parameters = { ...DEFAULT_LOGIN_PARAMETERS, ...group.parameters }
    await this.server.serve({ name, portalGroups: [{ tag: 1, portals: [PORTAL], ...group, parameters }] })
  }

  get address(): { host: string; port: number; target: string } {
    const portal = this.server.addressOf(PORTAL)
    if (!portal) throw new Error('the target is not served')
    return { ...portal, target: this.targetName }
  }

  /** Logs in by the rules. */
  async connect(options: Partial<ConnectOptions> = {}): Promise<Session> {
    const session = await connect({
      ...this.address,
      strict: true,
      attentions: 'command',
      keepAlive: false,
      ...options,
    })
    this.#clients.push(session)
    return session
  }

  /** Logs in by the rules, and is free to break them from there on. */
  async raw(options: RawSessionOptions = {}): Promise<RawSession> {
    const session = await RawSession.login(this.address, options)
    this.#clients.push(session)
    return session
  }

  /** A client that is to be dropped at the end. */
  track<Client extends { destroy(): void }>(client: Client): Client {
    this.#clients.push(client)
    return client
  }

  /** Whether nothing is connected, and nobody holds transfer memory. */
  get idle(): boolean {
    const { connectionsOpen, sessionsOpen } = this.server.statistics.read()
    return connectionsOpen === 0 && sessionsOpen === 0 && this.server.transferMemoryUsedBytes === 0
  }

  /** Drops all clients, waits until the target has noticed, closes it, and checks that nothing is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy()
    await until(() => this.idle)
    const failures = await this.server.close()
    const left = await socketsLeft()
    const { faults, connectionsInLogin } = this.server.statistics.read()
    const found = [
      ...this.bugs,
      ...this.events.filter(event => event.kind === 'fault').map(event => event.error),
      ...failures.map(({ disk, fault }) => new Error(`${disk} was not flushed: ${fault}`)),
    ]
    if (faults > 0 && found.length === 0) found.push(new Error(`${faults} faults were counted`))
    if (left.length > 0) found.push(new Error(`left open: ${left.join(', ')}`))
    if (connectionsInLogin !== 0) found.push(new Error(`${connectionsInLogin} connections are in login for ever`))
    if (found.length > 0)
      throw new AggregateError(found, `the target is not what it was: ${found.map(String).join('; ')}`)
  }
}

/** A closed handle is gone a few turns later. */
const TURNS_TO_CLOSE = 50

async function socketsLeft(): Promise<string[]> {
  for (let turns = TURNS_TO_CLOSE; turns > 0 && openSockets().length > 0; turns--) await turn()
  return openSockets()
}
