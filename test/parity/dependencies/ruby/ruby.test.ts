import test from 'ava'

import {dependencies, named} from '../found.ts'

test('gems are installed that have a specification, by its name alone', async (t) => {
  t.deepEqual(
    await dependencies({
      'usr/local/bundle/specifications/rack-3.1.8.gemspec': '',
      'usr/local/bundle/specifications/nokogiri-1.16.0-x86_64-linux-musl.gemspec': '',
      'usr/local/bundle/specifications/net-http2-2.gemspec': '',
      'usr/local/bundle/specifications/rails-8.0.0.rc1.gemspec': '',
      'usr/local/lib/ruby/gems/3.3.0/specifications/default/json-2.7.2.gemspec': '',
      'usr/local/bundle/gems/rack-3.1.8/rack.gemspec': '',
      'usr/local/bundle/specifications/odd.gemspec': '',
    }),
    [
      'gem installed /usr/local json 2.7.2',
      'gem installed /usr/local/bundle net-http2 2',
      'gem installed /usr/local/bundle nokogiri 1.16.0',
      'gem installed /usr/local/bundle rack 3.1.8',
      'gem installed /usr/local/bundle rails 8.0.0.rc1',
    ],
  )
})

test('a Gemfile.lock names the gems of all its sources, and not what each of them asks for, nor directories of the project', async (t) => {
  const lock = `PATH
  remote: engines/own
  specs:
    own (0.1.0)
      racc

GIT
  remote: https://example.org/x.git
  revision: abc
  specs:
    x (0.1.0)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.16.0-x86_64-linux)
      racc (~> 1.4)
    racc (1.8.0)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  nokogiri (= 1.16.0)

BUNDLED WITH
   2.5.0
`
  t.deepEqual(await dependencies({'app/Gemfile.lock': lock}), [
    'gem lock /app nokogiri 1.16.0',
    'gem lock /app racc 1.8.0',
    'gem lock /app x 0.1.0',
  ])
  t.deepEqual(await named({'app/gems.locked': lock}), ['nokogiri 1.16.0', 'racc 1.8.0', 'x 0.1.0'])
})
