/** `assay dataset verify`: every byte of a version, and of what it was made from, hashed again; its signature checked. */
import type { Command } from 'commander';
import type { Signature } from '../../activities/dataset/signature.ts';
import { verifyDataset } from '../../activities/dataset/verify.ts';
import type { Context } from '../context.ts';
import { withServices } from '../services.ts';
import { publicKeyOf } from '../signing-key.ts';

const said = ({ state, keyid }: Signature): string => {
  switch (state) {
    case 'none':
      return 'not signed';
    case 'unchecked':
      return `signed, it says by ${keyid}: check it with --key`;
    case 'good':
      return `signed by this key, ${keyid}`;
    case 'bad':
      return 'not signed by this key, or not as it stands';
  }
};

export const registerVerify = (dataset: Command, context: Context): void => {
  const { output } = context;
  dataset
    .command('verify')
    .description('hash every file again, and the tables it was made from')
    .argument('<name>')
    .option('--version <version>', 'another than the one that stands')
    .option('--key <file>', 'public key (PEM) that must have signed the manifest')
    .action(async (name: string, { version, key: file }: { version?: string; key?: string }) => {
      const key = file === undefined ? null : publicKeyOf(file);
      await withServices(await context.config(), async (services) => {
        const verdict = await verifyDataset(services, name, { version, key });
        output.result(verdict, (v) =>
          [
            v.ok
              ? `${v.name} ${v.version}: ${v.checked} checks, every hash is right`
              : `${v.name} ${v.version}: not as published: ${v.mismatched.join(', ')}`,
            said(v.signature),
          ].join('\n'),
        );
        if (!verdict.ok) context.exit(1);
      });
    });
};
