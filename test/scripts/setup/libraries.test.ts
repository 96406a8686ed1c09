import test from 'ava'

import {libraryPaths} from '../../../scripts/setup/recipes/libraries.ts'

test('libraries and the loader are taken from what ldd prints, the kernel and the missing are not', (t) => {
  const output = [
    '\tlinux-vdso.so.1 (0x00007f4084076000)',
    '\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f4084060000)',
    '\tlibgone.so.1 => not found',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f4084078000)',
  ].join('\n')
  t.deepEqual(libraryPaths(output), ['/lib/x86_64-linux-gnu/libdl.so.2', '/lib64/ld-linux-x86-64.so.2'])
  t.deepEqual(libraryPaths('\tstatically linked\n'), [])
})
