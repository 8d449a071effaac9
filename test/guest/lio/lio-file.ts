import { readFile } from 'node:fs/promises'

/** The targets of the file of a real LIO. */
export const lioTargets = { open: 'iqn.2022-08.com.test:lio', closed: 'iqn.2022-08.com.test:second' } as const
/** What it has of who may come in where CHAP is demanded. */
export const lioHost = {
  initiator: 'iqn.1994-05.com.redhat:host1',
  user: 'alice',
  secret: 'secretsecret12',
  target: { user: 'tgt', secret: 'mutualsecret12' },
} as const

/** Where that file is served: the port of each target, and the directory below which its disks are: files, and no device. */
export type LioPlace = { readonly open: number; readonly closed: number; readonly directory: string }

/** What a real LIO saved, as it is but for what this machine has otherwise. */
export async function lioFile({ open, closed, directory }: LioPlace): Promise<string> {
  const text = await readFile(new URL('../../fixtures/lio/saveconfig.json', import.meta.url), 'utf8')
  return text
    .replace('"port": 3260', `"port": ${open}`)
    .replace('"0.0.0.0"', '"127.0.0.1"')
    .replace('"port": 3261', `"port": ${closed}`)
    .replaceAll(/(?<="dev": ")(?=\/)/g, directory)
}
