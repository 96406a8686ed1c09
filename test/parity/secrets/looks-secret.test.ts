import test from 'ava'

import {looksSecret} from '../../../src/parity/secrets/looks-secret.ts'
import {madeSecrets, privateKey, random} from './scan/made-secrets.ts'

for (const [name, value] of [
  ['API_KEY', 'x'],
  ['dbPassword', 'hunter2'],
  ['DB_PASS', 'hunter2'],
  ['MYSQL_PWD', 'root'],
  ['PGPASSWORD', '1234'],
  ['TOKEN_V2', 'abc'],
  ['SECRET_KEY_BASE', 'abc'],
  ['stripe.apiKey', 'abc'],
  ['SESSION_SECRET', 'keyboard cat'],
  ['PASSWORD_FILE', 'hunter2'],
  ['PUBLIC_PASSWORD', 'hunter2'],
  ['DATABASE_URL', 'postgres://shop:password@db/shop'],
  ['REDIS', 'redis://:hunter2@cache:6379/0'],
  ['CONNECTION', 'Server=db;Database=shop;User Id=sa;Password=hunter2;'],
  ['HEADER', 'Bearer abcdef0123'],
  ['PEM', privateKey()],
  ['ANYTHING', random(40)],
  ['ANYTHING', `v1.${random(24)}.x`],
  ['ID', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4'],
  ['GPG_KEY', madeSecrets['AWS access key'] ?? ''],
  ...Object.values(madeSecrets).map((secret) => ['VALUE', secret] as const),
] as const)
  test(`${name}=${value.slice(0, 12).replaceAll('\n', ' ')}… (${value.length}) is a secret`, (t) => {
    t.true(looksSecret(name, value))
  })

// Most are of images that many use.
for (const [name, value] of [
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['PWD', '/app'],
  ['NODE_VERSION', '24.11.1'],
  ['NODE_OPTIONS', '--max-old-space-size=4096'],
  ['GPG_KEY', 'E3FF2839C048B25C084DEBE9B26995E310250568'],
  ['GPG_KEYS', '528995BFEDFBA7191D46839EF9BA0ADA31CBD89E 39B641343D8C104B2B146DC3F9C39DC0B9698544'],
  ['PYTHON_SHA256', '8d3ed8ec5c88c1c95f5e558612a725450d2452813ddad5e58fdb1a53b1209b78'],
  ['RUBY_DOWNLOAD_URL', 'https://cache.ruby-lang.org/pub/ruby/3.4/ruby-3.4.7.tar.xz'],
  [
    'PYTHON_GET_PIP_URL',
    'https://github.com/pypa/get-pip/raw/dbf0c85f76fb6e1ab42aa672ffca6f0a675d9ee4/public/get-pip.py',
  ],
  ['JAVA_VERSION', 'jdk-21.0.4+7'],
  ['JAVA_HOME', '/usr/lib/jvm/java-21-openjdk-amd64'],
  ['PHP_CFLAGS', '-fstack-protector-strong -fpic -fpie -O2 -D_LARGEFILE_SOURCE -D_FILE_OFFSET_BITS=64'],
  ['PHPIZE_DEPS', 'autoconf dpkg-dev file g++ gcc libc-dev make pkg-config re2c'],
  ['GIT_COMMIT', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4'],
  ['BUILD_ID', '20260801T120000Z-4f2a9c1d8e7b6a5f4c3d'],
  ['IMAGE', 'registry.example/team/shop:2026.08.01'],
  ['MAX_TOKENS', '4096'],
  ['TOKEN_TTL', '3600s'],
  ['PASSWORD_MIN_LENGTH', '12'],
  ['AUTH_ENABLED', 'true'],
  ['AUTH_HEADER', 'x-forwarded-user'],
  ['OAUTH_TOKEN_URL', 'https://login.example/token'],
  ['POSTGRES_PASSWORD_FILE', '/run/secrets/db_password'],
  ['PUBLIC_KEY', 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE='],
  ['TOKENIZERS_PARALLELISM', 'false'],
  ['KEYBOARD', 'us'],
  ['AUTHOR', 'someone'],
  ['PRIMARY_KEY', 'id'],
  ['LANG', 'C.UTF-8'],
  ['REDIS_URL', 'redis://cache:6379/0'],
  ['GREETING', 'a sentence of many words is typed by people, with blanks in between 1'],
  ['API_KEY', ''],
] as const)
  test(`${name}=${value} is none`, (t) => {
    t.false(looksSecret(name, value))
  })
