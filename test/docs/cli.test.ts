import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { Context, Register } from '../../cli/context.ts';
import { createOutput } from '../../cli/output.ts';

const commands = new URL('../../cli/commands/', import.meta.url);
const page = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');

const registered = async (): Promise<Command[]> => {
  const program = new Command('assay');
  const context: Context = {
    env: {},
    output: createOutput({ json: true }),
    config: () => Promise.reject(new Error('registering reads no configuration')),
    exit: () => undefined,
  };
  for (const file of readdirSync(commands)) {
    const { register } = (await import(new URL(file, commands).href)) as { register: Register };
    register(program, context);
  }
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  return program.commands.flatMap(leaves);
};
const nameOf = (command: Command): string =>
  command.parent === null || command.parent.name() === 'assay'
    ? command.name()
    : `${nameOf(command.parent)} ${command.name()}`;

/** `drop push PATH… --name N` is the command `drop push`: its words until the first that is no verb. */
const documented = (): string[] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] as string).matchAll(/`([^`]+)`/g)].map(([, text]) => text as string))
    .map((text) => /^[a-z]+( [a-z]+)?/.exec(text)?.[0] as string);

it('docs/reference/cli.md names every command, and no other', async () => {
  expect(documented().sort()).toEqual((await registered()).map(nameOf).sort());
});

it('docs/reference/cli.md names every option of every command, and no other', async () => {
  const options = (await registered()).flatMap((command) => command.options.map(({ long }) => long as string));
  const named = [...page.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option);
  expect([...new Set(named)].filter((option) => option !== '--json').sort()).toEqual([...new Set(options)].sort());
});
