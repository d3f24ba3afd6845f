import { answersOf } from '../answers.ts';
import { createCounts, type Exporting, type LeftOut, onlyBeside } from '../folder.ts';
import type { Said } from '../said.ts';
import { createConfig } from './config.ts';
import { createPlan } from './plan.ts';
import { taskOf } from './task.ts';

/** `tasks.json`, a list of tasks, and `config.xml`, the interface that shows them. Looks at everything twice: types and fields are the same in all tasks. */
export const writeLabelStudio = async ({ said, out, address, withoutPeople }: Exporting<Said>): Promise<LeftOut> => {
  const plan = createPlan();
  for await (const { item, annotations } of said()) plan.add(item, annotations.flatMap(answersOf));
  const config = createConfig();
  const leftOut = createCounts();
  let before = '[\n';
  for await (const each of said()) {
    const { task, controls, unsaid } = taskOf(each, { plan, address, withoutPeople });
    config.add(controls);
    for (const statement of unsaid) leftOut.add(onlyBeside(statement.task));
    await out.append('tasks.json', `${before}${JSON.stringify(task)}`);
    before = ',\n';
  }
  await out.append('tasks.json', before === '[\n' ? '[]\n' : '\n]\n');
  await out.append('config.xml', config.xml(plan));
  return leftOut.end();
};
