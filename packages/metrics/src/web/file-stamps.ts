import { stat } from 'node:fs/promises'

/** What of a file changes with what is in it. */
async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'gone'
  }
}

/** What can be seen of files without reading them; the same while they are. */
export const stampsOf = async (paths: readonly string[]): Promise<string> =>
  (await Promise.all(paths.map(stampOf))).join('\n')
