import type { RegionKind } from '../../../schemas/annotation.ts';
import { Button } from '../../parts/button.tsx';
import { Choices } from '../choices.tsx';
import { KIND_WORDS } from './shapes.tsx';

export const TOOLS = [
  { tool: 'point', words: 'Point' },
  { tool: 'box', words: 'Box' },
  { tool: 'polygon', words: 'Polygon' },
  { tool: 'brush', words: 'Brush' },
  { tool: 'move', words: 'Move' },
] as const;
export type Tool = (typeof TOOLS)[number]['tool'];

export const Tools = ({
  tool,
  kind,
  kinds,
  onTool,
  onKind,
  onZoom,
  onWhole,
  onTakeBack,
  onClose,
}: {
  tool: Tool;
  kind: RegionKind;
  kinds: readonly RegionKind[];
  onTool: (tool: Tool) => void;
  onKind: (kind: RegionKind) => void;
  onZoom: (factor: number) => void;
  onWhole: () => void;
  onTakeBack: () => void;
  onClose?: () => void;
}) => (
  <div className="tools">
    <Choices
      label="Tool"
      choices={TOOLS.map(({ tool: value, words }, i) => ({ value, label: words, keys: String(i + 1) }))}
      value={tool}
      onChange={onTool}
    />
    {kinds.length > 1 && (
      <Choices
        label="Kind"
        choices={kinds.map((value) => ({
          value,
          label: (
            <>
              <span className={`swatch ${value}`} aria-hidden="true" />
              {KIND_WORDS[value]}
            </>
          ),
          spoken: KIND_WORDS[value],
        }))}
        value={kind}
        onChange={onKind}
      />
    )}
    <span className="row">
      {onClose !== undefined && <Button onClick={onClose}>Close polygon</Button>}
      <Button kind="quiet" onClick={() => onZoom(1.5)} aria-label="Larger">
        +
      </Button>
      <Button kind="quiet" onClick={() => onZoom(1 / 1.5)} aria-label="Smaller">
        −
      </Button>
      <Button kind="quiet" onClick={onWhole}>
        Whole
      </Button>
      <Button kind="quiet" onClick={onTakeBack}>
        Take back
      </Button>
    </span>
  </div>
);
