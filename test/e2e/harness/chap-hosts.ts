import { writeFile } from 'node:fs/promises'
import { type ChapOptions, connect, discover } from 'lunkit'
import type { SecretWorld } from './secret-world.ts'

interface Secret {
  readonly user: string
  readonly secret: string
}

/** A host whose passwords stand elsewhere, and by what it logs in. */
export interface ChapHost {
  readonly initiator: string
  readonly auth: ChapOptions & { readonly secret: string; readonly mutual: Secret }
}

const KINDS = ['file', 'credential'] as const

/** Hosts with ACLs, of which one has its passwords in files and one as credentials of systemd, and CHAP demanded; discovery asks for those of the first. */
export async function chapHosts(world: SecretWorld, tpg: string): Promise<readonly ChapHost[]> {
  const hosts: ChapHost[] = []
  for (const kind of KINDS) {
    const host = hostOf(world, kind)
    const { initiator, auth } = host
    const [one, two] = [world.scratch.path(`credentials/${kind}1`), world.scratch.path(`credentials/${kind}2`)]
    await writeFile(one, `${auth.secret}\n`, { mode: 0o600 })
    await writeFile(two, `${auth.mutual.secret}\n`, { mode: 0o600 })
    const [place, otherPlace] = kind === 'file' ? [one, two] : [`${kind}1`, `${kind}2`]
    const acl = `${tpg}/acls/${initiator}`
    await world.lunkit([`${tpg}/acls`, 'create', initiator])
    await world.lunkit([acl, 'set', 'auth', `userid=${auth.user}`, `mutual_userid=${auth.mutual.user}`])
    await world.lunkit([acl, 'set', 'setting', `password_${kind}=${place}`, `mutual_password_${kind}=${otherPlace}`])
    hosts.push(host)
  }
  await world.lunkit([tpg, 'set', 'attribute', 'authentication=1'])
  await world.lunkit(['/iscsi', 'set', 'discovery_auth', 'userid=file', 'enable=1'])
  await world.lunkit(['/iscsi', 'set', 'setting', 'password_credential=file1'])
  return hosts
}

const hostOf = ({ secrets }: SecretWorld, kind: string): ChapHost => ({
  initiator: `iqn.2026-11.com.example:by-${kind}`,
  auth: { user: kind, secret: secrets.next(), mutual: { user: 'target', secret: secrets.next() } },
})

/** How the logins of a host end: by one-way CHAP, mutual CHAP, and by a wrong secret. */
export async function chapLogins(world: SecretWorld, { initiator, auth }: ChapHost): Promise<readonly string[]> {
  const { host, port, iqn: target } = world.daemon.address(0)
  const { mutual: _, ...oneWay } = auth
  const tried = [oneWay, auth, { ...auth, secret: world.secrets.next() }]
  const ends: string[] = []
  for (const each of tried)
    ends.push(
      await connect({ host, port, target, initiatorName: initiator, auth: each }).then(
        session => session.close().then(() => 'in'),
        (error: Error) => world.tell('the initiator', error.message) && 'refused',
      ),
    )
  return ends
}

/** What discovery finds by the secret of a host. */
export const chapDiscovery = async ({ daemon }: SecretWorld, { initiator, auth }: ChapHost): Promise<number> => {
  const { mutual: _, ...oneWay } = auth
  const { host, port } = daemon.address(0)
  return (await discover({ host, port, initiatorName: initiator, auth: oneWay })).length
}
