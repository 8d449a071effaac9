import { realpath, stat } from 'node:fs/promises'

/**
 * What tells a file from all others of its machine, the same at every start: its path without symbolic links, and its inode
 * number. Programs that see different files under one path (containers, private directories for temporary files) often see them
 * on one machine of one name.
 * @throws the file system's error.
 */
export async function fileOrigin(path: string): Promise<readonly string[]> {
  const [real, { ino }] = await Promise.all([realpath(path), stat(path, { bigint: true })])
  return [real, String(ino)]
}
