/**
 * The programs Assay runs, which versions do, and where they come from. This folder runs before `npm ci`: it imports Node and
 * the error catalogue, nothing else.
 */
export type ServerName = 'temporal' | 'versitygw';
export type ToolName = ServerName | 'ffmpeg' | 'ffprobe' | 'chromium';

export type Platform = `${'linux' | 'darwin'}-${'x64' | 'arm64'}`;

export interface Release {
  /** Folder of the release's files; the variable replaces it, for mirrors and tests. */
  readonly base: string;
  readonly variable: string;
  /** The archive's file name by platform, and its SHA-256 where we have seen the file ourselves. */
  readonly archives: Readonly<Record<Platform, { readonly file: string; readonly sha256?: string }>>;
  /** The release's own list of SHA-256 sums. */
  readonly checksums: string;
}

export interface Tool {
  readonly name: ToolName;
  /** Names it goes by on PATH. */
  readonly commands: readonly string[];
  /** Arguments that print its version. */
  readonly versionArgs: readonly string[];
  /** Finds the version in that output; null where the build does not state it. */
  readonly version: (output: string) => string | null;
  /** The oldest version that does. */
  readonly minimum: string | null;
  /** For builds that do not state their version: arguments and the words their output must hold. */
  readonly proves?: { readonly args: readonly string[]; readonly words: readonly string[] };
  readonly pinned?: string;
  readonly release?: Release;
  /** `go install` of this package at the pinned version. */
  readonly goPackage?: string;
  readonly required: boolean;
  /** How a person gets it. */
  readonly hint: string;
}

const first = (pattern: RegExp) => (output: string) => pattern.exec(output)?.[1] ?? null;

export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  temporal: {
    name: 'temporal',
    commands: ['temporal'],
    versionArgs: ['--version'],
    // A build by `go install` calls itself 0.0.0-DEV; the server in it has its true version.
    version: first(/\(Server (\d+\.\d+\.\d+)/),
    minimum: '1.29.0',
    pinned: 'v1.5.1',
    release: {
      base: 'https://github.com/temporalio/cli/releases/download/v1.5.1',
      variable: 'ASSAY_TEMPORAL_RELEASES',
      archives: {
        'linux-x64': { file: 'temporal_cli_1.5.1_linux_amd64.tar.gz' },
        'linux-arm64': { file: 'temporal_cli_1.5.1_linux_arm64.tar.gz' },
        'darwin-x64': { file: 'temporal_cli_1.5.1_darwin_amd64.tar.gz' },
        'darwin-arm64': { file: 'temporal_cli_1.5.1_darwin_arm64.tar.gz' },
      },
      checksums: 'checksums.txt',
    },
    goPackage: 'github.com/temporalio/cli/cmd/temporal',
    required: true,
    hint: 'run `make setup`, or put the Temporal CLI v1.5.1 or newer on PATH',
  },
  versitygw: {
    name: 'versitygw',
    commands: ['versitygw'],
    versionArgs: ['--version'],
    version: first(/Version\s*:\s*v?(\d+\.\d+\.\d+)/),
    minimum: '1.8.0',
    proves: { args: ['--help'], words: ['--event-webhook-url', '--event-filter', '--disable-strict-bucket-names'] },
    pinned: 'v1.8.0',
    release: {
      base: 'https://github.com/versity/versitygw/releases/download/v1.8.0',
      variable: 'ASSAY_VERSITYGW_RELEASES',
      archives: {
        'linux-x64': { file: 'versitygw_v1.8.0_Linux_x86_64.tar.gz' },
        'linux-arm64': { file: 'versitygw_v1.8.0_Linux_arm64.tar.gz' },
        'darwin-x64': { file: 'versitygw_v1.8.0_Darwin_x86_64.tar.gz' },
        'darwin-arm64': { file: 'versitygw_v1.8.0_Darwin_arm64.tar.gz' },
      },
      checksums: 'checksums.txt',
    },
    goPackage: 'github.com/versity/versitygw/cmd/versitygw',
    required: true,
    hint: 'run `make setup`, or put versitygw v1.8.0 or newer on PATH',
  },
  ffmpeg: {
    name: 'ffmpeg',
    commands: ['ffmpeg'],
    versionArgs: ['-version'],
    version: first(/^ffmpeg version n?(\d+(?:\.\d+)*)/),
    minimum: '4.3',
    proves: { args: ['-version'], words: ['libavcodec'] },
    required: true,
    hint: "install it with the system's package manager, for example `sudo apt-get install ffmpeg` or `brew install ffmpeg`",
  },
  ffprobe: {
    name: 'ffprobe',
    commands: ['ffprobe'],
    versionArgs: ['-version'],
    version: first(/^ffprobe version n?(\d+(?:\.\d+)*)/),
    minimum: '4.3',
    proves: { args: ['-version'], words: ['libavcodec'] },
    required: true,
    hint: 'it comes with ffmpeg: `sudo apt-get install ffmpeg` or `brew install ffmpeg`',
  },
  chromium: {
    name: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    versionArgs: ['--version'],
    version: first(/(\d+\.\d+\.\d+\.\d+)/),
    minimum: null,
    required: false,
    hint: 'only browser tests need it: `sudo apt-get install chromium`',
  },
};

/** Compares dotted version numbers: negative, zero or positive, as for `sort`. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
