const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied to the user that lunkitd runs as',
  EPERM: 'permission is denied to the user that lunkitd runs as',
  ENOTDIR: 'a part of it is a file, and no directory',
  EEXIST: 'it is a file; right is a directory',
  ENOENT: 'nothing can be made there',
  EROFS: 'its file system is mounted read-only',
  ENOSPC: 'its file system is full',
  EDQUOT: 'the quota of the user that lunkitd runs as is used up',
}

/** Why the system does not let a path be used. */
export function explainSystemError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return `${SYSTEM_ERRORS[code] ?? message}${code === '' ? '' : ` (${code})`}`
}
