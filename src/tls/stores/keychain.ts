import {X509Certificate} from 'node:crypto'
import path from 'node:path'

import {runProgram} from './run-program.ts'
import type {Store, StoreReport} from './store.ts'

/** The user's keychain of macOS: no root is needed, macOS asks the user itself. */
export const keychainStore = (home: string): Store => {
  const keychain = path.join(home, 'Library', 'Keychains', 'login.keychain-db')
  const report = {store: 'system', place: keychain} as const
  const failed = (message: string): StoreReport => ({...report, status: 'failed', message})
  /** By its common name, which begins so. */
  const hashes = async (name: string, signal: AbortSignal): Promise<string[]> => {
    const found = await runProgram(['security', 'find-certificate', '-a', '-Z', '-c', name, keychain], signal)
    return found.ok
      ? [...found.stdout.matchAll(/^SHA-1 hash: ([0-9A-F]{40})$/gm)].map(([, hash]) => hash as string)
      : []
  }
  return {
    async install({name, pem, file}, signal) {
      const sha1 = new X509Certificate(pem).fingerprint.replaceAll(':', '')
      // Local and for an authority: nothing is fetched.
      const trusted = await runProgram(['security', 'verify-cert', '-L', '-l', '-c', file], signal)
      if (trusted.ok && (await hashes(name, signal)).includes(sha1)) return {...report, status: 'present'}
      const added = await runProgram(['security', 'add-trusted-cert', '-r', 'trustRoot', '-k', keychain, file], signal)
      return added.ok ? {...report, status: 'installed'} : failed(added.reason)
    },
    async remove({name}, signal) {
      const found = await hashes(name, signal)
      if (found.length === 0) return {...report, status: 'absent'}
      for (const hash of found) {
        // With its trust settings (-t).
        const deleted = await runProgram(['security', 'delete-certificate', '-t', '-Z', hash, keychain], signal)
        if (!deleted.ok) return failed(deleted.reason)
      }
      return {...report, status: 'removed'}
    },
  }
}
