/** `/api/evalgen`: studies in which people grade outputs and assertions are chosen by their grades. */
import { Hono } from 'hono';
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import {
  AssertionRequest,
  CriterionRequest,
  GradeRequest,
  type Output,
  type Study,
  type StudyLine,
  type StudyReport,
  StudyRequest,
  WithdrawRequest,
} from '../../schemas/evalgen.ts';
import type { Session } from '../../schemas/session.ts';
import { reaches } from '../access/scope.ts';
import { bodyOf } from '../body.ts';
import type { SignedIn } from '../env.ts';
import type { Audit } from '../ports.ts';

/** Studies, as the routes use them; activities/evalgen has them over S3. */
export interface EvalGen {
  list(): Promise<StudyLine[]>;
  create(by: string, request: z.infer<typeof StudyRequest>): Promise<void>;
  /** The drop that a study's outputs are of. Throws ASY-4101. */
  drop(study: string): Promise<string>;
  show(study: string, by: string): Promise<Study>;
  grade(study: string, by: string, grade: Output & { criterion: string | null; good: boolean | null }): Promise<void>;
  state(study: string, by: string, criterion: z.infer<typeof CriterionRequest>): Promise<void>;
  assert(study: string, by: string, request: AssertionRequest): Promise<string>;
  withdraw(study: string, by: string, assertion: string): Promise<void>;
  report(study: string, most: number): Promise<StudyReport>;
  /** JSON Lines in Assay's own drop format. */
  annotations(study: string, most: number): Promise<string>;
}

export interface EvalGenDeps {
  readonly evalgen: EvalGen;
  readonly audit: Audit;
}

/** Assertions a criterion may get, as a query says it. */
const Most = z.coerce.number().int().min(1).max(10).catch(3);

/** Throws ASY-4101 for a study of a run that the session may not see: it is as if it were not there. */
const allow = (session: Session, study: string, drop: string): void => {
  if (!reaches(session, drop)) throw new AssayError('ASY-4101', { study });
};

export const createEvalgenRoutes = ({ evalgen, audit }: EvalGenDeps) => {
  const opened = async (session: Session, study: string): Promise<string> => {
    allow(session, study, await evalgen.drop(study));
    return study;
  };
  return new Hono<SignedIn>()
    .get('/api/evalgen', async (c) => {
      const session = c.get('session');
      return c.json({ studies: (await evalgen.list()).filter(({ drop }) => reaches(session, drop)) });
    })
    .post('/api/evalgen', async (c) => {
      const request = await bodyOf(StudyRequest, c.req);
      const session = c.get('session');
      allow(session, request.name, request.drop);
      await evalgen.create(session.subject, request);
      const { name: study, drop } = request;
      await audit.record({ by: session.subject, action: 'study-create', target: { study, drop } });
      return c.json({ ok: true as const });
    })
    .get('/api/evalgen/:study', async (c) => {
      const session = c.get('session');
      return c.json(await evalgen.show(await opened(session, c.req.param('study')), session.subject));
    })
    .post('/api/evalgen/:study/grades', async (c) => {
      const { subject: by } = c.get('session');
      const study = await opened(c.get('session'), c.req.param('study'));
      const grade = await bodyOf(GradeRequest, c.req);
      await evalgen.grade(study, by, grade);
      await audit.record({ by, action: 'study-grade', target: { study, item: grade.item } });
      return c.json({ ok: true as const });
    })
    .post('/api/evalgen/:study/criteria', async (c) => {
      const { subject: by } = c.get('session');
      const study = await opened(c.get('session'), c.req.param('study'));
      const criterion = await bodyOf(CriterionRequest, c.req);
      await evalgen.state(study, by, criterion);
      await audit.record({ by, action: 'study-criterion', target: { study, criterion: criterion.criterion } });
      return c.json({ ok: true as const });
    })
    .post('/api/evalgen/:study/assertions', async (c) => {
      const { subject: by } = c.get('session');
      const study = await opened(c.get('session'), c.req.param('study'));
      const assertion = await evalgen.assert(study, by, await bodyOf(AssertionRequest, c.req));
      await audit.record({ by, action: 'study-assert', target: { study, assertion } });
      return c.json({ assertion });
    })
    .post('/api/evalgen/:study/withdraw', async (c) => {
      const { subject: by } = c.get('session');
      const study = await opened(c.get('session'), c.req.param('study'));
      const { assertion } = await bodyOf(WithdrawRequest, c.req);
      await evalgen.withdraw(study, by, assertion);
      await audit.record({ by, action: 'study-withdraw', target: { study, assertion } });
      return c.json({ ok: true as const });
    })
    .get('/api/evalgen/:study/report', async (c) => {
      const study = await opened(c.get('session'), c.req.param('study'));
      return c.json(await evalgen.report(study, Most.parse(c.req.query('most'))));
    })
    .get('/api/evalgen/:study/annotations', async (c) => {
      const study = await opened(c.get('session'), c.req.param('study'));
      const lines = await evalgen.annotations(study, Most.parse(c.req.query('most')));
      return c.body(lines, 200, {
        'content-type': 'application/jsonl; charset=utf-8',
        'content-disposition': `attachment; filename="${study}-assertions.jsonl"`,
      });
    });
};
