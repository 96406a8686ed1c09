import test from 'ava'

import {goProgram} from '../../runtimes/go/programs.ts'
import {dependencies, named} from '../found.ts'

test('a Go program is made of its modules, and is a scope of its own', async (t) => {
  const program = goProgram({text: 'mod\texample.com/shop\tv1.0.0\t\ndep\tgithub.com/a/b\tv1.2.3\th1:x=\n'})
  t.deepEqual(await dependencies({'usr/bin/shop': program, 'usr/bin/plain': goProgram({})}), [
    'go installed /usr/bin/shop example.com/shop v1.0.0',
    'go installed /usr/bin/shop github.com/a/b v1.2.3',
  ])
})

const mod = `module example.com/shop

go 1.24

require github.com/one/line v1.0.0 // indirect

require (
\tgithub.com/a/b v1.2.3
\tgithub.com/c/d v0.1.0 // indirect
\tgithub.com/e/f v2.0.0+incompatible
)

replace github.com/c/d => ./d

replace (
\tgithub.com/a/b v1.2.3 => github.com/a/b v1.2.4
\tgithub.com/e/f v1.0.0 => github.com/other/f v1.0.0
)

exclude github.com/a/b v1.0.0
`

const sum = `github.com/a/b v1.2.2 h1:x=
github.com/a/b v1.2.3 h1:x=
github.com/a/b v1.2.3/go.mod h1:y=
github.com/z/z v9.0.0/go.mod h1:y=
`

test('a go.mod names what it requires, as it is replaced; go.sum, which forgets nothing, counts where there is none', async (t) => {
  t.deepEqual(await dependencies({'src/go.mod': mod, 'src/go.sum': sum}), [
    'go lock /src github.com/a/b v1.2.4',
    'go lock /src github.com/c/d =>./d',
    'go lock /src github.com/e/f v2.0.0+incompatible',
    'go lock /src github.com/one/line v1.0.0',
  ])
  t.deepEqual(await named({'src/go.sum': sum}), ['github.com/a/b v1.2.2', 'github.com/a/b v1.2.3'])
})
