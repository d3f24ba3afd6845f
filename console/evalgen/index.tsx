/** Assertions chosen by people's grades. */
import '../charts/charts.css';
import './evalgen.css';
import { Route, Switch } from 'wouter';
import { Empty } from '../parts/empty.tsx';
import { Studies } from './studies.tsx';
import { StudyPage } from './study.tsx';

export default function EvalGen() {
  return (
    <Switch>
      <Route path="/evalgen">
        <Studies />
      </Route>
      <Route path="/evalgen/:study">{({ study }) => <StudyPage key={study} name={study} />}</Route>
      <Route>
        <Empty title="No such page">Go back to the list of studies.</Empty>
      </Route>
    </Switch>
  );
}
