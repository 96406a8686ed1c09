/** What `trivy image --format json` prints, schema version 2, as its documentation has it. */
export const trivyReport = {
  SchemaVersion: 2,
  CreatedAt: '2026-11-02T10:00:00Z',
  ArtifactName: 'shop:1',
  ArtifactType: 'container_image',
  Metadata: {OS: {Family: 'debian', Name: '12.9'}, ImageID: 'sha256:1', DiffIDs: ['sha256:2']},
  Results: [
    {
      Target: 'shop:1 (debian 12.9)',
      Class: 'os-pkgs',
      Type: 'debian',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2026-0001',
          PkgID: 'libssl3@3.0.15-1~deb12u1',
          PkgName: 'libssl3',
          PkgIdentifier: {PURL: 'pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=amd64&distro=debian-12.9', UID: 'a'},
          InstalledVersion: '3.0.15-1~deb12u1',
          FixedVersion: '3.0.16-1~deb12u1',
          Status: 'fixed',
          Layer: {DiffID: 'sha256:2'},
          SeveritySource: 'nvd',
          PrimaryURL: 'https://avd.aquasec.com/nvd/cve-2026-0001',
          Title: 'openssl: something is read twice',
          Description: 'A long text.',
          Severity: 'HIGH',
          CweIDs: ['CWE-125'],
        },
        {
          VulnerabilityID: 'CVE-2026-0002',
          PkgName: 'zlib1g',
          InstalledVersion: '1:1.2.13',
          Status: 'will_not_fix',
          Severity: 'CRITICAL',
        },
        {VulnerabilityID: 'CVE-2026-0004', PkgName: 'tar', InstalledVersion: '1.34', Severity: 'UNKNOWN'},
      ],
    },
    {
      Target: 'Node.js',
      Class: 'lang-pkgs',
      Type: 'node-pkg',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2026-0003',
          PkgName: 'lodash',
          PkgPath: 'app/node_modules/lodash/package.json',
          InstalledVersion: '4.17.4',
          FixedVersion: '4.17.11',
          Severity: 'MEDIUM',
          Title: 'lodash: prototype pollution',
        },
      ],
    },
    {Target: 'app/package-lock.json', Class: 'lang-pkgs', Type: 'npm'},
  ],
}

/** What `grype -o json` prints, as its documentation has it. */
export const grypeReport = {
  matches: [
    {
      vulnerability: {
        id: 'CVE-2026-0001',
        dataSource: 'https://security-tracker.debian.org/tracker/CVE-2026-0001',
        namespace: 'debian:distro:debian:12',
        severity: 'Critical',
        urls: [],
        description: 'Something is read twice in OpenSSL.',
        cvss: [],
        fix: {versions: [], state: 'not-fixed'},
        advisories: [],
      },
      relatedVulnerabilities: [],
      matchDetails: [{type: 'exact-direct-match', matcher: 'dpkg-matcher'}],
      artifact: {
        id: '1',
        name: 'libssl3',
        version: '3.0.15-1~deb12u1',
        type: 'deb',
        locations: [{path: '/var/lib/dpkg/status', layerID: 'sha256:2'}],
        language: '',
        licenses: [],
        cpes: [],
        purl: 'pkg:deb/debian/libssl3@3.0.15-1~deb12u1',
        upstreams: [{name: 'openssl'}],
      },
    },
    {
      vulnerability: {
        id: 'GHSA-aaaa-bbbb-cccc',
        namespace: 'github:language:javascript',
        severity: 'Medium',
        description: 'lodash is vulnerable.',
        fix: {versions: ['4.17.11'], state: 'fixed'},
      },
      relatedVulnerabilities: [{id: 'CVE-2026-0003', namespace: 'nvd:cpe'}],
      artifact: {
        name: 'lodash',
        version: '4.17.4',
        type: 'npm',
        locations: [{path: '/app/node_modules/lodash/package.json'}],
      },
    },
    {
      vulnerability: {id: 'GHSA-dddd-eeee-ffff', severity: 'Negligible', fix: {versions: [], state: 'unknown'}},
      relatedVulnerabilities: [],
      artifact: {name: 'ws', version: '8.0.0', type: 'npm', locations: []},
    },
  ],
  source: {type: 'image', target: {userInput: 'shop:1', imageID: 'sha256:1'}},
  distro: {name: 'debian', version: '12', idLike: []},
  descriptor: {name: 'grype', version: '0.104.0'},
}

/** What `syft -o json` prints, as its documentation has it. */
export const syftReport = {
  artifacts: [
    {
      id: '1',
      name: 'lodash',
      version: '4.17.4',
      type: 'npm',
      foundBy: 'javascript-package-cataloger',
      locations: [{path: '/app/node_modules/lodash/package.json', layerID: 'sha256:2'}],
      licenses: [],
      language: 'javascript',
      cpes: [],
      purl: 'pkg:npm/lodash@4.17.4',
    },
    {id: '2', name: 'something', version: 'UNKNOWN', type: 'binary', locations: []},
  ],
  artifactRelationships: [],
  source: {id: '3', name: 'shop', version: 'sha256:1', type: 'image'},
  distro: {},
  descriptor: {name: 'syft', version: '1.40.0'},
  schema: {
    version: '16.0.0',
    url: 'https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.0.json',
  },
}
